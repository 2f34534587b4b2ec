// The cost of traces: CPU of a server with and without them, in turns, for dispatches and for live telemetry. With
// MANDO_BEFORE, the main.js of an older build, that is measured too.
import { get, type IncomingMessage } from "node:http";
import { loadavg } from "node:os";
import { makeAssets, writeAssetsFile } from "./assets.ts";
import { loadHttp } from "./http-load.ts";
import { median, print, printNames } from "./measure.ts";
import { type ServerProcess, startServer } from "./server-process.ts";

const COLLECTOR_PORT = 29_300;
const ASSETS = 1000;
const TICK_S = 0.1;
const ROUNDS = 5;
const ROUND_S = 4;
const CONNECTIONS = 16;
const SUBSCRIBERS = 300;
const TARGET_RATIO = 1.15;

export const CASES = ["dispatch", "fanout"];

interface Measured {
  readonly name: string;
  readonly server: ServerProcess;
  /** CPU per dispatch, or per second, in µs: one figure a round. */
  readonly cpuUs: number[];
  readonly perSecond: number[];
}

/** @param cases The cases to run; none: all cases. */
export async function run(cases: readonly string[]): Promise<void> {
  const collector = await startServer("./trace-collector.ts", COLLECTOR_PORT, [
    `${COLLECTOR_PORT}`,
  ]);
  try {
    const isChosen = (name: string) => cases.length === 0 || cases.includes(name);
    if (isChosen("dispatch")) await measureAll("us per dispatch", measureDispatches);
    if (isChosen("fanout")) await measureAll("us per s of live telemetry", measureFanOut);
  } finally {
    await collector.stop();
  }
}

async function measureAll(
  unit: string,
  measure: (all: readonly Measured[]) => Promise<void>,
): Promise<void> {
  const all = await startAll();
  try {
    const [load = 0] = loadavg();
    await measure(all);
    printNames(`CPU (target ${TARGET_RATIO}, load ${load.toFixed(1)})`, unit, "to first", "per s");
    const first = median(all[0]?.cpuUs ?? []);
    for (const { name, cpuUs, perSecond } of all)
      print(name, median(cpuUs), median(cpuUs) / first, median(perSecond));
  } finally {
    for (const { server } of all) await server.stop();
  }
}

async function startAll(): Promise<Measured[]> {
  const before = process.env.MANDO_BEFORE;
  const on = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${COLLECTOR_PORT}` };
  const programs = [
    ...(before ? [{ name: "before", path: before, variables: {} }] : []),
    { name: "off", path: "../dist/main.js", variables: {} },
    { name: "on", path: "../dist/main.js", variables: on },
    { name: "on, one in ten", path: "../dist/main.js", variables: { ...on, ...ONE_IN_TEN } },
  ];
  const file = writeAssetsFile(makeAssets(ASSETS));
  const started: Measured[] = [];
  for (const [index, { name, path, variables }] of programs.entries()) {
    const port = COLLECTOR_PORT + 1 + index;
    const args = ["--port", `${port}`, "--assets-file", file, "--tick-seconds", `${TICK_S}`];
    const server = await startServer(path, port, args, variables);
    started.push({ name, server, cpuUs: [], perSecond: [] });
  }
  return started;
}

const ONE_IN_TEN = {
  OTEL_TRACES_SAMPLER: "parentbased_traceidratio",
  OTEL_TRACES_SAMPLER_ARG: "0.1",
};

/** One server after the other, as requests take all of the CPU. The first round warms up. */
async function measureDispatches(all: readonly Measured[]): Promise<void> {
  const requests = makeAssets(ASSETS).map(({ id }, n) => ({
    method: "POST" as const,
    body: JSON.stringify({ asset_id: id, mw: (n % 11) - 5 }),
  }));
  const headers = { "content-type": "application/json" };
  for (let round = 0; round <= ROUNDS; round++)
    for (const { server, cpuUs, perSecond } of round % 2 === 0 ? all : all.toReversed()) {
      const began = await server.usage();
      const url = `${server.url}/dispatch`;
      const given = { url, headers, requests, connections: CONNECTIONS, duration: ROUND_S };
      const result = await loadHttp(given);
      if (result.non2xx > 0 || result.errors > 0) throw new Error(`${url} did not answer well`);
      const ended = await server.usage();
      if (round === 0) continue;
      cpuUs.push((ended.cpuUs - began.cpuUs) / result.requests.total);
      perSecond.push(result.requests.average);
    }
}

/** All servers at once: each has the same ticks and subscribers, and the same load beside it. */
async function measureFanOut(all: readonly Measured[]): Promise<void> {
  const streams = await Promise.all(
    all.flatMap(({ server }) => Array.from({ length: SUBSCRIBERS }, () => subscribe(server.url))),
  );
  for (let round = 0; round <= ROUNDS; round++) {
    const began = await Promise.all(all.map(({ server }) => server.usage()));
    await new Promise((resolve) => setTimeout(resolve, ROUND_S * 1000));
    const ended = await Promise.all(all.map(({ server }) => server.usage()));
    if (round === 0) continue;
    for (const [index, { cpuUs, perSecond }] of all.entries()) {
      cpuUs.push(((ended[index]?.cpuUs ?? 0) - (began[index]?.cpuUs ?? 0)) / ROUND_S);
      perSecond.push(SUBSCRIBERS / TICK_S);
    }
  }
  for (const stream of streams) stream.destroy();
}

/** A stream of ten assets, so that ticks and sends, and not the bytes, are what is measured. */
function subscribe(url: string): Promise<IncomingMessage> {
  const ids = makeAssets(10).map(({ id }) => `asset_id=${id}`);
  return new Promise((resolve, reject) => {
    get(`${url}/telemetry/stream?${ids.join("&")}`, { agent: false }, (response) =>
      resolve(response.resume()),
    ).on("error", reject);
  });
}
