// Reads of matrices and documents: page by page, each page one query.
import { setImmediate as turn } from "node:timers/promises";
import { createSpending, inTurns } from "../../domain/base/pieces.ts";
import type { Content } from "../../domain/data-point/data-point.ts";
import { parseInParts } from "../../domain/data-point/json-parts.ts";
import type { PointVersion, ReadValue } from "../../domain/data-point/write.ts";
import type { PointRange } from "../../domain/ports/data-point-store.ts";
import type { QueryQueue } from "../database/query-queue.ts";
import { readContents, readContentVersions } from "./content-rows.ts";
import { inOrder, type VersionRange } from "./version-range.ts";

/** Values of a query, and instants of a query of versions. */
const PAGE_CONTENTS = 100;
/** Characters of the contents of a page, about, and of those that are parsed in one turn. */
const PAGE_CHARACTERS = 100_000;
const TURN_CHARACTERS = 100_000;

export function createContentReads(history: QueryQueue) {
  return {
    async *values(range: PointRange): AsyncGenerator<readonly ReadValue[]> {
      for (let fromMs = range.fromMs; ; ) {
        const next = { ...range, fromMs, limit: PAGE_CONTENTS };
        const found = await history.read((sql) => readContents(sql, next));
        yield* pagesOf<ReadValue>(found);
        const last = found.at(-1);
        if (last === undefined || found.length < PAGE_CONTENTS) return;
        fromMs = last.atMs + 1;
      }
    },
    async *versions(range: VersionRange): AsyncGenerator<readonly PointVersion[]> {
      for (let fromMs = range.fromMs; ; ) {
        const next = { ...range, fromMs, limit: PAGE_CONTENTS };
        const found = await history.read((sql) => readContentVersions(sql, next));
        if (found.length === 0) return;
        yield* pagesOf<PointVersion>(inOrder(found, range));
        fromMs = Math.max(...found.map(({ atMs }) => atMs)) + 1;
      }
    },
  };
}

/** What a query answers, with the contents of its texts: some in each turn. */
export async function* pagesOf<V extends { readonly content: Content | null }>(
  found: readonly (Omit<V, "content"> & { readonly text: string | null })[],
): AsyncGenerator<readonly V[]> {
  const spend = createSpending(TURN_CHARACTERS, turn);
  let page: V[] = [];
  let characters = 0;
  for (const { text, ...others } of found) {
    const content = text === null ? null : await inTurns(parseInParts(text), spend);
    // With its content it is a value again: no type can say so of the rest of a spread.
    page.push({ ...others, content } as unknown as V);
    characters += text?.length ?? 0;
    if (characters < PAGE_CHARACTERS) continue;
    yield page;
    [page, characters] = [[], 0];
  }
  if (page.length > 0) yield page;
}
