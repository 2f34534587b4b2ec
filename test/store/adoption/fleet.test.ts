// Sites and assets of before the API could bring any, whichever way they come.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { migrateDatabase } from "../../../src/store/adoption/migration.ts";
import { importTables } from "../../../src/store/transfer/transfer.ts";
import { bigAssetId } from "../../support/big-fleet.ts";
import { SERVERS, type TestServer } from "../../support/databases.ts";
import { migrateUpTo } from "../../support/older-database.ts";
import { silentLog } from "../../support/silent-log.ts";
import { queryDatabase } from "../../support/stored-rows.ts";

/** The last migration before the API could bring any. */
const BEFORE = 2;
const [OF_FILE, OF_DEFAULT, OF_BOTH, EMPTY] = [901, 902, 903, 904].map(bigAssetId);

const SITE_COLUMNS = "id,name,location";
const SITES = [OF_FILE, OF_DEFAULT, OF_BOTH, EMPTY].map((id) => [id, "S", "L"]);
const ASSET_COLUMNS =
  "id,site_id,name,location,capacity_mwhr,max_mw,min_mw,efficiency,ramp_rate_mw_per_min,origin";
const ASSETS = [
  [OF_FILE, "file"],
  [OF_DEFAULT, "default"],
  [OF_BOTH, "default"],
  [OF_BOTH, "file"],
].map(([site, origin], n) => [bigAssetId(n), site, "A", "L", 36, 30, -30, 0.92, 30, origin]);

const valuesOf = (rows: readonly unknown[][]) =>
  rows.map((row) => `(${row.map((cell) => `'${cell}'`).join()})`).join();
const INSERT = `insert into sites (${SITE_COLUMNS}) values ${valuesOf(SITES)};
  insert into assets (${ASSET_COLUMNS}) values ${valuesOf(ASSETS)}`;

/** Every column, with what it may hold. */
const SCHEMA = `select table_name, column_name, data_type, is_nullable, column_default from information_schema.columns
  where table_schema = 'public' order by 1, 2`;
const ORIGINS = "select origin, retired from sites order by id";
const BOUNDS =
  "select distinct soc_min_ratio as low, soc_max_ratio as high, initial_soc_pct as first from assets";

function writeExport(directory: string): string {
  const folder = join(directory, "export");
  mkdirSync(folder);
  const rows = { sites: SITES.length, assets: ASSETS.length };
  writeFileSync(
    join(folder, "manifest.json"),
    JSON.stringify({ format: "mando-export", version: 1, rows }),
  );
  const csv = (columns: string, lines: readonly unknown[][]) =>
    gzipSync(`${[columns, ...lines.map((line) => line.join())].join("\n")}\n`);
  writeFileSync(join(folder, "sites.csv.gz"), csv(SITE_COLUMNS, SITES));
  writeFileSync(join(folder, "assets.csv.gz"), csv(ASSET_COLUMNS, ASSETS));
  return folder;
}

describe.each(SERVERS)("older fleets on $name", { timeout: 60_000 }, ({ start }) => {
  let server: TestServer;
  let directory: string;
  let fresh: string;
  beforeAll(async () => {
    server = await start();
    directory = mkdtempSync(join(tmpdir(), "mando-older-"));
    fresh = await server.createDatabase();
    await migrateDatabase(fresh, silentLog);
  }, 60_000);
  afterAll(async () => {
    await server?.stop();
    rmSync(directory, { recursive: true });
  });
  const file = { origin: "file", retired: false };

  test("of the version before: a site has the origin of its assets, and every asset is in use", async () => {
    const url = await server.createDatabase();
    await migrateUpTo(BEFORE, url, directory);
    await queryDatabase(url, INSERT);
    await migrateDatabase(url, silentLog);
    expect(await queryDatabase(url, ORIGINS)).toEqual([
      file,
      { ...file, origin: "default" },
      file,
      file,
    ]);
    expect(await queryDatabase(url, BOUNDS)).toEqual([{ low: 0, high: 1, first: 50 }]);
    expect(await queryDatabase(url, SCHEMA)).toEqual(await queryDatabase(fresh, SCHEMA));
  });

  test("of the older program: they are of the file", async () => {
    const url = await server.createDatabase();
    await queryDatabase(
      url,
      `create table sites (id uuid primary key, name text not null, location text not null);
       create table assets (id uuid primary key, site_id uuid references sites, name text not null,
         location text not null, capacity_mwhr float8 not null, max_mw float8 not null, min_mw float8 not null,
         efficiency float8 not null, ramp_rate_mw_per_min float8 not null, origin text);
       ${INSERT}`,
    );
    await migrateDatabase(url, silentLog);
    expect(await queryDatabase(url, ORIGINS)).toEqual([file, file, file, file]);
    expect(await queryDatabase(url, BOUNDS)).toEqual([{ low: 0, high: 1, first: 50 }]);
    expect(await queryDatabase(url, SCHEMA)).toEqual(await queryDatabase(fresh, SCHEMA));
  });

  test("of an export of the version before: they are imported", async () => {
    const url = await server.createDatabase();
    const folder = writeExport(directory);
    expect(await importTables(url, folder, silentLog)).toMatchObject({ sites: 4, assets: 4 });
    expect(await queryDatabase(url, ORIGINS)).toEqual([file, file, file, file]);
    expect(await queryDatabase(url, BOUNDS)).toEqual([{ low: 0, high: 1, first: 50 }]);
    expect(await queryDatabase(url, "select origin from assets order by id")).toEqual(
      ASSETS.map((row) => ({ origin: row.at(-1) })),
    );
  });
});
