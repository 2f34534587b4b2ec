// Dispatches without events, of older databases and of exports.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { migrateDatabase } from "../../../src/store/adoption/migration.ts";
import { importTables } from "../../../src/store/transfer/transfer.ts";
import { SERVERS, type TestServer } from "../../support/databases.ts";
import { migrateUpTo } from "../../support/older-database.ts";
import { silentLog } from "../../support/silent-log.ts";
import { queryDatabase } from "../../support/stored-rows.ts";

/** The last migration before dispatches were followed. */
const BEFORE = 1;
const idOf = (n: number) => `00000000-0000-4000-8000-00000000000${n}`;
const [A, B] = ["8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01", "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b02"];

/** Id, asset, MW, duration, status, reason, second of submission; in the order of acceptance. */
const OLDER = [
  [1, A, 0.30000000000000004, 60, "accepted", "why", 1],
  [2, B, 5, 1e15, "accepted", "why", 2],
  [3, A, -7, null, "accepted", null, 3],
  [4, A, 80, null, "rejected", null, 4],
  [5, A, 9, null, "accepted", null, 5],
] as const;
const at = (s: number) => `2026-01-01 00:00:0${s}+00`;

/** Status, reason, duration, start, end and when it was over, in s; what to do where energy falls short. */
const NOW = [
  [1, "superseded", "NEWER_DISPATCH", 60, 1, 61, 3, "refuse"],
  [2, "active", "why", 1e15, 2, 2 + 366 * 24 * 3600, null, "refuse"],
  [3, "superseded", "NEWER_DISPATCH", null, 3, null, 5, "curtail"],
  [4, "failed", "rejected", null, 4, null, 4, "curtail"],
  [5, "active", null, null, 5, null, null, "curtail"],
];

const COLUMNS = "id, asset_id, mw, duration_s, status, reason, submitted_at";
const INSERT = `insert into dispatches (${COLUMNS}) values ${OLDER.map(
  ([n, asset, mw, durationS, status, reason, s]) =>
    `('${idOf(n)}', '${asset}', ${mw}, ${durationS}, '${status}', ${reason && `'${reason}'`}, '${at(s)}')`,
).join()}`;

async function leaveOlderProgram(url: string): Promise<void> {
  await queryDatabase(
    url,
    `create table sites (id uuid primary key, name text not null, location text not null);
     create table assets (id uuid primary key, site_id uuid references sites, name text not null,
       location text not null, capacity_mwhr float8 not null, max_mw float8 not null, min_mw float8 not null,
       efficiency float8 not null, ramp_rate_mw_per_min float8 not null);
     create table dispatches (id uuid primary key, asset_id uuid, mw float8, duration_s bigint, status text,
       reason text, submitted_at timestamptz)`,
  );
  await queryDatabase(url, INSERT);
}

function writeExport(directory: string): string {
  const folder = join(directory, "export");
  mkdirSync(folder);
  const manifest = { format: "mando-export", version: 1, rows: { dispatches: OLDER.length } };
  writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest));
  const lines = OLDER.map(([n, asset, mw, durationS, status, reason, s]) =>
    [idOf(n), asset, mw, durationS, status, reason, at(s)].join(),
  );
  const csv = `${[COLUMNS.replaceAll(" ", ""), ...lines].join("\n")}\n`;
  writeFileSync(join(folder, "dispatches.csv.gz"), gzipSync(csv));
  return folder;
}

async function found(url: string): Promise<unknown[][]> {
  const second = (column: string) => `extract(epoch from ${column} - '${at(0)}')::int`;
  const rows = await queryDatabase<{ row: unknown[] }>(
    url,
    `select json_build_array(right(id::text, 1)::int, status, reason, duration_s, ${second("start_at")},
       ${second("end_at")}, ${second("ended_at")}, on_shortfall) as row
     from dispatches order by sequence`,
  );
  return rows.map(({ row }) => row);
}

describe.each(SERVERS)("older dispatches on $name", { timeout: 60_000 }, ({ start }) => {
  let server: TestServer;
  let directory: string;
  beforeAll(async () => {
    server = await start();
    directory = mkdtempSync(join(tmpdir(), "mando-older-"));
  }, 60_000);
  afterAll(async () => {
    await server?.stop();
    rmSync(directory, { recursive: true });
  });

  test("of a version before: of each asset the newest holds it, the others are superseded", async () => {
    const url = await server.createDatabase();
    await migrateUpTo(BEFORE, url, directory);
    await queryDatabase(url, INSERT);
    await migrateDatabase(url, silentLog);
    expect(await found(url)).toEqual(NOW);
    const [first] = await queryDatabase(
      url,
      "select mw, submitted_at, rationale from dispatches order by sequence limit 1",
    );
    expect(first).toEqual({ mw: 0.1 + 0.2, submitted_at: new Date(at(1)), rationale: null });
  });

  test("of the older program: the same", async () => {
    const url = await server.createDatabase();
    await leaveOlderProgram(url);
    await migrateDatabase(url, silentLog);
    expect(await found(url)).toEqual(NOW);
  });

  test("of an export of a version before: the same, once", async () => {
    const url = await server.createDatabase();
    const folder = writeExport(directory);
    expect(await importTables(url, folder, silentLog)).toMatchObject({ dispatches: 5 });
    expect(await found(url)).toEqual(NOW);
    expect(await importTables(url, folder, silentLog)).toMatchObject({ dispatches: 0 });
    expect(await found(url)).toEqual(NOW);
  });
});
