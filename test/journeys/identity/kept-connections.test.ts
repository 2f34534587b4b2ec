// Sign-ins of requests on one connection: each request is of the client whose token it carries, as that token is accepted now.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  type ApplicationUnderTest,
  DT_MS,
  startApplication,
} from "../../support/application-under-test.ts";
import { ADMIN_TOKEN, clientWith, makeToken } from "../../support/identities.ts";
import { type KeptConnection, keepConnection } from "../../support/kept-connection.ts";
import { createKey, type KeyServer, sign, startKeyServer } from "../../support/key-server.ts";

const NOW_MS = Math.floor(Date.now() / DT_MS) * DT_MS;
const SKEW_S = 60;
const STORM = 21;
const KEYS_EVERY_MS = 10 * 60_000;

let application: ApplicationUnderTest;
let keys: KeyServer;
let connection: KeptConnection;
let count = 0;
const key = createKey("one");

beforeAll(async () => {
  keys = await startKeyServer();
  keys.publish(key);
  application = await startApplication(
    {
      ...{ API_TOKEN: ADMIN_TOKEN, OIDC_ISSUER: keys.issuer, OIDC_AUDIENCE: "mando" },
      ...{ OIDC_ADMIN: "roles:mando.admin", TRUSTED_PROXIES: "127.0.0.1, ::1" },
    },
    { startMs: NOW_MS },
  );
});
afterAll(async () => {
  await application.stop();
  await keys.stop();
});
beforeEach(() => {
  connection = keepConnection(application);
});
afterEach(() => connection.close());

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** A token of another person, that is good for so long. */
function personToken(forS = 36_000, claims: object = { roles: ["mando.admin"] }): Promise<string> {
  const nowS = Math.floor(application.clock.nowMs() / 1000);
  const subject = { iss: keys.issuer, aud: "mando", sub: `person-${++count}`, scp: "openid" };
  return sign(key, { ...subject, iat: nowS - 1, exp: nowS + forS, ...claims });
}

const READS = [
  ["REST", { path: "/fleet" }],
  ["GraphQL", { query: "{ fleet { totals { assetCount } } }" }],
] as const;

describe.each(READS)("over %s a token that was accepted on this connection", (_, read) => {
  /** The status of a read, or the code of its refusal where GraphQL has one in a response of 200. */
  async function outcome(token: string) {
    const { status, body } = await connection.send(read, bearer(token));
    return body.errors?.[0].extensions.code ?? status;
  }

  test("is refused once it is withdrawn", async () => {
    const token = await makeToken(application, "short", "viewer");
    expect(await outcome(token)).toBe(200);
    await clientWith(application, ADMIN_TOKEN).send("DELETE", "/tokens/short");
    expect(await outcome(token)).toBe(401);
    expect(await outcome(ADMIN_TOKEN)).toBe(200);
  });

  test("is refused once it has expired", async () => {
    const token = await personToken(30);
    expect(await outcome(token)).toBe(200);
    application.clock.advance((30 + SKEW_S - 1) * 1000);
    expect(await outcome(token)).toBe(200);
    application.clock.advance(1000);
    expect(await outcome(token)).toBe(401);
  });

  test("has no more rights than the rules of now give, and no fewer", async () => {
    const admin = clientWith(application, ADMIN_TOKEN);
    const token = await personToken(36_000, { roles: ["desk"] });
    const rule = { claim: "roles", equals: "desk", role: "viewer" };
    expect(await outcome(token)).toBe(refusedAs(read));
    const { body } = await admin.send("POST", "/role_rules", rule);
    expect(await outcome(token)).toBe(200);
    await admin.send("DELETE", `/role_rules/${body.id}`);
    expect(await outcome(token)).toBe(refusedAs(read));
  });

  test("is refused once the provider has removed its key", async () => {
    const token = await personToken();
    expect(await outcome(token)).toBe(200);
    keys.publish(createKey("two"));
    application.clock.advance(KEYS_EVERY_MS);
    await expect.poll(() => outcome(token)).toBe(401);
    keys.publish(key);
    application.clock.advance(KEYS_EVERY_MS);
    await expect.poll(() => outcome(token)).toBe(200);
  });
});

