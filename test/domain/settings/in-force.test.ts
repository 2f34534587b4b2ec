// The value in force: hand-made cases, and random histories against a model of their own.
import { describe, expect, test } from "vitest";
import type { Json } from "../../../src/domain/audit/record.ts";
import type { SettingDeclaration } from "../../../src/domain/settings/declaration.ts";
import {
  readVersion,
  type SettingVersion,
  valueInForce,
} from "../../../src/domain/settings/in-force.ts";
import { readScope, scopeText } from "../../../src/domain/settings/scope.ts";
import fc from "../../support/fast-check.ts";

const DECLARATION: SettingDeclaration = {
  ...{ id: "limit_s", description: "a limit, in s", unit: "s", jsonSchema: { type: "number" } },
  ...{ default: 100, scopes: ["platform", "site", "asset"], takesEffect: "at once" },
  read: (value) =>
    typeof value === "number" && value >= 0 ? { value } : { wrong: "must be 0 or more" },
};
const [SITE, ASSET] = [
  "site:5d0c7a52-6a3e-4c0b-9d54-0f6b1f2a7c01",
  "asset:8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01",
];
const CHAIN = [ASSET, SITE, "platform"] as const;

const versionOf = (
  scope: string,
  version: number,
  value: Json,
  difference: Partial<SettingVersion> = {},
): SettingVersion => ({
  ...{ id: "limit_s", scope, version, value, isReset: false },
  ...{ changedAtMs: version, changedBy: "anna", reason: null, ...difference },
});

/** The value in force by the newest version of each scope. */
function inForce(versions: readonly SettingVersion[], chain: readonly string[] = CHAIN) {
  const byScope = new Map(versions.map((it) => [it.scope, readVersion(DECLARATION, it)]));
  return valueInForce(DECLARATION, chain, (scope) => byScope.get(scope));
}

describe("the value in force", () => {
  test("is the default where no scope has one", () => {
    expect(inForce([])).toEqual({ value: 100, from: null, invalid: [] });
  });

  test("is that of the nearest scope: asset over site over platform", () => {
    const all = [versionOf("platform", 1, 1), versionOf(SITE, 1, 2), versionOf(ASSET, 1, 3)];
    expect(inForce(all)).toMatchObject({ value: 3, from: { scope: ASSET } });
    expect(inForce(all, CHAIN.slice(1))).toMatchObject({ value: 2, from: { scope: SITE } });
    expect(inForce(all, CHAIN.slice(2))).toMatchObject({ value: 1, from: { scope: "platform" } });
    expect(inForce(all.slice(0, 1))).toMatchObject({ value: 1, from: { scope: "platform" } });
  });

  test("is inherited after a reset", () => {
    const reset = versionOf(ASSET, 2, 3, { isReset: true });
    expect(inForce([versionOf(SITE, 1, 2), reset])).toMatchObject({ value: 2, invalid: [] });
    expect(inForce([reset])).toEqual({ value: 100, from: null, invalid: [] });
  });

  test("is inherited where a value is not accepted any more, which is named", () => {
    const wrong = versionOf(ASSET, 1, -1);
    expect(inForce([wrong, versionOf("platform", 1, 7)])).toEqual({
      value: 7,
      from: versionOf("platform", 1, 7),
      invalid: [{ version: wrong, wrong: "must be 0 or more" }],
    });
  });

  test("is that of the next scope where the kind of the scope has no value any more", () => {
    const flow = versionOf("flow:day_ahead", 1, 5);
    expect(inForce([flow], ["flow:day_ahead", "platform"])).toMatchObject({
      ...{ value: 100, from: null },
      invalid: [{ wrong: "has no value for a scope of the kind flow any more" }],
    });
  });
});

interface Step {
  readonly scope: string;
  readonly value: number;
  readonly isReset: boolean;
  readonly afterMs: number;
}

const steps = fc.array(
  fc.record<Step>({
    scope: fc.constantFrom(...CHAIN),
    value: fc.integer({ min: -1, max: 3 }),
    isReset: fc.boolean(),
    afterMs: fc.integer({ min: 0, max: 3 }),
  }),
  { maxLength: 30 },
);

/** A model: replays the steps into one value for each scope. */
function modelOf(history: readonly (Step & { atMs: number })[], atMs: number): number {
  const own = new Map<string, number>();
  for (const step of history) {
    if (step.atMs > atMs) continue;
    if (step.isReset) own.delete(step.scope);
    else own.set(step.scope, step.value);
  }
  return CHAIN.map((scope) => own.get(scope)).find((value) => (value ?? -1) >= 0) ?? 100;
}

test("at each instant it is what the history says, for random sequences over scopes", () => {
  fc.assert(
    fc.property(steps, fc.integer({ min: 0, max: 60 }), (given, atMs) => {
      let nowMs = 0;
      const history = given.map((step) => {
        nowMs += step.afterMs;
        return { ...step, atMs: nowMs };
      });
      const counts = new Map<string, number>();
      const versions = history.map(({ scope, value, isReset, atMs: changedAtMs }) => {
        counts.set(scope, (counts.get(scope) ?? 0) + 1);
        return versionOf(scope, counts.get(scope) ?? 0, value, { isReset, changedAtMs });
      });
      const known = versions.filter(({ changedAtMs }) => changedAtMs <= atMs);
      expect(inForce(known).value).toBe(modelOf(history, atMs));
    }),
  );
});

describe("a scope", () => {
  test.each([
    ["platform", "platform"],
    [SITE.toUpperCase().replace("SITE", "site"), SITE],
    [ASSET, ASSET],
    ["flow:day_ahead-2", "flow:day_ahead-2"],
  ])("is read from %s", (text, written) => {
    const scope = readScope(text);
    expect(scope && scopeText(scope)).toBe(written);
  });

  test.each([
    "",
    "Platform",
    "platform:",
    "site",
    "site:",
    "site:1",
    "asset:x",
    "flow:",
    "flow:Ä",
    "flow:a:b",
    "flow:1",
    "fleet",
  ])("is not %j", (text) => expect(readScope(text)).toBeUndefined());
});
