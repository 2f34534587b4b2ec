// The database of a program that ticks and of one that waits becomes unavailable and comes back.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bigAssetId, writeBigFleet } from "../support/big-fleet.ts";
import { OWN_SERVERS, type OwnServer } from "../support/databases.ts";
import {
  endPrograms,
  postDispatch,
  readHealth,
  readMetric,
} from "../support/program-under-test.ts";
import { readRows } from "../support/stored-rows.ts";
import { readyOf, startBoth } from "../support/two-programs.ts";

const ASSETS = 50;
const DT_MS = 50;
const ASSET = bigAssetId(0);

describe.each(OWN_SERVERS)(
  "two programs on one $name after an outage",
  { timeout: 120_000 },
  (kind) => {
    let server: OwnServer;
    let databaseUrl: string;
    let directory: string;

    beforeEach(async () => {
      server = await kind.start();
      databaseUrl = await server.createDatabase();
      directory = mkdtempSync(join(tmpdir(), "mando-standby-"));
    }, 60_000);
    afterEach(async () => {
      endPrograms();
      await server?.stop();
      rmSync(directory, { recursive: true, maxRetries: 10, retryDelay: 100 });
    }, 60_000);

    test("continue as before: the leader ticks, and nothing is lost", async () => {
      const [owner, standby] = await startBoth(directory, {
        TICK_SECONDS: String(DT_MS / 1000),
        ASSETS_FILE: writeBigFleet(directory, ASSETS),
        DATABASE_URL: databaseUrl,
      });
      expect((await postDispatch(owner.url, ASSET, 10)).status).toBe(202);
      for (let round = 0; round < 2; round++) {
        await server.halt();
        await sleep(1_000 + Math.random() * 1_500);
        await server.restart();
        await expect.poll(() => readHealth(owner.url), { timeout: 5_000 }).toBe("ready");
        await sleep(5_000);
        expect(await readyOf(owner)).toBe(200);
        expect(await readyOf(standby)).toBe(503);
      }
      await sleep(200);
      const ticks = await readMetric(owner.url, "mando_ticks_total");
      await sleep(500);
      await owner.program.kill();
      const found = await readRows(databaseUrl, DT_MS);
      expect(found).toMatchObject({ rows: ASSETS * found.instants, offGrid: 0, early: 0 });
      expect(found.instants).toBeGreaterThanOrEqual(ticks);
      expect(found.error).toBeLessThan(1e-9);
    });
  },
);
