import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { plainScalar, readPlainYaml } from "../../src/config/plain-yaml.ts";
import { type ReadText, readYaml } from "../../src/config/read-text.ts";
import fc from "../support/fast-check.ts";

function readWhole(text: string): ReadText {
  const read = readYaml(text);
  if ("errors" in read) throw new Error(`${JSON.stringify(text)}: ${JSON.stringify(read.errors)}`);
  return read;
}

/** The places of all values; for each item also of the keys that only other items have. */
function placesOf({ root, placeOf }: ReadText) {
  const keys = ["id", "name", "max_mw", "retired", "constructor", "absent"];
  return Object.entries(root as Record<string, object[]>).flatMap(([list, items]) => [
    placeOf([list]),
    ...items.flatMap((_, index) => keys.map((key) => placeOf([list, index, key]))),
  ]);
}

const pieces =
  `a|Zé|1|0|-1|.5|1e-7|5d0c7a52-6a3e-4c0b-9d54-0f6b1f2a7c01|true|False|null|~|yes|.inf|0x1f|007| |  |: |:|#| #|,|.|-|- |/|(|)|&|*|!|%|@|?|[|]|{|}|>|"|'|''|"a"|'b'|\\|\\n|\\"|\\u00e9|\\x41|\t|\r|\u0085|\u2028|\ufeff|\u{1f50b}|<<|=`.split(
    "|",
  );
const value = fc.oneof(
  fc.array(fc.constantFrom(...pieces), { maxLength: 4 }).map((parts) => parts.join("")),
  fc.constantFrom(...pieces),
  fc.constantFrom(
    "&a 1",
    "&a-2 'x'",
    "&a  x y",
    "*a",
    "*a-2",
    "*a *a",
    "&a *a",
    "&a &b 1",
    "*a: 1",
  ),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.string({ unit: "grapheme" }).map((text) => JSON.stringify(text)),
);
const line = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom("", "  # note", "# a: b", "   ", "---", "lists:", "x") },
  {
    weight: 8,
    arbitrary: fc
      .tuple(
        fc.constantFrom("    ", "    ", "    ", "  - ", "  - ", "", "- ", "  ", "      ", "  -   "),
        fc.constantFrom(
          "id",
          "name",
          "max_mw",
          "retired",
          "constructor",
          "__proto__",
          "Key",
          "a-b",
        ),
        fc.constantFrom(": ", ": ", ": ", ":", ":   ", " : "),
        value,
        fc.constantFrom("", "", "", " ", " # note", "# no note"),
      )
      .map((parts) => parts.join("")),
  },
);
const text = fc
  .tuple(
    fc.constantFrom("sites:", "sites: # all", "sites:  ", "sites: []"),
    fc.constantFrom("  - id: 1", "- id: 1", "  - name: x # y"),
    fc.array(line, { maxLength: 3 }),
    fc.constantFrom("\n", "\r\n"),
    fc.constantFrom("", "\n", "\nassets:\n  - id: 2\n", "\nassets:\n- id: 2\n  name: z\n"),
  )
  .map(([head, first, lines, end, tail]) => [head, first, ...lines].join(end) + tail);

describe("plain lines", () => {
  test("are read as by the whole language, each with its place, or not at all", () => {
    let count = 0;
    fc.assert(
      fc.property(text, (text) => {
        const plain = readPlainYaml(text);
        if (plain === undefined) return;
        count++;
        const whole = readWhole(text);
        expect(plain.root, text).toEqual(whole.root);
        expect(placesOf(plain), text).toEqual(placesOf(whole));
        expect(plain.anchored, text).toEqual(whole.anchored);
      }),
      { numRuns: 5_000 },
    );
    expect(count).toBeGreaterThan(500);
  });

  test("have any scalar, which both readers read as it was written", () => {
    const scalar = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string({ unit: fc.constantFrom(...pieces, "\ud800", "\n", "\u007f", "\0") }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
    );
    fc.assert(
      fc.property(scalar, (scalar) => {
        const text = `sites:\n  - name: ${plainScalar(scalar)}\n`;
        const root = { sites: [{ name: scalar }] };
        expect(readPlainYaml(text)?.root, text).toEqual(root);
        expect(readWhole(text).root, text).toEqual(root);
      }),
      { numRuns: 5_000 },
    );
  });

  test.each([
    ["assets.yaml", readFileSync(new URL("../../assets.yaml", import.meta.url), "utf8")],
    ["what other programs write", "assets:\n- id: 1\n  name: 'it''s'\n- id: 2\n"],
  ])("are those of %s", (_, text) => {
    expect(readPlainYaml(text)?.root).toEqual(readWhole(text).root);
  });

  test("may have anchors of scalars, each alias the last one of its name", () => {
    const text =
      "sites:\n  - id: &a 1\n    name: *a\n  - id: &a two\nassets:\n  - id: *a\n    name: &b-2 'x' # y\n  - id: *b-2\n";
    const sites = [{ id: 1, name: 1 }, { id: "two" }];
    const root = { sites, assets: [{ id: "two", name: "x" }, { id: "x" }] };
    expect(readPlainYaml(text)?.root).toEqual(root);
    expect(readWhole(text).root).toEqual(root);
  });

  test.each([
    ["an alias without an anchor", "sites:\n  - id: *a\n"],
    ["a number that is none of 64 bits", "sites:\n  - id: 1e400\n"],
    ["nothing", ""],
    ["an empty list", "sites:\nassets:\n  - id: 1\n"],
    ["a key twice", "sites:\n  - id: 1\n    id: 2\n"],
    ["a list twice", "sites:\n  - id: 1\nsites:\n  - id: 1\n"],
    ["an item in another column", "sites:\n  - id: 1\n - id: 2\n"],
    ["a text of two lines", "sites:\n  - name: a\n      b\n"],
    ["a key of another item", "sites:\n  - id: 1\nassets:\n    name: a\n"],
  ])("are not %s", (_, text) => {
    expect(readPlainYaml(text)).toBeUndefined();
  });
});
