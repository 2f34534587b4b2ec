// Clients that read nothing, or slowly, of an answer that is larger than the buffers of the system.
import { connect, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { createHttpServer } from "../../../src/api/transport/http-server.ts";

const PART = new Uint8Array(64 * 1024);
const PARTS = 500;
/** What a slow client reads at once, and how often, in ms. */
const [READ_BYTES, READ_MS] = [2_000_000, 150];

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** A server whose answers are a stream at /stream, of one piece at /whole, and never there at /never. */
async function start(slowClientS: number, limits = { slowClientS }) {
  const server = createHttpServer(
    (request) => {
      const { pathname } = new URL(request.url);
      if (pathname === "/never") return new Promise<Response>(() => {});
      if (pathname === "/whole") return new Response(new Uint8Array(PARTS * PART.length));
      let sent = 0;
      return new Response(
        new ReadableStream(
          {
            pull(controller) {
              if (sent++ < PARTS) controller.enqueue(PART);
              else controller.close();
            },
          },
          { highWaterMark: 0 },
        ),
      );
    },
    () => false,
    { limits },
  );
  const { port } = await server.listen("127.0.0.1", 0);
  stops.push(server.close);
  return { server, port, limits };
}

/** Sends a request, and reads nothing. */
async function request(port: number, path: string, connection = "close") {
  const socket = connect(port, "127.0.0.1");
  stops.push(() => socket.destroy());
  socket.on("error", () => {});
  socket.pause();
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: ${connection}\r\n\r\n`);
  return socket;
}

const closeOf = (socket: Socket) => new Promise((resolve) => socket.once("close", resolve));

test.each(["/stream", "/whole"])(
  "a client that reads nothing is closed, and counted: %s",
  async (path) => {
    const { server, port } = await start(1);
    const socket = await request(port, path);
    await expect.poll(server.slowClientsClosed, { timeout: 10_000 }).toBe(1);
    socket.resume();
    await closeOf(socket);
    expect(socket.bytesRead).toBeLessThan(PARTS * PART.length);
  },
);

test.each(["/stream", "/whole"])(
  "a client that reads slowly has its whole answer: %s",
  async (path) => {
    const { server, port } = await start(1);
    const socket = await request(port, path);
    let pauseAtBytes = READ_BYTES;
    socket.on("data", () => {
      if (socket.bytesRead < pauseAtBytes) return;
      pauseAtBytes += READ_BYTES;
      socket.pause();
    });
    const reading = setInterval(() => socket.resume(), READ_MS);
    stops.push(() => clearInterval(reading));
    await closeOf(socket);
    expect(socket.bytesRead).toBeGreaterThan(PARTS * PART.length);
    expect(server.slowClientsClosed()).toBe(0);
  },
);

test("a client that waits for its answer is not closed, and one that is idle is", async () => {
  const { server, port } = await start(0.1);
  const waiting = await request(port, "/never");
  const idle = await request(port, "/stream", "keep-alive");
  idle.resume();
  await closeOf(idle);
  expect(idle.bytesRead).toBeGreaterThan(PARTS * PART.length);
  expect([waiting.closed, server.slowClientsClosed()]).toEqual([false, 0]);
});

test("a limit that became shorter holds at the next request", async () => {
  const { server, port, limits } = await start(600);
  limits.slowClientS = 1;
  await request(port, "/whole");
  await expect.poll(server.slowClientsClosed, { timeout: 10_000 }).toBe(1);
});
