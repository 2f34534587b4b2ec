// The clients of bench/fanout, in a separate process. It counts every event of every client, and reads the events of a
// sample of clients.
import {
  type CaseName,
  createVariables,
  documentOf,
  FANOUT_CASES,
  type FanoutCase,
} from "./fanout-cases.ts";
import type { ClientDeps, FanoutClient } from "./fanout-socket.ts";
import { openSseClient } from "./fanout-sse-client.ts";
import { openWebSocketClient } from "./fanout-websocket-client.ts";

/** The events since the last report, of all clients that are not to become slow. */
export interface Lap {
  readonly events: number;
  readonly bytes: number;
  /** Events of the client with the fewest. */
  readonly fewest: number;
  /** Bytes of the smallest event. */
  readonly smallestBytes: number;
  /** Events that were read and found complete. */
  readonly read: number;
  /** The times from the instant of the tick to the last byte at the client, of events that were read. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Clients whose connection is closed. */
  readonly lost: number;
  /** Slow clients whose connection is closed. */
  readonly slowLost: number;
}

interface Result {
  readonly data?: {
    readonly telemetry?: { readonly timestamp: string; readonly samples: readonly object[] };
  };
  readonly errors?: unknown;
}

const [portText, name] = process.argv.slice(2);
const it: FanoutCase = FANOUT_CASES[name as CaseName];
const port = Number(portText);
const OPENING_AT_ONCE = 100;
/** One client in so many is in the sample, evenly spread over the order of their connections. */
const READ_EVERY = 20;

const clients: FanoutClient[] = [];
const events = new Uint32Array(it.clientCount);
let [bytes, smallestBytes, lost, slowLost] = [0, Number.POSITIVE_INFINITY, 0, 0];
let latenciesMs: number[] = [];

async function openAll(): Promise<void> {
  const query = documentOf(it);
  const variablesOf = createVariables(it);
  let next = 0;
  const open = async () => {
    while (next < it.clientCount) {
      const client = next++;
      clients[client] = await openOne(client, { query, variables: variablesOf(client) });
    }
  };
  await Promise.all(Array.from({ length: OPENING_AT_ONCE }, open));
}

function openOne(client: number, operation: object): Promise<FanoutClient> {
  const isSlow = it.isSlow(client);
  const deps: ClientDeps = {
    port,
    operation,
    reads: !isSlow && client % READ_EVERY === READ_EVERY - 1,
    onEvent(eventBytes, result) {
      if (isSlow) return;
      const nowMs = Date.now();
      events[client] = (events[client] as number) + 1;
      bytes += eventBytes;
      smallestBytes = Math.min(smallestBytes, eventBytes);
      if (result !== undefined)
        latenciesMs.push(nowMs - timestampMsOf(result, it.viewOf(client).count));
    },
    onLost() {
      if (isSlow) slowLost++;
      else lost++;
    },
  };
  return it.transport === "sse" ? openSseClient(deps) : openWebSocketClient(deps);
}

/** The instant of a complete event; an incomplete event is an error. */
function timestampMsOf(result: unknown, count: number): number {
  const { data, errors } = result as Result;
  const { timestamp, samples } = data?.telemetry ?? {};
  const isWhole =
    errors === undefined &&
    samples?.length === count &&
    samples.every((sample) => Object.keys(sample).length === it.fields.length);
  if (!isWhole) throw new Error(`an event is not whole: ${JSON.stringify(result).slice(0, 400)}`);
  return Date.parse(timestamp ?? "");
}

function lap(): Lap {
  const steady = events.filter((_, client) => !it.isSlow(client));
  const sortedMs = latenciesMs.sort((a, b) => a - b);
  const quantileMs = (ratio: number) => sortedMs[Math.floor(sortedMs.length * ratio)] ?? Number.NaN;
  const report: Lap = {
    events: steady.reduce((sum, count) => sum + count, 0),
    bytes,
    fewest: steady.reduce((least, count) => Math.min(least, count)),
    smallestBytes,
    read: sortedMs.length,
    p50Ms: quantileMs(0.5),
    p99Ms: quantileMs(0.99),
    lost,
    slowLost,
  };
  events.fill(0);
  latenciesMs = [];
  [bytes, smallestBytes] = [0, Number.POSITIVE_INFINITY];
  return report;
}

function pauseSlow(): void {
  for (const [number, client] of clients.entries()) if (it.isSlow(number)) client.pause();
}

process.on("message", async (question) => {
  if (question === "open") await openAll();
  if (question === "pause") pauseSlow();
  process.send?.(lap());
});
process.on("disconnect", () => process.exit());
