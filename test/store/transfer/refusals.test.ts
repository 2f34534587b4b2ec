// An export that cannot be imported is refused with the place of the error, and nothing of it is written.
import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { migrateDatabase } from "../../../src/store/adoption/migration.ts";
import { exportTables, importTables } from "../../../src/store/transfer/transfer.ts";
import { OWN_SERVERS, type TestServer } from "../../support/databases.ts";
import { silentLog } from "../../support/silent-log.ts";
import { queryDatabase } from "../../support/stored-rows.ts";

const SITE = "5d0c7a52-6a3e-4c0b-9d54-0f6b1f2a7c01";
const ASSET = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01";
const ROWS = `
  insert into sites (id, name, location) values ('${SITE}', E'Valkea\\nkoski', 'Finland');
  insert into assets (id, site_id, name, location, capacity_mwhr, max_mw, min_mw, efficiency, ramp_rate_mw_per_min)
    values ('${ASSET}', '${SITE}', 'one', 'Finland', 36, 30, -30, 0.92, 30),
      ('8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b02', '${SITE}', E'two\\nlines\\n', 'Finland', 37.5, 30, -30, 0.92, 30);
  insert into dispatches (id, asset_id, mw, status, submitted_at, start_at, on_shortfall, rationale)
    values ('${ASSET}', '${ASSET}', 0.30000000000000004, 'active', '2026-02-03 04:05:06.789Z', '2026-02-03 04:05:06.789Z', 'curtail', '{"a": [1.5]}');
  insert into dispatch_events values (1, '${ASSET}', '2026-02-03 04:05:06.789Z', null, 'accepted');
  insert into dispatch_requests values ('named', E'line\\nbreak "quoted"', '2026-02-03 04:05:06.789Z');
  insert into alarms (id, code, severity, message, raised_at, raised_number)
    values ('${ASSET}', 'DATA_STALE', 'critical', 'stale', '2026-02-03 04:05:06.789Z', 1);
  insert into setting_values (id, scope, version, value, is_reset, changed_at, changed_by, reason) values
    ('of_another_version', 'site:${SITE}', 1, '{"a": [1.5, null]}', false, '2026-02-03Z', 'token:anna', 'why "so"'),
    ('late_ticks', 'tenant:y', 1, '3', false, '2026-02-03Z', 'token:anna', null);
  insert into data_points (path, type, time_zone, block_ms) values ('A/b', 'time_series_double', 'UTC', 86400000);
  insert into data_point_blocks (path, source, sequence, known, recorded_at, author, begin_at, is_derived, is_full, first_ms, step_ms, "values")
    values ('A/b', 'override', 1, '2026-02-03Z', '2026-02-03Z', 'local', '2026-02-03Z', false, false, 0, 900000, '{1,NULL,2.5}');
  insert into data_point_writes values ('2026-02-03Z', null, null, '[["A/b","override",0,1.5,"local",-1]]'), ('2026-02-04Z', null, null, null);
  insert into asset_states values ('${ASSET}', '2026-02-03T04:05:04Z', 18, 1e-7, 0.1, 1, 2,
    '{"model": "part-load", "version": 1, "state": {"lossesMwhr": 0.5}}');
  insert into telemetry select '${ASSET}', '${SITE}', '2026-02-03T04:05:00Z'::timestamptz + n * interval '4 s', 18, 100 / 3.0::float8, 36,
    n / 7.0::float8, 0, 30, -30, 'idle', 4, null, 1, 2 from generate_series(0, 19) n;
  insert into telemetry_rejected (reason, row) values ('repeated', '{"a": 1}'), ('repeated', '{"a": 1}');
  insert into adoption_rejected (source, reason, row) values ('sites', 'other columns', '{"owner": "Verkko \\"Oy\\""}')`;

