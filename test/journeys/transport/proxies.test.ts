// Clients behind a trusted proxy: each has its own address, and none may choose it.
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import {
  type ApplicationUnderTest,
  DT_MS,
  startApplication,
} from "../../support/application-under-test.ts";
import { ADMIN_TOKEN, clientWith } from "../../support/identities.ts";
import type { Json } from "../../support/json.ts";
import { createKey, type KeyServer, sign, startKeyServer } from "../../support/key-server.ts";
import { type PrefixProxy, startPrefixProxy } from "../../support/prefix-proxy.ts";

const NOW_MS = Math.floor(Date.now() / DT_MS) * DT_MS;
const STORM = 21;
const FORGED = "203.0.113.9";

let keys: KeyServer;
let application: ApplicationUnderTest;
let unaware: ApplicationUnderTest;
let proxy: PrefixProxy;
let unknownProxy: PrefixProxy;
const key = createKey("one");
let count = 0;

beforeAll(async () => {
  keys = await startKeyServer();
  keys.publish(key);
  const signIn = {
    ...{ API_TOKEN: ADMIN_TOKEN, OIDC_ISSUER: keys.issuer, OIDC_AUDIENCE: "mando" },
    OIDC_ADMIN: "roles:mando.admin",
  };
  const timing = { startMs: NOW_MS };
  application = await startApplication({ ...signIn, TRUSTED_PROXIES: "127.0.0.1, ::1" }, timing);
  unaware = await startApplication(signIn, timing);
  proxy = await startPrefixProxy(application.url, "", forwardedHeaders);
  unknownProxy = await startPrefixProxy(unaware.url, "", forwardedHeaders);
});
afterAll(async () => {
  await Promise.all([proxy.stop(), unknownProxy.stop()]);
  await Promise.all([application.stop(), unaware.stop()]);
  await keys.stop();
});

/** As proxies do that add a header of their own after those of the client. */
function forwardedHeaders({
  headers: { "x-forwarded-for": sent, ...headers },
  socket,
}: IncomingMessage) {
  const own = socket.remoteAddress as string;
  return { ...headers, "x-forwarded-for": sent === undefined ? own : [sent.toString(), own] };
}

function personToken(): Promise<string> {
  const nowS = Math.floor(NOW_MS / 1000);
  const subject = { iss: keys.issuer, aud: "mando", sub: `person-${++count}`, scp: "openid" };
  const times = { iat: nowS - 1, exp: nowS + 3600 };
  return sign(key, { ...subject, ...times, roles: ["mando.admin"] });
}

const wrongToken = () => `wrong-token-${++count}`;

