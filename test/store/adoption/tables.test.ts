// A database of the older program, of any shape, is adopted whole, or stays unchanged.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { assetFindings } from "../../../src/domain/fleet/asset-rules.ts";
import type { Log } from "../../../src/domain/ports/log.ts";
import { migrateDatabase } from "../../../src/store/adoption/migration.ts";
import { SERVERS, type TestServer } from "../../support/databases.ts";
import { OLDER_ROWS, OLDER_SHAPES, OLDER_TABLES } from "../../support/older-program.ts";
import { isSuperuser, queryDatabase } from "../../support/stored-rows.ts";

/** Everything that a database holds, as text, but for what is not undone: sequences. */
const ALL = `select (
    select json_agg(json_build_object('name', c.oid::regclass::text, 'kind', relkind, 'acl', relacl::text, 'columns',
      (select json_agg(attname || ' ' || atttypid::regtype order by attnum) from pg_attribute where attrelid = c.oid and attnum > 0),
      'triggers', (select json_agg(pg_get_triggerdef(t.oid) order by tgname) from pg_trigger t where tgrelid = c.oid),
      'constraints', (select json_agg(pg_get_constraintdef(k.oid) order by conname) from pg_constraint k where conrelid = c.oid),
      'view', case when relkind in ('v', 'm') then pg_get_viewdef(c.oid) end,
      'rows', case when relkind in ('r', 'm') then query_to_xml(format('select * from %s order by 1', c.oid::regclass), true, true, '')::text end
    ) order by c.oid) from pg_class c where relnamespace = 'public'::regnamespace and relname <> 'commands'
  ) as relations, (select json_agg(nspname order by oid) from pg_namespace where nspname !~ '^pg_(toast_)?temp') as schemas`;

/** Removes all but what extensions brought. */
const EMPTY = `do $$ declare named text; begin
    for named in select c.oid::regclass::text from pg_class c where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
      and not exists (select from pg_depend where objid = c.oid and deptype = 'e')
    loop execute 'drop table if exists ' || named || ' cascade'; end loop; end $$;
  drop schema if exists drizzle cascade; drop function if exists noop`;

/** The logged report, with counts. */
function listenTo(counts: object[]): Log {
  const keep = (fields: object, message: string) => {
    if (message.startsWith("adopted")) counts.push(fields);
  };
  return { debug() {}, info: keep, warn: keep, error() {} };
}

