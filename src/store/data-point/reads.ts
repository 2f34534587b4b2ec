// Reads of data points: each of what was recorded until it began.
import type { ReadValue } from "../../domain/data-point/write.ts";
import type { DataPointStore } from "../../domain/ports/data-point-store.ts";
import type { Client } from "../database/client.ts";
import type { QueryQueue } from "../database/query-queue.ts";
import { type PointShape, shapesOf } from "./catalogue-rows.ts";
import { createContentReads, pagesOf } from "./content-reads.ts";
import { readNewestContents } from "./content-rows.ts";
import { lastRecordedMs } from "./insertion.ts";
import { createNumberReads } from "./number-reads.ts";

const DEADLINE_MS = 5_000;

type Reads = Pick<DataPointStore, "read" | "latest" | "versions">;

export function createDataPointReads(readers: Client, history: QueryQueue): Reads {
  const numbers = createNumberReads(history);
  const contents = createContentReads(history);

  /** How a path is kept, and when was recorded last: later writes are seen wholly or not at all. */
  const begin = (path: string) =>
    readers.within(DEADLINE_MS, async (sql) => {
      const [shapes, recordedMs] = await Promise.all([shapesOf(sql, [path]), lastRecordedMs(sql)]);
      return { shape: shapes.get(path), recordedMs };
    });

  return {
    async *read(range) {
      const { shape, recordedMs } = await begin(range.path);
      if (shape === undefined) return;
      const seen = { ...range.asOf, recordedMs: range.asOf.recordedMs ?? recordedMs };
      if (isNumeric(shape)) yield* numbers.values({ ...range, asOf: seen }, shape);
      else yield* contents.values({ ...range, asOf: seen });
    },
    async latest(paths, mode, asOf, nowMs) {
      const shapes = await readers.within(DEADLINE_MS, (sql) => shapesOf(sql, paths));
      const [ofNumbers, others] = [true, false].map((wanted) =>
        [...shapes].filter(([, shape]) => isNumeric(shape) === wanted).map(([path]) => path),
      ) as [string[], string[]];
      const newest = await numbers.newest(ofNumbers, mode, asOf, nowMs);
      const found = await history.read((sql) => readNewestContents(sql, others, mode, asOf, nowMs));
      for await (const page of pagesOf<ReadValue & { readonly path: string }>(found))
        for (const { path, ...value } of page) newest.set(path, value);
      return new Map(
        paths.flatMap((path): [string, ReadValue][] => {
          const value = newest.get(path);
          return value ? [[path, value]] : [];
        }),
      );
    },
    async *versions(given) {
      const { shape, recordedMs } = await begin(given.path);
      if (shape === undefined) return;
      const range = { ...given, recordedMs };
      if (isNumeric(shape)) yield* numbers.versions(range, shape);
      else yield* contents.versions(range);
    },
  };
}

const isNumeric = ({ type }: PointShape) => type === "time_series_double";
