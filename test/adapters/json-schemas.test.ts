// JSON Schema by ajv: which schemas and documents are refused, also those that would hold the server or end it.
import { describe, expect, test } from "vitest";
import { createJsonSchemas } from "../../src/adapters/json-schema/json-schemas.ts";
import { createTimedTurns } from "../../src/adapters/json-schema/time-limit.ts";

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
  ])("%s", async (_, schema, refusal) => {
    const found = await refuseSchema(schema as never);
    if (refusal === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(refusal);
  });
});

describe("a document", () => {
  const PATTERN = { type: "string", pattern: "^(a+)+$" };

  test("that fits is accepted, and one that does not is refused with its place", async () => {
    const schema = { properties: { mw: { maximum: 5 } } };
    expect(await refuseDocument(schema, { mw: 5 })).toBeUndefined();
    expect(await refuseDocument(schema, { mw: 6 })).toBe("/mw must be <= 5");
    expect(await refuseDocument(PATTERN, "aaa")).toBeUndefined();
    expect(await refuseDocument(PATTERN, "ab")).toContain("must match pattern");
  });

  test("whose pattern would take years to match is refused", async () => {
    expect(await refuseSchema(PATTERN)).toBeUndefined();
    const refusal = await refuseDocument(PATTERN, `${"a".repeat(60)}!`);
    expect(refusal).toBe(
      "the document cannot be checked by its schema, which takes longer than 20 ms: have it made simpler",
    );
    expect(await refuseDocument(PATTERN, "aaa")).toBeUndefined();
  });

  test("whose schema doubles its work 40 times is refused", async () => {
    expect(await refuseSchema(doubling(40))).toBeUndefined();
    expect(await refuseDocument(doubling(40), {})).toContain("takes longer than 20 ms");
  });

  test("whose items would be compared for hours is refused", async () => {
    const items = Array.from({ length: 60_000 }, (_, n) => ({ n }));
    expect(await refuseDocument({ uniqueItems: true }, items)).toContain("takes longer than 20 ms");
  });
});

describe("checks of many callers", () => {
  test("that take longer than a turn are done one a turn, and short ones together", async () => {
    const spin = (ms: number) => () => {
      const untilMs = performance.now() + ms;
      while (performance.now() < untilMs);
      return turns;
    };
    let turns = 0;
    const check = createTimedTurns(10_000_000, async () => void turns++);
    await Promise.all([1, 2, 3].map(() => check(1_000, spin(1))));
    expect(turns).toBe(0);
    const long = createTimedTurns(1, async () => void turns++);
    const doneIn = await Promise.all([1, 2, 3].map(() => long(1_000, spin(2))));
    expect(doneIn).toEqual([0, 1, 2]);
  });

  test("are each answered for its own document", async () => {
    const schema = { properties: { mw: { maximum: 5 } } };
    const found = await Promise.all([1, 6, 2, 7].map((mw) => refuseDocument(schema, { mw })));
    expect(found).toEqual([undefined, "/mw must be <= 5", undefined, "/mw must be <= 5"]);
  });
});
