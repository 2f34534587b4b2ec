// Export and import of the whole store, as CSV files that any version of this program and any other program can read.
import { createWriteStream, existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { z } from "zod";
import { type Digests, headText, readHead } from "../../domain/audit/chain.ts";
import type { Log } from "../../domain/ports/log.ts";
import { migrateDatabase } from "../adoption/migration.ts";
import { createDigests } from "../audit/digest.ts";
import { requireKey } from "../audit/key.ts";
import { readNewestLink } from "../audit/links.ts";
import { type Client, createClient, type Sql } from "../database/client.ts";
import { createLeadership } from "../database/leadership.ts";
import { STORED_TABLES, type StoredTable } from "../database/tables.ts";
import { openSpool, type SpoolOptions } from "../spool/spool.ts";
import { FLEET_ID } from "../telemetry/minutes.ts";
import { isAggregate } from "../telemetry/timescale.ts";
import { addUpOlder } from "../telemetry/totals.ts";
import { createWatermarks } from "../telemetry/watermarks.ts";
import { createTelemetryWriter } from "../write-behind/telemetry-writer.ts";
import { refuseBrokenAudit } from "./audit-checks.ts";
import { importTable } from "./import-table.ts";
import { TransferRefused } from "./refused.ts";
import { columnsOf } from "./table-columns.ts";

const DEADLINE_MS = 24 * 3600 * 1000;
/** In the order in which they can be written. */
const TRANSFERRED_TABLES = STORED_TABLES.filter(({ order }) => order !== undefined);
/** A table that is locked for longer is in other use. */
const LOCK_TIMEOUT = "60s";

const Manifest = z.object({
  format: z.literal("mando-export"),
  version: z.literal(1),
  /** How many rows each table was written with. */
  rows: z.record(z.string(), z.int()),
  /** Number of the newest event that was removed for its age; 0 where none was. */
  eventsUntil: z.int().default(0),
  /** The same of the events of alarms. */
  alarmsUntil: z.int().default(0),
  /** The head of the audit log; left out: it has none. */
  auditHead: z.string().transform(readHead).optional(),
});
type Manifest = z.output<typeof Manifest>;

/**
 * Writes every table into a folder, as of one instant, also while a server runs. Where none
 * runs, the records that a killed server left in its spool are written first.
 *
 * @param spoolDirectory The folder of that spool.
 * @param auditKey AUDIT_KEY, by which records of the audit log in it are signed.
 * @param signal Ends the export; written files are removed then, as after any failure.
 * @returns Rows by table.
 * @throws  TransferRefused where the folder is not empty or cannot be made; KeyRefused.
 */
export async function exportTables(
  url: string,
  directory: string,
  log: Log,
  spoolDirectory?: string,
  signal?: AbortSignal,
  auditKey?: string,
): Promise<Record<string, number>> {
  const isNew = await makeFolder(directory);
  const client = createClient(1);
  let isWhole = false;
  const work = async () => {
    const ownerId = await migrateDatabase(url, log);
    client.connect(url);
    if (spoolDirectory !== undefined && existsSync(spoolDirectory))
      await drainLeft(url, client, createDigests(auditKey), {
        directory: spoolDirectory,
        ownerId,
        log,
      });
    return writeTables(client, directory);
  };
  try {
    const rows = await orAborted(signal, work());
    isWhole = true;
    return rows;
  } finally {
    await client.close();
    if (!isWhole) await removeWritten(directory, isNew);
  }
}

/** @returns Whether the folder is new. */
async function makeFolder(directory: string): Promise<boolean> {
  try {
    const isNew = (await mkdir(directory, { recursive: true })) !== undefined;
    if ((await readdir(directory)).length === 0) return isNew;
  } catch (error) {
    throw new TransferRefused(
      `${directory} cannot be a folder to write into: ${(error as Error).message}`,
    );
  }
  throw new TransferRefused(`${directory} is not empty: name a new folder`);
}

async function removeWritten(directory: string, isNew: boolean): Promise<void> {
  const names = ["manifest.json", ...TRANSFERRED_TABLES.map(({ name }) => `${name}.csv.gz`)];
  await Promise.allSettled(names.map((name) => rm(join(directory, name), { force: true })));
  if (isNew) await rmdir(directory).catch(() => {});
}

function writeTables(client: Client, directory: string): Promise<Record<string, number>> {
  return client.within(DEADLINE_MS, async (sql) => {
    // Never rolled back: a driver whose stream was left half-way can only be closed.
    await sql.unsafe("begin isolation level repeatable read read only");
    await sql.unsafe(`set local lock_timeout = '${LOCK_TIMEOUT}'`);
    const rows: Record<string, number> = {};
    for (const table of TRANSFERRED_TABLES)
      rows[table.name] = await exportTable(sql, table, directory);
    const newest = await readNewestLink(sql);
    const auditHead = newest && { auditHead: headText(newest) };
    const manifest = {
      ...{ format: "mando-export", version: 1, rows },
      ...(await readRemoved(sql)),
      ...auditHead,
    };
    const text = `${JSON.stringify(manifest, null, 2)}\n`;
    await writeFile(join(directory, "manifest.json"), text).catch(cannotWrite);
    await sql.unsafe("commit");
    return rows;
  });
}

/** Numbers of the newest events that were removed for their age, of dispatches and of alarms; 0 where none was. */
async function readRemoved(sql: Sql): Promise<Pick<Manifest, "eventsUntil" | "alarmsUntil">> {
  const [row] = await sql<{ eventsUntil: number; alarmsUntil: number }[]>`
    select coalesce(max(events_until), 0)::float8 as "eventsUntil",
      coalesce(max(alarms_until), 0)::float8 as "alarmsUntil"
    from history_marks`;
  return row ?? { eventsUntil: 0, alarmsUntil: 0 };
}

function cannotWrite(error: NodeJS.ErrnoException): never {
  if (error.syscall === undefined || error.code?.startsWith("ECONN")) throw error;
  throw new Error(`the export cannot be written, and is removed: ${error.message}`, {
    cause: error,
  });
}

/** @throws The reason of the signal as soon as it is aborted. */
async function orAborted<T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T> {
  if (signal === undefined) return work;
  work.catch(() => {});
  const aborted = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  aborted.catch(() => {});
  return Promise.race([work, aborted]);
}

async function drainLeft(
  url: string,
  client: Client,
  auditDigests: Digests,
  at: Pick<SpoolOptions, "directory" | "ownerId" | "log">,
): Promise<void> {
  const leadership = createLeadership(at.log);
  try {
    if (!(await leadership.tryAcquire(url))) return;
    const spool = await openSpool({ ...at, maxBytes: Number.MAX_SAFE_INTEGER });
    try {
      if (spool.stats().waitingRecords > 0)
        await client.within(DEADLINE_MS, (sql) => requireKey(sql, auditDigests));
      const watermarks = createWatermarks();
      await createTelemetryWriter({ client, spool, watermarks, auditDigests, log: at.log }).drain();
    } finally {
      await spool.close();
    }
  } finally {
    await leadership.release();
  }
}

async function exportTable(sql: Sql, table: StoredTable, directory: string): Promise<number> {
  const columns = (await columnsOf(sql, table)).map(({ name }) => name).join(", ");
  const query = `copy (select ${columns} from ${table.name} order by ${table.order}) to stdout with (format csv, header)`;
  const rows = await sql.unsafe(query).readable();
  const file = createWriteStream(join(directory, `${table.name}.csv.gz`));
  await pipeline(rows, createGzip(), file).catch(cannotWrite);
  // The driver pauses its connection where the last chunk fills the stream, and continues only when it is read.
  rows._read(0);
  const [counted] = await sql.unsafe(`select count(*)::int as count from ${table.name}`);
  return counted?.count as number;
}

/**
 * Imports an export. Rows that exist already stay as they are.
 *
 * @param signal Ends the import; nothing is imported then, as after any failure.
 * @param auditKey AUDIT_KEY, by which the audit log is verified.
 * @returns Rows that were new, by table.
 * @throws  TransferRefused where the folder is no export, a file of it cannot be imported, or a
 *          server runs the database.
 */
export async function importTables(
  url: string,
  directory: string,
  log: Log,
  signal?: AbortSignal,
  auditKey?: string,
): Promise<Record<string, number>> {
  const manifest = await readManifest(directory);
  const leadership = createLeadership(log);
  const client = createClient(1);
  client.connect(url);
  const work = async () => {
    if (!(await leadership.tryAcquire(url)))
      throw new TransferRefused("a server runs this database: stop it first");
    await migrateDatabase(url, log);
    return client.transact(DEADLINE_MS, (sql) =>
      readTables(sql, directory, manifest, log, auditKey),
    );
  };
  try {
    return await orAborted(signal, work());
  } finally {
    await client.close();
    await leadership.release();
  }
}

async function readTables(
  sql: Sql,
  directory: string,
  { rows: promised, eventsUntil, alarmsUntil, auditHead }: Manifest,
  log: Log,
  auditKey: string | undefined,
): Promise<Record<string, number>> {
  await sql.unsafe(`set local lock_timeout = '${LOCK_TIMEOUT}'`);
  const rows: Record<string, number> = {};
  const ownLink = await readNewestLink(sql);
  for (const table of TRANSFERRED_TABLES) {
    const path = join(directory, `${table.name}.csv.gz`);
    const { added, read } = await importTable(sql, table, path, log);
    const most = promised[table.name] ?? 0;
    if (read < most)
      throw new TransferRefused(
        `${path} has ${read} rows of the ${most} that manifest.json names: copy the whole export again`,
      );
    rows[table.name] = added;
  }
  if (auditHead !== undefined)
    await refuseBrokenAudit(sql, directory, auditHead, ownLink !== undefined, auditKey);
  await addUpOlder(sql);
  await setMinutesWatermark(sql);
  if (eventsUntil > 0)
    await sql`update history_marks set events_until = greatest(events_until, ${eventsUntil}::bigint)`;
  if (alarmsUntil > 0)
    await sql`update history_marks set alarms_until = greatest(alarms_until, ${alarmsUntil}::bigint)`;
  return rows;
}

/**
 * Sets the watermark: minutes cover all instants before the samples; the minutes of samples are summed up by the next
 * server, also of samples older than the rows that were here. Continuous aggregates are never refreshed where samples are missing.
 */
async function setMinutesWatermark(sql: Sql): Promise<void> {
  await sql`insert into history_marks values (1) on conflict do nothing`;
  const oldest = sql`(select date_trunc('minute', min(ts), 'UTC') from totals where scope_id = ${FLEET_ID})`;
  const minutes = sql`(select max(ts) + interval '1 minute' from totals_1m where scope_id = ${FLEET_ID})`;
  await sql`update history_marks set minutes_until = coalesce(${oldest}, ${minutes}, minutes_until)`;
  if (!(await isAggregate(sql, "telemetry_1m")))
    await sql`update history_marks set raw_from = ${oldest} where raw_from > ${oldest}`;
}

async function readManifest(directory: string): Promise<Manifest> {
  const text = await readFile(join(directory, "manifest.json"), "utf8").catch(() => "");
  const read = Manifest.safeParse(jsonOf(text));
  if (read.success) return read.data;
  throw new TransferRefused(
    `${directory} holds no export of this kind: name the folder that mando export wrote`,
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
