// One query that reads the same of several things, each under an alias.
import { request } from "./api.ts";
import type { Operation } from "./operations.ts";

/**
 * Sends one query in place of one for each of the variables. Throws an ApiError.
 *
 * @param operation A query of one field.
 * @param each      Variables of each; bounded by the cost that the server allows to a query.
 * @returns An answer for each, in their order.
 */
export async function requestEach<T, V extends object>(
  operation: Operation<T, V>,
  each: readonly V[],
): Promise<T[]> {
  if (each.length === 0) return [];
  const { query, field } = repeated(operation.query, each.length);
  const variables = Object.fromEntries(
    each.flatMap((one, n) =>
      Object.entries(one).map(([name, value]) => [`${name}_${n}`, value] as const),
    ),
  );
  const all: Operation<Record<string, unknown>, typeof variables> = { query };
  const answers = await request(all, variables);
  return each.map((_, n) => ({ [field]: answers[`${field}_${n}`] }) as T);
}

/** A query of one field as one of that field several times, with the name of the field. */
export function repeated(query: string, count: number): { query: string; field: string } {
  const [, name, declared = "", body, rest] =
    /^query (\w+)(?:\((.*)\))? \{\n([\s\S]*?)\n\}(?:\n([\s\S]*))?$/.exec(query) ?? [];
  const field = /^ {2}(\w+)/.exec(body ?? "")?.[1];
  if (body === undefined || field === undefined)
    throw new Error(`not a query of a field: ${query}`);
  const numbers = Array.from({ length: count }, (_, n) => n);
  const renamed = (text: string, n: number) => text.replace(/\$\w+/g, `$&_${n}`);
  const variables = numbers.map((n) => renamed(declared, n)).join(", ");
  const fields = numbers.map((n) => renamed(body, n).replace(field, `${field}_${n}: ${field}`));
  const head = `query ${name}${variables === "" ? "" : `(${variables})`}`;
  return { field, query: [`${head} {`, ...fields, "}", rest ?? ""].join("\n") };
}
