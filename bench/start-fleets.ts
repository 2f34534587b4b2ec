// The start of large fleets: from spawning the built program to a fleet that ticks, beside reading its file alone.
// Target: 100,000 assets in 5 s.
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { parseAssetsFile } from "../src/config/assets-file.ts";
import { assetsText, makeAssets, writeAssetsFile } from "./assets.ts";
import { median, print, printNames, timeMs } from "./measure.ts";
import { startServer } from "./server-process.ts";

const MAIN = "../dist/main.js";
const PORT = 29_020;
const ROUNDS = 3;

export async function benchFleets(): Promise<void> {
  const sizes = [10_000, 100_000];
  printNames("ms (median of 3)", ...sizes.map((count) => `${count}`));
  const fleets = sizes.map(makeAssets);
  const texts = fleets.map(assetsText);
  print("the file alone, by yaml", ...texts.map((text) => timeMs(() => parseDocument(text))));
  print("the file alone, by us", ...texts.map((text) => timeMs(() => parseAssetsFile(text))));
  const files = fleets.map(writeAssetsFile);
  print("start in memory", ...(await each(files, (file) => timesOf(() => start(file)))));
  const kept = await each(files, startsWithDatabase);
  print("first start, with PostgreSQL", ...kept.map(({ first }) => first));
  print("next start, with PostgreSQL", ...kept.map(({ next }) => next));
}

/** Measures two starts on a new database; the second one finds the fleet. */
async function startsWithDatabase(file: string) {
  const [first, next]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    const directory = mkdtempSync(join(tmpdir(), "mando-bench-"));
    // Where this process is root, another user runs PostgreSQL, and must be able to enter.
    chmodSync(directory, 0o755);
    const data = ["--data", join(directory, "data")];
    first.push(await start(file, data));
    next.push(await start(file, data));
    rmSync(directory, { recursive: true });
  }
  return { first: median(first), next: median(next) };
}

async function timesOf(work: () => Promise<number>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) times.push(await work());
  return median(times);
}

async function start(file: string, flags: readonly string[] = []): Promise<number> {
  const beganMs = performance.now();
  const args = ["--port", String(PORT), "--assets-file", file, ...flags];
  const server = await startServer(MAIN, PORT, args);
  const tookMs = performance.now() - beganMs;
  await server.stop();
  return tookMs;
}

/** Runs the work one after the other. */
async function each<T, U>(items: readonly T[], work: (item: T) => Promise<U>): Promise<U[]> {
  const results: U[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}
