// The cost of dispatch events for many subscribers: 5,000 dispatches, each of whose events is sent to 500 of them;
// beside the same bytes sent bare, in the same run.
import { setTimeout as sleep } from "node:timers/promises";
import { makeAssets, writeAssetsFile } from "./assets.ts";
import { keepAwake } from "./awake.ts";
import type { Received } from "./events-clients.ts";
import {
  bulkOf,
  DISPATCHES,
  IN_BULK,
  SUBSCRIBERS,
  TRANSPORTS,
  type Transport,
} from "./events-load.ts";
import { median, print, printNames } from "./measure.ts";
import { call, type ServerProcess, startScript, startServer } from "./server-process.ts";

export const CASES = TRANSPORTS;

/** Below the ports that operating systems assign to clients. */
let lastPort = 29_300;
const ROUNDS = 3;
const SERVED_MS = 120_000;
const POLL_MS = 25;
/** Between two rounds, in ms: what the last one left behind is collected. */
const PAUSE_MS = 2_000;

/** One server under one transport: the medians of its rounds. */
interface Figures {
  /** CPU of the server, user and system, for one delivered event. */
  readonly cpuUs: number;
  /** From the first request until the last subscriber has the last event. */
  readonly tookMs: number;
  readonly bytes: number;
  readonly rssMb: number;
}

/** @param cases The transports to measure; none: all. */
export async function run(cases: readonly string[]): Promise<void> {
  for (const transport of TRANSPORTS) {
    if (cases.length > 0 && !cases.includes(transport)) continue;
    const title = `${DISPATCHES} dispatches, ${SUBSCRIBERS} x ${transport}`;
    printNames(title, "CPU us/event", "ms", "bytes/event", "RSS MB");
    const mando = await measure("Mando", transport);
    const bare = await measure("bare", transport);
    print("Mando to bare", mando.cpuUs / bare.cpuUs, mando.tookMs / bare.tookMs);
  }
}

async function measure(name: "Mando" | "bare", transport: Transport): Promise<Figures> {
  const server = await start(name);
  const load = startScript("./events-clients.ts", [new URL(server.url).port, transport], "inherit");
  const letSleep = keepAwake();
  try {
    await call<Received>(load, "open");
    await sleep(PAUSE_MS);
    const received = () => call<Received>(load, "received");
    const rounds: Figures[] = [];
    for (let round = 0; round < ROUNDS; round++)
      rounds.push(await measureRound(server, round, received));
    const of = (key: keyof Figures) => median(rounds.slice(1).map((it) => it[key]));
    const { cpuUs, tookMs, bytes, rssMb } = {
      ...{ cpuUs: of("cpuUs"), tookMs: of("tookMs"), bytes: of("bytes"), rssMb: of("rssMb") },
    };
    print(name, cpuUs, tookMs, bytes, rssMb);
    return { cpuUs, tookMs, bytes, rssMb };
  } finally {
    letSleep();
    load.kill();
    await server.stop();
  }
}

async function measureRound(
  server: ServerProcess,
  round: number,
  received: () => Promise<Received>,
): Promise<Figures> {
  const startMs = Date.now() + (round + 1) * 3_600_000;
  const [before, usage, beganMs] = [await received(), await server.usage(), performance.now()];
  for (let first = 0; first < DISPATCHES; first += IN_BULK)
    await send(server.url, bulkOf(first, startMs));
  const wanted = (round + 1) * DISPATCHES;
  let now = await received();
  while (now.fewest < wanted && now.lost === 0 && performance.now() < beganMs + SERVED_MS) {
    await sleep(POLL_MS);
    now = await received();
  }
  const tookMs = performance.now() - beganMs;
  const { fewest, most, lost } = now;
  if (fewest !== wanted || most !== wanted || lost > 0)
    throw new Error(`${fewest} to ${most} events of ${wanted}, ${lost} connections lost`);
  const after = await server.usage();
  const delivered = DISPATCHES * SUBSCRIBERS;
  return {
    cpuUs: (after.cpuUs - usage.cpuUs) / delivered,
    tookMs,
    bytes: (now.bytes - before.bytes) / delivered,
    rssMb: after.rssBytes / 2 ** 20,
  };
}

function start(name: "Mando" | "bare"): Promise<ServerProcess> {
  const port = ++lastPort;
  if (name === "bare") return startServer("./events-bare.ts", port, [`${port}`]);
  const file = writeAssetsFile(makeAssets(DISPATCHES));
  return startServer("../dist/main.js", port, ["--port", `${port}`, "--assets-file", file]);
}

async function send(url: string, body: object): Promise<void> {
  const headers = { "content-type": "application/json" };
  const request = { method: "POST", headers, body: JSON.stringify(body) };
  const response = await fetch(`${url}/dispatches`, request);
  const text = await response.text();
  if (!response.ok || text.includes('"accepted":false'))
    throw new Error(`a dispatch was refused: ${text.slice(0, 400)}`);
}
