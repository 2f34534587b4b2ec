// The names of fields: snake_case in REST, camelCase inside, and nothing else differs.

type Camel<S> = S extends `${infer First}_${infer Rest}` ? `${First}${Capitalize<Camel<Rest>>}` : S;

/** The same values under the names of the domain. */
export function camelKeys<T extends object>(body: T): { [K in keyof T as Camel<K>]: T[K] } {
  const entries = Object.entries(body).map(([key, value]) => [
    key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    value,
  ]);
  return Object.fromEntries(entries);
}
