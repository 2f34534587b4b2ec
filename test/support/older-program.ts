// Databases of the older program in the shapes that its versions left.

export const SITE = "5d0c7a52-6a3e-4c0b-9d54-0f6b1f2a7c01";
export const [A, B] = [
  "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01",
  "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b02",
] as const;

/** Its tables exactly as documented, empty. */
export const OLDER_TABLES = `
  create table sites (id uuid primary key, name text not null, location text not null);
  create table assets (id uuid primary key, site_id uuid references sites, name text not null, location text not null,
    capacity_mwhr double precision not null, max_mw double precision not null, min_mw double precision not null,
    efficiency double precision not null, ramp_rate_mw_per_min double precision not null);
  create table telemetry (asset_id uuid references assets, site_id uuid references sites, ts timestamptz not null,
    soc_mwhr double precision, soc_pct double precision, capacity_mwhr double precision, current_mw double precision,
    setpoint_mw double precision, max_mw double precision, min_mw double precision, status text);
  create table dispatches (id uuid primary key, asset_id uuid references assets, mw double precision, duration_s bigint,
    status text, reason text, submitted_at timestamptz);`;

/** One site, two assets, ten ticks of each, a dispatch. */
export const OLDER_ROWS = `
  insert into sites values ('${SITE}', 'Valkeakoski', 'Finland');
  insert into assets select id::uuid, '${SITE}', name, 'Finland', 36, 30, -30, 0.92, 30
    from (values ('${A}', 'VALKEAKOSKI-1'), ('${B}', 'VALKEAKOSKI-2')) a (id, name);
  insert into telemetry (asset_id, site_id, ts, soc_mwhr, soc_pct, capacity_mwhr, current_mw, setpoint_mw, max_mw, min_mw, status)
    select id, '${SITE}', '2025-01-01T00:00Z'::timestamptz + n * interval '4 s', 18, 50, 36, 9, 10, 30, -30, 'discharging'
    from assets, generate_series(1, 10) n;
  insert into dispatches (id, asset_id, mw, duration_s, status, reason, submitted_at) values
    ('00000000-0000-4000-8000-000000000001', '${A}', 5, 60, 'accepted', null, '2025-01-01T00:00:01Z');`;
const WHOLE = { sites: 1, assets: 2, dispatches: 1, telemetry: 20 };

export interface OlderShape {
  readonly name: string;
  /** What was different there. */
  readonly sql: string;
  /** The logged report. */
  readonly counts: object;
  /** A query, with its answer then. */
  readonly after?: readonly [query: string, rows: readonly object[]];
}

const others = (source: string) => `select row from adoption_rejected where source = '${source}'`;

