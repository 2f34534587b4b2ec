// Who sends a request: in open mode, by tokens, and by tokens of OpenID Connect.
import { beforeEach, describe, expect, test } from "vitest";
import { createManualClock } from "../../../src/adapters/memory/clock.ts";
import { createMemoryIdentityStore } from "../../../src/adapters/memory/identity-store.ts";
import { systemSecrets } from "../../../src/adapters/system/secrets.ts";
import type { Claims } from "../../../src/domain/identity/claim-grants.ts";
import { everywhere } from "../../../src/domain/identity/principal.ts";
import type { TokenVerifier } from "../../../src/domain/ports/token-verifier.ts";
import { createAuthenticator } from "../../../src/services/identity/authenticator.ts";
import { createIdentityTable } from "../../../src/services/identity/identity-table.ts";
import { silentLog } from "../../support/silent-log.ts";

const START_MS = Date.UTC(2026, 11, 1);
const ADDRESS = "192.0.2.7";
const ADMIN_RULE = { claim: "roles", equals: "mando.admin", ...everywhere("admin") };

interface Options {
  readonly apiToken?: string;
  readonly anonymousRole?: "none" | "viewer";
  readonly oidc?: true;
}

/** A verifier of tokens whose claims a test gives. Tokens look like those of OpenID Connect. */
function createVerifier(claimsOf: Map<string, Claims>, nowMs: () => number) {
  const state = { keysVersion: 1, checks: 0 };
  const verifier: TokenVerifier = {
    keysVersion: () => state.keysVersion,
    async verify(token) {
      state.checks++;
      const claims = claimsOf.get(token);
      if (claims === undefined) return { refused: "its signature is wrong" };
      const expiresAtMs = Number(claims.exp) * 1000 + 60_000;
      if (nowMs() >= expiresAtMs) return { refused: "it has expired" };
      return { id: `iss+${claims.sub}`, name: null, claims, expiresAtMs };
    },
  };
  return { verifier, state };
}

async function authenticatorUnderTest({ apiToken, anonymousRole, oidc }: Options = {}) {
  const clock = createManualClock(START_MS);
  const store = createMemoryIdentityStore(() => {});
  const table = createIdentityTable({ store, clock, log: silentLog });
  const claimsOf = new Map<string, Claims>();
  const { verifier, state } = createVerifier(claimsOf, clock.nowMs);
  const authenticator = createAuthenticator({
    settings: { apiToken, anonymousRole, adminRules: [ADMIN_RULE] },
    verifier: oidc && verifier,
    ...{ table, clock, secrets: systemSecrets },
  });
  await table.read();
  table.start();
  const addToken = (name: string, token: string) =>
    store.change(() => ({
      kind: "token added",
      audit: [],
      token: {
        ...{ id: name, name, hash: systemSecrets.digestOf(token), ...everywhere("operator") },
        ...{ madeAtMs: START_MS, madeBy: "local" },
      },
    }));
  const { read } = authenticator;
  const identify = (token?: string, address = ADDRESS) =>
    authenticator.identify(token === undefined ? undefined : read(token), address);
  const rolesOf = async (token?: string, address = ADDRESS) => {
    const it = await identify(token, address);
    return "code" in it ? it.code : it.grants.map(({ role }) => role).join();
  };
  return { ...authenticator, identify, clock, store, table, claimsOf, state, addToken, rolesOf };
}

describe("without any token set", () => {
  test("everyone is an admin, also with a token", async () => {
    const { mode, rolesOf } = await authenticatorUnderTest();
    expect(mode()).toBe("open");
    expect(await rolesOf()).toBe("admin");
    expect(await rolesOf("anything")).toBe("admin");
  });

  test("the first named token ends it, within 2 s where another process makes it", async () => {
    const { mode, rolesOf, addToken, clock } = await authenticatorUnderTest();
    await addToken("ci", "mando_1");
    clock.advance(2_000);
    await expect.poll(mode).toBe("token");
    expect(await rolesOf()).toBe("");
    expect(await rolesOf("mando_1")).toBe("operator");
    expect(await rolesOf("mando_2")).toBe("UNAUTHORIZED");
  });

  test("nothing is granted before the store is read", () => {
    const clock = createManualClock(START_MS);
    const store = createMemoryIdentityStore(() => {});
    const table = createIdentityTable({ store, clock, log: silentLog });
    const { identify } = createAuthenticator({
      settings: { apiToken: undefined, anonymousRole: undefined, adminRules: [] },
      ...{ table, clock, secrets: systemSecrets, verifier: undefined },
    });
    expect(identify(undefined, ADDRESS)).toMatchObject({ id: "anonymous", grants: [] });
  });
});

