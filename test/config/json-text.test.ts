import { describe, expect, test } from "vitest";
import { parseAssetsFile } from "../../src/config/assets-file.ts";
import { readJson } from "../../src/config/json-text.ts";
import { readYaml } from "../../src/config/read-text.ts";
import fc from "../support/fast-check.ts";

const key = fc.constantFrom("sites", "id", 'a"b', "a\\", "x: y", "é");
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.oneof(fc.string({ unit: "grapheme" }), fc.boolean(), fc.constant(null), fc.constant('":"')),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.array(tie("any"), { maxLength: 3 }),
    fc.dictionary(key, tie("any"), { maxKeys: 3, noNullPrototype: true }),
  ),
})).any;
const object = fc.dictionary(key, value, { minKeys: 1, maxKeys: 3, noNullPrototype: true });

describe("JSON", () => {
  test("is read as by the YAML reader", () => {
    fc.assert(
      fc.property(object, fc.constantFrom(undefined, 2), (object, indent) => {
        const text = JSON.stringify(object, null, indent);
        const whole = readYaml(text);
        if ("errors" in whole) throw new Error(JSON.stringify(whole.errors));
        expect(readJson(text)?.root, text).toEqual(whole.root);
      }),
      { numRuns: 1_000 },
    );
  });

  test.each([
    '{"a":1,"a":2}',
    '{"b":{"a":1,"a" :1}}',
    '[{"a":1}]',
    '{"a":1',
    "a: 1",
    '{"a":"\\"}',
    "",
  ])("is left to YAML in %s", (text) => {
    expect(readJson(text)).toBeUndefined();
  });

  test("has errors with their places", () => {
    const text = '{"sites": [],\n "assets": [{"id": 1}],\n "colour": 1}';
    const read = parseAssetsFile(text);
    const errors = "errors" in read ? read.errors : [];
    const message = "assets[0].id must be a text, not 1";
    expect(errors).toContainEqual({ line: 2, column: 14, message });
    expect(errors.at(-1)).toEqual({ line: 3, column: 2, message: "colour is not a known key" });
  });
});
