// JSON in parts is the JSON that the parser of the language reads, or is refused as that does; in many pieces.

import { describe, expect, test } from "vitest";
import { finish } from "../../../src/domain/base/steps.ts";
import { parseInParts } from "../../../src/domain/data-point/json-parts.ts";
import fc from "../../support/fast-check.ts";

const WRONG = Symbol("wrong");

function orWrong(parse: () => unknown): unknown {
  try {
    return parse();
  } catch (error) {
    expect(error).toBeInstanceOf(SyntaxError);
    return WRONG;
  }
}

/** Compares with the parser of the language; the order of names, too. */
function compare(text: string, partLength: number): void {
  const expected = orWrong(() => JSON.parse(text));
  const found = orWrong(() => finish(parseInParts(text, Infinity, partLength)));
  expect(found, text).toStrictEqual(expected);
  if (expected !== WRONG) expect(JSON.stringify(found)).toBe(JSON.stringify(expected));
}

const spacedJson = fc
  .tuple(fc.json(), fc.constantFrom(undefined, 1, "\t"))
  .map(([text, space]) => JSON.stringify(JSON.parse(text), null, space));

const names = Array.from({ length: 75_000 }, (_, n) => `"k${n}":{}`).join(",");

describe("JSON in parts", () => {
  test("is what the parser reads", () => {
    const given = fc.property(spacedJson, fc.integer({ min: 1, max: 30 }), compare);
    fc.assert(given, { numRuns: 2_000 });
  });

  test("is refused where the parser refuses it", () => {
    const sign = fc.constantFrom(...'[]{},:"\\ 1a\u00a0\n', "", "[]", "{}", '"a":', "__proto__");
    const given = fc.property(
      ...[spacedJson, fc.nat(), fc.nat({ max: 3 }), sign, fc.integer({ min: 1, max: 12 })],
      (text, place, length, insert, partLength) => {
        const at = place % (text.length + 1);
        compare(text.slice(0, at) + insert + text.slice(at + length), partLength);
      },
    );
    fc.assert(given, { numRuns: 5_000 });
  });

  test.each([
    ...["[[1,2],,3]", "[,[1,2]]", "[[1,2],]", "[[1,2] ,\u00a0]", "[1 [2,3]]", "[[1,2][3,4]]"],
    ...['{"a":[1,2],"a":3,"b":[4,5]}', '{"__proto__":[1,2],"b":3}', '{"a":[1,2]"b":3}'],
    ...['{"a"[1,2]}', "{[1,2]:1}", '{"a":1,"b":[1,2],}', '{"a":1"b":[1,2]}', '["a\\\\",["\\"",2]]'],
    ...["[1,2]]", "[1,2", "[[1,2]}", "1,2", '"a,[', "[1,2] 3", " [1,2]\r\n", "\ufeff[1,2]", ""],
  ])("%s", (text) => {
    for (let partLength = 0; partLength < text.length; partLength++) compare(text, partLength);
  });

  test("is read in pieces, none of them long", () => {
    const many = (item: string) => `[${`${item},`.repeat(200_000)}${item}]`;
    for (const text of [many("[]"), many("1"), `{"a":${many("{}")}}`, `{${names}}`]) {
      const costs = [...parseInParts(text)];
      expect(costs.reduce((a, b) => a + b)).toBe(text.length);
      expect(Math.max(...costs)).toBeLessThan(70_000);
    }
  });

  test("with too many levels, or names of one object, is refused before it is parsed", () => {
    const nested = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
    expect(() => finish(parseInParts(nested(50_000)))).toThrow("may have 100 lists");
    expect(() => finish(parseInParts(`[{${names}}]`, 10_000))).toThrow("may have 10000 names");
    expect(Object.keys(finish(parseInParts(`{${names}}`, 75_000)) as object).length).toBe(75_000);
  });
});
