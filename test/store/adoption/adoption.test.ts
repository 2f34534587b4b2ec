// A database of the older program, as it made it, with the flaws that its data have.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { migrateDatabase } from "../../../src/store/adoption/migration.ts";
import { type Client, createClient } from "../../../src/store/database/client.ts";
import { SERVERS, type TestServer, type TestServerKind } from "../../support/databases.ts";
import { silentLog } from "../../support/silent-log.ts";

const SITE = "5d0c7a52-6a3e-4c0b-9d54-0f6b1f2a7c01";
const ASSET = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01";
const GONE = "00000000-0000-4000-8000-000000000009";

const OLDER = `
  create table sites (id uuid primary key, name text not null, location text not null);
  create table assets (id uuid primary key, site_id uuid references sites, name text not null, location text not null,
    capacity_mwhr double precision not null, max_mw double precision not null, min_mw double precision not null,
    efficiency double precision not null, ramp_rate_mw_per_min double precision not null);
  create table telemetry (asset_id uuid references assets, ts timestamptz not null, soc_mwhr double precision,
    soc_pct double precision, current_mw double precision, max_mw double precision, min_mw double precision, status text);
  create table dispatches (id uuid primary key, asset_id uuid references assets, mode text, mw double precision,
    duration_s bigint, status text, reason text, submitted_at timestamptz);
  insert into sites values ('${SITE}', 'Valkeakoski', 'Finland');
  insert into assets values ('${ASSET}', '${SITE}', 'VALKEAKOSKI-1', 'Finland', 36, 30, -30, 0.92, 30);
  insert into telemetry values
    ('${ASSET}', '2025-01-01T00:00:00Z', 18, 50, 0, 30, -30, 'idle'),
    ('${ASSET}', '2025-01-01T00:00:04Z', 17.9, null, 9, null, null, null),
    ('${ASSET}', '2025-01-01T00:00:04Z', 17.9, null, 9, null, null, null),
    ('${ASSET}', '2025-01-01T00:00:08Z', null, null, 9, null, null, null),
    ('${ASSET}', '2025-01-01T00:00:12Z', 17.95, null, -4.5, 30, -30, 'charging');
  alter table telemetry drop constraint telemetry_asset_id_fkey;
  insert into telemetry values ('${GONE}', '2025-01-01T00:00:00Z', 1, 1, 1, 1, -1, 'idle'),
    (null, '2025-01-01T00:00:00Z', 1, 1, 1, 1, -1, 'idle');
  insert into dispatches values
    ('00000000-0000-4000-8000-000000000001', '${ASSET}', 'charge', 5, 60, 'accepted', null, '2025-01-01T00:00:01Z'),
    ('00000000-0000-4000-8000-000000000002', '${ASSET}', 'discharge', 7, null, 'accepted', 'x', '2025-01-01T00:00:02Z');`;

describe.each(SERVERS)(
  "a database of the older program on $name",
  { timeout: 60_000 },
  ({ start }: TestServerKind) => {
    let server: TestServer;
    let client: Client;
    const rows = <T>(query: string) => client.within(10_000, (sql) => sql.unsafe<T[]>(query));

    beforeAll(async () => {
      server = await start();
      const url = await server.createDatabase();
      client = createClient(1);
      client.connect(url);
      await rows(OLDER);
      await migrateDatabase(url, silentLog);
      await migrateDatabase(url, silentLog);
    }, 60_000);
    afterAll(async () => {
      await client?.close();
      await server?.stop();
    });

    test("retains its assets and its telemetry, with missing values filled from the asset", async () => {
      expect(await rows("select name, origin from assets")).toEqual([
        { name: "VALKEAKOSKI-1", origin: "file" },
      ]);
      const telemetry = await rows<Record<string, unknown>>("select * from telemetry order by ts");
      expect(telemetry).toHaveLength(3);
      expect(telemetry[1]).toMatchObject({
        site_id: SITE,
        soc_mwhr: 17.9,
        capacity_mwhr: 36,
        current_mw: 9,
        setpoint_mw: 9,
        max_mw: 30,
        min_mw: -30,
        status: "discharging",
        dt_s: 4,
        limited_by: null,
      });
      expect(telemetry[1]?.soc_pct).toBeCloseTo((17.9 / 36) * 100, 9);
      expect(telemetry[1]?.energy_out_mwhr).toBeCloseTo(0.01, 12);
      expect(telemetry[2]?.energy_in_mwhr).toBeCloseTo((4.5 * 8) / 3600, 12);
    });

    test("sets aside repeated and incomplete rows and those without an asset, with the reason", async () => {
      const rejected = await rows(
        "select reason, count(*)::int as count from telemetry_rejected group by 1 order by 1",
      );
      expect(rejected).toEqual([
        { reason: "incomplete", count: 1 },
        { reason: "no asset", count: 2 },
        { reason: "repeated", count: 1 },
      ]);
    });

    test("folds the mode of its dispatches into the sign", async () => {
      expect(
        await rows("select mw, duration_s::int, reason from dispatches order by sequence"),
      ).toEqual([
        { mw: -5, duration_s: 60, reason: "NEWER_DISPATCH" },
        { mw: 7, duration_s: null, reason: "x" },
      ]);
    });

    test("gets the key, loses the foreign keys of telemetry, and leaves nothing behind", async () => {
      const constraints = await rows(
        "select conname, contype from pg_constraint where conrelid = 'telemetry'::regclass and contype in ('p', 'f')",
      );
      expect(constraints).toEqual([{ conname: "telemetry_asset_id_ts_pk", contype: "p" }]);
      expect(await rows("select tablename from pg_tables where tablename like 'older%'")).toEqual(
        [],
      );
      const [state] = await rows<{ soc_mwhr: number }>("select soc_mwhr from asset_states");
      expect(state?.soc_mwhr).toBe(17.95);
    });
  },
);