/** A rule that is missing is a status in REST, and in GraphQL the code of the field. */
function refusedAs(read: object): number | string {
  return "query" in read ? "FORBIDDEN" : 403;
}

const VIEWERS = [
  ["REST", { path: "/viewer" }, (body: { id: string }) => body.id],
  [
    "GraphQL",
    { query: "{ viewer { id } }" },
    (body: { data: { viewer: { id: string } } }) => body.data.viewer.id,
  ],
] as const;

test.each(VIEWERS)("over %s each request of a proxy is of its own user", async (_, what, idOf) => {
  const [anna, ben] = [await personToken(), await personToken()];
  const ids = [`${keys.issuer}+person-${count - 1}`, `${keys.issuer}+person-${count}`];
  const named = await makeToken(application, `ci-${count}`, "viewer");
  const sent: [Record<string, string>, string | undefined][] = [
    [bearer(anna), ids[0]],
    [bearer(ben), ids[1]],
    [bearer(ben), ids[1]],
    [{}, "anonymous"],
    [bearer(anna), ids[0]],
    [bearer(named), `token:ci-${count}`],
    [{ authorization: `bEARER  ${named}` }, `token:ci-${count}`],
    [{ authorization: "Basic abc" }, "anonymous"],
    [bearer(ADMIN_TOKEN), "api-token"],
  ];
  for (const [headers, id] of sent) {
    const { body } = await connection.send(what, headers);
    expect(idOf(body)).toBe(id);
  }
});

test.each(READS)("over %s a wrong token is refused after a good one", async (_, read) => {
  const good = await personToken();
  const flipped = good.endsWith("A") ? "B" : "A";
  expect((await connection.send(read, bearer(good))).status).toBe(200);
  const signature = good.lastIndexOf(".") + 1;
  const wrong = good.slice(0, signature) + flipped.repeat(good.length - signature);
  expect((await connection.send(read, bearer(wrong))).status).toBe(401);
  expect((await connection.send(read, bearer(`${good}x`))).status).toBe(401);
  expect((await connection.send(read, bearer(good))).status).toBe(200);
});

test("in a storm API_TOKEN passes only for the clients of a proxy from which it came before", async () => {
  const [known, storming] = ["192.0.2.1", "192.0.2.2"];
  const from = (address: string, token: string) =>
    connection.send({ path: "/fleet" }, { ...bearer(token), "x-forwarded-for": address });
  expect((await from(known, ADMIN_TOKEN)).status).toBe(200);
  for (const address of [known, storming])
    for (let n = 0; n < STORM; n++)
      expect((await from(address, `wrong-token-${++count}`)).status).toBe(401);
  expect((await from(known, ADMIN_TOKEN)).status).toBe(200);
  expect((await from(storming, ADMIN_TOKEN)).status).toBe(429);
  expect((await from(known, ADMIN_TOKEN)).status).toBe(200);
});

test("a refused change has the address and the client of its own request", async () => {
  const token = await makeToken(application, "reader", "viewer");
  const from = (address: string) =>
    connection.send({ path: "/audit_logs" }, { ...bearer(token), "x-forwarded-for": address });
  for (const address of ["192.0.2.8", "192.0.2.9", "192.0.2.8"])
    expect((await from(address)).status).toBe(403);
  application.clock.advance(DT_MS);
  const { records } = await clientWith(application, ADMIN_TOKEN).get("/audit_logs?action=access");
  const found = records.filter(({ actor }: { actor: string }) => actor === "token:reader");
  expect(found.map(({ address }: { address: string }) => address).toReversed()).toEqual([
    "192.0.2.8",
    "192.0.2.9",
    "192.0.2.8",
  ]);
});
