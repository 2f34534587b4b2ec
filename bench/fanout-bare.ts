// The lower bound of bench/fanout: without GraphQL or computation, bytes as long as Mando's are sent to every socket.
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
import { createFeed, everyTick } from "./fanout-feed.ts";
import type { PlainTelemetry } from "./plain-fleet.ts";

const [port, name] = process.argv.slice(2);
const it: FanoutCase = FANOUT_CASES[name as CaseName];
/** Ticks after which the fleet has the powers that it has under load. */
const MOVING_TICKS = 10;
const [BEFORE, AFTER] =
  it.transport === "sse"
    ? ["event: next\ndata: ", "\n\n"]
    : [`{"id":"${BROADCAST_ID}","type":"next","payload":`, "}"];

/** Clients that watch the same assets. */
interface Audience {
  readonly sockets: Set<WebSocket>;
  readonly responses: Set<ServerResponse>;
  /** The samples of an event, computed beforehand: only the timestamp changes. */
  readonly samples: string;
}

const audiences = new Map<string, Audience>();
const rows = rowsOnTheMove();
const variablesOf = createVariables(it);
for (let client = 0; client < it.clientCount; client++) {
  const key = keyOf(variablesOf(client).assetIds);
  if (audiences.has(key)) continue;
  const { first, count } = it.viewOf(client);
  const samples = JSON.stringify(rows.slice(first, first + count).map(pick));
  audiences.set(key, { sockets: new Set(), responses: new Set(), samples });
}

function rowsOnTheMove(): readonly PlainTelemetry[] {
  const rowsAt = createFeed(it.assetCount, it.tickS);
  for (let tick = 1; tick < MOVING_TICKS; tick++) rowsAt(Date.now());
  return rowsAt(Date.now());
}

function pick(row: PlainTelemetry): object {
  return Object.fromEntries(it.fields.map((field) => [field, row[field]]));
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

everyTick(it.tickS, (timestampMs) => {
  const timestamp = new Date(timestampMs).toISOString();
  for (const { sockets, responses, samples } of audiences.values()) {
    const event = `${BEFORE}{"data":{"telemetry":{"timestamp":"${timestamp}","samples":${samples}}}}${AFTER}`;
    for (const socket of sockets) socket.send(event);
    for (const response of responses) response.write(event);
  }
});
server.listen(Number(port), "127.0.0.1");
