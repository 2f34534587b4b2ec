// What every store of identities promises: in memory, and in each database.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createMemoryIdentityStore } from "../../src/adapters/memory/identity-store.ts";
import type { AuditRecord } from "../../src/domain/audit/record.ts";
import type { RoleRule } from "../../src/domain/identity/role-rule.ts";
import type { NamedToken } from "../../src/domain/identity/token.ts";
import type { IdentityStore } from "../../src/domain/ports/identity-store.ts";
import { SERVERS, type TestServerKind } from "../support/databases.ts";
import { openStore } from "../support/opened-store.ts";

/** Makes stores, each of them empty. */
interface Maker {
  make(): Promise<IdentityStore>;
  /** The targets of the audit records that are stored with changes. */
  audited(): Promise<readonly string[]>;
  close(): Promise<void>;
}

const memory = async (): Promise<Maker> => {
  let kept: AuditRecord[] = [];
  return {
    async make() {
      kept = [];
      return createMemoryIdentityStore((records) => kept.push(...records));
    },
    audited: async () => kept.map(({ target }) => target),
    close: async () => {},
  };
};

const stored = (start: TestServerKind["start"]) => async (): Promise<Maker> => {
  const { store, client, audited, close } = await openStore(start);
  return {
    async make() {
      await client.within(5_000, (sql) => sql`truncate tokens, role_rules, audit_log`);
      return store.identities;
    },
    audited,
    close,
  };
};

const STORES = [
  ["memory", memory] as const,
  ...SERVERS.map(({ name, start }) => [name, stored(start)] as const),
];

const START_MS = Date.UTC(2026, 11, 1);

const tokenOf = (name: string, difference: Partial<NamedToken> = {}): NamedToken => ({
  ...{ id: randomUUID(), name, hash: `hash of ${name}`, madeAtMs: START_MS, madeBy: "local" },
  ...{ role: "viewer", siteIds: null, assetIds: null, pathPrefixes: null, ...difference },
});
const ruleOf = (equals: string, difference: Partial<RoleRule> = {}): RoleRule => ({
  ...{ id: randomUUID(), claim: "roles", equals, addedAtMs: START_MS, addedBy: "local" },
  ...{ role: "viewer", siteIds: null, assetIds: null, pathPrefixes: null, ...difference },
});

const auditOf = (target: string): AuditRecord => ({
  ...{ id: randomUUID(), atMs: START_MS, actor: "local", actorName: null, address: null },
  ...{ channel: "cli", action: "token.make", target, before: null, after: null, reason: null },
  ...{ requestId: null, outcome: "done", code: null },
});

describe.each(STORES)("an identity store in %s", { timeout: 60_000 }, (_, start) => {
  let maker: Maker;
  let store: IdentityStore;
  const add = (token: NamedToken) =>
    store.change(() => ({ kind: "token added", token, audit: [] }));
  const addRule = (rule: RoleRule) => store.change(() => ({ kind: "rule added", rule, audit: [] }));

  beforeAll(async () => {
    maker = await start();
  }, 60_000);
  afterAll(() => maker?.close());
  beforeEach(async () => {
    store = await maker.make();
  });

  test("has none at first", async () => {
    expect(await store.read()).toEqual({ tokens: [], rules: [] });
  });

  test("reads tokens and rules as they were added, in their order", async () => {
    const tokens = [
      tokenOf("ci", { role: "admin" }),
      tokenOf("site.a_b-c", {
        siteIds: [randomUUID()],
        assetIds: [randomUUID(), randomUUID()],
        madeAtMs: START_MS + 1,
        madeBy: 'https://issuer+"ä"',
      }),
      tokenOf("none", { siteIds: [], assetIds: [randomUUID()], madeAtMs: START_MS + 2 }),
    ];
    const rules = [
      ruleOf("mando.admin", { role: "admin" }),
      ruleOf("ä'\"\\", { claim: "realm.roles", siteIds: [randomUUID()], addedAtMs: START_MS + 1 }),
    ];
    for (const token of tokens) await add(token);
    for (const rule of rules) await addRule(rule);
    expect(await store.read()).toEqual({ tokens, rules });
  });

  test("no longer has what was withdrawn or removed, and its name is free", async () => {
    const [first, second, rule] = [tokenOf("ci"), tokenOf("ci", { hash: "b" }), ruleOf("a")];
    await add(first);
    await addRule(rule);
    const atMs = START_MS + 5;
    await store.change(() => ({ kind: "token withdrawn", id: first.id, atMs, audit: [] }));
    await store.change(() => ({ kind: "rule removed", id: rule.id, audit: [] }));
    expect(await store.read()).toEqual({ tokens: [], rules: [] });
    await add(second);
    expect(await store.read()).toEqual({ tokens: [second], rules: [] });
  });

  test("decides on what is stored, one change after the other", async () => {
    const first = tokenOf("first", { role: "admin" });
    const second = tokenOf("second", { role: "admin", madeAtMs: START_MS + 1 });
    await add(first);
    await add(second);
    const withdraw = (id: string) =>
      store.change(({ tokens }) =>
        tokens.length === 1 ? undefined : { kind: "token withdrawn", id, atMs: 0, audit: [] },
      );
    await Promise.all([withdraw(first.id), withdraw(second.id)]);
    expect((await store.read()).tokens).toHaveLength(1);
  });

  test("stores a change with its audit records: both or none", async () => {
    const token = tokenOf("ci");
    await store.change(() => ({ kind: "token added", token, audit: [auditOf("token:ci")] }));
    expect(await maker.audited()).toEqual(["token:ci"]);
    await store.change(() => undefined);
    const same = { ...tokenOf("other"), id: token.id, hash: "other" };
    const audit = [auditOf("token:other")];
    await store.change(() => ({ kind: "token added", token: same, audit })).catch(() => {});
    expect(await maker.audited()).toHaveLength((await store.read()).tokens.length);
  });

  test("changes nothing where the decision fails", async () => {
    await expect(
      store.change(() => {
        throw new Error("planted");
      }),
    ).rejects.toThrow("planted");
    expect(await store.read()).toEqual({ tokens: [], rules: [] });
  });
});
