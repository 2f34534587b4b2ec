// Which tokens of OpenID Connect are accepted: good ones of this issuer, and no forged one.
import { SignJWT } from "jose";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createManualClock, type ManualClock } from "../../../src/adapters/memory/clock.ts";
import { createOidcVerifier, type OidcVerifier } from "../../../src/adapters/oidc/verifier.ts";
import {
  createKey,
  forge,
  type KeyServer,
  type SigningKey,
  sign,
  startKeyServer,
} from "../../support/key-server.ts";

const START_MS = Date.UTC(2026, 11, 1);
const NOW_S = START_MS / 1000;
const AUDIENCE = "api://mando";
const TENANT = "11111111-2222-3333-4444-555555555555";
const OTHER_TENANT = "99999999-2222-3333-4444-555555555555";

const KEY = createKey("first");
const OTHER_KEY = createKey("second");

let server: KeyServer;
let clock: ManualClock;
let verifier: OidcVerifier;
let claims: Record<string, unknown>;

async function start(more: { scope?: readonly string[]; issuer?: string } = {}) {
  verifier?.stop();
  verifier = createOidcVerifier({
    settings: {
      issuer: more.issuer ?? server.issuer,
      audiences: [AUDIENCE, "another"],
      requiredScopes: more.scope ?? [],
    },
    clock,
  });
  verifier.start();
  await expect.poll(() => verifier.keysVersion() > 0 || verifier.failure()).toBeTruthy();
}

const signed = (difference: object = {}, header: object = {}, key: SigningKey = KEY) =>
  sign(key, { ...claims, ...difference } as never, header);

/** Whose it is, or why it is refused. */
async function resultOf(token: string | Promise<string>): Promise<string> {
  const result = await verifier.verify(await token);
  return "refused" in result ? result.refused : result.id;
}

const fetches = () => server.requests.filter((path) => path === "/keys").length;

beforeEach(async () => {
  clock = createManualClock(START_MS);
  server = await startKeyServer();
  server.publish(KEY);
  claims = {
    ...{ iss: server.issuer, sub: "anna", aud: AUDIENCE, scope: "openid" },
    ...{ iat: NOW_S, nbf: NOW_S, exp: NOW_S + 3600, name: "Anna" },
  };
  await start();
});
afterEach(async () => {
  verifier.stop();
  await server.stop();
});

describe("a good token", () => {
  test("has an identity, a name, its claims, and ends 60 s after exp", async () => {
    expect(await verifier.verify(await signed({ roles: ["a"] }))).toMatchObject({
      id: `${server.issuer}+anna`,
      name: "Anna",
      claims: { roles: ["a"] },
      expiresAtMs: START_MS + 3_660_000,
    });
  });

  test.each([
    ["by its object id and tenant", { tid: "t", oid: "o" }, "t+o", "Anna"],
    ["of a program", { scope: undefined, name: "x", azp: "job" }, undefined, "job"],
    ["of a program of Entra ID", { idtyp: "app", app_displayname: "Job" }, undefined, "Job"],
    ["by its user name", { name: undefined, preferred_username: "a@b.c" }, undefined, "a@b.c"],
    ["without a name", { name: undefined }, undefined, null],
    ["for one of several audiences", { aud: ["x", "another"] }, undefined, "Anna"],
  ])("is accepted %s", async (_, difference, id, name) => {
    expect(await verifier.verify(await signed(difference))).toMatchObject({
      id: id ?? `${server.issuer}+anna`,
      name,
    });
  });

  test("ends in the year 9999 at the latest, which has a text", async () => {
    expect(await verifier.verify(await signed({ exp: 1e300 }))).toMatchObject({
      expiresAtMs: Date.parse("9999-12-31T23:59:59Z"),
    });
  });

  test("is accepted 60 s before nbf and up to 60 s after exp", async () => {
    expect(await resultOf(signed({ nbf: NOW_S + 60 }))).toMatch(/\+anna/);
    expect(await resultOf(signed({ exp: NOW_S - 59 }))).toMatch(/\+anna/);
  });
});

