// The program under steady load for a while: every row is there, and memory does not grow.
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { writeBigFleet } from "../support/big-fleet.ts";
import { type OwnServer, startEmbedded } from "../support/databases.ts";
import { endPrograms, readMetric, runProgram } from "../support/program-under-test.ts";
import { queryDatabase, readRows } from "../support/stored-rows.ts";

const ASSETS = 1_000;
const DT_MS = 50;
const WARM_UP_MS = 15_000;
const SOAK_MS = 45_000;
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

/** Has a program that runs with an inspector give back all the memory that it does not use. */
async function collectGarbage(inspectorUrl: string): Promise<void> {
  const socket = new WebSocket(inspectorUrl);
  await once(socket, "open");
  socket.send(JSON.stringify({ id: 1, method: "HeapProfiler.collectGarbage" }));
  await once(socket, "message");
  socket.terminate();
}

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
    NODE_OPTIONS: "--inspect=127.0.0.1:0",
    ASSETS_FILE: writeBigFleet(directory, ASSETS),
    DATA: directory,
    DATABASE_URL: databaseUrl,
  });
  const url = await program.url;
  await sleep(WARM_UP_MS);
  const [inspectorUrl = ""] = /ws:\S+/.exec(program.output()) ?? [];
  const used: [number, number][] = [];
  const resident: [number, number][] = [];
  const untilMs = performance.now() + SOAK_MS;
  while (performance.now() < untilMs) {
    await collectGarbage(inspectorUrl);
    const ticks = await readMetric(url, "mando_ticks_total");
    const read = async (name: string) => (await readMetric(url, name)) / 2 ** 20;
    used.push([
      ticks,
      (await read("nodejs_heap_size_used_bytes")) + (await read("nodejs_external_memory_bytes")),
    ]);
    resident.push([ticks, await read("process_resident_memory_bytes")]);
    await sleep(1_000);
  }
  const ticks = await readMetric(url, "mando_ticks_total");
  const skipped = await readMetric(url, "mando_ticks_skipped_total");
  program.child.kill("SIGTERM");
  await new Promise((resolve) => program.child.once("exit", resolve));

  const growth = slope(used) * HOUR_TICKS;
  const at = (points: [number, number][], n: number) => `${Math.round(points.at(n)?.[1] ?? 0)} MB`;
  process.stderr.write(
    `in use ${at(used, 0)}, then ${at(used, -1)}: ${growth.toFixed(2)} MB more in the ticks of an hour; RSS ${at(resident, 0)}, then ${at(resident, -1)}: ${(slope(resident) * HOUR_TICKS).toFixed(1)} MB\n`,
  );
  expect(growth).toBeLessThan(4);
  // What the machine lends moves more than what is in use.
  expect(slope(resident) * HOUR_TICKS).toBeLessThan(32);
  expect(skipped).toBe(0);
  const found = await readRows(databaseUrl, DT_MS);
  expect(found).toMatchObject({ rows: ASSETS * found.instants, offGrid: 0, early: 0, gaps: 0 });
  expect(found.instants - ticks).toBeGreaterThanOrEqual(0);
  expect(found.instants - ticks).toBeLessThanOrEqual(1);
  // And the other way round: the expected instants less the stored ones.
  const [missing] = await queryDatabase<{ count: number }>(
    databaseUrl,
    `select count(*)::int as count from (
       select generate_series(min(ts), max(ts), interval '${DT_MS} milliseconds') from telemetry
       except select ts from telemetry) t`,
  );
  expect(missing?.count).toBe(0);
});
