// Which JSON can be stored as it is.
import { expect, test } from "vitest";
import type { Json } from "../../../src/domain/audit/record.ts";
import { finish } from "../../../src/domain/base/steps.ts";
import { wrongJson } from "../../../src/domain/data-point/json-rules.ts";

const wrongOf = (json: Json) => finish(wrongJson(json));

const nested = (levels: number) => JSON.parse("[".repeat(levels) + "]".repeat(levels));

test.each<[string, string | undefined]>([
  ['{"a": [1, null, true, "ä", {"b": "\\ud83d\\udd0b"}]}', undefined],
  ["1e999", "must have finite numbers, not Infinity"],
  ['{"a": [-1e999]}', "must have finite numbers, not -Infinity"],
  ['"\\u0000"', "must have no NUL"],
  ['{"a": {"b\\u0000": 1}}', "must have no NUL"],
  ['["\\ud800"]', "no half of a surrogate pair"],
  ['{"\\udc00": 1}', "no half of a surrogate pair"],
  ['{"__proto__": "\\u0000"}', "must have no NUL"],
])("%s", (text, wrong) => {
  const found = wrongOf(JSON.parse(text));
  if (wrong === undefined) expect(found).toBeUndefined();
  else expect(found).toContain(wrong);
});

test("100 lists in each other, and no more", () => {
  expect(wrongOf(nested(100))).toBeUndefined();
  expect(wrongOf(nested(101))).toBe("may have 100 lists and objects in each other");
  expect(wrongOf(nested(50_000))).toBeDefined();
});

test("a long document is looked at in many pieces", () => {
  const pieces = (json: Json) => [...wrongJson(json)].length;
  expect(pieces(Array.from({ length: 100_000 }, () => []))).toBeGreaterThan(99);
  expect(
    pieces(Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`k${n}`, n]))),
  ).toBeGreaterThan(9);
  expect(pieces({ few: [1, 2] })).toBe(1);
});

test("10,000 names in one object, and no more", () => {
  const named = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, n]));
  expect(wrongOf([named(10_000)])).toBeUndefined();
  expect(wrongOf([named(10_001)])).toBe("may have 10000 names in one object: send a list");
});
