// The text of JSON in pieces is that of the language, and no piece is long.

import { describe, expect, test } from "vitest";
import type { Json } from "../../../src/domain/audit/record.ts";
import { finish } from "../../../src/domain/base/steps.ts";
import { textOfJson } from "../../../src/domain/data-point/json-text.ts";
import fc from "../../support/fast-check.ts";

const nested = (text: string): Json => {
  const json = JSON.parse(text);
  const names = Array.from({ length: 600 }, (_, n) => [`k${n}`, n % 9 === 0 ? json : n]);
  return [Array.from({ length: 1_300 }, () => json), Object.fromEntries(names), json];
};

describe("the text of JSON", () => {
  test("is that of the language", () => {
    const given = fc.property(fc.json(), (text) => {
      for (const json of [JSON.parse(text), nested(text)])
        expect(finish(textOfJson(json))).toBe(JSON.stringify(json));
    });
    fc.assert(given, { numRuns: 200 });
  });

  test("has names that are numbers, or that of the prototype, in their order", () => {
    const names = Array.from({ length: 3_000 }, (_, n) => `"${n * 40_000}":${n}`).join(",");
    const json = JSON.parse(`{"b":1,"__proto__":[1,2],${names},"a":1}`);
    expect(finish(textOfJson(json))).toBe(JSON.stringify(json));
  });

  test.each<[string, Json]>([
    ["lists", Array.from({ length: 300_000 }, () => [])],
    ["names", Object.fromEntries(Array.from({ length: 75_000 }, (_, n) => [`k${n}`, {}]))],
    ["levels", { a: { b: Array.from({ length: 100_000 }, (_, n) => ({ n })) } }],
  ])("of many %s is written in many pieces", (_, json) => {
    const costs = [...textOfJson(json)];
    expect(costs.length).toBeGreaterThan(100);
    expect(Math.max(...costs)).toBeLessThan(20_000);
  });
});
