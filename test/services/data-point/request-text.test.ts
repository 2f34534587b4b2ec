// The text by which a request is known again: what it is made of, and that no turn digests much of it.
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import type { GivenContent } from "../../../src/domain/data-point/content-rules.ts";
import type { GivenWrite } from "../../../src/domain/data-point/write-rules.ts";
import { textOf } from "../../../src/services/data-point/request-text.ts";

const hashOf = (text: string) => createHash("sha256").update(text).digest("hex");

/** The text of writes; the turns that it took, and the most characters that were digested in one. */
async function digested(given: readonly GivenWrite[]) {
  let [turns, most, inTurn] = [0, 0, 0];
  const next = async () => {
    turns++;
    inTurn = 0;
  };
  const digestOf = (text: string) => {
    inTurn += text.length;
    most = Math.max(most, inTurn);
    return hashOf(text);
  };
  return { text: await textOf(given, "a", digestOf, { next }), turns, most };
}

const writeOf = (contents: readonly GivenContent[]): GivenWrite => ({
  ...{ path: "A", source: "original" },
  values: contents.map((content, atMs) => ({ atMs, content })),
});

test("a request of some thousand values has the text that it always had", async () => {
  const write = writeOf([1, null, { text: "41,5", decimal: "," }, { json: { a: [1, "ä"] } }]);
  const { values, ...head } = write;
  const expected = hashOf(hashOf(hashOf("a") + JSON.stringify(head)) + JSON.stringify(values));
  expect((await digested([write])).text).toBe(expected);
  const many = writeOf(Array.from({ length: 7_000 }, (_, n) => n));
  const parts = [many.values.slice(0, 5_000), many.values.slice(5_000)];
  const begin = hashOf(hashOf("a") + JSON.stringify(head));
  const text = parts.reduce((before, part) => hashOf(before + JSON.stringify(part)), begin);
  expect((await digested([many])).text).toBe(text);
});

test.each<[string, readonly GivenWrite[], number]>([
  ["texts", [writeOf(Array(30).fill({ text: "[],".repeat(300_000), decimal: "." }))], 30],
  ["documents", [writeOf(Array(30).fill({ json: Array(300_000).fill([]) }))], 30],
  ["numbers", [writeOf(Array(100_000).fill(1.5))], 20],
  ["writes", Array(50_000).fill(writeOf([1])), 200],
])("the text of many %s is made in many turns", async (_, given, least) => {
  const { turns, most } = await digested(given);
  expect(turns).toBeGreaterThanOrEqual(least);
  expect(most).toBeLessThan(2_500_000);
});
