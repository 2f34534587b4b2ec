// Sign-in by OpenID Connect with a real provider, over each transport.
import { type Client, createClient } from "graphql-ws";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import {
  type ApplicationUnderTest,
  DT_MS,
  startApplication,
} from "../../support/application-under-test.ts";
import type { Json } from "../../support/json.ts";
import { createKey, type KeyServer, sign, startKeyServer } from "../../support/key-server.ts";
import {
  API_SCOPE,
  AUDIENCE,
  HAS_PROVIDER,
  PAGES_CLIENT,
  startProvider,
  type TestProvider,
} from "../../support/oidc-provider.ts";
import { signIn, signInApp } from "../../support/oidc-sign-in.ts";

/** Tokens are of now, and so is the fleet. */
const NOW_MS = Math.floor(Date.now() / DT_MS) * DT_MS;
const MUTATION = "mutation { endDemo }";

async function get(url: string, token: string) {
  const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Json };
}

describe.skipIf(!HAS_PROVIDER)("a real provider", () => {
  let provider: TestProvider;
  let application: ApplicationUnderTest;
  const clients: Client[] = [];

  const graph = async (query: string, token: string) => {
    const answer = await fetch(`${application.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: JSON.stringify({ query }),
    });
    return (await answer.json()) as Json;
  };

  beforeAll(async () => {
    provider = await startProvider({
      accounts: {
        anna: { name: "Anna", roles: ["mando.admin"] },
        ben: { name: "Ben", roles: ["readers"] },
        eve: { name: "Eve" },
      },
    });
    application = await startApplication(
      {
        OIDC_ISSUER: provider.issuer,
        OIDC_AUDIENCE: AUDIENCE,
        OIDC_CLIENT_ID: PAGES_CLIENT,
        OIDC_SCOPE: `openid profile offline_access ${API_SCOPE}`,
        OIDC_ADMIN: "roles:mando.admin",
      },
      { startMs: NOW_MS },
    );
  });
  afterAll(async () => {
    for (const client of clients) await client.dispose();
    await application?.stop();
    await provider?.stop();
  });

  test("is named to pages, with what they need", async () => {
    const answer = await fetch(`${application.url}/sign_in`);
    expect(await answer.json()).toEqual({
      mode: "oidc",
      issuer: provider.issuer,
      client_id: PAGES_CLIENT,
      scope: `openid profile offline_access ${API_SCOPE}`,
    });
  });

  test("signs a person in by code and PKCE, and again by the refresh token", async () => {
    const { accessToken, refresh } = await signIn(provider, "anna");
    const expected = {
      id: `${provider.issuer}+anna`,
      name: "Anna",
      roles: [{ role: "admin", site_ids: null, asset_ids: null, path_prefixes: null }],
      expires_at: expect.stringMatching(/Z$/),
    };
    const { body } = await get(`${application.url}/viewer`, accessToken);
    expect(body).toEqual(expected);
    const refreshed = await refresh();
    expect(refreshed.accessToken).not.toBe(accessToken);
    expect((await get(`${application.url}/viewer`, refreshed.accessToken)).body).toEqual(expected);
  });

  test("gives the roles that rules say, at once, over REST, GraphQL and WebSockets", async () => {
    const anna = (await signIn(provider, "anna")).accessToken;
    const ben = (await signIn(provider, "ben")).accessToken;
    expect(await get(`${application.url}/fleet`, ben)).toMatchObject({
      status: 403,
      body: { code: "FORBIDDEN" },
    });
    const added = await fetch(`${application.url}/role_rules`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${anna}` },
      body: JSON.stringify({ claim: "roles", equals: "readers", role: "viewer" }),
    });
    expect(added.status).toBe(201);
    expect(await get(`${application.url}/fleet`, ben)).toMatchObject({ status: 200 });
    expect(await graph("{ viewer { id name roles { role } } }", ben)).toMatchObject({
      data: { viewer: { id: `${provider.issuer}+ben`, name: "Ben", roles: [{ role: "VIEWER" }] } },
    });
    expect(await graph(MUTATION, ben)).toMatchObject({
      errors: [{ extensions: { code: "FORBIDDEN" } }],
    });
    expect(await graph(MUTATION, anna)).toMatchObject({ data: { endDemo: expect.anything() } });
    const client = createClient({
      url: `${application.url.replace("http", "ws")}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: { authorization: `Bearer ${ben}` },
    });
    clients.push(client);
    const frames = client.iterate({ query: "subscription { fleet { timestamp } }" });
    expect(await frames.next()).toMatchObject({ value: { data: { fleet: {} } } });
    await frames.return?.();
    const records = await get(`${application.url}/audit_logs?action=role_rule.add`, anna);
    expect(records.body).toMatchObject({ records: [{ actor: `${provider.issuer}+anna` }] });
  });

  test("signs a program in, which needs no scope", async () => {
    expect(await get(`${application.url}/viewer`, await signInApp(provider))).toMatchObject({
      body: { id: `${provider.issuer}+mando-app`, name: "mando-app", roles: [] },
    });
  });

  test("may sign in a person without the scope of the server, who is refused", async () => {
    const { accessToken } = await signIn(provider, "anna", "openid profile");
    const { status, headers, body } = await get(`${application.url}/fleet`, accessToken);
    expect({ status, body }).toMatchObject({ status: 401, body: { code: "UNAUTHORIZED" } });
    expect(body.detail).toContain(`it lacks the scope ${API_SCOPE}`);
    expect(headers.get("www-authenticate")).toBe('Bearer error="invalid_token"');
  });
});

describe("a provider that is away", () => {
  const KEY = createKey("first");
  let server: KeyServer;
  let application: ApplicationUnderTest;
  let token: string;
  const health = async () =>
    ((await (await fetch(`${application.url}/health/ready`)).json()) as Json).reasons;

  beforeAll(async () => {
    server = await startKeyServer();
    server.publish(KEY);
    server.isCut = true;
    application = await startApplication(
      { OIDC_ISSUER: server.issuer, OIDC_AUDIENCE: "a", OIDC_ADMIN: "roles:admin" },
      { startMs: NOW_MS },
    );
    token = await sign(KEY, {
      ...{ iss: server.issuer, aud: "a", sub: "anna", roles: ["admin"] },
      exp: NOW_MS / 1000 + 36_000,
    });
  });
  afterAll(async () => {
    await application?.stop();
    await server?.stop();
  });

  test("at the start does not stop it; tokens wait until the provider is there", async () => {
    expect(await get(`${application.url}/fleet`, token)).toMatchObject({
      status: 503,
      body: { code: "SIGN_IN_UNAVAILABLE" },
    });
    const answer = await fetch(`${application.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: "{ fleet { assetCount } }" }),
    });
    expect(answer.status).toBe(503);
    expect(await health()).toMatchObject([{ code: "SIGN_IN_DEGRADED" }]);
    server.isCut = false;
    const later = async () => {
      application.clock.advance(30_000);
      return (await get(`${application.url}/fleet`, token)).status;
    };
    await expect.poll(later).toBe(200);
    await expect.poll(health).toEqual([]);
  });

  test("for an hour is known by the health, and known keys go on", async () => {
    server.isCut = true;
    for (let minute = 0; minute < 60; minute++) application.clock.advance(60_000);
    const reasons = async () => {
      application.clock.advance(30_000);
      return health();
    };
    await expect.poll(reasons).toMatchObject([{ code: "SIGN_IN_DEGRADED" }]);
    expect(await get(`${application.url}/fleet`, token)).toMatchObject({ status: 200 });
    const other = await sign(KEY, {
      ...{ iss: server.issuer, aud: "a", sub: "ben", roles: ["admin"] },
      exp: NOW_MS / 1000 + 36_000,
    });
    expect(await get(`${application.url}/fleet`, other)).toMatchObject({ status: 200 });
  });

  test("does not keep tokens that are wrong from being limited", async () => {
    const send = (n: number) => get(`${application.url}/fleet`, `wrong-token-${n}`);
    for (let n = 0; n < 21; n++) expect((await send(n)).status).toBe(401);
    const { status, headers, body } = await send(99);
    expect({ status, code: body.code }).toEqual({ status: 429, code: "TOO_MANY_SIGN_INS" });
    expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await get(`${application.url}/fleet`, token)).toMatchObject({ status: 200 });
  });
});
