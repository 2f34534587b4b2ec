// JSON Schema by ajv: which schemas and documents are refused, also those that would hold the server or end it.
import { describe, expect, test } from "vitest";
import { createJsonSchemas } from "../../src/adapters/json-schema/json-schemas.ts";

const { refuseSchema, refuseDocument } = createJsonSchemas();

/** Each level refers to the next one twice. */
function doubling(levels: number) {
  const definition = (n: number) => ({
    allOf: [{ $ref: `#/$defs/l${n}` }, { $ref: `#/$defs/l${n}` }],
  });
  const entries = Array.from({ length: levels }, (_, n) => [`l${n}`, definition(n + 1)] as const);
  return {
    $defs: { ...Object.fromEntries(entries), [`l${levels}`]: { type: "object" } },
    $ref: "#/$defs/l0",
  };
}

describe("a schema", () => {
  test.each<[string, object, string | undefined]>([
    ["of an object", { type: "object", required: ["a"] }, undefined],
    ["of an unknown type", { type: "no type" }, "is no JSON Schema: "],
    ["of another pattern", { pattern: "(" }, "is no JSON Schema: "],
    ["that is asynchronous", { $async: true, type: "object" }, "must not have $async"],
    ["that is itself", { $ref: "#" }, "cannot be used: it "],
    ["that is itself after some levels", { allOf: [{ anyOf: [{ $ref: "#" }] }] }, "cannot be used"],
    ["of lists in lists", { type: "array", items: { $ref: "#" } }, undefined],
  ])("%s", (_, schema, refusal) => {
    const found = refuseSchema(schema as never);
    if (refusal === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(refusal);
  });
});

describe("a document", () => {
  const PATTERN = { type: "string", pattern: "^(a+)+$" };

  test("that fits is accepted, and one that does not is refused with its place", () => {
    const schema = { properties: { mw: { maximum: 5 } } };
    expect(refuseDocument(schema, { mw: 5 })).toBeUndefined();
    expect(refuseDocument(schema, { mw: 6 })).toBe("/mw must be <= 5");
    expect(refuseDocument(PATTERN, "aaa")).toBeUndefined();
    expect(refuseDocument(PATTERN, "ab")).toContain("must match pattern");
  });

  test("whose pattern would take years to match is refused", () => {
    expect(refuseSchema(PATTERN)).toBeUndefined();
    const refusal = refuseDocument(PATTERN, `${"a".repeat(60)}!`);
    expect(refusal).toBe(
      "the document cannot be checked by its schema, which takes longer than 20 ms: have it made simpler",
    );
    expect(refuseDocument(PATTERN, "aaa")).toBeUndefined();
  });

  test("whose schema doubles its work 40 times is refused", () => {
    expect(refuseSchema(doubling(40))).toBeUndefined();
    expect(refuseDocument(doubling(40), {})).toContain("takes longer than 20 ms");
  });

  test("whose items would be compared for hours is refused", () => {
    const items = Array.from({ length: 60_000 }, (_, n) => ({ n }));
    expect(refuseDocument({ uniqueItems: true }, items)).toContain("takes longer than 20 ms");
  });
});
