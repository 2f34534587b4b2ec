// Values of settings as they are typed: fields by JSON Schema, what is read of them, and the same in words.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DECLARATIONS } from "../../src/config/declarations.ts";
import type { Json } from "../../src/domain/audit/record.ts";
import { draftOf, readDraft } from "../../web/dashboard/settings/value-draft.ts";
import { fieldOf } from "../../web/dashboard/settings/value-field.ts";
import { rangeText, valueText } from "../../web/dashboard/settings/value-text.ts";
import { chooseFormats } from "../../web/dashboard/text/format.ts";
import { loadWords } from "../../web/dashboard/text/words.ts";
import fc from "../support/fast-check.ts";

beforeEach(() => chooseFormats({ locale: "en-GB" }));
afterEach(() => loadWords("en"));

const NAMES = { type: "array", items: { type: "string", minLength: 2, maxLength: 4 } };

describe("what is typed", () => {
  test.each([
    [{ type: "number", minimum: 0.5, maximum: 10 }, "2,5", 2.5],
    [{ type: "integer", minimum: 1 }, " 12 ", 12],
    [{ type: "boolean" }, "false", false],
    [{ type: "string", enum: ["info", "warn"] }, '"warn"', "warn"],
    [{ enum: [1, "1", null] }, '"1"', "1"],
    [{ enum: [1, "1", null] }, "null", null],
    [{ type: "string" }, "", ""],
    [{ type: "string", pattern: "^a+$" }, "aa", "aa"],
    [{ type: "string", pattern: "(?<x" }, "any", "any"],
    [NAMES, "ab\n\n cd \n", ["ab", "cd"]],
    [{ type: "array", items: { type: "integer" } }, "1\n2", [1, 2]],
    [{ type: "array", items: { enum: ["a", "b"] } }, "b\na", ["b", "a"]],
    [NAMES, "", []],
    [{ type: "object" }, '{"a": [1]}', { a: [1] }],
    [{ type: "array", items: { type: "object" } }, "[{}]", [{}]],
    [null, "7", 7],
  ])("by %j is read: %j", (schema, text, value) => {
    expect(readDraft(fieldOf(schema), text)).toEqual({ value });
  });

  test.each([
    [{ type: "number", minimum: 0.5 }, "0.4", "This must be 0.5 or more."],
    [{ type: "number", exclusiveMinimum: 0 }, "0", "This must be above 0."],
    [{ type: "number", maximum: 10 }, "11", "This must be 10 or less."],
    [{ type: "integer" }, "1.5", "This must be a whole number."],
    [{ type: "integer" }, "", "This must be filled in."],
    [{ type: "boolean" }, "", "This must be Yes or No."],
    [{ type: "string", minLength: 1 }, "", "This must be filled in."],
    [{ type: "string", minLength: 3 }, "ab", "This must have 3 characters at least."],
    [{ type: "string", maxLength: 2 }, "abc", "This may have 2 characters at most."],
    [{ type: "string", pattern: "^a+$" }, "b", "This does not have the form that it must have."],
    [NAMES, "ab\nc", "Line 2: This must have 2 characters at least."],
    [{ ...NAMES, uniqueItems: true }, "ab\nab", /ab.* stands here twice\.$/],
    [{ ...NAMES, minItems: 1 }, "", "This must have 1 items at least."],
    [{ ...NAMES, maxItems: 1 }, "ab\ncd", "This may have 1 items at most."],
    [{ type: "object" }, "{", "This must be a value as JSON."],
  ])("by %j is refused: %j", (schema, text, wrong) => {
    expect(readDraft(fieldOf(schema), text)).toEqual({
      wrong: typeof wrong === "string" ? wrong : expect.stringMatching(wrong),
    });
  });

  test("counts characters as people do", () => {
    expect(readDraft(fieldOf({ type: "string", maxLength: 2 }), "🔋🔋")).toEqual({ value: "🔋🔋" });
  });

  test("is that of a value, in every language", () => {
    const schemas: [unknown, unknown][] = [
      [{ type: "number" }, 0.25],
      [{ type: "boolean" }, true],
      [{ type: "string" }, "a b"],
      [NAMES, ["ab", "cd"]],
      [{ type: "object" }, { a: 1 }],
    ];
    for (const locale of ["en-GB", "de-DE", "fi-FI"]) {
      chooseFormats({ locale });
      for (const [schema, value] of schemas) {
        const field = fieldOf(schema);
        expect(readDraft(field, draftOf(field, value))).toEqual({ value });
      }
    }
  });

  test("of a stored value that does not fit is its text, and is refused", () => {
    const field = fieldOf({ type: "integer", maximum: 5 });
    expect(draftOf(field, "many")).toBe("many");
    expect(readDraft(field, draftOf(field, 7))).toHaveProperty("wrong");
    expect(draftOf(field, { a: 1 })).toBe('{"a":1}');
  });
});

