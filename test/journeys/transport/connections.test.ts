// Connections that stay open: how many there may be, how they end, and that nothing of them is left.
import { connect, type Socket } from "node:net";
import type { GraphQLField } from "graphql";
import { afterEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { schema } from "../../../src/api/graphql/schema.ts";
import {
  type ApplicationUnderTest,
  DT_MS,
  startApplication,
} from "../../support/application-under-test.ts";
import { readMetric } from "../../support/program-under-test.ts";
import { type Line, openLine } from "../../support/transports.ts";

const UNKNOWN_ID = "00000000-0000-4000-8000-000000000000";
const WATCH = "subscription { telemetry { timestamp samples { assetId socPct currentMw } } }";
const FLEET = "{ fleet { totals { assetCount } } }";

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function start(...args: Parameters<typeof startApplication>): Promise<ApplicationUnderTest> {
  const application = await startApplication(...args);
  stops.push(application.stop);
  return application;
}

async function openAcknowledged({ url }: ApplicationUnderTest): Promise<Line> {
  const line = await openLine(url);
  stops.push(() => line.socket.terminate());
  line.send({ type: "connection_init" });
  await line.next();
  return line;
}

const subscribe = (id: string, query = WATCH) => ({ id, type: "subscribe", payload: { query } });

/** A raw connection, and the bytes that it received. */
async function openRaw({ url }: ApplicationUnderTest, ...requests: string[]) {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  stops.push(() => socket.destroy());
  socket.on("error", () => {});
  let text = "";
  socket.on("data", (chunk) => {
    text += chunk.toString("latin1");
  });
  const ended = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  await new Promise((resolve) => socket.once("connect", resolve));
  socket.write(requests.join(""));
  const has = (part: string) => expect.poll(() => text, { timeout: 5000 }).toContain(part);
  return { socket, ended, has, text: () => text };
}

const HOST = "Host: localhost\r\n";
const STREAM = `GET /telemetry/stream HTTP/1.1\r\n${HOST}\r\n`;
const post = (query: string, accept: string) => {
  const body = JSON.stringify({ query });
  return `POST /graphql HTTP/1.1\r\n${HOST}Accept: ${accept}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
};
const EVENTS = post(WATCH, "text/event-stream");
const UPGRADE = `GET /graphql HTTP/1.1\r\n${HOST}Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${Buffer.alloc(16).toString("base64")}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n`;

const STREAMS = [
  ["GET /telemetry/stream", STREAM],
  ["POST /graphql", EVENTS],
] as const;

/** A masked text frame, as clients send them; the mask is all 0. */
function textFrame(message: object): Buffer {
  const text = Buffer.from(JSON.stringify(message));
  const head = [0x81, 0x80 | 126, text.length >> 8, text.length & 255, 0, 0, 0, 0];
  return Buffer.concat([Buffer.from(head), text]);
}

/** A ping as it is read, and what answers it. */
const PING = "\x89\0";
const PONG = Buffer.from([0x8a, 0x80, 0, 0, 0, 0]);

/** A WebSocket that answers every ping until a test stops it, and counts them. */
async function openPinged(application: ApplicationUnderTest, messages: readonly Buffer[]) {
  const { socket, has, text, ended } = await openRaw(application, UPGRADE);
  await has("101 Switching");
  for (const message of messages) socket.write(message);
  const pings = () => text().split(PING).length - 1;
  let answered = 0;
  const answer = () => {
    for (; answered < pings(); answered++) socket.write(PONG);
  };
  socket.on("data", answer);
  return { pings, ended, stopAnswering: () => socket.off("data", answer) };
}

const metric = ({ url }: ApplicationUnderTest, name: string) => readMetric(url, `mando_${name}`);

/** Ticks until so many bytes wait for a client that reads nothing, or it is ended for it, as on a busy machine. */
async function fillUnread(application: ApplicationUnderTest, bytes: number, ticks: number) {
  const unread = () => metric(application, "subscriptions_buffered_bytes");
  while ((await unread()) < bytes && (await metric(application, "sockets_open")) > 0)
    for (let n = 0; n < ticks; n++) application.clock.advance(DT_MS);
}

/** Waits until so many subscriptions and connections are left. */
async function left(application: ApplicationUnderTest, count: number): Promise<void> {
  for (const name of ["subscriptions_active", "sockets_open"])
    await expect.poll(() => metric(application, name), { timeout: 10_000 }).toBe(count);
}

describe("how many", () => {
  test("WebSockets and event streams may be open at once; one more is refused for a while", async () => {
    const application = await start({ MAX_SOCKETS: "3" });
    const line = await openAcknowledged(application);
    line.send(subscribe("1"));
    await line.next();
    const stream = await openRaw(application, STREAM);
    await stream.has("data: {");
    await (await openRaw(application, EVENTS)).has("event: next");
    await left(application, 3);

    for (const request of [STREAM, EVENTS, UPGRADE]) {
      const { has, text } = await openRaw(application, request);
      await has('"code":"TOO_MANY_SOCKETS"');
      expect(text()).toMatch(/^HTTP\/1\.1 503 .*\r\n(.*\r\n)*retry-after: 1\r\n/i);
    }
    const query = {
      method: "POST",
      headers: { "content-type": "application/json", accept: "text/event-stream" },
      body: JSON.stringify({ query: FLEET }),
    };
    expect(await (await fetch(`${application.url}/graphql`, query)).text()).toContain(
      '"assetCount":7',
    );

    stream.socket.destroy();
    await left(application, 2);
    await (await openRaw(application, STREAM)).has("data: {");
    line.socket.close();
    await left(application, 2);
    await openAcknowledged(application);
  });

  test("operations may run on one WebSocket; one more is refused, and the others continue", async () => {
    const application = await start({ MAX_SOCKET_OPERATIONS: "2" });
    const line = await openAcknowledged(application);
    for (const id of ["1", "2"]) {
      line.send(subscribe(id));
      expect(await line.next()).toMatchObject({ id, type: "next" });
    }
    line.send(subscribe("3"));
    expect(await line.next()).toEqual({
      id: "3",
      type: "error",
      payload: [
        {
          message: expect.stringMatching(/^2 operations/),
          extensions: { code: "TOO_MANY_OPERATIONS" },
        },
      ],
    });
    application.clock.advance(DT_MS);
    expect([(await line.next()).id, (await line.next()).id].sort()).toEqual(["1", "2"]);
    line.send({ id: "1", type: "complete" });
    line.send(subscribe("3", FLEET));
    expect(await line.next()).toMatchObject({ id: "3", type: "next", payload: { data: {} } });
    expect(await line.next()).toEqual({ id: "3", type: "complete" });
  });

  test("a thousand times as many as may run at once may come one after the other", async () => {
    const application = await start({ MAX_SOCKET_OPERATIONS: "2" });
    const line = await openAcknowledged(application);
    for (let n = 0; n < 500; n++) {
      line.send(subscribe(`s${n}`));
      expect(await line.next()).toMatchObject({ id: `s${n}`, type: "next" });
      line.send({ id: `s${n}`, type: "complete" });
      line.send(subscribe(`q${n}`, FLEET));
      expect(await line.next()).toMatchObject({ id: `q${n}`, type: "next" });
      expect(await line.next()).toMatchObject({ id: `q${n}`, type: "complete" });
    }
    expect(await metric(application, "subscriptions_active")).toBe(0);
  });
});

test("a WebSocket that does not begin is closed with 4408", async () => {
  const application = await start({ INIT_TIMEOUT_S: "0.1" });
  const line = await openLine(application.url);
  const beganMs = performance.now();
  expect(await line.closed).toBe(4408);
  expect(performance.now() - beganMs).toBeLessThan(2000);
  await left(application, 0);
});

test("a WebSocket answers pings, those of the socket and those of the protocol", async () => {
  const line = await openAcknowledged(await start());
  const pong = new Promise((resolve) => line.socket.once("pong", (data) => resolve(String(data))));
  line.socket.ping("are you there");
  expect(await pong).toBe("are you there");
  line.send({ type: "ping" });
  expect(await line.next()).toEqual({ type: "pong" });
});

describe("a client that is no longer there", () => {
  test("but whose WebSocket is open, is ended as it answers no ping", async () => {
    const application = await start({}, { heartbeatMs: 100 });
    const { socket, has, ended } = await openRaw(application, UPGRADE);
    await has("101 Switching");
    socket.write(textFrame({ type: "connection_init" }));
    await has("connection_ack");
    socket.write(textFrame(subscribe("1")));
    await has(`"type":"next"`);
    await ended;
    await left(application, 0);
  });

  test("and is sent events all the time, is ended too, though pinged more rarely", async () => {
    const application = await start({}, { heartbeatMs: 100 });
    const tick = setInterval(() => application.clock.advance(DT_MS), 20);
    stops.push(() => clearInterval(tick));
    const messages = [textFrame({ type: "connection_init" }), textFrame(subscribe("1"))];
    const [busy, silent] = [
      await openPinged(application, messages),
      await openPinged(application, []),
    ];
    const stream = await openRaw(application, EVENTS);
    await expect.poll(silent.pings, { timeout: 5000 }).toBeGreaterThan(9);
    expect(busy.pings()).toBeGreaterThan(1);
    expect(busy.pings()).toBeLessThan(6);
    expect(stream.text().split(":\n\n").length - 1).toBeLessThan(3);
    busy.stopAnswering();
    await busy.ended;
  });

  test("but only reads nothing, is not ended as gone before it counts as slow", async () => {
    const application = await start({ SLOW_CLIENT_S: "2" }, { heartbeatMs: 100 });
    const { socket, has } = await openRaw(application, UPGRADE);
    await has("101 Switching");
    socket.write(textFrame({ type: "connection_init" }));
    await has("connection_ack");
    socket.write(textFrame(subscribe("1")));
    await has(`"type":"next"`);
    socket.pause();
    await fillUnread(application, 2 ** 19, 20_000);
    const tick = setInterval(() => application.clock.advance(DT_MS), 50);
    stops.push(() => clearInterval(tick));
    await left(application, 0);
    expect(await metric(application, 'subscriptions_ended_total{reason="slow"}')).toBe(1);
  }, 60_000);

  test("while one that is there stays, over WebSocket and as events, as nothing happens", async () => {
    const application = await start({}, { heartbeatMs: 20 });
    const line = await openAcknowledged(application);
    line.send(subscribe("1"));
    await line.next();
    const { has, text } = await openRaw(application, EVENTS);
    await has("event: next");
    const comments = () => text().split(":\n\n").length;
    await expect.poll(comments, { timeout: 5000 }).toBeGreaterThan(10);
    expect(line.socket.readyState).toBe(WebSocket.OPEN);
    await left(application, 2);
  });

  test.each(STREAMS)(
    "but whose event stream is open, is ended as it reads nothing: %s",
    async (_, request) => {
      const application = await start({ SLOW_CLIENT_S: "1" }, { heartbeatMs: 50 });
      const { socket, has } = await openRaw(application, request);
      await has("data: {");
      socket.pause();
      // Until the buffers of the system are full, and a little waits unread.
      await fillUnread(application, 1000, 500);
      await left(application, 0);
    },
    60_000,
  );

  test.each([...STREAMS, ["WebSocket", UPGRADE] as const])(
    "in whatever way it leaves: %s",
    async (_, request) => {
      const application = await start();
      const leave: ((socket: Socket) => void)[] = [
        (socket) => socket.destroy(),
        (socket) => socket.resetAndDestroy(),
        (socket) => void socket.end(),
      ];
      for (const go of leave) {
        const { socket, has } = await openRaw(application, request);
        await has("\r\n\r\n");
        go(socket);
        await left(application, 0);
      }
      expect(application.errors).toEqual([]);
    },
  );

  test.each(STREAMS)("before its stream begins: %s", async (_, request) => {
    const application = await start();
    for (let round = 0; round < 50; round++) {
      const whole = await openRaw(application, request);
      const part = await openRaw(application, request.slice(0, -5));
      if (round % 2 === 0) whole.socket.destroy();
      else whole.socket.end();
      part.socket.destroy();
      await whole.ended;
    }
    await left(application, 0);
    expect(application.errors).toEqual([]);
  });
});

describe("a client that sends several requests at once", () => {
  test("is streamed to when the answers before have ended", async () => {
    const application = await start();
    const { has, text } = await openRaw(application, post(FLEET, "application/json"), STREAM);
    await has("data: {");
    expect(text().indexOf('"assetCount":7')).toBeLessThan(text().indexOf("data: {"));
    await left(application, 1);
  });

  test("leaves nothing behind of requests that were never answered", async () => {
    const application = await start();
    const { socket, has } = await openRaw(application, EVENTS, STREAM, EVENTS, STREAM);
    await has("event: next");
    application.clock.advance(DT_MS);
    await left(application, 1);
    socket.destroy();
    await left(application, 0);
  });
});

describe("an event stream", () => {
  test("is not opened for more ids than a list may have", async () => {
    const application = await start({ MAX_LIST_IDS: "2" });
    for (const name of ["asset_id", "site_id"]) {
      const query = Array.from({ length: 3 }, () => `${name}=${UNKNOWN_ID}`).join("&");
      const answer = await fetch(`${application.url}/telemetry/stream?${query}`);
      expect(await answer.json()).toMatchObject({
        status: 400,
        code: "TOO_MANY_IDS",
        field: name,
        detail: expect.stringContaining(`${name} may have 2 ids, not 3`),
      });
    }
  });

  test("is not opened by HEAD, which gets its headers, and the connection stays open", async () => {
    const application = await start();
    const live = `GET /health/live HTTP/1.1\r\n${HOST}\r\n`;
    const { has, text } = await openRaw(application, STREAM.replace("GET", "HEAD"), live);
    await has('"status":"live"');
    expect(text()).toMatch(/^HTTP\/1\.1 200 .*\r\n(.*\r\n)*content-type: text\/event-stream/i);
    await left(application, 0);
  });

  test.each(STREAMS)("ends with its connection over HTTP/1.0: %s", async (_, request) => {
    const application = await start();
    const { socket, has, text } = await openRaw(
      application,
      request.replace("HTTP/1.1", "HTTP/1.0"),
    );
    await has("data: {");
    application.clock.advance(DT_MS);
    await has("12:00:04");
    expect(text()).toMatch(/^connection: close\r$/im);
    expect(text()).not.toMatch(/^transfer-encoding/im);
    socket.destroy();
    await left(application, 0);
  });

  test.each(STREAMS)(
    "ends with its connection where the client requests that: %s",
    async (_, request) => {
      const application = await startApplication();
      const { has, ended } = await openRaw(
        application,
        request.replace(HOST, `${HOST}Connection: close\r\n`),
      );
      await has("data: {");
      application.clock.advance(DT_MS);
      await left(application, 1);
      await application.stop();
      await ended;
    },
  );
});

test("a WebSocket that sends requests and does not read is read no further, and ended", async () => {
  const application = await start({ SLOW_CLIENT_S: "1" }, { heartbeatMs: 1000 });
  const { socket, has, ended } = await openRaw(application, UPGRADE);
  await has("101 Switching");
  socket.write(textFrame({ type: "connection_init" }));
  await has("connection_ack");
  socket.pause();
  const query = `{ __schema { types { name description fields { name description } } } }${" ".repeat(1000)}`;
  for (let n = 0; n < 20_000; n++) {
    socket.write(textFrame(subscribe(`${n}`, query)));
    socket.write(PONG);
  }
  let untakenBytes = 0;
  const look = setInterval(() => {
    untakenBytes = socket.writableLength;
  }, 20);
  stops.push(() => clearInterval(look));
  await ended;
  // Of 22 MB the buffers of the system hold a few.
  expect(untakenBytes).toBeGreaterThan(10e6);
  await left(application, 0);
});

test("a WebSocket that completes operations at once is not served more than may run", async () => {
  const application = await start({ MAX_SOCKET_OPERATIONS: "5" });
  const { socket, has } = await openRaw(application, UPGRADE);
  await has("101 Switching");
  socket.write(textFrame({ type: "connection_init" }));
  await has("connection_ack");
  const fleet = schema.getQueryType()?.getFields().fleet as GraphQLField<unknown, unknown>;
  const { resolve } = fleet;
  let count = 0;
  fleet.resolve = (...args) => {
    count++;
    return resolve?.(...args);
  };
  const requested = Array.from({ length: 200 }, (_, n) => [
    textFrame(subscribe(`${n}`, FLEET)),
    textFrame({ id: `${n}`, type: "complete" }),
  ]);
  socket.write(Buffer.concat([...requested.flat(), textFrame({ type: "ping" })]));
  await has('"type":"pong"');
  if (resolve) fleet.resolve = resolve;
  // Five for each piece in which the bytes may arrive.
  expect(count).toBeGreaterThan(0);
  expect(count).toBeLessThan(50);
});
