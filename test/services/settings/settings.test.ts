// Settings as their service has them: random changes over scopes against a model, stored values that are not accepted, flows.
import { describe, expect, test } from "vitest";
import { createManualClock } from "../../../src/adapters/memory/clock.ts";
import { createMemorySettingStore } from "../../../src/adapters/memory/setting-store.ts";
import type { AuditRecord, Json } from "../../../src/domain/audit/record.ts";
import { everywhere, type Principal } from "../../../src/domain/identity/principal.ts";
import type { Role } from "../../../src/domain/identity/role.ts";
import type { SettingStore } from "../../../src/domain/ports/setting-store.ts";
import type { SettingDeclaration } from "../../../src/domain/settings/declaration.ts";
import { chainOf, readScope, type ScopeChain } from "../../../src/domain/settings/scope.ts";
import { recordOf } from "../../../src/services/audit/records.ts";
import { createClientSettings } from "../../../src/services/clients/client-settings.ts";
import type { ClientTelemetry } from "../../../src/services/clients/client-telemetry.ts";
import { rightsOf } from "../../../src/services/clients/rights.ts";
import { createSettingFollower } from "../../../src/services/settings/follower.ts";
import { createSettings } from "../../../src/services/settings/settings.ts";
import { createSettingValues } from "../../../src/services/settings/values.ts";
import fc from "../../support/fast-check.ts";
import { TESTER } from "../../support/kernel-under-test.ts";
import { silentLog } from "../../support/silent-log.ts";
import { ASSET, SITE, tableOf } from "../../support/tick-tables.ts";

const numberUpTo =
  (most: number): SettingDeclaration["read"] =>
  (value) =>
    typeof value === "number" && value <= most ? { value } : { wrong: `must be up to ${most}` };

const declarationOf = (
  id: string,
  scopes: SettingDeclaration["scopes"],
  read = numberUpTo(1_000),
): SettingDeclaration => ({
  ...{ id, description: id, unit: null, jsonSchema: {}, default: 100, scopes, takesEffect: "soon" },
  read,
});
const LIMIT = declarationOf("limit", ["platform", "site", "asset"]);
const LOT = declarationOf("lot", ["platform", "flow"]);

const RETIRED = ASSET.id.replace(/.$/, "9");
const TABLE = tableOf({}, { id: RETIRED, retired: true });
const [P, S, A] = ["platform", `site:${SITE.id}`, `asset:${ASSET.id}`];
const chainFor = (text: string) => {
  const scope = readScope(text);
  return (scope && chainOf(scope, TABLE)) as ScopeChain;
};

/** A server on a store that others may use too. */
function serverOn(store: SettingStore, clock = createManualClock(0), declarations = [LIMIT, LOT]) {
  const refused: AuditRecord[] = [];
  const values = createSettingValues(declarations);
  const made = { id: "id", atMs: 0 };
  const audit = {
    done: (by: Principal, audited: Parameters<typeof recordOf>[1]) =>
      recordOf(by, audited, { ...made, outcome: "done", code: null }),
    refuse: (
      by: Principal,
      { code, ...audited }: Parameters<typeof recordOf>[1] & { code: string },
    ) => void refused.push(recordOf(by, audited, { ...made, outcome: "refused", code })),
  };
  const lines: string[] = [];
  const log = { ...silentLog, warn: (_: object, message: string) => void lines.push(message) };
  const settings = createSettings({ store, values, table: () => TABLE, audit, clock });
  const follower = createSettingFollower({ store, values, clock, log });
  const clientOf = (role: Role) => {
    const by = { ...TESTER, grants: [everywhere(role)] };
    const telemetry = { table: () => TABLE } as ClientTelemetry;
    return createClientSettings({ settings, telemetry, rights: rightsOf(by), by, audit });
  };
  return { settings, values, follower, clock, refused, lines, clientOf };
}

const change = (server: ReturnType<typeof serverOn>, scope: string, value: Json, version: number) =>
  server.settings.change(TESTER, {
    ...{ id: "limit", chain: chainFor(scope), value, expectedVersion: version },
  });

interface Step {
  readonly kind: "change" | "reset" | "rollback";
  readonly scope: string;
  readonly value: number;
  readonly of: 0 | 1;
  readonly afterMs: number;
}

const steps = fc.array(
  fc.record<Step>({
    kind: fc.constantFrom("change", "change", "reset", "rollback"),
    scope: fc.constantFrom(P as string, S as string, A as string),
    value: fc.integer({ min: 0, max: 5 }),
    of: fc.constantFrom(0, 1),
    afterMs: fc.integer({ min: 0, max: 2 }),
  }),
  { maxLength: 20 },
);

