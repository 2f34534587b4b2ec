// Reads of matrices and documents: page by page, each page one query.
import type { PointVersion, ReadValue } from "../../domain/data-point/write.ts";
import type { PointRange } from "../../domain/ports/data-point-store.ts";
import type { QueryQueue } from "../database/query-queue.ts";
import { readContents, readContentVersions } from "./content-rows.ts";
import { inOrder, type VersionRange } from "./version-range.ts";

/** Values of a page, and instants of a page of versions. */
const PAGE_CONTENTS = 100;

export function createContentReads(history: QueryQueue) {
  return {
    async *values(range: PointRange): AsyncGenerator<readonly ReadValue[]> {
      for (let fromMs = range.fromMs; ; ) {
        const next = { ...range, fromMs, limit: PAGE_CONTENTS };
        const page = await history.read((sql) => readContents(sql, next));
        if (page.length > 0) yield page;
        const last = page.at(-1);
        if (last === undefined || page.length < PAGE_CONTENTS) return;
        fromMs = last.atMs + 1;
      }
    },
    async *versions(range: VersionRange): AsyncGenerator<readonly PointVersion[]> {
      for (let fromMs = range.fromMs; ; ) {
        const next = { ...range, fromMs, limit: PAGE_CONTENTS };
        const found = await history.read((sql) => readContentVersions(sql, next));
        if (found.length === 0) return;
        yield inOrder([...found], range);
        fromMs = Math.max(...found.map(({ atMs }) => atMs)) + 1;
      }
    },
  };
}
