// The embedded PostgreSQL of a running program is killed: nothing is lost, and everything continues by itself.
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createEmbeddedPostgres } from "../../../src/adapters/embedded-postgres/server.ts";
import { bigAssetId, writeBigFleet } from "../../support/big-fleet.ts";
import { pidOf } from "../../support/embedded-postgres-under-test.ts";
import {
  endPrograms,
  postDispatch,
  readHealth,
  readMetric,
  runProgram,
} from "../../support/program-under-test.ts";
import { silentLog } from "../../support/silent-log.ts";
import { readRows } from "../../support/stored-rows.ts";

const ASSETS = 20;
const DT_MS = 100;
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "mando-killed-"));
  chmodSync(directory, 0o755);
});
afterEach(async () => {
  endPrograms();
  const server = createEmbeddedPostgres({ directory: join(directory, "data"), log: silentLog });
  await server.start();
  await server.stop();
  rmSync(directory, { recursive: true, maxRetries: 10, retryDelay: 100 });
}, 60_000);

test("a killed postmaster comes back, with every tick once and dispatches taken again", async () => {
  const data = join(directory, "data");
  const program = runProgram({
    DATA: data,
    TICK_SECONDS: String(DT_MS / 1000),
    ASSETS_FILE: writeBigFleet(directory, ASSETS),
  });
  const url = await program.url;
  for (const [round, mw] of [5, -5, 3].entries()) {
    await expect
      .poll(async () => (await postDispatch(url, bigAssetId(0), mw)).status, { timeout: 15_000 })
      .toBe(202);
    const ticks = await readMetric(url, "mando_ticks_total");
    process.kill(pidOf(data) as number, "SIGKILL");
    const during = await postDispatch(url, bigAssetId(1), mw);
    expect([202, 503]).toContain(during.status);
    await expect
      .poll(async () => (await postDispatch(url, bigAssetId(2 + round), mw)).status, {
        timeout: 15_000,
      })
      .toBe(202);
    await expect.poll(() => readHealth(url), { timeout: 15_000 }).toBe("ready");
    expect(await readMetric(url, "mando_ticks_total")).toBeGreaterThan(ticks);
  }
  program.child.kill("SIGTERM");
  await new Promise((resolve) => program.child.once("close", resolve));
  expect(program.output().match(/PostgreSQL ended unasked/g)).toHaveLength(3);

  const server = createEmbeddedPostgres({ directory: data, log: silentLog });
  const found = await readRows(await server.start(), DT_MS);
  await server.stop();
  expect(found).toMatchObject({ rows: ASSETS * found.instants, offGrid: 0, early: 0, gaps: 0 });
  expect(found.error).toBeLessThan(1e-9);
}, 90_000);