describe.each(SERVERS)("the older program's database on $name", { timeout: 60_000 }, (kind) => {
  let server: TestServer;
  let url: string;
  const make = async (sql: string) => {
    for (const text of [EMPTY, OLDER_TABLES, OLDER_ROWS, sql]) await queryDatabase(url, text);
  };
  beforeAll(async () => {
    server = await kind.start();
    url = await server.createDatabase();
  }, 60_000);
  afterAll(() => server?.stop());

  test.each(OLDER_SHAPES)("with $name is adopted, with a report", async (shape) => {
    await make(shape.sql);
    const counts: object[] = [];
    await migrateDatabase(url, listenTo(counts));
    expect(counts).toEqual([shape.counts]);
    if (shape.after) expect(await queryDatabase(url, shape.after[0])).toEqual(shape.after[1]);
    expect(
      await queryDatabase(url, "select relname from pg_class where relname like 'older%'"),
    ).toEqual([]);
    const assets = await queryDatabase<Parameters<typeof assetFindings>[0]>(
      url,
      `select id, site_id as "siteId", name, location, capacity_mwhr as "capacityMwhr", max_mw as "maxMw", min_mw as "minMw",
         efficiency, ramp_rate_mw_per_min as "rampRateMwPerMin", soc_min_ratio as "socMinRatio", soc_max_ratio as "socMaxRatio",
         initial_soc_pct as "initialSocPct", retired,
         coalesce(data_path, 'Asset/' || id) as "dataPath" from assets`,
    );
    expect(assets.flatMap(assetFindings)).toEqual([]);
    const [sums] = await queryDatabase<{ telemetry: number; totals: number }>(
      url,
      `select (select count(*)::int from telemetry) as telemetry,
         (select coalesce(sum(asset_count), 0)::int from totals where scope_id = '00000000-0000-0000-0000-000000000000') as totals`,
    );
    expect(sums?.totals).toBe(sums?.telemetry);
    await migrateDatabase(url, listenTo(counts));
    expect(counts.length).toBe(1);
  });

  test.each([
    [
      "assets of something else",
      "drop table telemetry, dispatches; alter table assets drop capacity_mwhr",
      /has no capacity_mwhr/,
    ],
    ["a table that has a name of ours", "create table totals (n int)", /"totals" already exists/],
    [
      "its tables beside those of an earlier start",
      "create table older_assets (like assets)",
      /beside older_assets/,
    ],
    [
      "figures in words",
      "alter table telemetry alter soc_mwhr type text using 'much'",
      /invalid input syntax.*much/,
    ],
  ])("with %s is refused with the reason, and stays as it was", async (_, sql, reason) => {
    await make(sql);
    const before = await queryDatabase(url, ALL);
    await expect(migrateDatabase(url, listenTo([]))).rejects.toThrow(reason);
    expect(await queryDatabase(url, ALL)).toEqual(before);
  });

  test("stays unchanged whichever command fails, and is adopted afterwards", async (context) => {
    if (!(await isSuperuser(url))) {
      process.stderr.write("no superuser: no command of an older database is made to fail\n");
      return context.skip("no superuser");
    }
    await make(OLDER_SHAPES.find(({ name }) => name.startsWith("views"))?.sql ?? "");
    await queryDatabase(
      url,
      `create sequence commands; create function fail() returns event_trigger language plpgsql as $$ begin
         if nextval('commands') = current_setting('test.fails_at')::int then
           if current_setting('test.how') = 'ends' then perform pg_terminate_backend(pg_backend_pid()); end if;
           raise 'the disk is full'; end if; end $$;
       create event trigger fail on ddl_command_end execute function fail()`,
    );
    const name = new URL(url).pathname.slice(1);
    const before = await queryDatabase(url, ALL);
    const setUp = (at: number, how: string) =>
      queryDatabase(
        url,
        `alter database ${name} set test.fails_at = ${at}; alter database ${name} set test.how = ${how};
         select setval('commands', 1, false)`,
      );
    await queryDatabase(
      url,
      `alter database ${name} set test.fails_at = 0; alter database ${name} set test.how = ends`,
    );
    for (const [at, how] of [
      [1, "raises"],
      [7, "ends"],
      [20, "raises"],
      [45, "ends"],
      [60, "raises"],
      [68, "raises"],
    ] as const) {
      await setUp(at, how);
      await expect(migrateDatabase(url, listenTo([]))).rejects.toThrow(
        how === "ends" ? /./ : /the disk is full/,
      );
      expect(await queryDatabase(url, ALL)).toEqual(before);
    }
    await setUp(0, "raises");
    const counts: object[] = [];
    await migrateDatabase(url, listenTo(counts));
    expect(counts.length).toBe(1);
    await queryDatabase(url, "drop event trigger fail; drop sequence commands; drop function fail");
  });

  test.each([
    ["before our tables were made", ""],
    ["after our tables were made", "with ours"],
  ])("that an earlier version renamed and left, %s, is adopted", async (_, ours) => {
    await make("create view recent as select asset_id, max(ts) as ts from telemetry group by 1");
    await queryDatabase(
      url,
      ["sites", "assets", "telemetry", "dispatches"]
        .map((table) => `alter table ${table} rename to older_${table}`)
        .join("; "),
    );
    if (ours) {
      await queryDatabase(url, "alter table older_assets rename to hidden");
      await migrateDatabase(url, listenTo([]));
      await queryDatabase(url, "alter table hidden rename to older_assets");
    }
    const counts: object[] = [];
    await migrateDatabase(url, listenTo(counts));
    expect(counts).toEqual([
      { taken: { sites: 1, assets: 2, dispatches: 1, telemetry: 20 }, restored: { view: 1 } },
    ]);
    expect(await queryDatabase(url, "select count(*)::int as rows from recent")).toEqual([
      { rows: 2 },
    ]);
  });

  test.skipIf(kind.name !== "TimescaleDB")(
    "with telemetry in chunks, compressed or not, is adopted; not where an aggregate would be lost",
    async () => {
      await make("");
      await queryDatabase(url, "create extension if not exists timescaledb");
      for (const [hurt, mend] of HYPERTABLES) {
        await make(
          "select create_hypertable('telemetry', by_range('ts', interval '10 s'), migrate_data => true)",
        );
        for (const statement of hurt) await queryDatabase(url, statement);
        const counts: object[] = [];
        if (mend !== "") {
          await expect(migrateDatabase(url, listenTo(counts))).rejects.toThrow(
            /continuous aggregates depend on the older telemetry.*public.mine/,
          );
          await queryDatabase(url, mend);
        }
        await migrateDatabase(url, listenTo(counts));
        expect(counts).toMatchObject([
          { taken: { sites: 1, assets: 2, dispatches: 1, telemetry: 20 }, setAside: { index: 1 } },
        ]);
      }
    },
  );
});

/** Changes to telemetry in chunks, each with the change that makes it adoptable again. */
const HYPERTABLES = [
  [[], ""],
  [
    [
      "alter table telemetry set (timescaledb.compress, timescaledb.compress_segmentby = 'asset_id, site_id')",
      "select add_compression_policy('telemetry', interval '1 day')",
      "select compress_chunk(c) from show_chunks('telemetry') c",
    ],
    "",
  ],
  [
    [
      `create materialized view mine with (timescaledb.continuous) as
       select asset_id, time_bucket('1 hour', ts) as hour, avg(soc_mwhr) as soc from telemetry group by 1, 2 with no data`,
    ],
    "drop materialized view mine",
  ],
] as const;
