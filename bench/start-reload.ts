// What a file adds to a fleet that runs, from asking to the first frame with it. Mark: 10,000 assets in 5 s.
import { writeFileSync } from "node:fs";
import { assetsText, makeAssets, writeAssetsFile } from "./assets.ts";
import { median, print } from "./measure.ts";
import { startServer } from "./server-process.ts";

const MAIN = "../dist/main.js";
const PORT = 29_040;
const ADDED = 10_000;
const ROUNDS = 5;

// Registering as many by the API, in batches, belongs beside this once there is a route that takes them.
export async function benchReload(): Promise<void> {
  for (const tickS of [0.25, 4]) {
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round++) times.push(await reloadMs(tickS));
    const label = `${ADDED} more, tick ${tickS} s, ms`;
    print(`${label}, median`, median(times));
    print(`${label}, slowest`, Math.max(...times));
  }
}

/** Until it is answered, which is when all of it has ticked. */
async function reloadMs(tickS: number): Promise<number> {
  const assets = makeAssets(ADDED + 100);
  const file = writeAssetsFile(assets.slice(0, 100));
  const args = ["--port", String(PORT), "--assets-file", file, "--tick-seconds", String(tickS)];
  const server = await startServer(MAIN, PORT, args);
  writeFileSync(file, assetsText(assets));
  const beganMs = performance.now();
  const answer = await fetch(`${server.url}/assets/reload`, { method: "POST" });
  const tookMs = performance.now() - beganMs;
  const { assets: counts } = (await answer.json()) as { assets: { added: number } };
  await server.stop();
  if (counts.added !== ADDED) throw new Error(`the reload added ${counts.added} assets`);
  return tookMs;
}
