// The dispatches per second by each transport, without and with PostgreSQL, and the time until they are in force;
// beside empty handlers of the library that REST is built on, in the same run.
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { makeAssets, writeAssetsFile } from "./assets.ts";
import { benchBurst } from "./dispatch-burst.ts";
import { benchCommits } from "./dispatch-commits.ts";
import { loadHttp } from "./http-load.ts";
import { median, percentile, print, printNames } from "./measure.ts";
import { type ServerProcess, startServer } from "./server-process.ts";

const PORT = 29_110;
const BARE_PORT = 29_111;
const ASSETS = 100;
const IN_BULK = 1_000;
const ROUNDS = 5;
const ROUND_S = 3;
/** Short, so that the wait for the next tick hides little. */
const TICK_S = 0.1;
const IN_FORCE_ROUNDS = 200;
const TARGET_RATIO = 0.5;

const assetId = (n: number) => makeAssets(ASSETS)[n % ASSETS]?.id ?? "";
const inputs = Array.from({ length: IN_BULK }, (_, n) => ({
  asset_id: assetId(n),
  mw: (n % 11) - 5,
}));
const MUTATION = `mutation ($input: DispatchInput!) {
  dispatch(input: $input) { __typename ... on DispatchAccepted { dispatch { id } } }
}`;

/** The transports: the bodies, and the number of dispatches in each request. */
const WAYS = [
  { name: "REST", path: "/dispatch", bodies: inputs, each: 1 },
  {
    name: "GraphQL",
    path: "/graphql",
    bodies: inputs.map(({ asset_id, mw }) => ({
      query: MUTATION,
      variables: { input: { assetId: asset_id, mw } },
    })),
    each: 1,
  },
  { name: "in bulk", path: "/dispatches", bodies: [{ dispatches: inputs }], each: IN_BULK },
];

export const CASES = ["memory", "postgresql", "commits", "burst"];

/** @param cases The cases to run; none: all cases. */
export async function run(cases: readonly string[]): Promise<void> {
  const isChosen = (name: string) => cases.length === 0 || cases.includes(name);
  if (isChosen("memory") || isChosen("postgresql")) await benchRates(isChosen);
  if (isChosen("commits")) await benchCommits();
  if (isChosen("burst")) await benchBurst();
}

async function benchRates(isChosen: (name: string) => boolean): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "mando-bench-"));
  // The embedded PostgreSQL may run as another user.
  chmodSync(directory, 0o755);
  const bare = await startServer("./bare-hono.ts", BARE_PORT, [`${BARE_PORT}`]);
  try {
    const columns = [...WAYS.map(({ name }) => name), "empty", "bare", "to empty", "to bare"];
    printNames(`dispatches/s (to empty: ${TARGET_RATIO})`, ...columns, "in force p99");
    if (isChosen("memory")) await measure("in memory", [], bare);
    if (isChosen("postgresql")) await measure("PostgreSQL", ["--data", directory], bare);
  } finally {
    await bare.stop();
    rmSync(directory, { recursive: true, maxRetries: 10 });
  }
}

async function measure(name: string, args: string[], bare: ServerProcess): Promise<void> {
  const file = writeAssetsFile(makeAssets(ASSETS));
  const all = ["--port", `${PORT}`, "--assets-file", file, ...args];
  const mando = await startServer("../dist/main.js", PORT, all, { TICK_SECONDS: `${TICK_S}` });
  try {
    const rates: number[][] = [];
    const emptyRates: number[] = [];
    const bareRates: number[] = [];
    for (let round = 0; round <= ROUNDS; round++) {
      emptyRates.push(await requestsPerSecond(`${bare.url}/dispatch`, inputs));
      bareRates.push(await requestsPerSecond(`${bare.url}/bare`, inputs));
      const rest = await requestsPerSecond(`${mando.url}/dispatch`, inputs);
      const others: number[] = [];
      for (const { path, bodies, each } of WAYS.slice(1))
        others.push((await requestsPerSecond(mando.url + path, bodies)) * each);
      rates.push([rest, ...others]);
    }
    // The first round warms up.
    const middle = WAYS.map((_, way) => median(rates.slice(1).map((round) => round[way] ?? 0)));
    const [rest = 0] = middle;
    const empty = median(emptyRates.slice(1));
    const nothing = median(bareRates.slice(1));
    const inForceMs = await timesUntilInForce(mando.url);
    const lastMs = `${percentile(inForceMs, 99).toFixed(0)} ms`;
    print(name, ...middle, empty, nothing, rest / empty, rest / nothing, lastMs);
  } finally {
    await mando.stop();
  }
}

async function requestsPerSecond(url: string, bodies: readonly object[]): Promise<number> {
  const requests = bodies.map((body) => ({ method: "POST" as const, body: JSON.stringify(body) }));
  const headers = { "content-type": "application/json" };
  const result = await loadHttp({ url, headers, requests, connections: 16, duration: ROUND_S });
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${url} did not answer well`);
  return result.requests.average;
}

/** The times from before a request until the sample with its setpoint has arrived, in ms. */
async function timesUntilInForce(url: string): Promise<number[]> {
  const response = await new Promise<NodeJS.ReadableStream>((resolve) =>
    get(`${url}/telemetry/stream?asset_id=${assetId(0)}`, resolve),
  );
  let seen = (_setpointMw: number) => {};
  createInterface({ input: response }).on("line", (line) => {
    if (line.startsWith("data:")) seen(JSON.parse(line.slice(5)).samples[0]?.setpoint_mw);
  });
  const timesMs: number[] = [];
  for (let round = 0; round < IN_FORCE_ROUNDS; round++) {
    const mw = 1 + round / 100;
    const beganMs = performance.now();
    const shown = new Promise<void>((resolve) => {
      seen = (setpointMw) => setpointMw === mw && resolve();
    });
    const body = JSON.stringify({ asset_id: assetId(0), mw });
    const headers = { "content-type": "application/json" };
    await fetch(`${url}/dispatch`, { method: "POST", headers, body });
    await shown;
    timesMs.push(performance.now() - beganMs);
  }
  response.removeAllListeners();
  return timesMs;
}
