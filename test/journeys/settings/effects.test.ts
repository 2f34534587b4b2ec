// Changes of settings take effect while the server runs: limits of requests, of connections and of metrics, and the log.
import { afterEach, expect, test } from "vitest";
import {
  type ApplicationUnderTest,
  startApplication,
} from "../../support/application-under-test.ts";
import type { Json } from "../../support/json.ts";
import { openLine } from "../../support/transports.ts";

const FLEET = "{ fleet { totals { assetCount } } }";
const DEEP =
  "{ assets(first: 1) { nodes { site { assets(first: 1) { nodes { site { id } } } } } } }";
const LONG = `{ alarms(first: 1, severity: [${"INFO ".repeat(500)}]) { nodes { id } } }`;
const WIDE = "{ assets(first: 500) { nodes { id name site { id name } } } }";
const versions = new Map<string, number>();
const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
  versions.clear();
});

async function start(...args: Parameters<typeof startApplication>) {
  const application = await startApplication(...args);
  stops.push(application.stop);
  return application;
}

async function set({ url }: ApplicationUnderTest, id: string, value: Json): Promise<void> {
  const version = versions.get(id) ?? 0;
  const answer = await fetch(`${url}/settings/${id}`, {
    method: "PUT",
    headers: { "content-type": "application/json", "if-match": `"${version}"` },
    body: JSON.stringify({ value }),
  });
  expect(await answer.json()).toMatchObject({ setting: { value }, note: null });
  versions.set(id, version + 1);
}

/** The codes of the errors of a query. */
async function codesOf({ url }: ApplicationUnderTest, query: string): Promise<string[]> {
  const answer = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query }),
  });
  const { errors = [] } = (await answer.json()) as Json;
  return errors.map(({ extensions }: Json) => extensions.code);
}

test.each([
  ["max_query_depth", 5, 15, DEEP, "QUERY_TOO_DEEP"],
  ["max_query_aliases", 0, 200, "{ all: fleet { totals { assetCount } } }", "TOO_MANY_ALIASES"],
  ["max_query_tokens", 500, 5000, LONG, "QUERY_TOO_LONG"],
  ["max_query_complexity", 2000, 100_000, WIDE, "QUERY_TOO_COMPLEX"],
  ["introspection", false, true, "{ __schema { queryType { name } } }", "INTROSPECTION_OFF"],
])(
  "%s holds for the next query, also for one that was sent before",
  async (id, low, high, query, code) => {
    const application = await start();
    expect(await codesOf(application, query)).toEqual([]);
    await set(application, id, low);
    expect(await codesOf(application, query)).toEqual([code]);
    expect(await codesOf(application, query)).toEqual([code]);
    await set(application, id, high);
    expect(await codesOf(application, query)).toEqual([]);
  },
);

test("max_message_kb holds for the next body, and for messages of WebSockets that connect later", async () => {
  const application = await start();
  const large = `${FLEET} # ${"x".repeat(5_000)}`;
  const before = await openLine(application.url);
  expect(await codesOf(application, large)).toEqual([]);
  await set(application, "max_message_kb", 4);
  const answer = await fetch(`${application.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: large }),
  });
  expect(((await answer.json()) as Json).errors[0].extensions.code).toBe("BODY_TOO_LARGE");
  const after = await openLine(application.url);
  const init = { type: "connection_init", payload: { filler: "x".repeat(5_000) } };
  after.send(init);
  expect(await after.closed).toBe(1009);
  before.send(init);
  expect(await before.next()).toMatchObject({ type: "connection_ack" });
  before.socket.terminate();
});

test("max_sockets holds for the next one that connects, and those that are open stay", async () => {
  const application = await start();
  const stream = () => fetch(`${application.url}/telemetry/stream`);
  const [first, second] = [await stream(), await stream()];
  await set(application, "max_sockets", 1);
  const refused = await stream();
  expect(((await refused.json()) as Json).code).toBe("TOO_MANY_SOCKETS");
  await first.body?.cancel();
  expect((await stream()).status).toBe(503);
  await second.body?.cancel();
  await expect.poll(async () => (await stream()).status).toBe(200);
});

test("max_socket_operations holds for the next operation", async () => {
  const application = await start();
  const line = await openLine(application.url);
  line.send({ type: "connection_init" });
  await line.next();
  const query = "subscription { telemetry { timestamp } }";
  const subscribe = (id: string) => line.send({ id, type: "subscribe", payload: { query } });
  subscribe("1");
  expect(await line.next()).toMatchObject({ type: "next" });
  await set(application, "max_socket_operations", 1);
  subscribe("2");
  expect(await line.next()).toMatchObject({
    type: "error",
    payload: [{ extensions: { code: "TOO_MANY_OPERATIONS" } }],
  });
  line.socket.terminate();
});

test("init_timeout_s holds for WebSockets that connect from then on", async () => {
  const application = await start();
  await set(application, "init_timeout_s", 0.1);
  const line = await openLine(application.url);
  expect(await line.closed).toBe(4408);
});

test("metrics_assets holds when metrics are read next", async () => {
  const application = await start();
  const perAsset = async () =>
    ((await (await fetch(`${application.url}/metrics`)).text()).match(/asset_id="/g) ?? []).length;
  const before = await perAsset();
  expect(before).toBeGreaterThan(0);
  await set(application, "metrics_assets", 1);
  expect(await perAsset()).toBe(0);
});

test("log_level is set at once", async () => {
  const levels: string[] = [];
  const application = await start({}, { setLogLevel: (level) => levels.push(level) });
  await set(application, "log_level", "debug");
  expect(levels.at(-1)).toBe("debug");
});

test("recent_frames and recent_mb hold from the next tick on", async () => {
  const application = await start();
  const asset = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01";
  const samples = async () =>
    ((await (await fetch(`${application.url}/telemetry/${asset}/history?limit=500`)).json()) as [])
      .length;
  application.clock.advance(20 * 4_000);
  expect(await samples()).toBe(20);
  await set(application, "recent_frames", 5);
  application.clock.advance(4_000);
  expect(await samples()).toBe(5);
  await set(application, "recent_frames", 8);
  application.clock.advance(20 * 4_000);
  expect(await samples()).toBe(8);
});
