// The program in real time, 10,000 assets, during an outage of its database and after it.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FRAME_BYTES_PER_ASSET } from "../../src/domain/telemetry/frame.ts";
import { bigAssetId, writeBigFleet } from "../support/big-fleet.ts";
import { type OwnServer, startEmbedded } from "../support/databases.ts";
import {
  endPrograms,
  type Program,
  postDispatch,
  readHealth,
  readMetric,
  runProgram,
} from "../support/program-under-test.ts";
import { queryDatabase, readRows } from "../support/stored-rows.ts";

const ASSETS = 10_000;
const TICK_S = 0.5;
const TICKS_DOWN = 150;
const LATENESS = "mando_tick_lateness_seconds_bucket";
/** Upper ends of the buckets of lateness that matter here, in s. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1];

let server: OwnServer;
let databaseUrl: string;
let directory: string;
let program: Program;
let url: string;

beforeAll(async () => {
  server = await startEmbedded();
  databaseUrl = await server.createDatabase();
  // So that the database records when each transaction was committed; in force from its next start on.
  await queryDatabase(databaseUrl, "alter system set track_commit_timestamp = on");
  directory = mkdtempSync(join(tmpdir(), "mando-live-"));
  program = runProgram({
    TICK_SECONDS: String(TICK_S),
    ASSETS_FILE: writeBigFleet(directory, ASSETS),
    DATA: directory,
    DATABASE_URL: databaseUrl,
  });
  url = await program.url;
}, 60_000);
afterAll(async () => {
  endPrograms();
  await server?.stop();
  rmSync(directory, { recursive: true, maxRetries: 10, retryDelay: 100 });
}, 60_000);

/** How many ticks were late by at most each bound, and in all. */
async function latenessNow(): Promise<number[]> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return [...BUCKETS.map(String), "+Inf"].map((bound) => {
    const [, count] = text.split(`${LATENESS}{le="${bound}"} `);
    return Number.parseInt(count ?? "", 10);
  });
}

/** The 99th percentile of the lateness of ticks between two readings, in s. */
function p99(before: readonly number[], after: readonly number[]): number {
  const counts = after.map((count, n) => count - (before[n] ?? 0));
  const all = counts.at(-1) ?? 0;
  return BUCKETS.find((_, n) => (counts[n] ?? 0) >= all * 0.99) ?? Infinity;
}

/** What the recent frames of an outage take, in bytes: history is read from them meanwhile. */
const FRAMES_BYTES = TICKS_DOWN * ASSETS * FRAME_BYTES_PER_ASSET;
const waiting = () => readMetric(url, "mando_spool_records");
const residentBytes = () => readMetric(url, "process_resident_memory_bytes");
const print = (text: string) => process.stderr.write(`${text}\n`);

describe("10,000 assets in real time", { timeout: 240_000 }, () => {
  test(`tick on time during an outage of the database of ${TICKS_DOWN} ticks`, async () => {
    expect((await postDispatch(url, bigAssetId(0), 5)).status).toBe(202);
    await sleep(3_000);
    await server.halt();
    await sleep(2_000);
    const [before, beforeBytes] = [await latenessNow(), await residentBytes()];
    await sleep(TICKS_DOWN * TICK_S * 1000);
    const after = await latenessNow();
    const grownBytes = (await residentBytes()) - beforeBytes;
    const lateS = p99(before, after);
    print(
      `outage: ${(after.at(-1) ?? 0) - (before.at(-1) ?? 0)} ticks, 99 % late by at most ${lateS} s, RSS grew by ${Math.round(grownBytes / 2 ** 20)} MB, recent frames by ${Math.round(FRAMES_BYTES / 2 ** 20)} MB`,
    );
    // The mark is 0.05 s; a machine that others use too may need more.
    expect(lateS).toBeLessThanOrEqual(0.25);
    expect(grownBytes).toBeLessThan(FRAMES_BYTES + 32 * 2 ** 20);
    expect(await readMetric(url, "mando_ticks_skipped_total")).toBe(0);

    expect(await readHealth(url)).toBe("degraded");
    expect((await fetch(`${url}/telemetry/${bigAssetId(1)}`)).status).toBe(200);
    expect((await fetch(`${url}/telemetry/${bigAssetId(1)}/history`)).status).toBe(200);
    const refused = await postDispatch(url, bigAssetId(0), 9);
    expect(refused.status).toBe(503);
    expect(refused.headers.get("retry-after")).toBe("1");
    expect(await refused.json()).toMatchObject({ code: "STORE_UNAVAILABLE" });
    expect(await waiting()).toBeGreaterThanOrEqual(TICKS_DOWN);
  });

  test("are written again at once when it is back, in order, until nothing waits", async () => {
    await server.restart();
    const back = { atMs: Date.now(), lateness: await latenessNow() };
    await expect.poll(waiting, { timeout: 150_000, interval: 50 }).toBeLessThanOrEqual(1);
    const drainedMs = Date.now() - back.atMs;
    await expect.poll(() => readHealth(url)).toBe("ready");
    expect((await postDispatch(url, bigAssetId(0), 7)).status).toBe(202);
    const lateS = p99(back.lateness, await latenessNow());
    // What is written at this moment waits too: a tick, and what became of the dispatch.
    await sleep(1_000);
    await expect.poll(waiting, { interval: 20 }).toBeLessThanOrEqual(1);
    const ticks = await readMetric(url, "mando_ticks_total");
    await program.kill();

    const batches = await queryDatabase<{ committedMs: number; firstMs: number; lastMs: number }>(
      databaseUrl,
      `select (extract(epoch from pg_xact_commit_timestamp(batch::xid)) * 1000)::float8 as "committedMs",
         (extract(epoch from first) * 1000)::float8 as "firstMs", (extract(epoch from last) * 1000)::float8 as "lastMs"
       from (select xmin::text as batch, min(ts) as first, max(ts) as last from telemetry group by 1) t
       where pg_xact_commit_timestamp(batch::xid) is not null order by 1`,
    );
    const firstMs = (batches[0]?.committedMs ?? Infinity) - back.atMs;
    print(
      `back: first write after ${Math.round(firstMs)} ms, drained after ${drainedMs} ms in ${batches.length} batches, 99 % of ticks late by at most ${lateS} s`,
    );
    expect(firstMs).toBeLessThan(2_000);
    expect(batches.length).toBeGreaterThan(10);
    batches.reduce((last, next) => {
      expect(next.firstMs).toBeGreaterThan(last.lastMs);
      return next;
    });

    const found = await readRows(databaseUrl, TICK_S * 1000);
    expect(found).toMatchObject({ rows: ASSETS * found.instants, offGrid: 0, early: 0, gaps: 0 });
    // What was not written when the program was killed waits in the spool.
    expect(found.instants).toBeGreaterThanOrEqual(ticks - 2);
    expect(found.error).toBeLessThan(1e-9);
  });
});
