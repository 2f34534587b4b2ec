// The lower bound of bench/events: events as long as Mando's, made once each, are sent to every socket.
import { createServer, type ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import { type WebSocket, WebSocketServer } from "ws";
import { plainEvent } from "./events-load.ts";
import { BROADCAST_ID } from "./fanout-cases.ts";

const [port] = process.argv.slice(2);
const sockets = new Set<WebSocket>();
const responses = new Set<ServerResponse>();
let count = 0;

const server = createServer(async (request, response) => {
  if (request.method !== "POST") {
    response.end();
    return;
  }
  const body = (await json(request)) as { dispatches?: readonly { start_at: string }[] };
  if (body.dispatches === undefined) {
    response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
    responses.add(response);
    return;
  }
  response.end();
  for (const { start_at } of body.dispatches) {
    const event = plainEvent(count++, Date.parse(start_at));
    const message = `{"id":"${BROADCAST_ID}","type":"next","payload":${event}}`;
    for (const socket of sockets) socket.send(message);
    const text = `event: next\ndata: ${event}\n\n`;
    for (const response of responses) response.write(text);
  }
});

new WebSocketServer({ server }).on("connection", (socket) => {
  socket.on("message", (data) => {
    const { type } = JSON.parse(String(data));
    if (type === "connection_init") socket.send('{"type":"connection_ack"}');
    else if (type === "subscribe") sockets.add(socket);
  });
});
server.listen(Number(port), "127.0.0.1");
