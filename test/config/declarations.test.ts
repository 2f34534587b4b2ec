// The declarations of settings: as JSON and as text they are read by one shape.
import { describe, expect, test } from "vitest";
import { DECLARATIONS, overridesOf } from "../../src/config/declarations.ts";
import { readSettings, SETTINGS } from "../../src/config/settings.ts";
import type { Json } from "../../src/domain/audit/record.ts";

const declarationOf = (id: string) => {
  const found = DECLARATIONS.find((it) => it.id === id);
  if (found === undefined) throw new Error(`no ${id}`);
  return found;
};

describe("every declaration", () => {
  test.each(DECLARATIONS.map((it) => [it.id, it] as const))("%s accepts its default", (_, it) => {
    expect(it.read(it.default)).toEqual({ value: it.default });
    expect(it.description).not.toBe("");
    expect(it.takesEffect).not.toBe("");
    expect(it.scopes).toContain("platform");
  });

  test.each(DECLARATIONS.map((it) => [it.id, it] as const))(
    "%s has its bounds as JSON Schema has them",
    (_, it) => {
      const { minimum, maximum, type, enum: names } = it.jsonSchema as Record<string, Json>;
      if (typeof minimum !== "number" || typeof maximum !== "number") {
        for (const name of (names ?? []) as string[])
          expect(it.read(name)).toEqual({ value: name });
        return expect(type === "boolean" || Array.isArray(names)).toBe(true);
      }
      for (const value of [minimum, maximum]) expect(it.read(value)).toEqual({ value });
      for (const value of [minimum - 1, maximum + 1])
        expect(it.read(value)).toHaveProperty("wrong");
      if (type === "integer") expect(it.read(minimum + 0.5)).toHaveProperty("wrong");
    },
  );

  test("with a variable has that default and range", () => {
    const variables = new Map(SETTINGS.map((it) => [it.variable.toLowerCase(), it]));
    const shared = DECLARATIONS.filter(({ id }) => variables.has(id));
    expect(shared).toHaveLength(20);
    for (const { id, default: fallback } of shared)
      expect(variables.get(id)?.fallback).toBe(String(Number(fallback) || fallback));
  });
});

test.each<[string, Json, string]>([
  ["raw_retention_days", "30", 'must be a number, not "30"'],
  ["raw_retention_days", 0, "must be 0.01 to 36500, not 0"],
  ["max_sockets", 1.5, "must be a whole number, 1 to 1000000, not 1.5"],
  ["max_sockets", null, "must be a whole number, not null"],
  ["max_sockets", [1], "must be a whole number, not a list"],
  ["max_query_tokens", 499, "must be 500 to 1000000, not 499"],
  ["max_message_kb", 0, "must be 1 to 65536, not 0"],
  ["max_sockets", 1e300, "must be 1 to 1000000, not 1e+300"],
  ["introspection", 1, "must be true or false, not 1"],
  ["introspection", "true", 'must be true or false, not "true"'],
  ["log_level", "loud", 'must be trace, debug, info, warn, error, fatal or silent, not "loud"'],
  ["log_level", {}, "must be a text, not an object"],
])("%s refuses %j", (id, value, wrong) => {
  expect(declarationOf(id).read(value)).toEqual({ wrong });
});

test("what is given by a variable or a flag overrides, and is named", () => {
  const read = readSettings(
    { maxSockets: "7" },
    { MAX_LIST_IDS: "9", MAX_SOCKETS: "8", PORT: "0", LOG_LEVEL: "" },
  );
  if ("problems" in read) throw new Error(read.problems.join());
  expect([...overridesOf(read.settings)]).toEqual([
    ["max_sockets", { value: 7, by: "--max-sockets" }],
    ["max_list_ids", { value: 9, by: "MAX_LIST_IDS" }],
  ]);
});
