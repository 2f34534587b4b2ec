// COPY into the database, with every failure reported.
import type { Writable } from "node:stream";
import type { Sql } from "./client.ts";

/** The query of the driver; it is resolved with the stream first, so that a later failure would be lost. */
interface Rejectable {
  reject(error: unknown): void;
  writable(): Promise<Writable>;
}

/**
 * Runs a `copy … from stdin`.
 *
 * @param feed Writes the rows, and resolves once the stream has finished.
 * @throws The error of the server, also after the last row, and the error of `feed`.
 */
export async function copyIn(
  sql: Sql,
  statement: string,
  feed: (stream: Writable) => Promise<void>,
): Promise<void> {
  // The types of the driver leave out how a query is rejected.
  const query = sql.unsafe(statement) as unknown as Rejectable;
  const rejectWith = query.reject;
  const failed = new Promise<never>((_, reject) => {
    query.reject = (error) => {
      rejectWith(error);
      reject(error);
    };
  });
  failed.catch(() => {});
  const stream = await query.writable();
  // The driver leaves the stream open where the server refuses the last rows.
  await Promise.race([feed(stream), failed]);
}
