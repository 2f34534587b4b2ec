// Values that a database refuses, or that would spoil sums: they cost their own asset a sample, and no other.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createFleetTable } from "../../../src/domain/fleet/fleet-table.ts";
import type { Frame } from "../../../src/domain/telemetry/frame.ts";
import { createSimulator, type Simulator } from "../../../src/simulator/simulator.ts";
import { migrateDatabase } from "../../../src/store/adoption/migration.ts";
import { type Client, createClient } from "../../../src/store/database/client.ts";
import { openSpool, type Spool } from "../../../src/store/spool/spool.ts";
import { createWatermarks } from "../../../src/store/telemetry/watermarks.ts";
import {
  createTelemetryWriter,
  type TelemetryWriter,
} from "../../../src/store/write-behind/telemetry-writer.ts";
import { NO_KEY } from "../../support/audit.ts";
import { bigAssetId } from "../../support/big-fleet.ts";
import { SERVERS, type TestServer } from "../../support/databases.ts";
import { silentLog } from "../../support/silent-log.ts";
import { queryDatabase } from "../../support/stored-rows.ts";
import { ASSET, DT_S, SITE } from "../../support/tick-tables.ts";

const ASSETS = 500;
const SITES = 5;
const TABLE = createFleetTable(
  Array.from({ length: SITES }, (_, n) => ({ ...SITE, id: bigAssetId(0xf00 + n) })),
  Array.from({ length: ASSETS }, (_, n) => ({
    ...ASSET,
    id: bigAssetId(n),
    siteId: bigAssetId(0xf00 + (n % SITES)),
  })),
);