const write = (file: string, text: string | Buffer) => writeFileSync(file, gzipSync(text));
const edited = (from: string | RegExp, to: string) => (file: string) => {
  const text = gunzipSync(readFileSync(file)).toString();
  expect(text).toMatch(from);
  write(file, text.replace(from, to));
};
/** Damages to files, each with the message of its refusal. */
const DAMAGES: readonly (readonly [string, string, (file: string) => void, RegExp])[] = [
  [
    "a setting of no scope",
    "setting_values",
    edited("site:", "site:x"),
    /setting_values.csv.gz, line 2, column scope: 'site:x5d0c7a52-.*' is none of platform, site/,
  ],
  [
    "a version below 1",
    "setting_values",
    edited(",1,", ",0,"),
    /setting_values.csv.gz, line 2, column version: 0 is below 1/,
  ],
  [
    "a data point of an unknown type",
    "data_points",
    edited("time_series_double", "banana"),
    /data_points.csv.gz, line 2, column type: 'banana' is none of time_series_double, /,
  ],
  [
    "a data point whose blocks are weeks",
    "data_points",
    edited("86400000", "604800000"),
    /data_points.csv.gz, line 2, column block_ms: 604800000 is neither an hour nor a day/,
  ],
  [
    "a number of a data point that is none",
    "data_point_blocks",
    edited("2.5", "NaN"),
    /data_point_blocks.csv.gz, line 2, column values: they are not finite numbers/,
  ],
  [
    "numbers of a data point without instants",
    "data_point_blocks",
    edited(",900000,", ",,"),
    /data_point_blocks.csv.gz, line 2, column values: they are not finite numbers, each with an instant/,
  ],
  [
    "values of an unknown source",
    "data_point_blocks",
    edited(",override,", ",banana,"),
    /data_point_blocks.csv.gz, line 2, column source: 'banana' is none of original, override/,
  ],
  ...[
    ["a change that is none", '""local"",-1]', '""local""]'],
    ["a change of an unknown source", '""override""', '""banana""'],
    ["changes that are no list", /"\[\[.*\]\]"/, "{}"],
  ].map(
    ([name, from, to]) =>
      [
        name as string,
        "data_point_writes",
        edited(from as string, to as string),
        /data_point_writes.csv.gz, line 2, column changes: .* is no list of changes/,
      ] as const,
  ),
  [
    "a decimal comma, after rows with line breaks",
    "assets",
    edited("37.5", '"37,5"'),
    /assets.csv.gz, line 5, column capacity_mwhr: invalid input syntax for type double precision: "37,5"/,
  ],
  [
    "a word in the only row",
    "asset_states",
    edited("18,", "much,"),
    /asset_states.csv.gz, line 2, column soc_mwhr: .*double precision: "much"/,
  ],
  [
    "a model state of another shape",
    "asset_states",
    edited('""version"": 1', '""version"": ""one""'),
    /asset_states.csv.gz, line 2, column model_state: .* is not the state of a battery model/,
  ],
  [
    "a word in a row of many",
    "telemetry",
    edited("2026-02-03 04:05:08", "soon"),
    /telemetry.csv.gz, line 4, column ts: .*timestamp/,
  ],
  [
    "an id that is none",
    "sites",
    edited(SITE, "S1"),
    /sites.csv.gz, line 3, column id: .*uuid: "S1"/,
  ],
  [
    "a broken document",
    "dispatches",
    edited('{""a""', "{a"),
    /dispatches.csv.gz, line 2, column rationale: .*json/,
  ],
  [
    "nothing where something must be",
    "dispatch_events",
    edited("accepted", ""),
    /dispatch_events.csv.gz, line 2, column to_status: null value/,
  ],
  [
    "no number",
    "telemetry",
    edited(/18,33.3\d+/, "NaN,33"),
    /telemetry.csv.gz, line 2, column soc_mwhr: NaN is no finite number/,
  ],
  [
    "an instant without end",
    "telemetry",
    edited("2026-02-03 04:05:08+00", "infinity"),
    /telemetry.csv.gz, line 4, column ts: infinity is no instant of the years 1 to 9999/,
  ],
  [
    "an instant without begin, where one may be missing",
    "dispatches",
    edited(/(06.789\+00,,2026-02-03 04:05:06.789\+00,)/, "$1-infinity"),
    /dispatches.csv.gz, line 2, column end_at: -infinity is no instant/,
  ],
  [
    "a year before the first",
    "dispatch_requests",
    edited("2026-02-03 04:05:06.789+00", "0044-03-15 00:00:00+00 BC"),
    /dispatch_requests.csv.gz, line \d, column at: 0044-03-15 00:00:00\+00 BC is no instant/,
  ],
  [
    "a year of five digits",
    "asset_states",
    edited("2026-02-03", "10000-01-01"),
    /asset_states.csv.gz, line 2, column ts: 10000-01-01 04:05:04\+00 is no instant/,
  ],
  [
    "a capacity below nothing",
    "assets",
    edited("37.5", "-37.5"),
    /assets.csv.gz, line 5, column capacity_mwhr: -37.5 is below 0 MWh/,
  ],
  [
    "a status that no dispatch has",
    "dispatch_events",
    edited("accepted", "banana"),
    /dispatch_events.csv.gz, line 2, column to_status: 'banana' is none of accepted, active/,
  ],
  [
    "a severity that no alarm has",
    "alarms",
    edited("critical", "banana"),
    /alarms.csv.gz, line 2, column severity: 'banana' is none of info, warning, critical/,
  ],
  [
    "a code that no alarm has",
    "alarms",
    edited("DATA_STALE", "BANANA"),
    /alarms.csv.gz, line 2, column code: 'BANANA' is none of PROMISE_AT_RISK, STORE_DEGRADED/,
  ],
  [
    "a site that is not there",
    "assets",
    edited(SITE, ASSET),
    /assets.csv.gz, line 2, column site_id: no site has the id 8f2b/,
  ],
  [
    "a cell too many",
    "telemetry",
    edited("idle", "idle,7"),
    /telemetry.csv.gz, line 2: extra data after last expected column/,
  ],
  [
    "a cell too few",
    "telemetry",
    edited("idle,", "idle"),
    /telemetry.csv.gz, line 2, column \w+|missing data/,
  ],
  [
    "an open quote",
    "dispatch_requests",
    edited('"line', "line"),
    /dispatch_requests.csv.gz, line \d/,
  ],
  [
    "bytes that are no text",
    "sites",
    (file) =>
      write(
        file,
        Buffer.concat([
          gunzipSync(readFileSync(file)),
          Buffer.from(`${ASSET},`),
          Buffer.from([0xff]),
          Buffer.from(",x\n"),
        ]),
      ),
    /sites.csv.gz, line \d.*invalid byte sequence/,
  ],
  [
    "day and month in either order",
    "telemetry",
    edited(/2026-02-03 /g, "03/02/2026 "),
    /telemetry.csv.gz, line 2, column ts: 03\/02\/2026 04:05:00\+00 may be read/,
  ],
  [
    "a column that no version has",
    "assets",
    edited("id,", "vendor,id,"),
    /assets.csv.gz, line 1: assets has no column vendor/,
  ],
  [
    "a column twice",
    "assets",
    edited("name,", "name,name,"),
    /assets.csv.gz, line 1: the column name is there twice/,
  ],
  [
    "a column that is missing",
    "telemetry",
    (file) =>
      write(
        file,
        gunzipSync(readFileSync(file))
          .toString()
          .replace("soc_mwhr,", "")
          .replace(/(\+00,)18,/g, "$1"),
      ),
    /telemetry.csv.gz, line 1: the column soc_mwhr is missing/,
  ],
  [
    "no header",
    "sites",
    (file) => write(file, ""),
    /sites.csv.gz, line 1: the column id is missing; there are none/,
  ],
  [
    "fewer rows than were written",
    "telemetry",
    (file) =>
      write(file, gunzipSync(readFileSync(file)).toString().split("\n").slice(0, 11).join("\n")),
    /telemetry.csv.gz has 10 rows of the 20 that manifest.json names/,
  ],
  [
    "half of its bytes",
    "telemetry",
    (file) => truncateSync(file, 200),
    /telemetry.csv.gz is cut short/,
  ],
  ["no bytes", "telemetry", (file) => truncateSync(file, 0), /telemetry.csv.gz/],
  [
    "another kind of file",
    "telemetry",
    (file) => writeFileSync(file, "asset_id,ts\n"),
    /telemetry.csv.gz is no sound gzip file/,
  ],
  ["no file", "telemetry", (file) => rmSync(file), /telemetry.csv.gz has 0 rows of the 20/],
];

