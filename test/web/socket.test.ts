// The WebSocket of the pages, before servers that do not answer.
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { endPauses } from "../../web/dashboard/live/pause.ts";
import { openSocket } from "../../web/dashboard/live/socket.ts";

/** One that is closed before it is open throws nothing, as in a browser. */
class BrowserSocket extends WebSocket {
  constructor(url: string, protocol: string) {
    super(url, protocol);
    this.on("error", () => {});
  }
}

let server: Server;
let sockets: Socket[];
let onSocket: (socket: Socket) => void;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  vi.stubGlobal("WebSocket", BrowserSocket);
  sockets = [];
  server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => {});
    onSocket(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterEach(async () => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
  for (const socket of sockets) socket.destroy();
  server.close();
  await once(server, "close");
});

/** A server that requires no sign-in. */
const OPEN = { authorization: async () => undefined, another: () => new Promise<void>(() => {}) };

function open() {
  let losses = 0;
  const { port } = server.address() as AddressInfo;
  const client = openSocket(`ws://127.0.0.1:${port}/graphql`, {
    access: OPEN,
    onLost: () => losses++,
  });
  const end = client.subscribe(
    { query: "{ __typename }" },
    { next() {}, error() {}, complete() {} },
  );
  return { end, losses: () => losses };
}

test("an attempt without an answer is given up, and followed by another", async () => {
  onSocket = () => {};
  const { end, losses } = open();
  await expect.poll(() => sockets.length).toBe(1);
  await vi.advanceTimersByTimeAsync(7000);
  expect(losses()).toBe(0);
  await vi.advanceTimersByTimeAsync(1000);
  expect(losses()).toBe(1);
  await vi.advanceTimersByTimeAsync(500);
  await expect.poll(() => sockets.length).toBe(2);
  end();
});

test("after many attempts the next one comes within 5 s, and at once where there is a reason", {
  timeout: 5000,
}, async () => {
  onSocket = (socket) => socket.destroy();
  const { end, losses } = open();
  for (let count = 1; count < 12; count++) {
    await expect.poll(losses).toBe(count);
    await vi.advanceTimersByTimeAsync(5000);
  }
  await expect.poll(losses).toBe(12);
  await new Promise(setImmediate);
  const next = once(server, "connection");
  endPauses();
  // The clock stands still meanwhile.
  await next;
  end();
});
