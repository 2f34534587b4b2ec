// Addresses as programs write them: an unknown one is 404, and none is a fault of the server.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type ApplicationUnderTest,
  startApplication,
} from "../../support/application-under-test.ts";
import fc from "../../support/fast-check.ts";
import { openRaw, sendRaw, statusOf } from "../../support/raw-connection.ts";

const HEAD = "Host: localhost\r\nConnection: close\r\n";
const QUERY = '{"query":"{__typename}"}';

let open: ApplicationUnderTest;
let guarded: ApplicationUnderTest;
beforeAll(async () => {
  open = await startApplication();
  guarded = await startApplication({ API_TOKEN: "secret-of-8" });
});
afterAll(async () => {
  await Promise.all([open.stop(), guarded.stop()]);
});

const request = (method: string, target: string, body = "") => {
  const form =
    body === "" ? "" : `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n`;
  return `${method} ${target} HTTP/1.1\r\n${HEAD}${form}\r\n${body}`;
};

describe("an address that no route has is 404, with a token set too", () => {
  test.each([
    ["GET", "/pages/x.js"],
    ["GET", "/pages/"],
    ["GET", "/pages/%00"],
    ["GET", "/pages/..%2f..%2fpackage.json"],
    ["GET", "/pages/%2e%2e/%2e%2e/package.json"],
    ["POST", "/pages/x.js"],
    ["POST", "/graphql/"],
    ["GET", "/graphql/"],
    ["POST", "/%67raphql"],
    ["POST", "/x/../graphql"],
    ["POST", "/graphql/x"],
    ["GET", "/../../etc/passwd"],
    ["GET", "//evil/assets"],
    ["GET", "/%ff%fe"],
    ["GET", "/%zz"],
    ["GET", `/${"a".repeat(10_000)}`],
    ["DELETE", "/nothing"],
    ["PUT", "/nothing"],
    ["OPTIONS", "*"],
    ["GET", "*"],
    ["GET", "ftp://localhost/assets"],
    ["CONNECT", "localhost:80"],
  ])("%s %s", async (method, target) => {
    for (const { url } of [open, guarded]) {
      const text = await sendRaw(url, request(method, target, method === "POST" ? QUERY : ""));
      expect(statusOf(text)).toBe(404);
      expect(text).toContain('"code":"ROUTE_UNKNOWN"');
    }
  });
});

test.each([
  ["a backslash", request("GET", "/a\\b")],
  ["a host that is none", "GET /assets HTTP/1.1\r\nHost: local host\r\nConnection: close\r\n\r\n"],
  ["an absolute address that is none", request("GET", "http://[/x")],
  ["no host", "GET /assets HTTP/1.0\r\n\r\n"],
])("%s is 400 with a body", async (_, bytes) => {
  const text = await sendRaw(open.url, bytes);
  expect(statusOf(text)).toBe(400);
  expect(text).toContain('"code":"BAD_REQUEST"');
});

describe("an absolute target is the address that it names", () => {
  test("on every transport", async () => {
    const { url } = open;
    expect(await sendRaw(url, request("GET", `${url}/assets`))).toContain("VALKEAKOSKI-1");
    expect(await sendRaw(url, request("POST", `${url}/graphql`, QUERY))).toContain('"Query"');
    const dispatch = '{"asset_id":"8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01","mw":1}';
    expect(statusOf(await sendRaw(url, request("POST", `${url}/dispatch`, dispatch)))).toBe(202);
  });

  test("and its host counts, not that of the Host header", async () => {
    const text = await sendRaw(open.url, request("GET", "http://evil.example/assets"));
    expect(statusOf(text)).toBe(421);
  });
});