describe("with API_TOKEN", () => {
  test("it is an admin, others are refused, and without a token one reads", async () => {
    const { mode, rolesOf, identify } = await authenticatorUnderTest({ apiToken: "secret-token" });
    expect(mode()).toBe("token");
    expect(await rolesOf()).toBe("viewer");
    expect(await rolesOf("secret-token")).toBe("admin");
    expect(await rolesOf("secret-tokem")).toBe("UNAUTHORIZED");
    expect(await identify("secret-token")).toMatchObject({
      id: "api-token",
      name: "API_TOKEN",
      expiresAtMs: null,
    });
  });

  test("without a token one does not read where ANONYMOUS_ROLE says so, or a named token exists", async () => {
    const closed = await authenticatorUnderTest({
      apiToken: "secret-token",
      anonymousRole: "none",
    });
    expect(await closed.rolesOf()).toBe("");
    const { addToken, table, rolesOf } = await authenticatorUnderTest({ apiToken: "secret-token" });
    await addToken("ci", "mando_1");
    await table.read();
    expect(await rolesOf()).toBe("");
  });
});

describe("a named token", () => {
  test("is refused 2 s after it was withdrawn elsewhere", async () => {
    const { rolesOf, addToken, clock, store, table } = await authenticatorUnderTest();
    await addToken("ci", "mando_1");
    await addToken("other", "mando_2");
    await table.read();
    await store.change(() => ({ kind: "token withdrawn", id: "ci", atMs: 0, audit: [] }));
    expect(await rolesOf("mando_1")).toBe("operator");
    clock.advance(2_000);
    await expect.poll(() => rolesOf("mando_1")).toBe("UNAUTHORIZED");
    expect(await rolesOf("mando_2")).toBe("operator");
  });
});

describe("a token of OpenID Connect", () => {
  const TOKEN = "aaa.bbb.ccc";
  const inOneHour = { exp: START_MS / 1000 + 3600 };
  let under: Awaited<ReturnType<typeof authenticatorUnderTest>>;

  beforeEach(async () => {
    under = await authenticatorUnderTest({ oidc: true });
    under.claimsOf.set(TOKEN, { sub: "anna", roles: ["mando.admin"], ...inOneHour });
  });

  test("is checked once, and kept until it expires and 60 s more", async () => {
    const { rolesOf, state, clock, mode } = under;
    expect(mode()).toBe("oidc");
    expect(await rolesOf()).toBe("");
    for (let i = 0; i < 3; i++) expect(await rolesOf(TOKEN)).toBe("admin");
    expect(state.checks).toBe(1);
    clock.advance(3_659_000);
    expect(await rolesOf(TOKEN)).toBe("admin");
    clock.advance(1_000);
    expect(await rolesOf(TOKEN)).toBe("UNAUTHORIZED");
  });

  test("is checked once where it comes several times at once", async () => {
    const { rolesOf, state } = under;
    expect(await Promise.all([rolesOf(TOKEN), rolesOf(TOKEN), rolesOf(TOKEN)])).toEqual(
      Array(3).fill("admin"),
    );
    expect(state.checks).toBe(1);
  });

  test("is checked again after the keys have changed", async () => {
    const { rolesOf, state, claimsOf } = under;
    await rolesOf(TOKEN);
    claimsOf.clear();
    state.keysVersion++;
    expect(await rolesOf(TOKEN)).toBe("UNAUTHORIZED");
  });

  test("has the roles of new rules at once", async () => {
    const { rolesOf, claimsOf, store, table } = under;
    claimsOf.set(TOKEN, { sub: "anna", roles: ["traders"], ...inOneHour });
    expect(await rolesOf(TOKEN)).toBe("");
    const rule = { id: "1", claim: "roles", equals: "traders", ...everywhere("trader") };
    await store.change(() => ({
      kind: "rule added",
      rule: { ...rule, addedAtMs: START_MS, addedBy: "local" },
      audit: [],
    }));
    await table.read();
    expect(await rolesOf(TOKEN)).toBe("trader");
  });

  test("without the groups that a rule needs is refused with what to do", async () => {
    const { identify, claimsOf, store, table } = under;
    claimsOf.set(TOKEN, { sub: "anna", _claim_names: { groups: "src1" }, ...inOneHour });
    const rule = { id: "1", claim: "groups", equals: "g", ...everywhere("trader") };
    await store.change(() => ({
      kind: "rule added",
      rule: { ...rule, addedAtMs: START_MS, addedBy: "local" },
      audit: [],
    }));
    await table.read();
    expect(await identify(TOKEN)).toMatchObject({
      code: "FORBIDDEN",
      message: expect.stringContaining("app role"),
    });
  });

  test("longer than 8 kB is refused unread", async () => {
    const { rolesOf, state } = under;
    expect(await rolesOf(`a.b.${"c".repeat(8_192)}`)).toBe("UNAUTHORIZED");
    expect(state.checks).toBe(0);
  });
});

