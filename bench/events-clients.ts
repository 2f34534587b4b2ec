// The clients of bench/events, in a separate process: each counts its events, and one in twenty reads them.
import { OPERATION, SUBSCRIBERS, type Transport } from "./events-load.ts";
import type { ClientDeps } from "./fanout-socket.ts";
import { openSseClient } from "./fanout-sse-client.ts";
import { openWebSocketClient } from "./fanout-websocket-client.ts";

/** What the clients have received since the start. */
export interface Received {
  /** Of the client with the fewest, and of the one with the most. */
  readonly fewest: number;
  readonly most: number;
  readonly bytes: number;
  /** Connections that were closed. */
  readonly lost: number;
}

const [port, transport] = process.argv.slice(2);
const READ_EVERY = 20;
const events = new Uint32Array(SUBSCRIBERS);
let [bytes, lost] = [0, 0];

function open(client: number): Promise<unknown> {
  const deps: ClientDeps = {
    port: Number(port),
    operation: OPERATION,
    reads: client % READ_EVERY === 0,
    onEvent(length, result) {
      events[client] = (events[client] as number) + 1;
      bytes += length;
      if (result !== undefined && !JSON.stringify(result).includes('"ACCEPTED"'))
        throw new Error(`this is no event: ${JSON.stringify(result).slice(0, 400)}`);
    },
    onLost: () => lost++,
  };
  return (transport as Transport) === "sse" ? openSseClient(deps) : openWebSocketClient(deps);
}

process.on("message", async (question) => {
  if (question === "open") for (let client = 0; client < SUBSCRIBERS; client++) await open(client);
  const received: Received = {
    fewest: events.reduce((least, count) => Math.min(least, count)),
    most: events.reduce((most, count) => Math.max(most, count)),
    ...{ bytes, lost },
  };
  process.send?.(received);
});
process.on("disconnect", () => process.exit());
