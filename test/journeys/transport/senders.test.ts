// Pages that may change something: the headers of the browser about the sender, its origin, and the host.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type ApplicationUnderTest,
  startApplication,
} from "../../support/application-under-test.ts";
import { openRaw, sendRaw, statusOf } from "../../support/raw-connection.ts";

const QUERY = '{"query":"{__typename}"}';
const KEY = "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n";
const PROTOCOL = "Sec-WebSocket-Protocol: graphql-transport-ws\r\n";

let application: ApplicationUnderTest;
beforeAll(async () => {
  application = await startApplication();
});
afterAll(() => application.stop());

/** The status of a change and of a WebSocket with these headers. */
async function statusesWith(host: string, headers: readonly string[]) {
  const lines = [`Host: ${host}`, ...headers].join("\r\n");
  const change = await sendRaw(
    application.url,
    `POST /graphql HTTP/1.1\r\n${lines}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${QUERY.length}\r\n\r\n${QUERY}`,
  );
  const { socket, has, text } = await openRaw(
    application.url,
    `GET /graphql HTTP/1.1\r\n${lines}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${KEY}${PROTOCOL}\r\n`,
  );
  await has("\r\n\r\n");
  socket.destroy();
  return [statusOf(change), statusOf(text())];
}

const OWN = "Sec-Fetch-Site: same-origin";
const FOREIGN = "Sec-Fetch-Site: cross-site";
const SIBLING = "Sec-Fetch-Site: same-site";
const PROXIED = "Origin: http://localhost:8080";

describe("behind a proxy that puts another host", () => {
  test.each([
    ["the page of this server is let in", "127.0.0.1:3001", [PROXIED, OWN], [200, 101]],
    ["so it is where the proxy drops the port", "localhost", [PROXIED, OWN], [200, 101]],
    ["a page of another port is not", "localhost:3001", [PROXIED, SIBLING], [403, 403]],
    [
      "a page of another site is not",
      "127.0.0.1:3001",
      ["Origin: http://a.test", FOREIGN],
      [403, 403],
    ],
    ["a request without these headers is not", "127.0.0.1:3001", [PROXIED], [403, 403]],
    ["a program without an origin is", "127.0.0.1:3001", [], [200, 101]],
  ])("%s", async (_, host, headers, statuses) => {
    expect(await statusesWith(host, headers)).toEqual(statuses);
  });
});

test("a page that binds its own name to this machine is refused, though its browser calls it ours", async () => {
  expect(await statusesWith("evil.test:3001", ["Origin: http://evil.test:3001", OWN])).toEqual([
    421, 421,
  ]);
});

describe("GET /health/websocket", () => {
  const call = async (origin: string, host = "localhost") => {
    const text = await sendRaw(
      application.url,
      `GET /health/websocket?origin=${encodeURIComponent(origin)} HTTP/1.1\r\nHost: ${host}\r\n${OWN}\r\nConnection: close\r\n\r\n`,
    );
    return { status: statusOf(text), text };
  };

  test("reports that a WebSocket would be accepted", async () => {
    expect((await call("http://localhost")).status).toBe(200);
    expect((await call("https://localhost:8443", "localhost:8443")).status).toBe(200);
  });

  test("or what a proxy must send", async () => {
    const { status, text } = await call("http://localhost:8080");
    expect(status).toBe(403);
    expect(text).toContain("called it localhost, and must send the host that the browser names");
    expect(text).toContain("proxy_set_header Host $http_host");
    expect(text).toContain("header_up Host");
  });

  test("and refuses what is no origin", async () => {
    expect((await call("nothing")).status).toBe(400);
  });
});