describe("a storm of tokens that are not accepted", () => {
  async function storm() {
    const under = await authenticatorUnderTest({ oidc: true, apiToken: "secret-token" });
    const inOneHour = { exp: START_MS / 1000 + 3600 };
    under.claimsOf.set("good.to.ken", { sub: "anna", roles: ["mando.admin"], ...inOneHour });
    under.claimsOf.set("later.to.ken", { sub: "ben", roles: ["mando.admin"], ...inOneHour });
    expect(await under.rolesOf("good.to.ken")).toBe("admin");
    for (let i = 0; i < 21; i++)
      expect(await under.rolesOf(`wrong.to.ken${i}`)).toBe("UNAUTHORIZED");
    return under;
  }

  test("is refused until the minute is over, at this address alone", async () => {
    const { rolesOf, identify, clock, state } = await storm();
    const { checks } = state;
    clock.advance(20_000);
    expect(await identify("wrong.to.ken99")).toMatchObject({
      code: "TOO_MANY_SIGN_INS",
      retryAfterS: 40,
    });
    expect(state.checks).toBe(checks);
    expect(await rolesOf("wrong.to.ken99", "192.0.2.8")).toBe("UNAUTHORIZED");
    clock.advance(40_000);
    expect(await rolesOf("later.to.ken")).toBe("admin");
  });

  test.each([
    ["2001:db8::1", "2001:db8::2", true],
    ["2001:db8:0:0:1::1", "2001:db8::ffff:1", true],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::9", true],
    ["2001:db8:1:2::1", "2001:db8:1:3::1", false],
    ["::ffff:192.0.2.1", "::ffff:192.0.2.2", false],
    ["::1", "2001:db8::1", false],
  ])("of %s is one of %s: %s", async (one, other, isSame) => {
    const { rolesOf } = await authenticatorUnderTest({ apiToken: "secret-token" });
    for (let i = 0; i < 21; i++) await rolesOf(`wrong-token-${i}`, one);
    expect(await rolesOf("wrong-token", other)).toBe(isSame ? "TOO_MANY_SIGN_INS" : "UNAUTHORIZED");
  });

  test("lets tokens pass that are known, also after the keys have changed", async () => {
    const { rolesOf, state } = await storm();
    expect(await rolesOf("later.to.ken")).toBe("TOO_MANY_SIGN_INS");
    expect(await rolesOf("good.to.ken")).toBe("admin");
    state.keysVersion++;
    expect(await rolesOf("good.to.ken")).toBe("admin");
  });

  test("does not find API_TOKEN, which passes only where it came from before", async () => {
    const { rolesOf } = await storm();
    expect(await rolesOf("secret-token", "192.0.2.8")).toBe("admin");
    expect(await rolesOf("secret-token")).toBe("TOO_MANY_SIGN_INS");
  });

  test("counts for each address from which one token comes at once", async () => {
    const { rolesOf } = await authenticatorUnderTest({ oidc: true });
    const others = ["192.0.2.8", "192.0.2.9"];
    for (let i = 0; i < 21; i++)
      await Promise.all(others.map((address) => rolesOf(`wrong.to.ken${i}`, address)));
    for (const address of others)
      expect(await rolesOf("wrong.to.ken", address)).toBe("TOO_MANY_SIGN_INS");
  });

  test("is not one token that is sent again and again", async () => {
    const { rolesOf } = await authenticatorUnderTest({ apiToken: "secret-token" });
    for (let i = 0; i < 50; i++) expect(await rolesOf("wrong-token")).toBe("UNAUTHORIZED");
    expect(await rolesOf("secret-token")).toBe("admin");
  });
});
