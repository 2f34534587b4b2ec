import { connect, type Socket } from "node:net";
import { type GraphQLObjectType, getNullableType, isLeafType } from "graphql";
import { type Client, createClient } from "graphql-ws";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { schema } from "../../../src/api/graphql/schema.ts";
import {
  type ApplicationUnderTest,
  DT_MS,
  START_MS,
  startApplication,
} from "../../support/application-under-test.ts";
import { openLine } from "../../support/transports.ts";

const ASSET = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01";
const SITE = "5d0c7a52-6a3e-4c0b-9d54-0f6b1f2a7c01";
const UNKNOWN_ID = "00000000-0000-4000-8000-000000000000";
const WATCH = `subscription ($assetIds: [ID!], $siteIds: [ID!]) {
  telemetry(assetIds: $assetIds, siteIds: $siteIds) {
    cursor timestamp kind missedTicks samples { assetId currentMw setpointMw }
  }
}`;

const WATCH_ALL = `subscription { telemetry { missedTicks samples { assetId siteId timestamp socMwhr socPct
  capacityMwhr currentMw setpointMw maxMw minMw status limitedBy energyInMwhr energyOutMwhr asset { id name location } } } }`;

interface FrameData {
  readonly cursor: string;
  readonly timestamp: string;
  readonly kind: "SNAPSHOT" | "TICK";
  readonly missedTicks: number | null;
  readonly samples: { assetId: string; currentMw: number; setpointMw: number }[];
}

let application: ApplicationUnderTest;
const clients: Client[] = [];
beforeEach(async () => {
  application = await startApplication();
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.dispose();
  await application.stop();
});

function openClient(url = application.url, connectionParams: Record<string, unknown> = {}): Client {
  const client = createClient({
    url: `${url.replace("http", "ws")}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams,
  });
  clients.push(client);
  return client;
}

type Reader = () => Promise<FrameData>;

function overWebSocket(variables: object): Reader {
  const results = openClient().iterate<{ telemetry: FrameData }>({
    query: WATCH,
    variables: { ...variables },
  });
  return async () => {
    const { value } = await results.next();
    if (value?.errors) throw new Error(JSON.stringify(value.errors));
    return value?.data?.telemetry as FrameData;
  };
}

async function openEvents(query: string, variables: object, signal?: AbortSignal) {
  const answer = await fetch(`${application.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "text/event-stream" },
    body: JSON.stringify({ query, variables }),
    ...(signal && { signal }),
  });
  const decoder = new TextDecoder();
  const reader = answer.body?.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  let text = "";
  /** The data of the next event of this kind. */
  async function next(kind = "next"): Promise<string> {
    for (;;) {
      const found = new RegExp(`event: ${kind}\\ndata:(.*)\\n\\n`).exec(text);
      if (found) {
        text = text.slice(found.index + found[0].length);
        return found[1] as string;
      }
      const { done, value } = await reader.read();
      if (done) throw new Error(`the stream ended: ${text}`);
      text += decoder.decode(value, { stream: true });
    }
  }
  return { answer, next, cancel: () => reader.cancel() };
}

function overEvents(variables: object): Reader {
  const opening = openEvents(WATCH, variables);
  return async () => JSON.parse(await (await opening).next()).data.telemetry;
}

const dispatch = (mw: number) =>
  fetch(`${application.url}/dispatch`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ asset_id: ASSET, mw }),
  });

async function activeCount(): Promise<number> {
  const metrics = await (await fetch(`${application.url}/metrics`)).text();
  return Number(/^mando_subscriptions_active (\d+)$/m.exec(metrics)?.[1]);
}