test("what is in force at an instant is what the history says, for random changes of two servers", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (given) => {
      const [store, clock] = [createMemorySettingStore(() => {}), createManualClock(0)];
      const servers = [serverOn(store, clock), serverOn(store, clock)] as const;
      /** The model: the values of each scope in their order, undefined: none; with their instants. */
      const model = new Map<string, { value: number | undefined; atMs: number }[]>();
      for (const { kind, scope, value, of, afterMs } of given) {
        clock.advance(afterMs);
        const { settings } = servers[of];
        const known = model.get(scope) ?? [];
        model.set(scope, known);
        const terms = { id: "limit", chain: chainFor(scope), expectedVersion: known.length };
        const toVersion = Math.max(1, Math.min(value, known.length));
        const result =
          kind === "change"
            ? await settings.change(TESTER, { ...terms, value })
            : kind === "reset"
              ? await settings.reset(TESTER, terms)
              : await settings.rollback(TESTER, { ...terms, toVersion });
        const atMs = clock.nowMs();
        if (kind === "change") known.push({ value, atMs });
        else if (kind === "reset") known.push({ value: undefined, atMs });
        else if (known.length > 0) known.push({ value: known[toVersion - 1]?.value, atMs });
        expect(result.kind).toBe(kind === "rollback" && known.length === 0 ? "refused" : "changed");
      }
      const ownAt = (scope: string, atMs: number) =>
        (model.get(scope) ?? []).filter((it) => it.atMs <= atMs).at(-1)?.value;
      const expected = (chain: readonly string[], atMs: number) =>
        chain.map((scope) => ownAt(scope, atMs)).find((value) => value !== undefined) ?? 100;
      for (const scope of [P, S, A] as string[])
        for (let atMs = 0; atMs <= clock.nowMs(); atMs++) {
          const [found] = await servers[0].settings.list(chainFor(scope), atMs);
          expect(found?.value).toBe(expected(chainFor(scope), atMs));
        }
      for (const { settings, follower } of servers) {
        await follower.read();
        for (const scope of [P, S, A] as string[])
          expect((await settings.list(chainFor(scope)))[0]?.value).toBe(
            expected(chainFor(scope), Infinity),
          );
      }
    }),
    { numRuns: 60 },
  );
});

describe("two servers on one store", () => {
  test("of changes that expect the same version one is stored; the other shows that one", async () => {
    const store = createMemorySettingStore(() => {});
    const [one, other] = [serverOn(store), serverOn(store)];
    const results = await Promise.all([change(one, P, 1, 0), change(other, P, 2, 0)]);
    expect(results).toMatchObject([
      { kind: "changed", change: { version: 1, value: 1 } },
      { kind: "conflict", current: { version: 1, value: 1 }, setting: { value: 1, version: 1 } },
    ]);
    expect(other.refused).toMatchObject([{ code: "SETTING_CONFLICT", outcome: "refused" }]);
  });

  test("each has the changes of the other within a second", async () => {
    const store = createMemorySettingStore(() => {});
    const [one, other] = [serverOn(store), serverOn(store)];
    other.follower.start();
    await change(one, P, 7, 0);
    expect([one.values.ofPlatform("limit"), other.values.ofPlatform("limit")]).toEqual([7, 100]);
    other.clock.advance(1_000);
    await expect.poll(() => other.values.ofPlatform("limit")).toBe(7);
    other.follower.stop();
    await change(one, P, 8, 1);
    other.clock.advance(5_000);
    await Promise.resolve();
    expect(other.values.ofPlatform("limit")).toBe(7);
  });
});

test("a stored value that is not accepted any more is kept and shown, and what it inherits is in force", async () => {
  const store = createMemorySettingStore(() => {});
  const older = serverOn(store);
  await change(older, P, 20, 0);
  await change(older, S as string, 500, 0);
  const strict = { ...LIMIT, read: numberUpTo(50) };
  const newer = serverOn(store, createManualClock(0), [strict]);
  await newer.follower.read();
  const find = async (scope: string) => newer.settings.find("limit", chainFor(scope));
  expect(await find(A as string)).toMatchObject({
    ...{ value: 20, version: 0, from: { scope: P } },
    invalid: [{ version: { scope: S, version: 1, value: 500 }, wrong: "must be up to 50" }],
  });
  expect(newer.values.invalid()).toMatchObject([{ version: { scope: S, value: 500 } }]);
  expect(await newer.settings.history("limit", S as string, { limit: 9 })).toMatchObject([
    { version: 1, value: 500 },
  ]);
  expect(await newer.settings.find("limit", chainFor(S as string), 0)).toMatchObject({
    ...{ value: 20, invalid: [{ wrong: "must be up to 50" }] },
  });
  expect(await change(newer, S as string, 40, 1)).toMatchObject({ kind: "changed" });
  expect(newer.values.invalid()).toEqual([]);
  const terms = { id: "limit", chain: chainFor(S as string), expectedVersion: 2 };
  expect(await newer.settings.rollback(TESTER, { ...terms, toVersion: 1 })).toMatchObject({
    ...{ kind: "refused", refusal: { code: "SETTING_VALUE_INVALID" } },
  });
});

