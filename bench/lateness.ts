// How late a stop, the health and the ticks are while four connections send what takes much work: beside the same
// server without them, in the same run.
import { setTimeout as sleep } from "node:timers/promises";
import { makeAssets, writeAssetsFile } from "./assets.ts";
import { ATTACKS } from "./lateness-attacks.ts";
import { median, percentile, print, printNames } from "./measure.ts";
import { call, startScript, startServer } from "./server-process.ts";

export const CASES = Object.keys(ATTACKS);

const PORT = 39_171;
const ASSETS = 10_000;
const RUNS = 3;
const WARM_UP_S = 6;
const RUN_S = 30;
const PROBE_MS = 150;
/** A p99 may be so much above that of the idle server, whichever is more. */
const MOST_RATIO = 1.5;
const MOST_ABOVE_MS = 25;

/** The p99 of each, in ms. */
interface Lateness {
  readonly stopMs: number;
  readonly healthMs: number;
  readonly tickMs: number;
  /** Answers to the load. */
  readonly answers: number;
}

/** @param cases The attacks to run; none: all. */
export async function run(cases: readonly string[]): Promise<void> {
  printNames("p99 in ms, median of 3", "stop", "health", "tick", "answers", "outcome");
  const idle = new Map<number, Lateness>();
  for (const [name, { title, tickS }] of Object.entries(ATTACKS)) {
    if (cases.length > 0 && !cases.includes(name)) continue;
    const bare = idle.get(tickS) ?? (await measure("", tickS));
    if (!idle.has(tickS)) printLateness(`idle, ticks of ${tickS} s`, bare, "");
    idle.set(tickS, bare);
    const found = await measure(name, tickS);
    printLateness(title, found, judged(found, bare));
  }
}

function printLateness(title: string, it: Lateness, outcome: string): void {
  print(title, it.stopMs, it.healthMs, it.tickMs, it.answers, outcome);
}

/** Whether a p99 is beyond the bound that the idle server sets. */
export function isLate(ms: number, idleMs: number): boolean {
  return ms > Math.max(MOST_RATIO * idleMs, idleMs + MOST_ABOVE_MS);
}

function judged(found: Lateness, idle: Lateness): string {
  const late = (["stopMs", "healthMs", "tickMs"] as const).filter((key) =>
    isLate(found[key], idle[key]),
  );
  return late.length === 0 ? "in time" : `late: ${late.join(", ")}`;
}

async function measure(name: string, tickS: number): Promise<Lateness> {
  const runs: Lateness[] = [];
  for (let n = 0; n < RUNS; n++) runs.push(await measureOnce(name, tickS));
  const middle = (key: keyof Lateness) => median(runs.map((it) => it[key]));
  return {
    stopMs: middle("stopMs"),
    healthMs: middle("healthMs"),
    tickMs: middle("tickMs"),
    answers: middle("answers"),
  };
}

async function measureOnce(name: string, tickS: number): Promise<Lateness> {
  const args = ["--port", `${PORT}`, "--assets-file", writeAssetsFile(makeAssets(ASSETS))];
  const server = await startServer("../dist/main.js", PORT, args, { TICK_SECONDS: `${tickS}` });
  const load = startScript("./lateness-load.ts", [server.url, name], "inherit");
  try {
    await sleep(WARM_UP_S * 1000);
    const before = await scrape(server.url);
    const { stopMs, healthMs } = await probe(server.url);
    const after = await scrape(server.url);
    const { answers } = await call<{ answers: number }>(load, "answers");
    return { stopMs, healthMs, answers, tickMs: 1000 * p99Between(before, after) };
  } finally {
    load.kill("SIGKILL");
    await server.stop();
  }
}

/** Sends stops to an asset, and requests of the health, and measures their answers. */
async function probe(url: string): Promise<{ stopMs: number; healthMs: number }> {
  const stopsMs: number[] = [];
  const healthsMs: number[] = [];
  const [, stopped] = makeAssets(2);
  const body = JSON.stringify({ asset_id: stopped?.id, mw: 0 });
  const headers = { "content-type": "application/json" };
  const pending: Promise<void>[] = [];
  for (const untilMs = performance.now() + RUN_S * 1000; performance.now() < untilMs; ) {
    const sendStop = () => fetch(`${url}/dispatch`, { method: "POST", headers, body });
    pending.push(
      timed(sendStop, stopsMs),
      timed(() => fetch(`${url}/health/live`), healthsMs),
    );
    await sleep(PROBE_MS);
  }
  await Promise.all(pending);
  return { stopMs: percentile(stopsMs, 99), healthMs: percentile(healthsMs, 99) };
}

async function timed(send: () => Promise<Response>, tookMs: number[]): Promise<void> {
  const beganMs = performance.now();
  const response = await send();
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`answered with ${response.status}`);
  tookMs.push(performance.now() - beganMs);
}

/** The metrics of a server, as text. */
export const scrape = async (url: string) =>
  (await fetch(`${url}/metrics`, { headers: { connection: "close" } })).text();

/** The bound under which 99 % of the ticks between two scrapes lie, in s. */
export function p99Between(before: string, after: string): number {
  const [was, is] = [bucketsOf(before), bucketsOf(after)];
  const passed = is.map(({ boundS, count }, n) => ({
    boundS,
    count: count - (was[n]?.count ?? 0),
  }));
  const wanted = (passed.at(-1)?.count ?? 0) * 0.99;
  return passed.find(({ count }) => count >= wanted)?.boundS ?? Number.NaN;
}

function bucketsOf(metrics: string): { boundS: number; count: number }[] {
  const lines = metrics.matchAll(/^mando_tick_lateness_seconds_bucket\{le="([^"]+)"\} (\d+)$/gm);
  return [...lines].map(([, bound, count]) => ({
    boundS: bound === "+Inf" ? Infinity : Number(bound),
    count: Number(count),
  }));
}