describe.each(SERVERS)("rows that $name refuses", { timeout: 60_000 }, ({ name, start }) => {
  let server: TestServer;
  let url: string;
  let directory: string;
  let client: Client;
  let simulator: Simulator;
  let spool: Spool;
  let writer: TelemetryWriter;

  beforeAll(async () => {
    server = await start();
  }, 60_000);
  afterAll(() => server?.stop());
  beforeEach(async () => {
    url = await server.createDatabase();
    const ownerId = await migrateDatabase(url, silentLog);
    directory = mkdtempSync(join(tmpdir(), "mando-refused-"));
    client = createClient(1);
    client.connect(url);
    simulator = createSimulator(TABLE, DT_S, 1_000);
    for (const [n] of TABLE.assets.entries()) simulator.setSetpoint(n, 1 + (n % 7), 0);
    spool = await openSpool({ directory, ownerId, maxBytes: 2 ** 26, log: silentLog });
    writer = createTelemetryWriter({
      auditDigests: NO_KEY,
      client,
      spool,
      watermarks: createWatermarks(),
      log: silentLog,
    });
  });
  afterEach(async () => {
    await spool.close();
    await client.close();
    rmSync(directory, { recursive: true });
  });

  const query = <T>(text: string) => queryDatabase<T>(url, text);
  /** Ticks, and plants values in what was reported. */
  function keep(plant: (frame: Frame) => void = () => {}): void {
    const frame = simulator.tick(simulator.latest().tick + 1);
    const planted = { ...frame };
    for (const name of [
      "socMwhr",
      "currentMw",
      "setpointMw",
      "energyInMwhr",
      "energyOutMwhr",
    ] as const)
      planted[name] = frame[name].slice();
    plant(planted);
    writer.keep(planted);
  }
  async function drain(): Promise<void> {
    await writer.flush(0);
    await writer.drain();
  }
  /** Totals that are not what the rows of their instant add up to. */
  const wrongTotals = () =>
    query(`
      select totals.* from totals left join (
        select coalesce(site_id, '00000000-0000-0000-0000-000000000000') as scope_id, ts, count(*) as count,
          sum(soc_mwhr) as soc, sum(current_mw) as mw, sum(current_mw * dt_s / 3600) as out
        from telemetry group by grouping sets ((site_id, ts), (ts))
      ) added using (scope_id, ts)
      where asset_count is distinct from count or abs(soc_mwhr - soc) > 1e-6 or abs(current_mw - mw) > 1e-6
        or abs(tick_out_mwhr - out) > 1e-6 or added.ts is null`);
  const rejected = () =>
    query<{ reason: string; row: string }>(
      "select reason, row from telemetry_rejected order by id",
    );

  test("are set aside alone, in a batch of many frames, and all others are stored once", async () => {
    for (let n = 0; n < 8; n++) keep();
    keep((frame) => {
      frame.currentMw[3] = 1e-322;
      frame.socMwhr[4] = Number.NaN;
      frame.energyInMwhr[250] = Number.POSITIVE_INFINITY;
      frame.setpointMw[251] = Number.NEGATIVE_INFINITY;
      frame.energyOutMwhr[499] = 1e300;
    });
    for (let n = 0; n < 4; n++) keep();
    keep((frame) => {
      frame.currentMw[3] = 1e-322;
    });
    keep();
    await drain();
    expect(writer.stats()).toMatchObject({
      ...{ rejectedRows: 6, rejectedChanges: 0, rejectedRecords: 0 },
      ...{ waitingRecords: 0, waitingFrames: 0 },
    });
    const rows = await rejected();
    expect(rows.map(({ row }) => JSON.parse(row))).toMatchObject([
      { asset_id: bigAssetId(3), ts: "1970-01-01T01:07:16.000Z", current_mw: 1e-322 },
      { asset_id: bigAssetId(4), site_id: bigAssetId(0xf04), soc_mwhr: "NaN", limited_by: null },
      { asset_id: bigAssetId(250), energy_in_mwhr: "Infinity" },
      { asset_id: bigAssetId(251), setpoint_mw: "-Infinity" },
      { asset_id: bigAssetId(499), energy_out_mwhr: 1e300 },
      { asset_id: bigAssetId(3), ts: "1970-01-01T01:07:36.000Z", capacity_mwhr: 36 },
    ]);
    for (const { reason } of rows) expect(reason).toMatch(/^23514 .*numbers_in_range/);
    expect(
      await query(
        "select asset_id, count(*)::int from telemetry group by 1 having count(*) <> 15 order by 1",
      ),
    ).toEqual([
      { asset_id: bigAssetId(3), count: 13 },
      ...[4, 250, 251, 499].map((n) => ({ asset_id: bigAssetId(n), count: 14 })),
    ]);
    expect(await query("select count(*)::int from totals")).toEqual([{ count: 15 * (SITES + 1) }]);
    expect(await wrongTotals()).toEqual([]);
    expect(
      await query(
        "select count(*)::int, sum(case when ts < '1970-01-01 01:07:40+00' then 1 else 0 end)::int as old from asset_states",
      ),
    ).toMatchObject([{ count: ASSETS }]);
  });

  test("are found for any reason that the tables have, in few trials", async () => {
    await query(`create function refuse() returns trigger language plpgsql as $$ begin
      if new.asset_id = '${bigAssetId(77)}' then raise exception 'not this one' using errcode = '22023'; end if;
      return new; end $$`);
    await query(
      "create trigger refuse before insert on telemetry for each row execute function refuse()",
    );
    await query("create sequence trials");
    const { transact } = client;
    let trials = 0;
    client.transact = (deadlineMs, work) => {
      trials++;
      return transact(deadlineMs, work);
    };
    keep();
    await drain();
    // The batch, then two halves each time, and what is left.
    expect(trials).toBeLessThanOrEqual(2 + 2 * Math.ceil(Math.log2(ASSETS)));
    expect(await rejected()).toMatchObject([{ reason: "22023 not this one" }]);
    expect(await query("select count(*)::int from telemetry")).toEqual([{ count: ASSETS - 1 }]);
    expect(await wrongTotals()).toEqual([]);
  });

  test("go into a file where the table of refused rows takes none", async () => {
    await query("drop table telemetry_rejected");
    keep((frame) => {
      frame.currentMw[3] = Number.NaN;
    });
    await drain();
    expect(writer.stats()).toMatchObject({
      rejectedRows: 1,
      rejectedRecords: 1,
      waitingRecords: 0,
    });
    const folder = join(directory, "rejected");
    const [file = ""] = readdirSync(folder);
    const [head] = readFileSync(join(folder, file), "latin1").split("\n");
    expect(JSON.parse(head ?? "")).toMatchObject({ reason: expect.stringContaining("in_range") });
    expect(await query("select count(*)::int from telemetry")).toEqual([{ count: ASSETS - 1 }]);
    expect(await wrongTotals()).toEqual([]);
  });

  test.runIf(name === SERVERS[0]?.name)(
    "go as a whole beyond a hundred, so that a record is bounded work",
    async () => {
      keep((frame) => frame.currentMw.fill(Number.NaN, 100, 400));
      keep();
      await drain();
      expect(writer.stats()).toMatchObject({ rejectedRows: 400, rejectedRecords: 1 });
      expect(await rejected()).toHaveLength(100);
      expect(await query("select count(*)::int from telemetry")).toEqual([{ count: 100 + ASSETS }]);
    },
  );

  test("are set aside once, also where that is done again after a crash", async () => {
    keep((frame) => {
      frame.currentMw[3] = Number.NaN;
    });
    await writer.flush(0);
    const { acknowledge } = spool;
    spool.acknowledge = () => Promise.reject(new Error("killed"));
    await expect(writer.drain()).rejects.toThrow("killed");
    expect(await rejected()).toHaveLength(1);
    spool.acknowledge = acknowledge;
    await writer.drain();
    expect(spool.stats().waitingRecords).toBe(0);
    expect(await rejected()).toHaveLength(1);
  });
});