describe("a token is refused", () => {
  test.each([
    ["that has expired", { exp: NOW_S - 60 }, "expired"],
    ["that is not valid yet", { nbf: NOW_S + 61 }, "not valid yet"],
    ["without an end", { exp: undefined }, "no end"],
    ["whose end is a text", { exp: "never" }, "no end"],
    ["of another issuer", { iss: "https://evil.test" }, "another issuer"],
    ["of the issuer with a slash", { iss: "slash" }, "another issuer"],
    ["without an issuer", { iss: undefined }, "another issuer"],
    ["for another audience", { aud: "api://other" }, "another audience"],
    ["without an audience", { aud: undefined }, "another audience"],
    ["without a subject", { sub: undefined }, "does not name who"],
    ["whose subject is a number", { sub: 5 }, "does not name who"],
    ["whose subject has a zero character", { sub: "an\0na" }, "does not name who"],
    ["whose subject has half of a character", { sub: "an\ud800na" }, "does not name who"],
  ])("%s", async (_, difference, reason) => {
    const iss = "iss" in difference && difference.iss === "slash" && `${server.issuer}/`;
    expect(await resultOf(signed({ ...difference, ...(iss && { iss }) }))).toContain(reason);
  });

  test("without a signature (alg none)", async () => {
    for (const alg of ["none", "None", "NONE", ""])
      for (const signature of ["", "AAAA"])
        expect(await resultOf(forge({ alg, typ: "JWT" }, claims, signature))).not.toContain("+");
  });

  test("signed by HS256 with the public key as the secret", async () => {
    const exported = KEY.publicKey.export({ type: "spki", format: "pem" }) as string;
    for (const secret of [
      exported,
      exported.trim(),
      JSON.stringify(KEY.publicKey.export({ format: "jwk" })),
    ]) {
      const token = new SignJWT(claims)
        .setProtectedHeader({ alg: "HS256", kid: KEY.kid })
        .sign(Buffer.from(secret));
      expect(await resultOf(token)).toBe("it is not signed by RS256");
    }
  });

  test.each(["PS256", "RS384", "RS512"])("signed by %s with the same key", async (alg) => {
    expect(await resultOf(signed({}, { alg }))).toBe("it is not signed by RS256");
  });

  test("signed by another key under the id of a known one", async () => {
    const token = sign({ ...OTHER_KEY, kid: KEY.kid }, claims);
    expect(await resultOf(token)).toBe("its signature is wrong");
  });

  test("whose claims were changed after it was signed", async () => {
    const [header, , signature] = (await signed()).split(".");
    const changed = Buffer.from(JSON.stringify({ ...claims, sub: "eve" })).toString("base64url");
    expect(await resultOf(`${header}.${changed}.${signature}`)).toBe("its signature is wrong");
  });

  test("that brings its own key in the header", async () => {
    const jwk = OTHER_KEY.publicKey.export({ format: "jwk" });
    const brought = {
      jwk,
      jku: `${server.issuer}/evil`,
      x5u: `${server.issuer}/evil`,
      x5c: ["AAAA"],
    };
    for (const kid of [KEY.kid, "evil", undefined])
      expect(await resultOf(signed({}, { ...brought, kid } as never, OTHER_KEY))).not.toContain(
        "+",
      );
    expect(server.requests).not.toContain("/evil");
  });

  test.each([
    "../../../etc/passwd",
    "/dev/null",
    "file:///etc/passwd",
    "http://127.0.0.1/keys",
    "' or 1=1 --",
    "__proto__",
    "",
  ])("whose key id is %j", async (kid) => {
    expect(await resultOf(signed({}, { kid }, OTHER_KEY))).toBe(
      "its key is none of the provider: sign in again",
    );
    expect(server.requests.filter((path) => !/^\/(keys|\.well-known)/.test(path))).toEqual([]);
  });

  test("with a critical header that is not known", async () => {
    const token = forge({ alg: "RS256", kid: KEY.kid, crit: ["exp"], exp: 1 }, claims);
    expect(await resultOf(token)).not.toContain("+");
    const own = await new SignJWT(claims)
      .setProtectedHeader({ alg: "RS256", kid: KEY.kid, crit: ["x-own"], "x-own": true } as never)
      .sign(KEY.privateKey, { crit: { "x-own": true } });
    expect(await resultOf(own)).toBe("it is no token of OpenID Connect");
  });

  test("of another type", async () => {
    expect(await resultOf(signed({}, { typ: "logout+jwt" }))).toContain("no access token");
  });

  test.each(["", "a", "a.b", "a.b.c", "..", "a.b.c.d.e", "{}.{}.{}", "\u0000.a.b"])(
    "that is no JWT: %j",
    async (token) => {
      expect(await resultOf(token)).toBe("it is no token of OpenID Connect");
    },
  );

  test("of a person that lacks a required scope, and not of a program", async () => {
    await start({ scope: ["api://mando/use"] });
    expect(await resultOf(signed({ scope: "openid" }))).toContain("lacks the scope");
    expect(await resultOf(signed({ scope: "openid", scp: "other use" }))).toContain("+anna");
    expect(await resultOf(signed({ scope: "api://mando/use" }))).toContain("+anna");
    expect(await resultOf(signed({ scope: "user" }))).toContain("lacks the scope");
    expect(await resultOf(signed({ scope: undefined }))).toContain("+anna");
  });
});

