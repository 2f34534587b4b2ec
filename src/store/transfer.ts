// Everything that is kept, as CSV files that any version of this program and any other one can read.
import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { z } from "zod";
import type { Log } from "../domain/ports/log.ts";
import { type Client, createClient, type Sql } from "./client.ts";
import { olderDispatchesSql } from "./database/older/dispatches.ts";
import { createHistoryMarks } from "./history-marks.ts";
import { createLeadership } from "./leadership.ts";
import { migrateDatabase } from "./migration.ts";
import { FLEET_ID } from "./minutes.ts";
import { openSpool, type SpoolOptions } from "./spool/spool.ts";
import { createTelemetryWriter } from "./telemetry-writer.ts";
import { isAggregate } from "./timescale.ts";
import { addUpOlder } from "./totals.ts";

/** Tables in the order in which they can be written, each with the order of its rows. */
const TABLES = [
  ["sites", "id"],
  ["assets", "id"],
  ["dispatches", "sequence"],
  ["dispatch_events", "number"],
  ["dispatch_requests", "at, id"],
  ["asset_states", "asset_id"],
  ["telemetry", "ts, asset_id"],
  ["totals", "ts, scope_id"],
  ["telemetry_1m", "ts, asset_id"],
  ["totals_1m", "ts, scope_id"],
] as const;
/** Given anew by whoever takes the rows in. */
const OWN_COLUMNS = new Set(["sequence"]);
const DEADLINE_MS = 24 * 3600 * 1000;

const Manifest = z.object({
  format: z.literal("mando-export"),
  version: z.literal(1),
  rows: z.record(z.string(), z.int()),
});

/** A folder or database that cannot be used for this, and what to do. */
export class TransferRefused extends Error {}

/**
 * Writes every table into a folder, as it stands at one instant, also while a server runs. Where none
 * does, what one that was killed left in its spool is written first.
 *
 * @param spoolDirectory Where that spool lies.
 * @returns Rows by table.
 * @throws  TransferRefused where the folder holds something already.
 */
