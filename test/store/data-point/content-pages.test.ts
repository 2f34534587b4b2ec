// Documents that the database answers: parsed in turns, in pages of so many characters.
import { expect, test } from "vitest";
import type { ReadValue } from "../../../src/domain/data-point/write.ts";
import { pagesOf } from "../../../src/store/data-point/content-reads.ts";

const ORIGIN = { source: "original", knownMs: 0, recordedMs: 0, author: "a" } as const;

async function pagesOfTexts(texts: readonly string[]) {
  let turns = 0;
  let next = setImmediate(count);
  function count(): void {
    turns++;
    next = setImmediate(count);
  }
  const pages: ReadValue[][] = [];
  const found = texts.map((text, atMs) => ({ ...ORIGIN, atMs, text }));
  for await (const page of pagesOf<ReadValue>(found)) pages.push([...page]);
  clearImmediate(next);
  return { pages, turns };
}

test("long documents are a page each, and take some turns each", async () => {
  const long = { document: Array.from({ length: 100_000 }, () => []) };
  const { pages, turns } = await pagesOfTexts(Array(10).fill(JSON.stringify(long)));
  expect(pages.map(({ length }) => length)).toEqual(Array(10).fill(1));
  expect(pages.at(-1)?.[0]).toEqual({ ...ORIGIN, atMs: 9, content: long });
  expect(turns).toBeGreaterThan(20);
});

test("short documents are in few pages", async () => {
  const { pages } = await pagesOfTexts(Array(300).fill('{"document":{"a":1}}'));
  expect(pages.map(({ length }) => length)).toEqual([300]);
});