export const OLDER_SHAPES: readonly OlderShape[] = [
  {
    name: "exactly as documented",
    sql: "",
    counts: { taken: WHOLE },
    after: [
      "select distinct site_id, soc_pct, capacity_mwhr, setpoint_mw, max_mw, min_mw, status from telemetry",
      [
        {
          site_id: SITE,
          soc_pct: 50,
          capacity_mwhr: 36,
          setpoint_mw: 10,
          max_mw: 30,
          min_mw: -30,
          status: "discharging",
        },
      ],
    ],
  },
  {
    name: "telemetry without the columns that came later",
    sql: "alter table telemetry drop column site_id, drop column soc_pct, drop column capacity_mwhr, drop column setpoint_mw",
    counts: {
      taken: WHOLE,
      guessed: {
        "site_id of telemetry": 20,
        "soc_pct of telemetry": 20,
        "capacity_mwhr of telemetry": 20,
        "setpoint_mw of telemetry": 20,
      },
    },
    after: [
      "select distinct site_id, soc_pct, capacity_mwhr, setpoint_mw from telemetry",
      [{ site_id: SITE, soc_pct: 50, capacity_mwhr: 36, setpoint_mw: 9 }],
    ],
  },
  {
    name: "columns that are there and null, or no measurement",
    sql: `update telemetry set soc_pct = null, capacity_mwhr = 'NaN', setpoint_mw = 'infinity', site_id = null,
      status = null, max_mw = null, min_mw = null where asset_id = '${A}'`,
    counts: {
      taken: WHOLE,
      guessed: Object.fromEntries(
        ["site_id", "soc_pct", "capacity_mwhr", "setpoint_mw", "max_mw", "min_mw", "status"].map(
          (column) => [`${column} of telemetry`, 10],
        ),
      ),
    },
  },
  {
    name: "rows that cannot be stored",
    sql: `update telemetry set soc_mwhr = 'NaN' where ts = '2025-01-01T00:00:04Z';
      update telemetry set current_mw = 1e300 where ts = '2025-01-01T00:00:08Z';
      update telemetry set ts = 'infinity' where ts = '2025-01-01T00:00:12Z';
      update telemetry set current_mw = 1e-322 where ts = '2025-01-01T00:00:16Z';
      update telemetry set asset_id = null where ts = '2025-01-01T00:00:20Z';
      insert into telemetry (asset_id, ts) select asset_id, ts from telemetry where ts = '2025-01-01T00:00:24Z';
      insert into telemetry select * from telemetry where ts = '2025-01-01T00:00:28Z'`,
    counts: {
      taken: { ...WHOLE, telemetry: 12 },
      setAside: {
        "telemetry, incomplete": 6,
        "telemetry, instant out of range": 2,
        "telemetry, no asset": 2,
        "telemetry, repeated": 2,
      },
    },
  },
  {
    name: "an incomplete row before a complete one of the same key",
    sql: `create table again as select * from telemetry; truncate telemetry;
      insert into telemetry (asset_id, ts) select asset_id, ts from again;
      insert into telemetry select * from again; drop table again`,
    counts: { taken: WHOLE, setAside: { "telemetry, incomplete": 20 } },
  },
  {
    name: "assets without a site, whose telemetry has one",
    sql: "update assets set site_id = null",
    counts: { taken: WHOLE, guessed: { "sites of assets, from their telemetry": 2 } },
    after: ["select distinct site_id from assets", [{ site_id: SITE }]],
  },
  {
    name: "assets without a column for their site, nor telemetry with one",
    sql: "alter table assets drop column site_id; alter table telemetry drop column site_id",
    counts: {
      taken: { ...WHOLE, sites: 3 },
      guessed: { "sites of assets, made for them": 2, "site_id of telemetry": 20 },
    },
    after: [
      "select s.name, s.location, count(*)::int as rows from sites s join telemetry t on t.site_id = s.id group by s.id order by 1",
      [
        { name: "VALKEAKOSKI-1", location: "Finland", rows: 10 },
        { name: "VALKEAKOSKI-2", location: "Finland", rows: 10 },
      ],
    ],
  },
  {
    name: "no sites, no telemetry, no dispatches",
    sql: "drop table telemetry, dispatches; alter table assets drop column site_id; drop table sites",
    counts: {
      taken: { sites: 2, assets: 2 },
      guessed: { "sites of assets, made for them": 2 },
    },
  },
  {
    name: "telemetry alone",
    sql: "drop table sites, assets, dispatches cascade",
    counts: { setAside: { "telemetry, no asset": 20 } },
    after: ["select count(*)::int as rows from telemetry_rejected", [{ rows: 20 }]],
  },
  {
    name: "dispatches with a mode, without an asset, a power or an instant",
    sql: `alter table dispatches add mode text, alter id type text; update dispatches set mode = 'charge';
      insert into dispatches (id, asset_id, mw, status, submitted_at) values ('d2', null, 1, 'accepted', now()),
        ('d3', '${A}', null, 'accepted', now()), ('d4', '${A}', 1, 'accepted', null),
        ('d5', '${A}', 'NaN', 'accepted', now()), ('d6', '${B}', 3, 'rejected', '2025-01-01T00:00:02Z')`,
    counts: {
      taken: { ...WHOLE, dispatches: 2 },
      setAside: {
        "dispatches, no asset": 1,
        "dispatches, no power": 1,
        "dispatches, no instant": 1,
        "dispatches, no power that can be": 1,
      },
      guessed: { "ids of dispatches": 1 },
    },
    after: [
      "select mw, status from dispatches order by sequence",
      [
        { mw: -5, status: "active" },
        { mw: 3, status: "failed" },
      ],
    ],
  },
  {
    name: "values that no asset may have",
    sql: `update assets set capacity_mwhr = 0, max_mw = 'NaN', min_mw = 1e-300, efficiency = 92, ramp_rate_mw_per_min = 0 where id = '${A}';
      update assets set min_mw = 30, max_mw = -30, efficiency = 1.00001, name = ' ', ramp_rate_mw_per_min = 'infinity' where id = '${B}'`,
    counts: { taken: WHOLE, corrected: { assets: 2 } },
    after: [
      "select max_mw, min_mw, efficiency, ramp_rate_mw_per_min as ramp, capacity_mwhr as mwhr, retired from assets order by id",
      [
        { max_mw: 1e-6, min_mw: 0, efficiency: 1, ramp: 1e-6, mwhr: 1e-6, retired: true },
        { max_mw: 30, min_mw: -30, efficiency: 1, ramp: 1e6, mwhr: 36, retired: false },
      ],
    ],
  },
  {
    name: "ids that are numbers",
    sql: `alter table telemetry drop constraint telemetry_asset_id_fkey; alter table dispatches drop constraint dispatches_asset_id_fkey;
      alter table assets alter id type int using right(id::text, 1)::int; alter table telemetry alter asset_id type int using right(asset_id::text, 1)::int;
      alter table dispatches alter asset_id type text using right(asset_id::text, 1)`,
    counts: { taken: WHOLE, guessed: { "ids of assets": 2 } },
    after: [
      `select count(*)::int as rows, count(distinct d.id)::int as dispatches from telemetry t join assets a on a.id = t.asset_id
       left join dispatches d on d.asset_id = a.id`,
      [{ rows: 20, dispatches: 1 }],
    ],
  },
  {
    name: "columns of others",
    sql: `alter table sites add owner text default 'Verkko Oy'; alter table telemetry add "Cell °C" real;
      update telemetry set "Cell °C" = 21.5 where ts = '2025-01-01T00:00:04Z' and asset_id = '${A}'`,
    counts: {
      taken: WHOLE,
      setAside: { "other columns of sites": 1, "other columns of telemetry": 1 },
    },
    after: [
      others("telemetry"),
      [{ row: { asset_id: A, ts: "2025-01-01T00:00:04+00:00", "Cell °C": 21.5 } }],
    ],
  },
  {
    name: "views, foreign keys, indexes, triggers and rights of others",
    sql: `create view recent as select asset_id, max(ts) as ts from telemetry group by 1;
      create materialized view names as select a.name, r.ts from assets a join recent r on r.asset_id = a.id;
      create view modes as select ctid from telemetry where xmin <> '0';
      create table visits (asset_id uuid references assets, at timestamptz);
      create index dispatches_sequence on dispatches (submitted_at);
      create function noop() returns trigger language plpgsql as 'begin return new; end';
      create trigger audit before insert on telemetry for each row execute function noop();
      alter table telemetry add constraint positive check (soc_mwhr >= 0);
      grant select, insert on telemetry to public; grant select on recent to public`,
    counts: {
      taken: WHOLE,
      restored: { view: 2, "materialized view": 1, "foreign key": 1, right: 2 },
      setAside: { index: 1, trigger: 1, constraint: 1, right: 1 },
    },
    after: [
      `select (select count(*)::int from names) as names, (select count(*)::int from recent) as recent,
        has_table_privilege('public', 'telemetry', 'select') as may_read`,
      [{ names: 2, recent: 2, may_read: true }],
    ],
  },
  {
    name: "a view that ours has no column for",
    sql: "alter table assets add vendor text; create view vendors as select vendor from assets",
    counts: { taken: WHOLE, setAside: { view: 1 } },
    after: [
      "select reason like '%does not exist' as is_said, row->>'name' as name from adoption_rejected",
      [{ is_said: true, name: "vendors" }],
    ],
  },
];
