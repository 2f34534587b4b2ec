// Trials: whether the database accepts some work, found in a transaction that is rolled back.
import type { Client, Sql } from "./client.ts";

class TriedOnly extends Error {}

/** Why the database refuses the content of some work; undefined where it accepts it. Stores nothing. */
export async function refusalOf(
  client: Client,
  deadlineMs: number,
  work: (sql: Sql) => Promise<unknown>,
): Promise<unknown> {
  try {
    return await client.transact(deadlineMs, async (sql) => {
      await work(sql);
      throw new TriedOnly();
    });
  } catch (error) {
    if (error instanceof TriedOnly) return undefined;
    if (!isRefused(error)) throw error;
    return error;
  }
}

/** Whether the database refuses the content: classes 22 (data) and 23 (integrity). */
export function isRefused(error: unknown): boolean {
  return /^2[23]/.test(sqlStateOf(error));
}

export function sqlStateOf(error: unknown): string {
  return (error as { code?: string }).code ?? "";
}