describe("an offer to upgrade that is not accepted is ignored", () => {
  const offer =
    "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n";
  const requested = (method: string, target: string, body = "", upgrade = offer) =>
    `${method} ${target} HTTP/1.1\r\nHost: localhost\r\n${upgrade}${
      body && `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n`
    }\r\n${body}`;

  const preview = '{"asset_id":"8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01","mw":1}';
  test.each([
    ["GET", "/health/live", "", 200],
    ["GET", "/assets", "", 200],
    ["POST", "/graphql", QUERY, 200],
    ["POST", "/dispatch/preview", preview, 200],
    ["POST", "/dispatch", preview, 202],
  ])("%s %s", async (method, path, body, status) => {
    for (const upgrade of [offer, "Connection: Upgrade\r\nUpgrade: foo/2, websocket2\r\n"]) {
      const text = await sendRaw(open.url, requested(method, path, body, upgrade));
      expect(statusOf(text)).toBe(status);
    }
  });

  test("and is answered with connection: close, as Node loses the bytes that follow", async () => {
    const text = await sendRaw(
      open.url,
      requested("GET", "/health/live"),
      request("GET", "/assets"),
    );
    expect(text).toMatch(/^connection: close\r$/im);
    expect(text.match(/^HTTP/gm)).toHaveLength(1);
  });

  test("where the body comes later than the head", async () => {
    const { socket, has } = await openRaw(
      open.url,
      `POST /graphql HTTP/1.1\r\nHost: localhost\r\n${offer}Content-Type: application/json\r\nContent-Length: ${QUERY.length}\r\n\r\n`,
    );
    for (const character of QUERY) socket.write(character);
    await has('"__typename":"Query"');
    socket.destroy();
  });

  test("while a WebSocket elsewhere is refused with a body", async () => {
    const text = await sendRaw(
      open.url,
      requested("GET", "/assets", "", "Connection: Upgrade\r\nUpgrade: WebSocket\r\n"),
    );
    expect(statusOf(text)).toBe(404);
    expect(text).toContain("WebSockets are accepted at /graphql, not at /assets");
  });
});

/** Parts of targets that have broken servers before. */
const part = fc.oneof(
  fc.constantFrom("assets", "graphql", "pages", "dispatch", "telemetry", "docs", "sites", "health"),
  fc.constantFrom(
    "..",
    ".",
    "",
    "%2e%2e",
    "%2f",
    "%5c",
    "%00",
    "%ff",
    "%zz",
    "%",
    ";a=b",
    "*",
    ":",
  ),
  fc.constantFrom("__proto__", "constructor", "toString", "stream", "live", "x.js", "batch"),
  fc.string({ maxLength: 8 }),
);
const target = fc.oneof(
  fc.array(part, { maxLength: 5 }).map((parts) => `/${parts.join("/")}`),
  fc.array(part, { maxLength: 3 }).map((parts) => `http://localhost/${parts.join("/")}`),
  fc.string({ maxLength: 20 }),
);
const query = fc.oneof(
  fc.constant(""),
  fc.string({ maxLength: 20 }).map((text) => `?${text}`),
  fc.constantFrom("?query=%7B__typename%7D", "?query=%ff", "?asset_id=%00", "?a[b]=1&__proto__=1"),
);
const method = fc.constantFrom("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE");
const header = fc.oneof(
  fc.constantFrom(
    "Upgrade: h2c\r\nConnection: Upgrade",
    "Content-Encoding: gzip",
    "Content-Type: application/json; charset=utf-16",
    "Content-Type: application/json",
    "Accept: text/html",
    "Accept: text/event-stream",
    "Origin: null",
    "Expect: 100-continue",
    "Authorization: bearer secret-of-8",
    "Range: bytes=9-1",
    "Transfer-Encoding: chunked",
  ),
  fc.string({ maxLength: 20 }).map((text) => `X-Any: ${text.replace(/[\r\n\0]/g, "")}`),
);
const body = fc.oneof(
  fc.constantFrom("", "{}", "[]", QUERY, "\xef\xbb\xbf{}", "\xff\xfe{", "2\r\n{}\r\n0\r\n\r\n"),
  fc.string({ maxLength: 30 }),
);

test("no request is answered with a fault, whatever it is made of", async () => {
  const shape = fc.record({
    method,
    target,
    query,
    headers: fc.array(header, { maxLength: 3 }),
    body,
  });
  await fc.assert(
    fc.asyncProperty(shape, async ({ method, target, query, headers, body }) => {
      const lines = [...headers, `Content-Length: ${Buffer.byteLength(body, "latin1")}`];
      const bytes = `${method} ${target}${query} HTTP/1.1\r\n${HEAD}${lines.join("\r\n")}\r\n\r\n${body}`;
      const { socket, has, text } = await openRaw(open.url, bytes);
      await has("\r\n\r\n");
      socket.destroy();
      expect(statusOf(text())).toBeLessThan(500);
    }),
    { numRuns: 600 },
  );
}, 60_000);

test("and nothing of all this is in the log", () => {
  expect([...open.errors, ...guarded.errors]).toEqual([]);
});