describe.each(OWN_SERVERS)("an import on $name", { timeout: 60_000 }, ({ start }) => {
  let server: TestServer;
  let directory: string;
  let good: string;
  let target: string;
  const query = (url: string, text: string) => queryDatabase<Record<string, unknown>>(url, text);

  beforeAll(async () => {
    server = await start();
    directory = mkdtempSync(join(tmpdir(), "mando-refusals-"));
    good = join(directory, "good");
    const from = await server.createDatabase();
    await migrateDatabase(from, silentLog);
    await query(from, ROWS);
    await migrateDatabase(from, silentLog);
    // As a role or a database may be set: none of it may reach the files.
    const name = new URL(from).pathname.slice(1);
    for (const setting of [
      "datestyle = 'SQL, DMY'",
      "intervalstyle = 'iso_8601'",
      "timezone = 'Asia/Kolkata'",
      "extra_float_digits = -3",
      "bytea_output = 'escape'",
    ])
      await query(from, `alter database ${name} set ${setting}`);
    await exportTables(from, good, silentLog);
    target = await server.createDatabase();
  }, 60_000);
  afterAll(async () => {
    await server?.stop();
    rmSync(directory, { recursive: true });
  });

  test.each(DAMAGES)(
    "with %s is refused at its place, and nothing is written",
    async (name, table, damage, said) => {
      const folder = join(directory, name);
      cpSync(good, folder, { recursive: true });
      damage(join(folder, `${table}.csv.gz`));
      await expect(importTables(target, folder, silentLog)).rejects.toThrow(said);
      expect(
        await query(
          target,
          "select (select count(*) from sites) + (select count(*) from telemetry) + (select count(*) from dispatches) as rows",
        ),
      ).toEqual([{ rows: "0" }]);
    },
  );

  test("whole is the same bytes when it is written again, whatever the databases are set to", async () => {
    expect(
      gunzipSync(readFileSync(join(good, "telemetry.csv.gz")))
        .toString()
        .split("\n")[2],
    ).toBe(
      `${ASSET},${SITE},2026-02-03 04:05:04+00,18,33.333333333333336,36,0.14285714285714285,0,30,-30,idle,4,,1,2,`,
    );
    const to = await server.createDatabase();
    await query(
      to,
      `alter database ${new URL(to).pathname.slice(1)} set datestyle = 'German, DMY'`,
    );
    await importTables(to, good, silentLog);
    expect(await importTables(to, good, silentLog)).toMatchObject({
      telemetry: 0,
      telemetry_rejected: 0,
      adoption_rejected: 0,
    });
    const again = join(directory, "again");
    const rows = await exportTables(to, again, silentLog);
    for (const table of Object.keys(rows))
      expect(readFileSync(join(again, `${table}.csv.gz`))).toEqual(
        readFileSync(join(good, `${table}.csv.gz`)),
      );
    expect(readFileSync(join(again, "manifest.json"))).toEqual(
      readFileSync(join(good, "manifest.json")),
    );
  });

  test("is ended by a signal, without a row", async () => {
    const ended = new AbortController();
    const importing = importTables(await server.createDatabase(), good, silentLog, ended.signal);
    ended.abort(new Error("ended"));
    await expect(importing).rejects.toThrow("ended");
    const folder = join(directory, "ended");
    await expect(exportTables(target, folder, silentLog, undefined, ended.signal)).rejects.toThrow(
      "ended",
    );
    expect(() => readFileSync(join(folder, "manifest.json"))).toThrow(/ENOENT/);
  });
});