describe("a tenant of Entra ID", () => {
  const issuer = `https://login.microsoftonline.com/${TENANT}/v2.0`;
  let entra: OidcVerifier;
  let keyServer: Awaited<ReturnType<typeof startKeyServer>>;

  beforeEach(async () => {
    keyServer = await startKeyServer(() => issuer);
    keyServer.publish(KEY);
    entra = createOidcVerifier({
      settings: { issuer, audiences: [AUDIENCE], requiredScopes: [] },
      clock,
      // The real address is not of this machine.
      fetch: (address, init) =>
        fetch(address.replace("https://login.microsoftonline.com", keyServer.address), init),
    });
    entra.start();
    await expect.poll(() => entra.keysVersion()).toBe(1);
  });
  afterEach(async () => {
    entra.stop();
    await keyServer.stop();
  });

  const resultOf = async (difference: object) => {
    const token = await signed({ iss: issuer, tid: TENANT, oid: "o", ...difference });
    const result = await entra.verify(token);
    return "refused" in result ? result.refused : result.id;
  };

  test("issues tokens of version 1 and 2", async () => {
    expect(await resultOf({})).toBe(`${TENANT}+o`);
    expect(await resultOf({ iss: `https://sts.windows.net/${TENANT}/` })).toBe(`${TENANT}+o`);
  });

  test("is not another tenant", async () => {
    expect(await resultOf({ tid: OTHER_TENANT })).toContain("another tenant");
    expect(await resultOf({ tid: undefined })).toContain("another tenant");
    for (const other of [
      `https://login.microsoftonline.com/${OTHER_TENANT}/v2.0`,
      `https://sts.windows.net/${OTHER_TENANT}/`,
    ])
      expect(await resultOf({ iss: other, tid: OTHER_TENANT })).toContain("another issuer");
  });
});

