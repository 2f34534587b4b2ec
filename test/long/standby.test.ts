// Two programs on one database: one ticks, the other waits and takes over.
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { bigAssetId, writeBigFleet } from "../support/big-fleet.ts";
import { SERVERS, type TestServer } from "../support/databases.ts";
import { endPrograms, postDispatch, readMetric } from "../support/program-under-test.ts";
import { queryDatabase, readRows } from "../support/stored-rows.ts";
import { readyOf, startBoth, statusOf } from "../support/two-programs.ts";

const ASSETS = 50;
const DT_MS = 50;
const ASSET = bigAssetId(0);
const JOURNAL = new URL("../../src/store/database/migrations/meta/_journal.json", import.meta.url);
const MIGRATIONS = (JSON.parse(readFileSync(JOURNAL, "utf8")) as { entries: [] }).entries.length;

describe.each(SERVERS)("two programs on one $name", { timeout: 120_000 }, (kind) => {
  let server: TestServer;
  let databaseUrl: string;
  let directory: string;

  beforeAll(async () => {
    server = await kind.start();
  }, 60_000);
  afterAll(() => server?.stop());
  beforeEach(async () => {
    databaseUrl = await server.createDatabase();
    directory = mkdtempSync(join(tmpdir(), "mando-standby-"));
  });
  afterEach(() => {
    endPrograms();
    rmSync(directory, { recursive: true, maxRetries: 10, retryDelay: 100 });
  });

  const start = () =>
    startBoth(directory, {
      TICK_SECONDS: String(DT_MS / 1000),
      ASSETS_FILE: writeBigFleet(directory, ASSETS),
      DATABASE_URL: databaseUrl,
    });

  test.each([1, 2])(
    "both come up at once, and the one that waits takes over, time %i",
    async () => {
      const [owner, standby] = await start();
      const migrations = await queryDatabase(
        databaseUrl,
        "select from drizzle.__drizzle_migrations",
      );
      expect(migrations).toHaveLength(MIGRATIONS);
      expect((await postDispatch(owner.url, ASSET, 10)).status).toBe(202);
      for (let n = 0; n < 10; n++) {
        await sleep(100);
        expect(await readyOf(standby)).toBe(503);
      }
      expect((await postDispatch(standby.url, ASSET, 1)).status).toBe(503);
      expect(await statusOf(`${standby.url}/health/live`)).toBe(200);
      expect(await readMetric(standby.url, "mando_ticks_total")).toBe(0);
      const ownerTicks = await readMetric(owner.url, "mando_ticks_total");
      // What it ticked in this moment may be lost with it; what was counted is written by then.
      await sleep(500);

      const killedMs = performance.now();
      await owner.program.kill();
      await standby.program.url;
      const tookMs = performance.now() - killedMs;
      process.stderr.write(`the standby took over in ${Math.round(tookMs)} ms\n`);
      expect(tookMs).toBeLessThan(10_000);
      expect(await readyOf(standby)).toBe(200);
      const telemetry = await (await fetch(`${standby.url}/telemetry/${ASSET}`)).json();
      expect(telemetry).toMatchObject({ setpoint_mw: 10 });
      await sleep(500);
      const standbyTicks = await readMetric(standby.url, "mando_ticks_total");
      standby.program.child.kill("SIGTERM");
      await once(standby.program.child, "exit");

      const found = await readRows(databaseUrl, DT_MS);
      expect(found).toMatchObject({
        rows: ASSETS * found.instants,
        offGrid: 0,
        early: 0,
        gaps: ASSETS,
      });
      expect(found.error).toBeLessThan(1e-9);
      // Instants that both had ticked would be stored once and counted twice.
      expect(standbyTicks).toBeGreaterThan(5);
      expect(ownerTicks + standbyTicks).toBeLessThanOrEqual(found.instants);
    },
  );

  test("a token that the owner makes opens the standby, which then asks for one", async () => {
    const [owner, standby] = await start();
    const made = await fetch(`${owner.url}/tokens`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ name: "monitoring", role: "admin" }),
    });
    expect(made.status).toBe(201);
    const { token } = (await made.json()) as { token: string };
    const scrape = (headers: Record<string, string>) =>
      fetch(`${standby.url}/metrics`, { headers }).then(({ status }) => status);
    const authorization = `Bearer ${token}`;
    // It has read the database once it answers at all, and then asks for a token a second later.
    await expect.poll(() => scrape({ authorization }), { timeout: 5_000 }).toBe(200);
    await expect.poll(() => scrape({}), { timeout: 5_000 }).toBe(401);
    expect(await scrape({ authorization })).toBe(200);
  });
});
