// The writes of the benchmarks of data points, and the COPY of the same rows.
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { PointWrite } from "../src/domain/data-point/write.ts";
import type { Client } from "../src/store/database/client.ts";
import { copyIn } from "../src/store/database/copy.ts";

export const START_MS = Date.UTC(2026, 0, 1);
export const QUARTER_MS = 900_000;
export const YEAR_QUARTERS = 35_040;
export const DEADLINE_MS = 600_000;

/** A write of numbers at each quarter of an hour. */
export function quartersOf(
  path: string,
  count: number,
  version: number,
  difference: Partial<PointWrite> & { readonly isWanted?: (quarter: number) => boolean } = {},
): PointWrite {
  const { isWanted = () => true, ...rest } = difference;
  const quarters = Array.from({ length: count }, (_, quarter) => quarter).filter(isWanted);
  return {
    ...{ path, source: "original", withdrawn: null, expiresAtMs: null, author: "bench" },
    knownMs: START_MS + version,
    values: quarters.map((quarter) => ({
      atMs: START_MS + quarter * QUARTER_MS,
      content: Math.sin(quarter + version) * 100,
    })),
    ...rest,
  };
}

/** How long a COPY of the values of some writes takes, one row each, into a new table with the key that rows would have. */
export async function copyMs(client: Client, writes: readonly PointWrite[]) {
  return client.within(DEADLINE_MS, async (sql) => {
    await sql.unsafe(`drop table if exists bench_rows`);
    await sql.unsafe(`create table bench_rows (path text, source text, at timestamptz, known timestamptz,
      value float8, primary key (path, source, at, known))`);
    const lines = writes.map(({ path, source, knownMs, values }) => {
      const known = new Date(knownMs).toISOString();
      return values
        .map(
          ({ atMs, content }) =>
            `${path}\t${source}\t${new Date(atMs).toISOString()}\t${known}\t${content}\n`,
        )
        .join("");
    });
    return elapsedMs(() =>
      copyIn(sql, "copy bench_rows from stdin", async (stream) =>
        pipeline(Readable.from(lines), stream),
      ),
    );
  });
}

export async function elapsedMs(work: () => Promise<unknown>): Promise<number> {
  const beganMs = performance.now();
  await work();
  return performance.now() - beganMs;
}
