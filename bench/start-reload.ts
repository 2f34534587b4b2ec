// The growth of a running fleet, from the request to the first frame with the new assets: by the assets file, and by
// the API in concurrent batches. Target: 10,000 assets in 5 s.
import { writeFileSync } from "node:fs";
import type { Asset } from "../src/domain/fleet/asset.ts";
import { assetsText, makeAssets, writeAssetsFile } from "./assets.ts";
import { median, print } from "./measure.ts";
import { startServer } from "./server-process.ts";

const MAIN = "../dist/main.js";
const PORT = 29_040;
const ADDED = 10_000;
const ROUNDS = 5;
const IN_BATCH = 1_000;
const BEFORE = 100;
const ALL = makeAssets(BEFORE + ADDED);

export async function benchReload(): Promise<void> {
  for (const [way, add] of [
    ["by the file", reload],
    ["by the API", register],
  ] as const)
    for (const tickS of [0.25, 4]) {
      const times: number[] = [];
      for (let round = 0; round < ROUNDS; round++) times.push(await addMs(add, tickS));
      const label = `${ADDED} more ${way}, tick ${tickS} s, ms`;
      print(`${label}, median`, median(times));
      print(`${label}, slowest`, Math.max(...times));
    }
}

type Add = (url: string, file: string) => Promise<number>;

/** The time until every request is answered, by when all new assets have ticked. */
async function addMs(add: Add, tickS: number): Promise<number> {
  const file = writeAssetsFile(ALL.slice(0, BEFORE));
  const args = ["--port", String(PORT), "--assets-file", file, "--tick-seconds", String(tickS)];
  const server = await startServer(MAIN, PORT, args);
  const tookMs = await add(server.url, file);
  const assets = (await (await fetch(`${server.url}/assets`)).json()) as unknown[];
  await server.stop();
  if (assets.length !== ALL.length) throw new Error(`${assets.length} assets run`);
  return tookMs;
}

async function reload(url: string, file: string): Promise<number> {
  writeFileSync(file, assetsText(ALL));
  const beganMs = performance.now();
  await fetch(`${url}/assets/reload`, { method: "POST" });
  return performance.now() - beganMs;
}

async function register(url: string): Promise<number> {
  const headers = { "content-type": "application/json" };
  const bodies = Array.from({ length: ADDED / IN_BATCH }, (_, n) => {
    const assets = ALL.slice(BEFORE).slice(n * IN_BATCH, (n + 1) * IN_BATCH);
    return JSON.stringify({ assets: assets.map(bodyOf) });
  });
  const beganMs = performance.now();
  await Promise.all(
    bodies.map((body) => fetch(`${url}/assets/batch`, { method: "POST", headers, body })),
  );
  return performance.now() - beganMs;
}

/** An asset as input of the API. */
function bodyOf(asset: Asset) {
  return {
    id: asset.id,
    site_id: asset.siteId,
    name: asset.name,
    capacity_mwhr: asset.capacityMwhr,
    max_mw: asset.maxMw,
    min_mw: asset.minMw,
    ramp_rate_mw_per_min: asset.rampRateMwPerMin,
    efficiency: asset.efficiency,
  };
}
