// A client of graphql-transport-ws: init, ack, subscribe; then it counts the events.
import { randomBytes, randomUUID } from "node:crypto";
import { BROADCAST_ID } from "./fanout-cases.ts";
import {
  type ClientDeps,
  createHeadReader,
  type FanoutClient,
  openSocket,
} from "./fanout-socket.ts";
import { createFrameReader, encodeFrame, OPCODE } from "./fanout-websocket-frame.ts";

/** The interval at which a paused client sends a pong, in ms: it never reads the pings. */
const ALIVE_MS = 5_000;

/** Resolves once the client is connected; the rest of the handshake follows by itself. */
export async function openWebSocketClient(deps: ClientDeps): Promise<FanoutClient> {
  const id = randomUUID();
  let subscribed = false;
  let alive: NodeJS.Timeout | undefined;
  const head = createHeadReader(101);
  const frames = createFrameReader(
    () => deps.reads || !subscribed,
    (opcode, bytes, content) => {
      if (opcode === OPCODE.PING) socket.write(encodeFrame(OPCODE.PONG, content));
      else if (opcode === OPCODE.CLOSE) socket.end();
      else if (opcode !== OPCODE.TEXT) return;
      else if (subscribed) deps.onEvent(bytes, deps.reads ? payloadOf(content, id) : undefined);
      else {
        if (!content.includes('"connection_ack"')) throw new Error(`no ack but ${content}`);
        subscribed = true;
        socket.write(message({ id, type: "subscribe", payload: deps.operation }));
      }
    },
  );

  const socket = await openSocket(
    deps.port,
    (bytes) => {
      const opened = head.isDone();
      const rest = head.read(bytes);
      if (!opened && head.isDone()) socket.write(message({ type: "connection_init" }));
      if (head.isDone()) frames(rest);
    },
    () => {
      clearInterval(alive);
      deps.onLost();
    },
  );
  socket.write(upgradeOf(deps.port));
  return {
    pause() {
      socket.pause();
      alive = setInterval(() => socket.write(encodeFrame(OPCODE.PONG, Buffer.alloc(0))), ALIVE_MS);
    },
    end: () => socket.destroy(),
  };
}

function upgradeOf(port: number): string {
  const key = randomBytes(16).toString("base64");
  return (
    `GET /graphql HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nconnection: Upgrade\r\nupgrade: websocket\r\n` +
    `sec-websocket-version: 13\r\nsec-websocket-key: ${key}\r\n` +
    "sec-websocket-protocol: graphql-transport-ws\r\n\r\n"
  );
}

function message(it: object): Buffer {
  return encodeFrame(OPCODE.TEXT, Buffer.from(JSON.stringify(it)));
}

/** The result in a message; any other message is an error here. */
function payloadOf(content: Buffer, id: string): unknown {
  const said = JSON.parse(String(content));
  if (said.type !== "next" || (said.id !== id && said.id !== BROADCAST_ID))
    throw new Error(`no event but ${String(content).slice(0, 400)}`);
  return said.payload;
}
