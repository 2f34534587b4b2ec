import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import {
  FRAME,
  frameOf,
  LONGEST_PLAIN,
  plainHead,
} from "../../../src/api/stream/websocket-frame.ts";

const server = createServer();
let client: WebSocket;
/** What goes into it comes to the client as it is. */
let wire: Duplex;

beforeAll(async () => {
  const sockets = new WebSocketServer({ noServer: true });
  server.on("upgrade", (request, stream, head) => {
    wire = stream;
    sockets.handleUpgrade(request, stream, head, () => {});
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  await once(client, "open");
});
afterAll(() => {
  client.terminate();
  server.close();
});

async function read(...frames: readonly Buffer[]): Promise<string> {
  const message = once(client, "message", { signal: AbortSignal.timeout(2_000) });
  for (const frame of frames) wire.write(frame);
  const [data, isBinary] = await message;
  expect(isBinary).toBe(false);
  return String(data);
}

const LENGTHS = [0, 1, 125, 126, 127, LONGEST_PLAIN, LONGEST_PLAIN + 1, 300_000];

test.each(LENGTHS)("a client reads a message of %i bytes", async (length) => {
  const text = "x".repeat(length);
  expect(await read(frameOf(FRAME.WHOLE_TEXT, text))).toBe(text);
  const parts = [frameOf(FRAME.TEXT_BEGINS, "head "), frameOf(FRAME.ENDS, text)];
  expect(await read(...parts)).toBe(`head ${text}`);
});

test("counts bytes, not characters", async () => {
  const text = "Jyväskylä ⚡".repeat(12);
  expect(await read(frameOf(FRAME.WHOLE_TEXT, text))).toBe(text);
});

test.each([0, 125, 126, LONGEST_PLAIN])("a head in characters is that of %i bytes", (length) => {
  const head = Buffer.from(plainHead(FRAME.WHOLE_TEXT, length), "latin1");
  expect(frameOf(FRAME.WHOLE_TEXT, "x".repeat(length)).subarray(0, head.length)).toEqual(head);
});