export async function exportTables(
  url: string,
  directory: string,
  log: Log,
  spoolDirectory?: string,
): Promise<Record<string, number>> {
  await mkdir(directory, { recursive: true });
  if ((await readdir(directory)).length > 0)
    throw new TransferRefused(`${directory} is not empty: name a new folder`);
  const ownerId = await migrateDatabase(url, log);
  const client = createClient(1);
  client.connect(url);
  try {
    if (spoolDirectory !== undefined && existsSync(spoolDirectory))
      await drainLeft(url, client, { directory: spoolDirectory, ownerId, log });
    return await client.transact(DEADLINE_MS, async (sql) => {
      await sql`set transaction isolation level repeatable read read only`;
      const rows: Record<string, number> = {};
      for (const [table, order] of TABLES)
        rows[table] = await exportTable(sql, table, order, directory);
      const manifest = { format: "mando-export", version: 1, rows };
      await writeFile(join(directory, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
      return rows;
    });
  } finally {
    await client.close();
  }
}

async function drainLeft(
  url: string,
  client: Client,
  at: Pick<SpoolOptions, "directory" | "ownerId" | "log">,
): Promise<void> {
  const leadership = createLeadership(at.log);
  try {
    if (!(await leadership.tryAcquire(url))) return;
    const spool = await openSpool({ ...at, maxBytes: Number.MAX_SAFE_INTEGER });
    const marks = createHistoryMarks();
    await createTelemetryWriter({ client, spool, marks, log: at.log }).drain();
    await spool.close();
  } finally {
    await leadership.release();
  }
}

async function exportTable(
  sql: Sql,
  table: string,
  order: string,
  directory: string,
): Promise<number> {
  const columns = (await columnsOf(sql, table)).join(", ");
  const query = `copy (select ${columns} from ${table} order by ${order}) to stdout with (format csv, header)`;
  const rows = await sql.unsafe(query).readable();
  await pipeline(rows, createGzip(), createWriteStream(join(directory, `${table}.csv.gz`)));
  // The driver pauses its connection where the last piece fills the stream, and goes on only when it is read.
  rows._read(0);
  const [counted] = await sql.unsafe(`select count(*)::int as count from ${table}`);
  return counted?.count as number;
}

/**
 * Takes in what was exported. Rows that are there already stay as they are.
 *
 * @returns Rows that were new, by table.
 * @throws  TransferRefused where the folder is no export, or a server runs the database.
 */
export async function importTables(
  url: string,
  directory: string,
  log: Log,
): Promise<Record<string, number>> {
  await readManifest(directory);
  const leadership = createLeadership(log);
  const client = createClient(1);
  client.connect(url);
  try {
    if (!(await leadership.tryAcquire(url)))
      throw new TransferRefused("a server runs this database: stop it first");
    await migrateDatabase(url, log);
    return await client.transact(DEADLINE_MS, async (sql) => {
      const rows: Record<string, number> = {};
      for (const [table] of TABLES) rows[table] = await importTable(sql, table, directory, log);
      await addUpOlder(sql);
      await setMinutesMark(sql);
      return rows;
    });
  } finally {
    await client.close();
    await leadership.release();
  }
}

/** Minutes stand for what is older than the samples; the samples' own are summed up by the next server. */
async function setMinutesMark(sql: Sql): Promise<void> {
  await sql`insert into history_marks values (1) on conflict do nothing`;
  await sql`
    update history_marks set minutes_until = least(minutes_until, coalesce(
      (select date_trunc('minute', min(ts), 'UTC') from totals where scope_id = ${FLEET_ID}),
      (select max(ts) + interval '1 minute' from totals_1m where scope_id = ${FLEET_ID})))`;
}

async function importTable(sql: Sql, table: string, directory: string, log: Log): Promise<number> {
  const file = join(directory, `${table}.csv.gz`);
  // Older versions have fewer tables.
  if (!existsSync(file)) return 0;
  if (await isAggregate(sql, table)) {
    log.warn(
      { table },
      `${table} is made of samples here: minutes older than them are not taken in`,
    );
    return 0;
  }
  const known = new Set(await columnsOf(sql, table));
  const given = (await headerOf(file)).filter((column) => /^[a-z_]+$/.test(column));
  const unknown = given.find((column) => !known.has(column));
  if (unknown !== undefined)
    throw new TransferRefused(
      `${file} has a column ${unknown}, which this version does not know: use the version that wrote it, or a newer one`,
    );
  const columns = given.join(", ");
  await sql.unsafe(
    `create temp table incoming on commit drop as select ${columns} from ${table} limit 0`,
  );
  const copy = await sql
    .unsafe(`copy incoming (${columns}) from stdin with (format csv, header)`)
    .writable();
  await pipeline(createReadStream(file), createGunzip(), copy);
  // Older versions did not follow what became of a dispatch.
  const isOlder = table === "dispatches" && !given.includes("start_at");
  const inserted = await sql.unsafe(
    isOlder
      ? olderDispatchesSql("select *, row_number() over () as place from incoming")
      : `insert into ${table} (${columns}) select ${columns} from incoming on conflict do nothing`,
  );
  await sql.unsafe("drop table incoming");
  return inserted.count;
}

async function columnsOf(sql: Sql, table: string): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select column_name as name from information_schema.columns
    where table_schema = 'public' and table_name = ${table} order by ordinal_position`;
  return rows.map(({ name }) => name).filter((name) => !OWN_COLUMNS.has(name));
}

async function headerOf(file: string): Promise<string[]> {
  const lines = createInterface({ input: createReadStream(file).pipe(createGunzip()) });
  for await (const line of lines) {
    lines.close();
    return line.split(",");
  }
  return [];
}

async function readManifest(directory: string): Promise<void> {
  const text = await readFile(join(directory, "manifest.json"), "utf8").catch(() => "null");
  if (Manifest.safeParse(JSON.parse(text)).success) return;
  throw new TransferRefused(
    `${directory} holds no export of this kind: name the folder that mando export wrote`,
  );
}
