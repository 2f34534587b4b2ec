// Samples that cannot be summed up, as an import or an older program may have left them: the minutes of all others are.
import { afterAll, beforeAll, expect, test } from "vitest";
import { migrateDatabase } from "../../../src/store/adoption/migration.ts";
import { createClient } from "../../../src/store/database/client.ts";
import { createRollUp } from "../../../src/store/telemetry/roll-up.ts";
import { totalsSql } from "../../../src/store/telemetry/totals.ts";
import { createWatermarks, readWatermarks } from "../../../src/store/telemetry/watermarks.ts";
import { bigAssetId } from "../../support/big-fleet.ts";
import { OWN_SERVERS, type OwnServer } from "../../support/databases.ts";
import { silentLog } from "../../support/silent-log.ts";
import { queryDatabase } from "../../support/stored-rows.ts";

let server: OwnServer;
beforeAll(async () => {
  server = await (OWN_SERVERS[0] as (typeof OWN_SERVERS)[0]).start();
}, 60_000);
afterAll(() => server?.stop());

test("one asset that cannot be summed up costs no other its minutes, and is counted", async () => {
  const url = await server.createDatabase();
  await migrateDatabase(url, silentLog);
  const query = <T>(text: string) => queryDatabase<T>(url, text);
  await query(`insert into sites (id, name, location) values ('${bigAssetId(900)}', 'S', 'L')`);
  await query(`
    insert into assets (id, site_id, name, location, capacity_mwhr, max_mw, min_mw, efficiency, ramp_rate_mw_per_min)
    select ('8f2b6c10-3d7e-4b9a-8c21-' || lpad(to_hex(n), 12, '0'))::uuid, '${bigAssetId(900)}', n, '', 36, 30, -30, 0.92, 30
    from generate_series(0, 19) n`);
  await query(`
    insert into telemetry (asset_id, site_id, ts, soc_mwhr, soc_pct, capacity_mwhr, current_mw, setpoint_mw, max_mw,
      min_mw, status, dt_s, energy_in_mwhr, energy_out_mwhr)
    select id, site_id, ts, 18, 50, 36, 2, 2, 30, -30, 'discharging', 20, 0, 0
    from assets, generate_series('2026-11-20 12:00Z'::timestamptz, '2026-11-20 12:06Z', '20 s') ts`);
  await query(totalsSql("telemetry"));
  await query(`update telemetry set current_mw = 1e-322 where asset_id = '${bigAssetId(7)}'`);
  const client = createClient(1);
  client.connect(url);
  const watermarks = createWatermarks();
  await client.within(10_000, (sql) => readWatermarks(sql, watermarks));
  const shape = { kind: "postgresql", chunked: false, aggregates: [] } as const;
  const rollUp = createRollUp(client, shape, watermarks, { assetCount: () => 20, dtS: 20 });
  expect(await rollUp.next()).toBe(true);
  expect(rollUp.refusedSums()).toBe(1);
  expect(await rollUp.next()).toBe(false);
  const counts = await query(
    "select count(*)::int, count(distinct asset_id)::int as assets, sum(sample_count)::int as samples from telemetry_1m",
  );
  expect(counts).toEqual([{ count: 19 * 6, assets: 19, samples: 19 * 18 }]);
  expect(await query(`select from telemetry_1m where asset_id = '${bigAssetId(7)}'`)).toEqual([]);
  expect(await query("select count(*)::int from totals_1m")).toEqual([{ count: 2 * 6 }]);
  await client.close();
});
