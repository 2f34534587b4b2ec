// The names of fields outside of the program: snake_case in REST, in files and in the database, camelCase inside.

export type Snake<S extends string> = S extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${Snake<Rest>}`
  : S;

export function snakeCase<S extends string>(name: S): Snake<S> {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) as Snake<S>;
}