describe.each([
  ["WebSocket", overWebSocket],
  ["server-sent events", overEvents],
] as const)("over %s", (_, open) => {
  test("the current state comes at once, then one frame a tick", async () => {
    const next = open({});
    const first = await next();
    expect(first).toMatchObject({
      kind: "SNAPSHOT",
      missedTicks: 0,
      timestamp: new Date(START_MS).toISOString(),
    });
    expect(first.samples).toHaveLength(7);
    const cursors = new Set([first.cursor]);
    for (let tick = 1; tick <= 3; tick++) {
      application.clock.advance(DT_MS);
      const frame = await next();
      expect(frame).toMatchObject({
        kind: "TICK",
        missedTicks: 0,
        timestamp: new Date(START_MS + tick * DT_MS).toISOString(),
      });
      cursors.add(frame.cursor);
    }
    expect(cursors.size).toBe(4);
  });

  test("ticks that are caught up come one by one", async () => {
    const next = open({});
    await next();
    application.clock.advance(5 * DT_MS);
    const seen: string[] = [];
    for (let tick = 1; tick <= 5; tick++) seen.push((await next()).timestamp);
    expect(seen).toEqual(
      [1, 2, 3, 4, 5].map((tick) => new Date(START_MS + tick * DT_MS).toISOString()),
    );
  });

  test("assets and sites may be chosen: both mean the union, each asset once", async () => {
    const other = ASSET.replace(/1$/, "7");
    const idsOf = async (variables: object) =>
      (await open(variables)()).samples.map((sample) => sample.assetId);
    expect(await idsOf({ assetIds: [other] })).toEqual([other]);
    expect(await idsOf({ siteIds: [SITE] })).toEqual([ASSET, ASSET.replace(/1$/, "2")]);
    expect(await idsOf({ assetIds: [other, ASSET, ASSET.toUpperCase()], siteIds: [SITE] })).toEqual(
      [ASSET, ASSET.replace(/1$/, "2"), other],
    );
  });

  test("a dispatch by REST is seen within two ticks", async () => {
    const next = open({ assetIds: [ASSET] });
    await next();
    expect((await dispatch(5)).status).toBe(202);
    application.clock.advance(2 * DT_MS);
    const seen = [await next(), await next()].map(({ samples }) => samples[0]?.currentMw);
    expect(seen).toEqual([2, 4]);
  });
});

describe("what cannot be watched is refused before the stream starts", () => {
  const cases: [string, object][] = [
    ["ASSET_UNKNOWN", { assetIds: [ASSET, UNKNOWN_ID] }],
    ["SITE_UNKNOWN", { siteIds: [UNKNOWN_ID] }],
    ["BAD_UUID", { assetIds: ["BESS-1"] }],
    ["BAD_INPUT", { assetIds: [] }],
    ["BAD_INPUT", { siteIds: [] }],
  ];
  test.each(cases)("%s for %j over WebSocket", async (code, variables) => {
    const results = openClient().iterate({ query: WATCH, variables: { ...variables } });
    expect((await results.next()).value).toMatchObject({
      errors: [{ extensions: { code, argument: expect.any(String) } }],
    });
    expect((await results.next()).done).toBe(true);
    expect(await activeCount()).toBe(0);
  });
  test.each(cases)("%s for %j over server-sent events", async (code, variables) => {
    const { next } = await openEvents(WATCH, variables);
    expect(JSON.parse(await next())).toMatchObject({ errors: [{ extensions: { code } }] });
    await next("complete");
    expect(await activeCount()).toBe(0);
  });
});

test("clients that differ in their assets get what one gets that is alone with its document", async () => {
  const fields = Object.values((schema.getType("Telemetry") as GraphQLObjectType).getFields())
    .filter(({ type }) => isLeafType(getNullableType(type)))
    .map(({ name }) => name);
  const open = async (assetIds: string[], document: string) => {
    const line = await openAcknowledged();
    const query = `subscription ($assetIds: [ID!]) { ${document} }`;
    line.send({ id: "1", type: "subscribe", payload: { query, variables: { assetIds } } });
    await line.next();
    return line;
  };
  const document = `telemetry(assetIds: $assetIds) { kind samples { ${fields.join(" ")} } missedTicks }`;
  const other = ASSET.replace(/1$/, "7");
  await dispatch(5);
  const shared = await Promise.all([open([ASSET], document), open([other, ASSET], document)]);
  const alone = await open([other, ASSET], `${document}\n# alone\n`);
  for (let tick = 1; tick <= 3; tick++) {
    application.clock.advance(DT_MS);
    const [one, both] = await Promise.all(shared.map((line) => line.next()));
    const whole = (await alone.next()).payload as { data: { telemetry: FrameData } };
    expect(JSON.stringify(both?.payload)).toBe(JSON.stringify(whole));
    const { telemetry } = whole.data;
    const samples = telemetry.samples.filter(({ assetId }) => assetId === ASSET);
    expect(samples).toHaveLength(1);
    expect(JSON.stringify(one?.payload)).toBe(
      JSON.stringify({ data: { telemetry: { ...telemetry, samples } } }),
    );
  }
});

test("the fleet is watched as sums", async () => {
  const results = openClient().iterate<{ fleet: { timestamp: string; assetCount: number } }>({
    query: "subscription { fleet { timestamp assetCount } }",
  });
  const next = async () => (await results.next()).value?.data?.fleet;
  expect(await next()).toEqual({ timestamp: new Date(START_MS).toISOString(), assetCount: 7 });
  application.clock.advance(DT_MS);
  expect((await next())?.timestamp).toBe(new Date(START_MS + DT_MS).toISOString());
});