test("settings that this version does not know stay stored, and are named in the log once", async () => {
  const store = createMemorySettingStore(() => {});
  await change(serverOn(store), P, 5, 0);
  const other = serverOn(store, createManualClock(0), [LOT]);
  await other.follower.read();
  await other.follower.read();
  expect(other.lines).toEqual([
    "settings are stored that this version does not know: limit; they stay as they are, without effect",
  ]);
  expect((await other.settings.list(["platform"])).map((it) => it.declaration.id)).toEqual(["lot"]);
  expect(await other.settings.find("limit", ["platform"])).toMatchObject({
    refusal: { code: "SETTING_UNKNOWN" },
  });
  const again = serverOn(store);
  await again.follower.read();
  expect(again.values.ofPlatform("limit")).toBe(5);
});

describe("the settings of flows", () => {
  const request = { id: "lot", scope: "flow:day_ahead", expectedVersion: 0, value: 5 };

  test.each<[Role, string]>([
    ["trader", "changed"],
    ["admin", "changed"],
    ["operator", "refused"],
    ["viewer", "refused"],
  ])("are changed by a %s: %s", async (role, kind) => {
    const server = serverOn(createMemorySettingStore(() => {}));
    expect((await server.clientOf(role).change(request)).kind).toBe(kind);
    expect(server.refused).toHaveLength(kind === "refused" ? 1 : 0);
    expect(server.values.of("lot", ["flow:day_ahead", P as string])).toBe(
      kind === "refused" ? 100 : 5,
    );
    expect(server.values.ofPlatform("lot")).toBe(100);
  });

  test("are all that a trader has", async () => {
    const client = serverOn(createMemorySettingStore(() => {})).clientOf("trader");
    expect(await client.change({ ...request, scope: "platform" })).toMatchObject({
      ...{ kind: "refused", refusal: { code: "FORBIDDEN" } },
    });
    expect(await client.list()).toMatchObject([{ declaration: { id: "lot" }, scope: "platform" }]);
    expect(await client.find("limit")).toMatchObject({ refusal: { code: "SETTING_UNKNOWN" } });
    expect(await client.list("flow:day_ahead")).toMatchObject([{ declaration: { id: "lot" } }]);
  });
});

test("where a clock was ahead, the newest version is in force as of now, and as of every later instant", async () => {
  const store = createMemorySettingStore(() => {});
  const ahead = serverOn(store, createManualClock(5_000));
  const server = serverOn(store, createManualClock(1_000));
  const asOf = async (atMs: number) =>
    (await server.settings.list(chainFor(P as string), atMs))[0]?.value;
  await change(ahead, P as string, 1, 0);
  expect([await asOf(999), await asOf(1_000)]).toEqual([100, 1]);
  expect(await change(server, P as string, 2, 1)).toMatchObject({ change: { changedAtMs: 1_000 } });
  expect([await asOf(999), await asOf(1_000), await asOf(6_000)]).toEqual([100, 2, 2]);
  server.clock.advance(9_000);
  for (const atMs of [1_000, 4_999, 5_000, 5_001, 10_000]) expect(await asOf(atMs)).toBe(2);
});

test("an asset that is retired is given no value, and what it has is taken back", async () => {
  const server = serverOn(createMemorySettingStore(() => {}));
  const scope = `asset:${RETIRED}`;
  const client = server.clientOf("admin");
  const given = { id: "limit", scope, expectedVersion: 0, value: 5 };
  expect(await client.change(given)).toMatchObject({ refusal: { code: "ASSET_RETIRED" } });
  expect(await client.rollback({ ...given, toVersion: 1 })).toMatchObject({
    refusal: { code: "ASSET_RETIRED" },
  });
  expect(server.refused).toMatchObject([{ code: "ASSET_RETIRED" }, { code: "ASSET_RETIRED" }]);
  await change(server, scope, 5, 0);
  expect(await client.find("limit", scope)).toMatchObject({ value: 5, version: 1 });
  expect(await client.reset({ ...given, expectedVersion: 1 })).toMatchObject({ kind: "changed" });
});
