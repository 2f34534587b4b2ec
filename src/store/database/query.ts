// Queries that Drizzle writes, over a connection of ours: the text and the rows are Drizzle's, the driver is set up here.
import { DrizzleQueryError, sql as fragment, type SQL } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import { drizzle, type PgRemoteDatabase } from "drizzle-orm/pg-proxy";
import type { Sql } from "./client.ts";

export type QueryBuilder = Pick<PgRemoteDatabase, "select" | "selectDistinctOn">;

/**
 * Runs queries, whose statements are prepared once for each connection.
 *
 * @throws The error of the driver as it is.
 */
export async function query<T>(sql: Sql, build: (db: QueryBuilder) => PromiseLike<T>): Promise<T> {
  const db = drizzle(async (text, params) => ({
    rows: await sql.unsafe(text, params, { prepare: true }).values(),
  }));
  try {
    return await build(db);
  } catch (error) {
    throw error instanceof DrizzleQueryError ? error.cause : error;
  }
}

/** The condition that a column has one of these ids: one parameter, however many there are. */
export function isAmong(column: PgColumn, ids: readonly string[]): SQL {
  return fragment`${column} = any(array(select value::uuid from json_array_elements_text(${JSON.stringify(ids)}::text::json)))`;
}