async function openAcknowledged() {
  const line = await openLine(application.url);
  line.send({ type: "connection_init" });
  expect(await line.next()).toMatchObject({ type: "connection_ack" });
  return line;
}

describe("a WebSocket", () => {
  test.each([
    ["GRAPHQL_PARSE_FAILED", "subscription {"],
    ["GRAPHQL_VALIDATION_FAILED", "subscription { colour }"],
    ["QUERY_TOO_LONG", `{ ${"fleet { totals { socPct } } ".repeat(1000)} }`],
    [
      "METHOD_NOT_ALLOWED",
      `mutation { dispatch(input: { assetId: "${ASSET}", mw: 1 }) { __typename } }`,
    ],
  ])("survives %s, and serves the next operation", async (code, query) => {
    const { send, next, socket } = await openAcknowledged();
    send({ id: "1", type: "subscribe", payload: { query } });
    const answer = await next();
    expect(JSON.stringify(answer)).toContain(`"code":"${code}"`);
    expect(JSON.stringify(answer)).not.toMatch(/"http"|stack|unexpected/);
    send({ id: "2", type: "subscribe", payload: { query: "{ fleet { totals { assetCount } } }" } });
    let message = await next();
    while (message.id !== "2") message = await next();
    expect(message).toEqual({
      id: "2",
      type: "next",
      payload: { data: { fleet: { totals: { assetCount: 7 } } } },
    });
    socket.close();
  });

  test("obeys the protocol: 4400 for nonsense, 4401 before its time, 4406, 4409, 4429", async () => {
    const broken = await openLine(application.url);
    broken.socket.send("nonsense");
    expect(await broken.closed).toBe(4400);
    const early = await openLine(application.url);
    early.send({ id: "1", type: "subscribe", payload: { query: "{ __typename }" } });
    expect(await early.closed).toBe(4401);
    const twice = await openAcknowledged();
    twice.send({ type: "connection_init" });
    expect(await twice.closed).toBe(4429);
    const same = await openAcknowledged();
    for (let n = 0; n < 2; n++)
      same.send({ id: "1", type: "subscribe", payload: { query: WATCH } });
    expect(await same.closed).toBe(4409);
    const other = new WebSocket(`${application.url.replace("http", "ws")}/graphql`);
    expect(await new Promise((resolve) => other.once("close", resolve))).toBe(4406);
  });

  test("is closed on a message that is too large, without effect on others", async () => {
    const { socket, closed } = await openAcknowledged();
    socket.send("x".repeat(600_000));
    expect(await closed).toBe(1009);
    expect((await fetch(`${application.url}/health/live`)).status).toBe(200);
  });

  test("obeys the rules of Host, Origin and path", async () => {
    const { port, host } = new URL(application.url);
    const upgrade = (headers: Record<string, string>, path = "/graphql") =>
      new Promise<number>((resolve) => {
        const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, "graphql-transport-ws", {
          headers,
        });
        socket.once("unexpected-response", (_, answer) => resolve(answer.statusCode ?? 0));
        socket.once("open", () => {
          socket.close();
          resolve(101);
        });
        socket.on("error", () => {});
      });
    expect(await upgrade({})).toBe(101);
    expect(await upgrade({ host: "evil.example" })).toBe(421);
    expect(await upgrade({ origin: "https://evil.example" })).toBe(403);
    expect(await upgrade({ origin: `http://${host}` })).toBe(101);
    expect(await upgrade({}, "/elsewhere")).toBe(404);
  });

  test("takes a token from connection_init or a header, and refuses a wrong one with 4403", async () => {
    const guarded = await startApplication({ API_TOKEN: "correct-horse" });
    const init = async (payload: object | undefined, headers: Record<string, string> = {}) => {
      const line = await openLine(guarded.url, headers);
      line.send({ type: "connection_init", payload });
      const outcome = await Promise.race([line.closed, line.next().then(({ type }) => type)]);
      line.socket.close();
      return outcome;
    };
    expect(await init({ authorization: "Bearer correct-horse" })).toBe("connection_ack");
    expect(await init({ Authorization: "Bearer wrong-horse" })).toBe(4403);
    expect(await init(undefined, { authorization: "Bearer wrong-horse" })).toBe(4403);
    expect(await init(undefined, { authorization: "Bearer correct-horse" })).toBe("connection_ack");
    expect(await init(undefined)).toBe("connection_ack");
    await guarded.stop();
  });

  test("is closed with 1001 when the server stops, and an event stream ends without a word", async () => {
    const stopping = await startApplication();
    const line = await openLine(stopping.url);
    line.send({ type: "connection_init" });
    await line.next();
    line.send({ id: "1", type: "subscribe", payload: { query: WATCH } });
    await line.next();
    const answer = await fetch(`${stopping.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "text/event-stream" },
      body: JSON.stringify({ query: WATCH }),
    });
    const beganMs = Date.now();
    await stopping.stop();
    expect(Date.now() - beganMs).toBeLessThan(3000);
    expect(await line.closed).toBe(1001);
    expect(await answer.text()).not.toContain("event: complete");
  });
});

/** What this process, server and clients, still holds after a collection. */
function heldBytes(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

describe("a client that stops reading", () => {
  /** A subscription of the whole fleet by hand, on a socket whose reading is ours to stop. */
  async function openStalled(kind: "WebSocket" | "events"): Promise<Socket> {
    const { hostname, port, host } = new URL(application.url);
    const socket = connect(Number(port), hostname);
    const body = JSON.stringify({ query: WATCH_ALL });
    if (kind === "events") {
      socket.write(
        `POST /graphql HTTP/1.1\r\nHost: ${host}\r\nAccept: text/event-stream\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      );
    } else {
      socket.write(
        `GET /graphql HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${Buffer.alloc(16).toString("base64")}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n`,
      );
      await new Promise((resolve) => socket.once("data", resolve));
      socket.write(textFrame({ type: "connection_init" }));
      await new Promise((resolve) => socket.once("data", resolve));
      socket.write(textFrame({ id: "1", type: "subscribe", payload: { query: WATCH_ALL } }));
    }
    await new Promise((resolve) => socket.once("data", resolve));
    socket.pause();
    return socket;
  }

  /** A masked text frame, as clients send them; the mask is all 0. */
  function textFrame(message: object): Buffer {
    const text = Buffer.from(JSON.stringify(message));
    return Buffer.concat([
      Buffer.from([0x81, 0x80 | 126, text.length >> 8, text.length & 255, 0, 0, 0, 0]),
      text,
    ]);
  }

  test.each(["WebSocket", "events"] as const)(
    "over %s costs a bounded memory, and the others continue",
    { timeout: 60_000 },
    async (kind) => {
      const stalled = await Promise.all(Array.from({ length: 15 }, () => openStalled(kind)));
      const results = openClient().iterate<{ telemetry: FrameData }>({ query: WATCH_ALL });
      const next = async () => (await results.next()).value?.data?.telemetry as FrameData;
      await next();
      const beforeBytes = heldBytes();
      for (let tick = 1; tick <= 2500; tick++) {
        application.clock.advance(DT_MS);
        expect((await next()).missedTicks).toBe(0);
      }
      // All unsent frames are 15 × 2,500 × 3 kB, less what the system's buffers hold: 60 MB.
      expect(heldBytes() - beforeBytes).toBeLessThan(16 * 2 ** 20);
      expect(await activeCount()).toBe(16);
      for (const socket of stalled) socket.destroy();
      await expect.poll(activeCount, { timeout: 5000 }).toBe(1);
    },
  );
});