describe.each(DECLARATIONS.map((one) => [one.id, one] as const))("%s", (_, declaration) => {
  const field = fieldOf(declaration.jsonSchema);

  test("has a field for its kind, with its default", () => {
    expect(field.kind).not.toBe("json");
    const read = readDraft(field, draftOf(field, declaration.default));
    expect(read).toEqual({ value: declaration.default });
  });

  test("is accepted in the page as in the server", () => {
    const { minimum = 0, maximum = 0 } = declaration.jsonSchema as Record<string, number>;
    const number = fc.oneof(
      fc.constantFrom(minimum, maximum, minimum - 1, maximum + 1, minimum + 0.5),
      fc.double({ min: minimum - 2, max: maximum + 2, noNaN: true }),
      fc.integer({ min: Math.floor(minimum) - 2, max: Math.ceil(maximum) + 2 }),
    );
    const any = fc.oneof(number, fc.boolean(), fc.constantFrom("info", "silent", "loud", ""));
    fc.assert(
      fc.property(any, (value: Json) => {
        const read = readDraft(field, draftOf(field, value));
        const isTyped = "value" in read && JSON.stringify(read.value) === JSON.stringify(value);
        expect(isTyped, JSON.stringify(value)).toBe("value" in declaration.read(value));
      }),
    );
  });
});

describe("in words", () => {
  test.each([
    [3600, "s", "3,600 s"],
    [0.01, "days", "0.01 days"],
    [123_456.789_012, null, "123,456.789012"],
    [false, null, "No"],
    ["", null, "empty"],
    ["info", null, "info"],
    [[], null, "none"],
    [[1, 2], "s", "1 s, 2 s"],
    [null, "s", "none"],
    [{ a: 1 }, null, '{"a":1}'],
  ])("%j %s is %s", (value, unit, text) => {
    expect(valueText(value, unit)).toBe(text);
  });

  test.each([
    [{ type: "number", minimum: 0.01, maximum: 36_500 }, "days", "0.01 to 36,500 days"],
    [{ type: "integer", minimum: 1, maximum: 1000 }, null, "whole numbers, 1 to 1,000"],
    [{ type: "integer", minimum: 1 }, "s", "whole numbers, 1 s or more"],
    [{ type: "number", exclusiveMinimum: 0 }, "s", "above 0 s"],
    [{ type: "number", maximum: 5 }, null, "5 or less"],
    [{ type: "number" }, null, "a number"],
    [{ type: "integer" }, null, "a whole number"],
    [{ type: "boolean" }, null, "Yes or No"],
    [{ enum: ["a", "b", "c"] }, null, "a, b or c"],
    [{ type: "string" }, null, "a text"],
    [NAMES, null, "a list, one item a line: a text"],
    [{}, null, "a value as JSON"],
  ])("%j has the values: %s %s", (schema, unit, text) => {
    expect(rangeText(fieldOf(schema), unit)).toBe(text);
  });

  test("a unit is in the language, and an unknown one as the server has it", async () => {
    await loadWords("de");
    chooseFormats({ locale: "de-DE" });
    expect(valueText(1.5, "days")).toBe("1,5 Tage");
    expect(valueText(1.5, "EUR")).toBe("1,5 EUR");
  });
});