interface Sent {
  readonly from: string;
  readonly token: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** The status of a request from this address of the machine. */
async function statusOf(url: string, { from, token, path = "fleet", headers, body }: Sent) {
  const sent = request(new URL(path, url), {
    ...{ localAddress: from, agent: false, method: body === undefined ? "GET" : "POST" },
    headers: {
      ...{ authorization: `Bearer ${token}`, ...headers },
      ...(body !== undefined && { "content-type": "application/json" }),
    },
  });
  sent.end(body);
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  answer.resume();
  await once(answer, "end");
  return answer.statusCode;
}

/** The status of a good token after a storm of wrong ones. */
async function statusAfterStorm(
  url: string,
  storm: Omit<Sent, "token">,
  after: Omit<Sent, "token">,
) {
  for (let n = 0; n < STORM; n++)
    expect(await statusOf(url, { ...storm, token: wrongToken() })).toBe(401);
  return statusOf(url, { ...after, token: await personToken() });
}

/** The addresses and channels of the last refused sign-ins, the oldest first. */
async function refusedSignIns(of: ApplicationUnderTest, most: number): Promise<string[]> {
  of.clock.advance(DT_MS);
  const query = `action=sign_in&outcome=refused&limit=${most}`;
  const { records } = await clientWith(of, ADMIN_TOKEN).get(`/audit_logs?${query}`);
  return records.map(({ address, channel }: Json) => `${address} ${channel}`).toReversed();
}

test("a storm of one client leaves another alone", async () => {
  const [storming, other] = ["127.0.0.2", "127.0.0.3"];
  expect(await statusAfterStorm(proxy.url, { from: storming }, { from: other })).toBe(200);
  expect(await statusOf(proxy.url, { from: storming, token: await personToken() })).toBe(429);
  expect(await statusOf(application.url, { from: "127.0.0.1", token: await personToken() })).toBe(
    200,
  );
});

test("the audit log has the address of the client, whichever way it came", async () => {
  const from = "127.0.0.4";
  const query = JSON.stringify({ query: "{ fleet { socPct } }" });
  const headers = { accept: "text/event-stream" };
  await statusOf(proxy.url, { from, token: wrongToken() });
  await statusOf(proxy.url, { from, token: wrongToken(), path: "graphql", body: query });
  await statusOf(proxy.url, { from, token: wrongToken(), path: "telemetry/stream", headers });
  const socket = new WebSocket(new URL("graphql", proxy.url), "graphql-transport-ws", {
    localAddress: from,
  });
  await once(socket, "open");
  const payload = { authorization: `Bearer ${wrongToken()}` };
  socket.send(JSON.stringify({ type: "connection_init", payload }));
  await once(socket, "close");
  expect(await refusedSignIns(application, 4)).toEqual(
    ["rest", "graphql", "sse", "websocket"].map((channel) => `${from} ${channel}`),
  );
});

test("a header that a client sends through the proxy is not believed", async () => {
  const from = "127.0.0.5";
  const headers = { "x-forwarded-for": `${FORGED}, 127.0.0.1` };
  await statusOf(proxy.url, { from, token: wrongToken(), headers });
  expect(await refusedSignIns(application, 1)).toEqual([`${from} rest`]);
});

test("the header of the proxy is read also after very many others", async () => {
  const from = "127.0.0.6";
  const headers = Object.fromEntries(Array.from({ length: 1_500 }, (_, n) => [`h${n}`, "1"]));
  const forged = { "x-forwarded-for": FORGED, ...headers };
  await statusOf(proxy.url, { from, token: wrongToken(), headers: forged });
  expect(await refusedSignIns(application, 1)).toEqual([`${from} rest`]);
});

test("a header that a client sends without a proxy is not believed", async () => {
  const from = "127.0.0.7";
  const headers = { "x-forwarded-for": FORGED };
  expect(await statusAfterStorm(application.url, { from, headers }, { from })).toBe(429);
  expect(await refusedSignIns(application, 1)).toEqual([`${from} rest`]);
});

test("no header is believed where no proxy is trusted", async () => {
  // This token passes in a storm where it came from before.
  expect(await statusOf(unaware.url, { from: "127.0.0.1", token: ADMIN_TOKEN })).toBe(200);
  const [storming, other] = ["127.0.0.8", "127.0.0.9"];
  expect(await statusAfterStorm(unknownProxy.url, { from: storming }, { from: other })).toBe(429);
  expect(await refusedSignIns(unaware, 1)).toEqual(["127.0.0.1 rest"]);
});

test("the host and the origin are checked as without a proxy", async () => {
  const token = ADMIN_TOKEN;
  const from = "127.0.0.10";
  const near = { "x-forwarded-for": "127.0.0.1", "x-forwarded-host": "localhost" };
  const host = { ...near, host: "evil.example" };
  expect(await statusOf(proxy.url, { from, token, headers: host })).toBe(421);
  const origin = { ...near, origin: "https://evil.example" };
  const body = JSON.stringify({ query: "{ fleet { socPct } }" });
  expect(await statusOf(proxy.url, { from, token, path: "graphql", headers: origin, body })).toBe(
    403,
  );
});
