// What the sink of a subscription relies on in ws, past whose sender it writes: a version that differs fails here.
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { createSocketSink } from "../../../src/api/graphql/server/socket-sink.ts";
import { Payload } from "../../../src/api/stream/payload.ts";
import { PING } from "../../../src/api/stream/websocket-frame.ts";

const server = createServer();
let request: IncomingMessage;
let socket: WebSocket;
let client: WebSocket;

beforeAll(async () => {
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  server.on("upgrade", (upgrade, stream, head) => {
    request = upgrade;
    sockets.handleUpgrade(upgrade, stream, head, (opened) => {
      socket = opened;
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  await once(client, "open");
});
afterAll(() => {
  client.terminate();
  server.close();
});

/** What is written to the connection while this runs. */
function writtenBy(work: () => void): Buffer {
  const raw = request.socket;
  const { write } = raw;
  const parts: Buffer[] = [];
  raw.write = ((part: string | Buffer, encoding?: BufferEncoding) =>
    parts.push(Buffer.from(part as string, encoding)) > 0) as typeof write;
  try {
    work();
  } finally {
    raw.write = write;
  }
  return Buffer.concat(parts);
}

test("ws writes to the socket of the request, at once, what a sink writes", () => {
  const short = `{"data":{"n":${JSON.stringify("x".repeat(300))}}}`;
  const sink = createSocketSink({ socket, request }, "1");
  const whole = `{"id":"1","type":"next","payload":${short}}`;
  expect(writtenBy(() => sink.send(new Payload(short, "")))).toEqual(
    writtenBy(() => socket.send(whole)),
  );
  const large = JSON.stringify({ data: "y".repeat(5_000) });
  const head = '{"id":"1","type":"next","payload":';
  expect(writtenBy(() => sink.send(new Payload(large, "")))).toEqual(
    writtenBy(() => {
      socket.send(head, { fin: false });
      socket.send(`${large}}`, { fin: true });
    }),
  );
  expect(writtenBy(() => socket.ping())).toEqual(PING);
});

test("messages of ws and of sinks come in the order in which they were sent, corked or not", async () => {
  const sinks = ["1", "2"].map((id) => createSocketSink({ socket, request }, id));
  const received: string[] = [];
  const expected: string[] = [];
  client.on("message", (data) => received.push(String(data)));
  for (let n = 0; n < 200; n++) {
    const sink = sinks[n % 2];
    const text = JSON.stringify({ n, more: "z".repeat(n % 3 === 0 ? 4_000 : 10) });
    if (n % 5 === 0) sink?.cork();
    sink?.send(new Payload(text, ""));
    expected.push(`{"id":"${(n % 2) + 1}","type":"next","payload":${text}}`);
    socket.send(`"${n}"`);
    expected.push(`"${n}"`);
    socket.ping();
    if (n % 5 === 0) sink?.uncork();
  }
  await expect.poll(() => received.length).toBe(expected.length);
  expect(received).toEqual(expected);
});
