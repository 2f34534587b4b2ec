// Connections whose sign-in ends while they are open: by time, by withdrawal, by other roles; over each transport.
import { createClient } from "graphql-ws";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import {
  type ApplicationUnderTest,
  DT_MS,
  startApplication,
} from "../../support/application-under-test.ts";
import { ADMIN_TOKEN, clientWith, makeToken } from "../../support/identities.ts";
import { createKey, type KeyServer, sign, startKeyServer } from "../../support/key-server.ts";

const NOW_MS = Math.floor(Date.now() / DT_MS) * DT_MS;
const SKEW_S = 60;
const QUERY = "subscription { alarmEvents { cursor } }";

let application: ApplicationUnderTest;
let keys: KeyServer;
const key = createKey("one");
let people = 0;
beforeAll(async () => {
  keys = await startKeyServer();
  keys.publish(key);
  application = await startApplication(
    {
      ...{ API_TOKEN: ADMIN_TOKEN, OIDC_ISSUER: keys.issuer, OIDC_AUDIENCE: "mando" },
      OIDC_ADMIN: "roles:mando.admin",
    },
    { startMs: NOW_MS },
  );
});
afterAll(async () => {
  await application.stop();
  await keys.stop();
});

/** A token of another person, that is good for so long. */
function personToken(forS: number, claims: object = { roles: ["mando.admin"] }): Promise<string> {
  const nowS = Math.floor(application.clock.nowMs() / 1000);
  const subject = { iss: keys.issuer, aud: "mando", sub: `person-${++people}`, scp: "openid" };
  return sign(key, { ...subject, iat: nowS - 1, exp: nowS + forS, ...claims });
}

/** Opens a WebSocket. Resolves, once it is acknowledged, with what will close it. */
async function openSocket(token: string) {
  let close = (_: { code: number; reason: string }) => {};
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    close = resolve;
  });
  const acknowledged = new Promise<void>((resolve, reject) => {
    createClient({
      url: `${application.url.replace("http", "ws")}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${token}` },
      ...{ retryAttempts: 0, lazy: false },
      onNonLazyError: () => {},
      on: {
        connected: () => resolve(),
        closed: (event) => close(event as { code: number; reason: string }),
        error: reject,
      },
    });
  });
  await acknowledged;
  return { closed };
}

async function openAll(token: string) {
  const socket = await openSocket(token);
  const texts = [
    await begun("/telemetry/stream", token),
    await begun("/dispatches/stream", token),
    await begun("/audit_logs/stream", token),
    await begun("/graphql", token, QUERY),
  ];
  return { socket, texts };
}

/** A stream that has begun, with its whole text, once it ends. */
async function begun(path: string, token: string, query?: string) {
  const headers = { authorization: `Bearer ${token}`, accept: "text/event-stream" };
  const post = { method: "POST", body: JSON.stringify({ query }) };
  const answer = await fetch(application.url + path, {
    headers: { ...headers, ...(query !== undefined && { "content-type": "application/json" }) },
    ...(query !== undefined && post),
  });
  expect(answer.status).toBe(200);
  return { text: answer.text() };
}

async function expectEnded({ socket, texts }: Awaited<ReturnType<typeof openAll>>, why: RegExp) {
  expect(await socket.closed).toMatchObject({ code: 4403, reason: expect.stringMatching(why) });
  for (const { text } of texts) {
    expect(await text).toMatch(/UNAUTHORIZED/);
    expect(await text).toMatch(why);
  }
}

describe("a connection ends", () => {
  test("when its token expires, and a minute for clocks that differ is over", async () => {
    const opened = await openAll(await personToken(30));
    application.clock.advance((30 + SKEW_S - 1) * 1000);
    const later = await openAll(await personToken(3600));
    application.clock.advance(2_000);
    await expectEnded(opened, /has expired: sign in again/);
    const state = await Promise.race([later.socket.closed, Promise.resolve("open")]);
    expect(state).toBe("open");
  });

  test("when its token is withdrawn", async () => {
    const opened = await openAll(await makeToken(application, "short", "admin"));
    await clientWith(application, ADMIN_TOKEN).send("DELETE", "/tokens/short");
    await expectEnded(opened, /not accepted/);
  });

  test("when its roles change", async () => {
    const admin = clientWith(application, ADMIN_TOKEN);
    const rule = { claim: "roles", equals: "desk", role: "admin" };
    const { body } = await admin.send("POST", "/role_rules", rule);
    const opened = await openAll(await personToken(3600, { roles: ["desk"] }));
    await admin.send("DELETE", `/role_rules/${body.id}`);
    await expectEnded(opened, /have changed: connect again/);
  });
});

test("people whose sign-in is over are no storm", async () => {
  const old: string[] = [];
  for (let n = 0; n < 25; n++) old.push(await personToken(1));
  application.clock.advance((1 + SKEW_S + 1) * 1000);
  for (const token of old) {
    const { status } = await clientWith(application, token).send("GET", "/fleet");
    expect(status).toBe(401);
  }
  const fresh = clientWith(application, await personToken(3600));
  expect((await fresh.send("GET", "/fleet")).status).toBe(200);
});
