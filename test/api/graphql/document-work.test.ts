import { parse } from "graphql";
import { describe, expect, test } from "vitest";
import { documentWork } from "../../../src/api/graphql/server/document-work.ts";
import { documentNests, valueNests } from "../../../src/api/graphql/server/nesting.ts";

const work = (text: string, most = 1_000_000) => documentWork(parse(text), most);
const times = (count: number, of: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => of(n)).join(" ");

describe("the work of a document is counted", () => {
  test.each<[what: string, work: number, text: string]>([
    ["its fields", 3, "{ a b { c } }"],
    ["directives, arguments and their values", 10, '{ a(x: [1, 2], y: {z: "z"}) @d }'],
    ["each pair of fields with one name", 4 + 6, "{ a a a a }"],
    ["such pairs as often as they have arguments", 8 * 3 + 28 * 2, times(8, () => "a(x: 1)")],
    ["pairs below fields with one name", 2 + 1 + 4 + 6, "{ a { x x } a { x x } }"],
    ["an alias as the name that it is", 2, "{ a b: a }"],
    [
      "fragments where they are spread, against the fields beside them",
      1 + 1 + 1 + 2,
      "{ a ...F } fragment F on T { b }",
    ],
    [
      "pairs of fragments",
      3 + 3 + 3 + 9,
      `{ ${times(3, (n) => `...F${n}`)} } ${times(3, (n) => `fragment F${n} on T { f${n} }`)}`,
    ],
    [
      "a fragment for each place that spreads it",
      2 * (1 + 1 + 1 + 1),
      "{ a { ...F } b { ...F } } fragment F on T { x }",
    ],
    ["a fragment that none spreads", 1 + 2, "{ a } fragment F on T { x y }"],
    ["inline fragments as what they are in", 2 + 3 + 1, "{ ... on T { a b } ... on U { a } }"],
  ])("%s", (_, expected, text) => {
    expect(work(text.startsWith("{") ? text : `{ ${text} }`)).toBe(expected);
  });

  test("no further than the limit, though fragments make it exponential", () => {
    const doubling = times(
      60,
      (n) => `fragment F${n} on T { a { ...F${n + 1} } b { ...F${n + 1} } }`,
    );
    const count = work(`{ ...F0 } ${doubling} fragment F60 on T { x }`, 10_000);
    expect(count).toBeGreaterThan(10_000);
    expect(count).toBeLessThan(10_100);
  });
});

describe("nesting", () => {
  test("of a document counts brackets of every kind, those in texts and comments left out", () => {
    const nests = (text: string, deepest: number) => documentNests(text, deepest, 5000);
    expect(nests("{ a(x: [{}]) }", 4)).toBe(false);
    expect(nests("{ a(x: [{}]) }", 3)).toBe(true);
    expect(nests('{ a(x: "[[[[[[") } # ((((((', 2)).toBe(false);
    expect(nests("{ a } { b } { c } { d }", 1)).toBe(false);
    expect(nests(`{ a(x: ${"[".repeat(200_000)}`, 65)).toBe(true);
  });

  test("of a value counts lists and objects, however deep they are", () => {
    expect(valueNests({ a: [1, { b: 2 }] }, 3)).toBe(false);
    expect(valueNests({ a: [1, { b: 2 }] }, 2)).toBe(true);
    expect(valueNests(JSON.parse("[".repeat(100_000) + "]".repeat(100_000)), 65)).toBe(true);
    expect(valueNests(undefined, 0)).toBe(false);
  });
});
