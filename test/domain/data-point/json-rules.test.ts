// Which JSON can be stored as it is.
import { expect, test } from "vitest";
import { wrongJson } from "../../../src/domain/data-point/json-rules.ts";

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
  const found = wrongJson(JSON.parse(text));
  if (wrong === undefined) expect(found).toBeUndefined();
  else expect(found).toContain(wrong);
});

test("100 lists in each other, and no more", () => {
  expect(wrongJson(nested(100))).toBeUndefined();
  expect(wrongJson(nested(101))).toBe("may have 100 lists and objects in each other");
  expect(wrongJson(nested(50_000))).toBeDefined();
});
