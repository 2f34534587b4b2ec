// The program under steady load for a while: every row is there, and memory does not grow.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeBigFleet } from "../big-fleet.ts";
import { type OwnServer, startEmbedded } from "../databases.ts";
import { endPrograms, readMetric, runProgram } from "../program-under-test.ts";
import { askDatabase, readRows } from "../stored-rows.ts";

const ASSETS = 1_000;
const DT_MS = 50;
const WARM_UP_MS = 20_000;
const SOAK_MS = 60_000;
/** Ticks of an hour at the ordinary pace, one in 4 s. */
const HOUR_TICKS = 900;

let server: OwnServer;
let databaseUrl: string;
let directory: string;

beforeAll(async () => {
  server = await startEmbedded();
  databaseUrl = await server.createDatabase();
  directory = mkdtempSync(join(tmpdir(), "mando-soak-"));
}, 60_000);
afterAll(async () => {
  endPrograms();
  await server?.stop();
  rmSync(directory, { recursive: true, maxRetries: 10, retryDelay: 100 });
}, 60_000);

/** Growth of y for one x, as a straight line fits best. */
function slope(points: readonly (readonly [number, number])[]): number {
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / points.length;
  const above = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  return above / points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
}

test("1,000 assets at 20 ticks a second lose no row, and memory stays as it is", {
  timeout: 180_000,
}, async () => {
  const program = runProgram({
    TICK_SECONDS: String(DT_MS / 1000),
    // Few recent frames, so that they are full before memory is looked at.
    RECENT_FRAMES: "50",
    ASSETS_FILE: writeBigFleet(directory, ASSETS),
    DATA: directory,
    DATABASE_URL: databaseUrl,
  });
  const url = await program.url;
  await sleep(WARM_UP_MS);
  const points: [number, number][] = [];
  const untilMs = performance.now() + SOAK_MS;
  while (performance.now() < untilMs) {
    points.push([
      await readMetric(url, "mando_ticks_total"),
      (await readMetric(url, "process_resident_memory_bytes")) / 2 ** 20,
    ]);
    await sleep(250);
  }
  const ticks = await readMetric(url, "mando_ticks_total");
  const skipped = await readMetric(url, "mando_ticks_skipped_total");
  program.child.kill("SIGTERM");
  await new Promise((resolve) => program.child.once("exit", resolve));

  const growth = slope(points) * HOUR_TICKS;
  process.stderr.write(
    `RSS ${Math.round(points[0]?.[1] ?? 0)} MB, growing by ${growth.toFixed(1)} MB in the ticks of an hour\n`,
  );
  expect(growth).toBeLessThan(16);
  expect(skipped).toBe(0);
  const found = await readRows(databaseUrl, DT_MS);
  expect(found).toMatchObject({ rows: ASSETS * found.instants, offGrid: 0, early: 0, gaps: 0 });
  expect(found.instants - ticks).toBeGreaterThanOrEqual(0);
  expect(found.instants - ticks).toBeLessThanOrEqual(1);
  // And asked the other way round: the instants that should be there, less those that are.
  const [missing] = await askDatabase<{ count: number }>(
    databaseUrl,
    `select count(*)::int as count from (
       select generate_series(min(ts), max(ts), interval '${DT_MS} milliseconds') from telemetry
       except select ts from telemetry) t`,
  );
  expect(missing?.count).toBe(0);
});
