// Named tokens and role rules, as admins change them; and the last admin, who stays.
import { describe, expect, test } from "vitest";
import { createManualClock } from "../../../src/adapters/memory/clock.ts";
import { createMemoryIdentityStore } from "../../../src/adapters/memory/identity-store.ts";
import { systemSecrets } from "../../../src/adapters/system/secrets.ts";
import type { AuditRecord } from "../../../src/domain/audit/record.ts";
import { everywhere, LOCAL, type Principal } from "../../../src/domain/identity/principal.ts";
import type { Audit } from "../../../src/services/audit/audit.ts";
import { createAuthenticator } from "../../../src/services/identity/authenticator.ts";
import { createIdentities } from "../../../src/services/identity/identities.ts";
import { createIdentityTable } from "../../../src/services/identity/identity-table.ts";
import { silentLog } from "../../support/silent-log.ts";

const START_MS = Date.UTC(2026, 11, 1);
const SITE = "5D0C7A52-6a3e-4c0b-9d54-0f6b1f2a7c01";
const OPEN: Principal = {
  ...{ id: "anonymous", name: null, grants: [everywhere("admin")], expiresAtMs: null },
  ...{ channel: "rest", address: "127.0.0.1" },
};
const ADMIN_RULE = { claim: "roles", equals: "admins", role: "admin" };

function identitiesUnderTest(
  fixed: { hasApiToken?: true; hasOidc?: true; hasAdminRule?: true } = {},
) {
  const clock = createManualClock(START_MS);
  const kept: AuditRecord[] = [];
  const refused: { action: string; target: string; code: string }[] = [];
  const audit: Audit = {
    done: (by, { action, target, before, after }) =>
      ({ actor: by.id, action, target, before, after }) as AuditRecord,
    refuse: (_, { action, target, code }) => void refused.push({ action, target, code }),
  };
  const store = createMemoryIdentityStore((records) => kept.push(...records));
  const table = createIdentityTable({ store, clock, log: silentLog });
  const identities = createIdentities({
    ...{ store, table, audit, clock, secrets: systemSecrets, adminRules: [] },
    fixed: { hasApiToken: false, hasOidc: false, hasAdminRule: false, ...fixed },
    chance: { newId: () => crypto.randomUUID() },
  });
  const { read, identify } = createAuthenticator({
    settings: { apiToken: undefined, anonymousRole: undefined, adminRules: [] },
    ...{ table, clock, secrets: systemSecrets, verifier: undefined },
  });
  const make = (name: string, role: string, more: object = {}, by = LOCAL) =>
    identities.makeToken(by, { name, role, ...more });
  const find = (token: string) => identify(read(token), "192.0.2.1");
  return { ...identities, make, find, kept, refused, store };
}

const codeOf = (result: object) =>
  "refusal" in result ? (result.refusal as { code: string }).code : "accepted";

describe("a named token", () => {
  test("is shown once, is kept as a hash, and is accepted at once", async () => {
    const { make, find, store, tokens } = identitiesUnderTest();
    const made = await make("ci", "admin");
    if (!made.accepted) throw new Error("refused");
    expect(made.secret).toMatch(/^mando_[\w-]{43}$/);
    expect(JSON.stringify([await store.read(), await tokens(LOCAL)])).not.toContain(made.secret);
    expect(find(made.secret)).toMatchObject({ id: "token:ci", name: "ci" });
    expect(find("mando_other")).toMatchObject({ code: "UNAUTHORIZED" });
  });

  test("holds at its sites and assets, whose ids are in lower case", async () => {
    const { make } = identitiesUnderTest();
    expect(await make("ci", "operator", { siteIds: [SITE, SITE.toLowerCase()] })).toMatchObject({
      token: {
        role: "operator",
        siteIds: [SITE.toLowerCase()],
        assetIds: null,
        pathPrefixes: null,
        madeBy: "local",
      },
    });
  });

  test.each([
    ["", "viewer", {}, "name"],
    ["a b", "viewer", {}, "name"],
    ["ä", "viewer", {}, "name"],
    ["a".repeat(65), "viewer", {}, "name"],
    ["a\n", "viewer", {}, "name"],
    ["a", "root", {}, "role"],
    ["a", "toString", {}, "role"],
    ["a", "viewer", { siteIds: ["x"] }, "site_ids"],
    ["a", "viewer", { assetIds: [SITE, ""] }, "asset_ids"],
    ["a", "viewer", { siteIds: [] }, "site_ids"],
    ["a", "viewer", { siteIds: Array(1_001).fill(SITE) }, "site_ids"],
  ])("is refused with the name %j, the role %s and %o", async (name, role, more, field) => {
    const { make, kept } = identitiesUnderTest();
    expect(await make(name, role, more)).toMatchObject({
      refusal: { code: "TOKEN_INVALID", field },
    });
    expect(kept).toEqual([]);
  });

  test("has a name of its own until it is withdrawn, and is then no longer accepted", async () => {
    const { make, find, withdrawToken } = identitiesUnderTest();
    await make("admin", "admin");
    const made = await make("ci", "viewer");
    expect(codeOf(await make("ci", "viewer"))).toBe("TOKEN_EXISTS");
    expect(codeOf(await withdrawToken(LOCAL, "ci"))).toBe("accepted");
    expect(codeOf(await withdrawToken(LOCAL, "ci"))).toBe("TOKEN_UNKNOWN");
    const secret = made.accepted ? made.secret : "";
    expect(find(secret)).toMatchObject({ code: "UNAUTHORIZED" });
    expect(codeOf(await make("ci", "viewer"))).toBe("accepted");
  });

  test("is one of a thousand at most", async () => {
    const { make } = identitiesUnderTest({ hasApiToken: true });
    for (let i = 0; i < 1_000; i++) await make(`t${i}`, "viewer");
    expect(codeOf(await make("more", "viewer"))).toBe("TOO_MANY_IDENTITIES");
  });
});

