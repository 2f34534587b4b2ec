// The load of one case of bench/fanout on one server, measured from outside.
import type { ChildProcess } from "node:child_process";
import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { makeAssets, writeAssetsFile } from "./assets.ts";
import { type CaseName, FANOUT_CASES, type FanoutCase } from "./fanout-cases.ts";
import type { Lap } from "./fanout-clients.ts";
import { setpointMwOf } from "./fanout-feed.ts";
import { median } from "./measure.ts";
import { call, type ServerProcess, startScript, startServer } from "./server-process.ts";

export type ServerName = "Mando" | "recipe" | "bare";

/** A server with all its clients attached and served. */
export interface Contest {
  readonly server: ServerProcess;
  /** CPU of a tick without clients, in µs. */
  readonly idleUs: number;
  /** The events that the clients received since the last call. */
  lap(): Promise<Lap>;
  pauseSlow(): Promise<void>;
  /** Waits until shortly before the next tick, or before the tick so many ticks from now. */
  passTicks(count: number): Promise<void>;
  /** The number of the last tick on the grid. */
  tick(): number;
  stop(): Promise<void>;
}

/** An idle engine collects its garbage some 8 s after a start, for as long as ten ticks take. */
const STABILISATION_MS = 16_000;
const IDLE_TICKS = 5;
/** The time until half of the sockets were pinged: new code is compiled then, which is no cost of a tick. */
const WARM_UP_MS = 30_000;
const DISPATCHES_AT_ONCE = 50;
/** The time until which every client must have received its first event. */
const SERVED_MS = 120_000;
/** The time before a tick at which the tick before it counts as complete, as a share of the tick. */
const EARLY_RATIO = 0.1;

/** Below the ports that operating systems assign to clients, of which there are thousands here. */
let lastPort = 29_200;

export async function startContest(serverName: ServerName, caseName: CaseName): Promise<Contest> {
  const it: FanoutCase = FANOUT_CASES[caseName];
  const port = ++lastPort;
  const { tick, passTicks } = createGrid(it.tickS * 1000);
  const ticksIn = (ms: number) => Math.ceil(ms / (1000 * it.tickS));
  const server = await startNamed(serverName, port, caseName);
  let clients: ChildProcess | undefined;
  const stop = async () => {
    clients?.kill();
    await server.stop();
  };
  try {
    await passTicks(ticksIn(STABILISATION_MS));
    const idleUs = await measureIdleUs(server, passTicks);
    const load = startScript("./fanout-clients.ts", [`${port}`, caseName], "inherit");
    clients = load;
    await call<Lap>(load, "open");
    const lap = () => call<Lap>(load, "lap");
    const pauseSlow = async () => void (await call<Lap>(load, "pause"));
    await everyoneServed(lap, passTicks);
    await passTicks(ticksIn(WARM_UP_MS));
    return { server, idleUs, lap, pauseSlow, passTicks, tick, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function startNamed(
  serverName: ServerName,
  port: number,
  caseName: CaseName,
): Promise<ServerProcess> {
  if (serverName !== "Mando")
    return startServer(`./fanout-${serverName}.ts`, port, [`${port}`, caseName]);
  return startMando(port, FANOUT_CASES[caseName]);
}

/** Mando without a store, with the same setpoints as the fleet of the baselines. */
async function startMando(port: number, { assetCount, tickS }: FanoutCase): Promise<ServerProcess> {
  const assets = makeAssets(assetCount);
  const file = writeAssetsFile(assets);
  const flags = { port, "tick-seconds": tickS, "assets-file": file };
  const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, `${value}`]);
  const server = await startServer("../dist/main.js", port, args);
  rmSync(dirname(file), { recursive: true });
  let next = 0;
  const dispatchAll = async () => {
    while (next < assetCount) {
      const index = next++;
      const body = { asset_id: assets[index]?.id, mw: setpointMwOf(index) };
      const { ok } = await fetch(`${server.url}/dispatch`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      if (!ok) throw new Error(`Mando refused ${JSON.stringify(body)}`);
    }
  };
  await Promise.all(Array.from({ length: DISPATCHES_AT_ONCE }, dispatchAll));
  return server;
}

/** The median tick: in a mean, one tick that compiles code or collects garbage would count for all ticks. */
async function measureIdleUs(
  { usage }: ServerProcess,
  passTicks: (count: number) => Promise<void>,
): Promise<number> {
  const ticksUs: number[] = [];
  for (let cpuUs = (await usage()).cpuUs; ticksUs.length < IDLE_TICKS; ) {
    await passTicks(1);
    const beforeUs = cpuUs;
    cpuUs = (await usage()).cpuUs;
    ticksUs.push(cpuUs - beforeUs);
  }
  return median(ticksUs);
}

async function everyoneServed(
  lap: () => Promise<Lap>,
  passTicks: (count: number) => Promise<void>,
): Promise<void> {
  const untilMs = Date.now() + SERVED_MS;
  // A server that is late serves each client in some laps only, so that they grow.
  for (let ticks = 1; ; ticks *= 2) {
    await passTicks(ticks);
    const { fewest, lost } = await lap();
    if (lost > 0) throw new Error(`${lost} clients lost their connection`);
    if (fewest > 0) return;
    if (Date.now() > untilMs) throw new Error("some clients got nothing at all");
  }
}

/** The ticks as they pass; each counts as complete shortly before the next one begins. */
function createGrid(tickMs: number) {
  const earlyMs = tickMs * EARLY_RATIO;
  const tick = () => Math.floor((Date.now() + earlyMs) / tickMs);
  const passTicks = async (count: number) => {
    const untilMs = (tick() + count) * tickMs - earlyMs;
    await new Promise((resolve) => setTimeout(resolve, untilMs - Date.now()));
  };
  return { tick, passTicks };
}