describe("a client that leaves", () => {
  test("early, over server-sent events, leaves nothing behind", async () => {
    for (let round = 0; round < 50; round++) {
      const { hostname, port, host } = new URL(application.url);
      const body = JSON.stringify({ query: WATCH });
      const socket = connect(Number(port), hostname);
      await new Promise((resolve) => socket.once("connect", resolve));
      socket.write(
        `POST /graphql HTTP/1.1\r\nHost: ${host}\r\nAccept: text/event-stream\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
        () => socket.destroy(),
      );
      const controller = new AbortController();
      const opening = openEvents(WATCH, {}, controller.signal).catch(() => undefined);
      setImmediate(() => controller.abort());
      await opening;
    }
    await expect.poll(activeCount, { timeout: 5000 }).toBe(0);
  });

  test("a thousand times leaves no source behind", { timeout: 60_000 }, async () => {
    for (let round = 0; round < 50; round++) {
      await Promise.all(
        Array.from({ length: 10 }, async (_, n) => {
          const events = await openEvents(WATCH, {});
          await events.next();
          await events.cancel();
          const line = await openLine(application.url);
          line.send({ type: "connection_init" });
          await line.next();
          line.send({ id: "1", type: "subscribe", payload: { query: WATCH } });
          await line.next();
          if (n % 3 === 0) line.socket.terminate();
          else if (n % 3 === 1) line.socket.close();
          else {
            line.send({ id: "1", type: "complete" });
            line.socket.close();
          }
        }),
      );
    }
    await expect.poll(activeCount, { timeout: 5000 }).toBe(0);
    expect(application.errors).toEqual([]);
  });
});
