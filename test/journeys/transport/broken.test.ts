// Requests that break or come too slowly: each has an answer of its own, and never bytes within another's.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type ApplicationUnderTest,
  DT_MS,
  startApplication,
} from "../../support/application-under-test.ts";
import { openRaw, sendRaw, statusOf } from "../../support/raw-connection.ts";

const HOST = "Host: localhost\r\n";
const LIVE = `GET /health/live HTTP/1.1\r\n${HOST}\r\n`;
const GARBAGE = "this is not HTTP\r\n\r\n";
const UPGRADE = `GET /graphql HTTP/1.1\r\n${HOST}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n`;
const WATCH = JSON.stringify({ query: "subscription { fleet { socPct } }" });
const HASTY = { headersTimeout: 200, requestTimeout: 400, connectionsCheckingInterval: 50 };

/** The first part of a change, whose body is to be longer. */
const begun = (path: string, more = "") =>
  `POST ${path} HTTP/1.1\r\n${HOST}Content-Type: application/json\r\n${more || "Content-Length: 99\r\n"}\r\n{`;
const STREAMS = [
  ["GET /telemetry/stream", `GET /telemetry/stream HTTP/1.1\r\n${HOST}\r\n`],
  ["GET /dispatches/stream", `GET /dispatches/stream HTTP/1.1\r\n${HOST}\r\n`],
  [
    "POST /graphql",
    `POST /graphql HTTP/1.1\r\n${HOST}Accept: text/event-stream\r\nContent-Type: application/json\r\nContent-Length: ${WATCH.length}\r\n\r\n${WATCH}`,
  ],
] as const;

let application: ApplicationUnderTest;
beforeAll(async () => {
  application = await startApplication({}, { requestTimeouts: HASTY });
});
afterAll(() => application.stop());

const statuses = (text: string) =>
  [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));

describe("408 names what was slow", () => {
  test.concurrent.each([
    ["head", "GET /assets HTTP/1.1\r\nHost: loc"],
    ["head", "G"],
    ["body", begun("/dispatch")],
    ["body", begun("/dispatch/preview")],
    ["body", begun("/graphql")],
    ["body", begun("/assets/batch", "Transfer-Encoding: chunked\r\n").replace(/\{$/, "1\r\n[\r\n")],
  ])("the %s of %j", async (what, bytes) => {
    const text = await sendRaw(application.url, bytes);
    expect(statuses(text)).toEqual([408]);
    expect(text).toContain(`the ${what} of the request came too slowly`);
    expect(text).toMatch(/^connection: close\r$/im);
  });

  test("after an answer on the same connection, too", async () => {
    const text = await sendRaw(application.url, LIVE, "GET /assets HTTP/1.1\r\n");
    expect(statuses(text)).toEqual([200, 408]);
    expect(text).toContain("the head of the request came too slowly");
  });

  test("but a body whose request was answered already is cut", async () => {
    const bytes = begun("/nothing");
    expect(statuses(await sendRaw(application.url, bytes))).toEqual([404]);
  });
});

describe.each(STREAMS)("the events of %s", (_, request) => {
  test.concurrent.each([
    ["what is not HTTP", GARBAGE],
    ["a head that is too large", `GET / HTTP/1.1\r\nX: ${"x".repeat(20_000)}\r\n\r\n`],
    ["a slow head", "GET /assets HTTP/1.1\r\n"],
    ["a slow body", begun("/dispatch")],
    ["a WebSocket", UPGRADE],
  ])("are not broken into by %s", async (_, bytes) => {
    const { socket, has, text } = await openRaw(application.url, request, bytes);
    await has(/:\n\n/);
    const untilCut = new Promise<void>((resolve) => socket.once("close", () => resolve()));
    const longer = new Promise<void>((resolve) => setTimeout(resolve, 600));
    application.clock.advance(DT_MS);
    await Promise.race([untilCut, longer]);
    expect(statuses(text())).toEqual([200]);
    expect(text()).not.toContain("about:blank");
    socket.destroy();
  });
});

describe("requests that were sent before", () => {
  test("are answered whole before what is not HTTP is refused", async () => {
    const asset = `GET /assets HTTP/1.1\r\n${HOST}\r\n`;
    const text = await sendRaw(application.url, asset, LIVE, asset, GARBAGE, GARBAGE);
    expect(statuses(text)).toEqual([200, 200, 200, 400]);
    expect(text.match(/"name":"VALKEAKOSKI-1"/g)).toHaveLength(2);
    expect(text).toMatch(/"code":"BAD_REQUEST"[^}]*\}$/);
  });

  test("are answered before a WebSocket opens, or is refused", async () => {
    const { socket, has, text } = await openRaw(application.url, LIVE, UPGRADE);
    await has("101 Switching");
    expect(statuses(text())).toEqual([200, 101]);
    socket.destroy();
    const refused = await sendRaw(application.url, LIVE, UPGRADE.replace("/graphql", "/elsewhere"));
    expect(statuses(refused)).toEqual([200, 404]);
  });
});

test("a client that leaves its side open after a refusal is disconnected", async () => {
  const { socket, ended, text } = await openRaw(application.url, GARBAGE);
  socket.allowHalfOpen = true;
  const speak = setInterval(() => socket.write("x"), 50);
  await ended;
  clearInterval(speak);
  expect(statusOf(text())).toBe(400);
});

test("and nothing of all this is in the log", () => {
  expect(application.errors).toEqual([]);
});
