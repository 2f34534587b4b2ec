// Spans to a collector over HTTP whose answers do not end.
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { createHttpSender } from "../../../src/adapters/opentelemetry/http-sender.ts";

const DEADLINE_MS = 500;

let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function sendTo(answer: RequestListener) {
  server = createServer((request, response) => {
    request.resume().on("end", () => answer(request, response));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const sender = createHttpSender(new URL(`http://127.0.0.1:${port}/v1/traces`), {});
  const beganMs = performance.now();
  const sent = await sender.send(new Uint8Array(10), AbortSignal.timeout(DEADLINE_MS));
  return { sent, tookMs: performance.now() - beganMs };
}

test("an accepted batch is sent, also where the body of the answer never ends", async () => {
  let connection: Promise<unknown> | undefined;
  const { sent, tookMs } = await sendTo((_, response) => {
    connection = once(response, "close");
    response.writeHead(200);
    const more = setInterval(() => response.write(Buffer.alloc(100_000)), 5);
    response.once("close", () => clearInterval(more));
  });
  expect(sent).toEqual({ isSent: true });
  expect(tookMs).toBeLessThan(DEADLINE_MS);
  await connection;
});

test("a body that was announced and does not come ends the attempt at its deadline", async () => {
  const collecting = setInterval(() => globalThis.gc?.(), 50);
  const { sent } = await sendTo((_, response) => {
    response.writeHead(200, { "content-length": "5" });
    response.flushHeaders();
  }).finally(() => clearInterval(collecting));
  expect(sent).toMatchObject({ isSent: false, reason: "no answer in time" });
});

test("a redirect is named, and not followed", async () => {
  let requests = 0;
  const { sent } = await sendTo((_, response) => {
    requests++;
    response.writeHead(307, { location: "/elsewhere" }).end();
  });
  expect([requests, sent]).toMatchObject([1, { isSent: false, reason: "status 307" }]);
});