describe("the keys of the provider", () => {
  test("go on while it is away for an hour and more, and the failure is known", async () => {
    const token = await signed({ exp: NOW_S + 36_000 });
    server.isCut = true;
    for (let minute = 0; minute < 120; minute++) {
      clock.advance(60_000);
      expect(await resultOf(token)).toContain("+anna");
    }
    expect(verifier.failure()).toMatchObject({ hasKeys: true });
    server.isCut = false;
    const failureLater = () => {
      clock.advance(30_000);
      return verifier.failure();
    };
    await expect.poll(failureLater).toBeUndefined();
  });

  test("are fetched once for many tokens", async () => {
    const tokens = await Promise.all(Array.from({ length: 50 }, (_, i) => signed({ sub: `${i}` })));
    await Promise.all(tokens.map((it) => verifier.verify(it)));
    expect(fetches()).toBe(1);
  });

  test("are fetched once for tokens of an unknown key, and not again for 30 s", async () => {
    const token = await signed({}, {}, OTHER_KEY);
    expect(await resultOf(token)).toContain("none of the provider");
    expect(fetches()).toBe(1);
    clock.advance(30_000);
    await Promise.all([resultOf(token), resultOf(token), resultOf(token)]);
    expect(fetches()).toBe(2);
    server.publish(KEY, OTHER_KEY);
    clock.advance(29_999);
    expect(await resultOf(token)).toContain("none of the provider");
    clock.advance(1);
    expect(await resultOf(token)).toContain("+anna");
    expect(fetches()).toBe(3);
  });

  test("are renewed every 10 min, and one that was removed is not accepted any more", async () => {
    const token = await signed();
    server.publish(OTHER_KEY);
    expect(await resultOf(token)).toContain("+anna");
    const before = verifier.keysVersion();
    clock.advance(600_000);
    await expect.poll(() => verifier.keysVersion()).toBe(before + 1);
    expect(await resultOf(token)).toContain("none of the provider");
    expect(await resultOf(signed({}, {}, OTHER_KEY))).toContain("+anna");
  });

  test("that cannot be fetched at the start are a fault, until they can", async () => {
    server.isCut = true;
    await start();
    await expect(signed().then(verifier.verify)).rejects.toMatchObject({
      code: "SIGN_IN_UNAVAILABLE",
      retryable: true,
    });
    expect(verifier.failure()).toMatchObject({ hasKeys: false });
    server.isCut = false;
    clock.advance(30_000);
    await expect.poll(() => resultOf(signed())).toContain("+anna");
  });

  test.each([
    ["a redirect", { status: 302, headers: { location: "http://127.0.0.1:1/evil" } }, /status 302/],
    ["an error", { status: 500 }, /status 500/],
    ["no JSON", { status: 200, text: "<html>" }, /not valid JSON|JSON/],
    ["a text without end", { status: 200, text: `"${"x".repeat(2 ** 20)}"` }, /longer than/],
    ["another issuer", { status: 200, text: '{"issuer":"https://x.test"}' }, /its issuer is/],
  ] as const)("are not taken from %s", async (_, answer, reason) => {
    server.answers.set("/.well-known/openid-configuration", answer);
    await start();
    expect(String(verifier.failure()?.cause)).toMatch(reason);
  });

  test("come with the origin at which pages request tokens, where that is safe", async () => {
    const discovered = { issuer: server.issuer, jwks_uri: `${server.issuer}/keys` };
    const serve = (token_endpoint: string) =>
      server.answers.set("/.well-known/openid-configuration", {
        status: 200,
        text: JSON.stringify({ ...discovered, token_endpoint }),
      });
    serve("https://tokens.test/token;script-src *");
    await start();
    expect(verifier.failure()).toBeUndefined();
    expect(verifier.tokenOrigin()).toBe("https://tokens.test");
    serve("http://tokens.test/token");
    clock.advance(600_000);
    await expect.poll(verifier.tokenOrigin).toBeUndefined();
  });

  test("are not fetched from an address that others can read", async () => {
    const text = JSON.stringify({ issuer: server.issuer, jwks_uri: "http://10.0.0.1/keys" });
    server.answers.set("/.well-known/openid-configuration", { status: 200, text });
    await start();
    expect(String(verifier.failure()?.cause)).toContain("https://");
  });

  test("that are for something else, or symmetric, are left aside", async () => {
    const jwk = OTHER_KEY.publicKey.export({ format: "jwk" });
    const keys = [
      { ...jwk, kid: OTHER_KEY.kid, use: "enc" },
      { kty: "oct", k: "c2VjcmV0", kid: "third", alg: "HS256" },
      null,
      5,
      { ...KEY.publicKey.export({ format: "jwk" }), kid: KEY.kid },
    ];
    server.answers.set("/keys", { status: 200, text: JSON.stringify({ keys }) });
    await start();
    expect(await resultOf(signed())).toContain("+anna");
    expect(await resultOf(signed({}, {}, OTHER_KEY))).toContain("none of the provider");
  });
});