describe("the last admin", () => {
  test("cannot be withdrawn, also by two at once", async () => {
    const { make, withdrawToken, tokens } = identitiesUnderTest();
    await make("a", "admin");
    await make("b", "admin");
    await make("site", "admin", { siteIds: [SITE] });
    const codes = await Promise.all(["a", "b"].map((name) => withdrawToken(LOCAL, name)));
    expect(codes.map(codeOf).sort()).toEqual(["LAST_ADMIN", "accepted"]);
    expect(codeOf(await withdrawToken(LOCAL, "site"))).toBe("accepted");
    expect(await tokens(LOCAL)).toMatchObject({ tokens: { length: 1 } });
  });

  test.each([
    ["API_TOKEN", { hasApiToken: true }, "accepted"],
    ["OIDC_ADMIN", { hasOidc: true, hasAdminRule: true }, "accepted"],
    ["OIDC_ISSUER alone", { hasOidc: true }, "LAST_ADMIN"],
  ] as const)("is not a token where there is %s", async (_, fixed, code) => {
    const { make, withdrawToken } = identitiesUnderTest(fixed);
    await make("a", "admin");
    expect(codeOf(await withdrawToken(LOCAL, "a"))).toBe(code);
  });

  test("may be a role rule, which cannot be removed then", async () => {
    const { make, withdrawToken, addRule, removeRule } = identitiesUnderTest({ hasOidc: true });
    await make("a", "admin");
    const added = await addRule(LOCAL, ADMIN_RULE);
    const id = added.accepted ? added.rule.id : "";
    expect(codeOf(await withdrawToken(LOCAL, "a"))).toBe("accepted");
    expect(codeOf(await removeRule(LOCAL, id))).toBe("LAST_ADMIN");
    await make("b", "admin");
    expect(codeOf(await removeRule(LOCAL, id.toUpperCase()))).toBe("accepted");
    expect(codeOf(await removeRule(LOCAL, id))).toBe("ROLE_RULE_UNKNOWN");
  });

  test("is no role rule without OIDC_ISSUER", async () => {
    const { make, withdrawToken, addRule } = identitiesUnderTest();
    await make("a", "admin");
    await addRule(LOCAL, ADMIN_RULE);
    expect(codeOf(await withdrawToken(LOCAL, "a"))).toBe("LAST_ADMIN");
  });

  test("is made first: another first token would lock out its maker", async () => {
    const { make } = identitiesUnderTest();
    expect(codeOf(await make("ci", "viewer", {}, OPEN))).toBe("LAST_ADMIN");
    expect(codeOf(await make("ci", "viewer", {}, LOCAL))).toBe("accepted");
    expect(codeOf(await make("admin", "admin", {}, OPEN))).toBe("accepted");
  });
});

describe("changes of identities", () => {
  test("are for admins of everything", async () => {
    const { make, tokens, rules, withdrawToken, refused } = identitiesUnderTest();
    await make("a", "admin");
    const others: Principal[] = [
      { ...OPEN, grants: [everywhere("operator"), everywhere("trader"), everywhere("viewer")] },
      {
        ...OPEN,
        grants: [
          { role: "admin", siteIds: [SITE.toLowerCase()], assetIds: null, pathPrefixes: null },
        ],
      },
      { ...OPEN, grants: [] },
    ];
    for (const other of others) {
      expect(codeOf(await make("b", "admin", {}, other))).toBe("FORBIDDEN");
      expect(codeOf(await withdrawToken(other, "a"))).toBe("FORBIDDEN");
      expect(codeOf(await tokens(other))).toBe("FORBIDDEN");
      expect(codeOf(await rules(other))).toBe("FORBIDDEN");
    }
    expect(refused).toHaveLength(6);
    expect(refused[0]).toEqual({ action: "token.make", target: "token:b", code: "FORBIDDEN" });
  });

  test("are audited with what they were before and after, and without a secret", async () => {
    const { make, withdrawToken, addRule, removeRule, kept, refused } = identitiesUnderTest({
      hasApiToken: true,
    });
    const made = await make("ci", "viewer");
    await make("ci", "viewer");
    await withdrawToken(LOCAL, "ci");
    const added = await addRule(LOCAL, ADMIN_RULE);
    const id = added.accepted ? added.rule.id : "";
    await removeRule(LOCAL, id);
    const token = {
      name: "ci",
      role: "viewer",
      site_ids: null,
      asset_ids: null,
      path_prefixes: null,
    };
    const rule = { ...ADMIN_RULE, site_ids: null, asset_ids: null, path_prefixes: null };
    expect(kept).toEqual([
      { actor: "local", action: "token.make", target: "token:ci", after: token },
      { actor: "local", action: "token.withdraw", target: "token:ci", before: token },
      { actor: "local", action: "role_rule.add", target: `role_rule:${id}`, after: rule },
      { actor: "local", action: "role_rule.remove", target: `role_rule:${id}`, before: rule },
    ]);
    expect(refused).toEqual([{ action: "token.make", target: "token:ci", code: "TOKEN_EXISTS" }]);
    expect(JSON.stringify(kept)).not.toContain(made.accepted && made.secret);
    expect(JSON.stringify(kept)).not.toContain(made.accepted && made.token.hash);
  });
});
