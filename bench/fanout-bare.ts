// The floor of bench/fanout: no GraphQL, the same bytes made once a tick and sent to every socket.
import { createServer, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { type WebSocket, WebSocketServer } from "ws";
import {
  BROADCAST_ID,
  type CaseName,
  createVariables,
  FANOUT_CASES,
  type FanoutCase,
} from "./fanout-cases.ts";
import { runFeed } from "./fanout-feed.ts";

const [port, name] = process.argv.slice(2);
const it: FanoutCase = FANOUT_CASES[name as CaseName];

/** Clients that watch the same assets. */
interface Audience {
  readonly first: number;
  readonly count: number;
  readonly sockets: Set<WebSocket>;
  readonly responses: Set<ServerResponse>;
  message: string;
}

// There before any client is, so that making the texts counts as idle cost and sending them alone as fan-out.
const audiences = new Map<string, Audience>();
const variablesOf = createVariables(it);
for (let client = 0; client < it.clientCount; client++) {
  const key = keyOf(variablesOf(client).assetIds);
  if (!audiences.has(key))
    audiences.set(key, {
      ...it.viewOf(client),
      sockets: new Set(),
      responses: new Set(),
      message: "",
    });
}

function keyOf(assetIds: readonly string[]): string {
  return `${assetIds[0]} ${assetIds.length}`;
}

function audienceOf({ variables }: { variables: { assetIds: string[] } }): Audience {
  return audiences.get(keyOf(variables.assetIds)) as Audience;
}

const server = createServer(async (request, response) => {
  if (request.method !== "POST") {
    response.end();
    return;
  }
  const { responses } = audienceOf(JSON.parse(await text(request)));
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.flushHeaders();
  responses.add(response);
  response.on("close", () => responses.delete(response));
});

new WebSocketServer({ server }).on("connection", (socket) => {
  socket.on("error", () => socket.terminate());
  socket.on("message", (data) => {
    const { type, payload } = JSON.parse(String(data));
    if (type === "connection_init") socket.send('{"type":"connection_ack"}');
    if (type !== "subscribe") return;
    const { sockets } = audienceOf(payload);
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
});

runFeed(it.assetCount, it.tickS, (rows, timestamp) => {
  for (const audience of audiences.values()) {
    const { first, count } = audience;
    const samples = rows.slice(first, first + count);
    const telemetry = { timestamp, samples };
    const json = JSON.stringify({ data: { telemetry } }, [
      "data",
      "telemetry",
      "timestamp",
      "samples",
      ...it.fields,
    ]);
    audience.message =
      it.transport === "sse"
        ? `event: next\ndata: ${json}\n\n`
        : `{"id":"${BROADCAST_ID}","type":"next","payload":${json}}`;
  }
  for (const { sockets, responses, message } of audiences.values()) {
    for (const socket of sockets) socket.send(message);
    for (const response of responses) response.write(message);
  }
});
server.listen(Number(port), "127.0.0.1");
