// Retention: removes samples, minutes, dispatches, alarms, data points and records of the audit log that are too old, samples only after they were summed up into minutes.

import type { Digests } from "../../domain/audit/chain.ts";
import { removeOldAlarms } from "../alarm/removal.ts";
import { removeOldAudit } from "../audit/removal.ts";
import { createPointRemoval } from "../data-point/removal.ts";
import type { Client, Sql } from "../database/client.ts";
import { type StoredTable, tablesRetainedBy } from "../database/tables.ts";
import { FLEET_ID, OWNER_IDS } from "../telemetry/minutes.ts";
import { ALLOW_COMPRESSED, type StoreShape } from "../telemetry/timescale.ts";
import { instantText, type Watermarks } from "../telemetry/watermarks.ts";
import { removeOldDispatches } from "./dispatch-retention.ts";

const DEADLINE_MS = 60_000;
const DAY_MS = 24 * 3600 * 1000;
const MINUTE_MS = 60_000;
/** Samples removed in one transaction, and instants looked through for them. */
const BATCH_ROWS = 500_000;
const BATCH_INSTANTS = 100_000;
/** The number of newest rejected rows that are retained. */
const REJECTED_KEPT = 1_000_000;
/** Minutes of this age seldom change. */
const COMPRESS_AFTER_MS = 7 * DAY_MS;
const SAMPLES = tablesRetainedBy("samples");
/** Size of a sample of an asset in PostgreSQL, with its key. */
const ROW_BYTES = 230;

/** They may change: each is read where it is used. */
export interface RetentionSettings {
  /** Age of the oldest retained samples, in days. */
  readonly rawDays: number;
  /** Bound of retained samples of assets, in bytes; samples of sites and the fleet come on top. */
  readonly rawBytes: number;
  /** Age of the oldest retained minutes, in days. */
  readonly minuteDays: number;
  /** For how long dispatches that have ended are retained, with their events and requests, in days. */
  readonly dispatchDays: number;
  /** For how long alarms that were cleared are retained, in days. */
  readonly alarmDays: number;
  /** For how long records of the audit log are retained, in days. */
  readonly auditDays: number;
}

export interface Retention {
  /** Removes samples, minutes, dispatches, alarms and records of the audit log beyond the settings, and data points beyond what the catalogue says. Ages count from the newest sample. Ends early where it is stopped. */
  run(isStopped?: () => boolean): Promise<void>;
}

export function createRetention(
  client: Client,
  shape: StoreShape,
  watermarks: Watermarks,
  settings: RetentionSettings,
  auditDigests: Digests,
): Retention {
  const within = <T>(work: (sql: Sql) => Promise<T>) => client.within(DEADLINE_MS, work);
  const removePoints = createPointRemoval(client);

  /** The instant before which samples are removed; never later than the summed up minutes. */
  async function rawCutMs(newestMs: number): Promise<number> {
    const tooMuchMs = await within((sql) =>
      shape.chunked ? chunkCutMs(sql, settings.rawBytes) : rowCutMs(sql, settings.rawBytes),
    );
    const cutMs = Math.max(newestMs - settings.rawDays * DAY_MS, tooMuchMs);
    return Math.min(Math.floor(cutMs / MINUTE_MS) * MINUTE_MS, watermarks.minutesUntilMs);
  }

  async function removeSamples(beforeMs: number, isStopped: () => boolean): Promise<void> {
    if (shape.chunked) {
      for (const { name } of SAMPLES)
        await within((sql) =>
          sql.unsafe(`select drop_chunks('${name}', '${instantText(beforeMs)}'::timestamptz)`),
        );
      return;
    }
    while (
      !isStopped() &&
      (await client.transact(DEADLINE_MS, (sql) => removeBatch(sql, beforeMs)))
    );
  }

  async function removeMinutes(beforeMs: number): Promise<void> {
    const [old] = await within(
      (sql) => sql<{ held: boolean }[]>`
        select exists (select from totals_1m where scope_id = ${FLEET_ID}
          and ts < ${instantText(beforeMs)}::text::timestamptz) as held`,
    );
    if (!old?.held) return;
    for (const table of tablesRetainedBy("minutes")) {
      const before = `'${instantText(beforeMs)}'::timestamptz`;
      const isAggregate = shape.aggregates.some(({ minutes }) => minutes === table.name);
      const statement = isAggregate
        ? `select drop_chunks('${table.name}', ${before})`
        : removalSql(table, `ts < ${before}`);
      await within((sql) => sql.unsafe(statement));
    }
  }

  /** Removes samples ahead and rejected rows, once they are as old as removed samples, or too many. */
  async function removeSetAside(beforeMs: number): Promise<void> {
    await within(async (sql) => {
      for (const { name } of tablesRetainedBy("aside"))
        await sql`delete from ${sql(name)} where set_aside_at < ${instantText(beforeMs)}::text::timestamptz`;
      for (const { name } of tablesRetainedBy("newest"))
        await sql`
          delete from ${sql(name)} where id <= (select max(id) from ${sql(name)}) - ${REJECTED_KEPT}::bigint`;
    });
  }

  /** The database has a compression policy only together with a refresh policy. */
  async function compressMinutes(beforeMs: number): Promise<void> {
    for (const { minutes } of shape.aggregates)
      await within((sql) =>
        sql.unsafe(`select compress_chunk(chunk, if_not_compressed => true)
          from show_chunks('${minutes}', older_than => '${instantText(beforeMs)}'::timestamptz) chunk`),
      );
  }

  return {
    async run(isStopped = () => false) {
      const newestMs = await within(newestOf);
      if (newestMs === undefined) return;
      const cutMs = await rawCutMs(newestMs);
      if (cutMs > watermarks.rawFromMs) {
        // The watermark first: an interrupted removal continues the next time.
        await within(
          (sql) =>
            sql`update history_marks set raw_from = ${instantText(cutMs)}::text::timestamptz`,
        );
        watermarks.rawFromMs = cutMs;
      }
      if (watermarks.rawFromMs > -Infinity) await removeSamples(watermarks.rawFromMs, isStopped);
      await removeSetAside(newestMs - settings.rawDays * DAY_MS);
      await removeMinutes(newestMs - settings.minuteDays * DAY_MS);
      await removeEnded(client, settings, auditDigests, newestMs, isStopped);
      await removePoints(newestMs, isStopped);
      await compressMinutes(newestMs - COMPRESS_AFTER_MS);
    },
  };
}

/** Removes dispatches, alarms and records of the audit log. */
async function removeEnded(
  client: Client,
  { dispatchDays: days, alarmDays, auditDays }: RetentionSettings,
  auditDigests: Digests,
  newestMs: number,
  isStopped: () => boolean,
): Promise<void> {
  await removeOldDispatches(client, newestMs - days * DAY_MS, days, isStopped);
  await removeOldAlarms(client, newestMs - alarmDays * DAY_MS, isStopped);
  await removeOldAudit(client, newestMs, auditDays, auditDigests, isStopped);
}

async function newestOf(sql: Sql): Promise<number | undefined> {
  const [row] = await sql<{ ms: number | null }[]>`
    select (extract(epoch from max(ts)) * 1000)::float8 as ms from totals where scope_id = ${FLEET_ID}`;
  return row?.ms ?? undefined;
}

/** Removes the oldest samples; false where none was left. The fleet's own totals are removed last: they show what is left. */
async function removeBatch(sql: Sql, beforeMs: number): Promise<boolean> {
  await sql.unsafe(ALLOW_COMPRESSED);
  const [row] = await sql<{ until: string | null }[]>`
    select max(ts)::text as until from (
      select ts, sum(asset_count) over (order by ts) - asset_count as earlier
      from totals where scope_id = ${FLEET_ID} and ts < ${instantText(beforeMs)}::text::timestamptz
      order by ts limit ${BATCH_INSTANTS}
    ) oldest where earlier < ${BATCH_ROWS}`;
  if (row?.until == null) return false;
  for (const table of SAMPLES)
    await sql.unsafe(removalSql(table, `ts <= '${row.until}'::timestamptz`));
  return true;
}

/** By the ids of the owners, so that the key is used: there is no other index. */
function removalSql({ name, owner, ownerColumn }: StoredTable, which: string): string {
  const ids = owner === undefined ? "" : OWNER_IDS[owner];
  return `delete from ${name} where ${ownerColumn} = any(array(${ids})) and ${which}`;
}

/** Where the newest rows fill the bytes, in ms since the epoch. A table that was emptied does not shrink: rows count. */
async function rowCutMs(sql: Sql, bytes: number): Promise<number> {
  const [size] = await sql`select pg_total_relation_size('telemetry') > ${bytes} as fills`;
  if (!size?.fills) return -Infinity;
  const [row] = await sql<{ ms: number | null }[]>`
    select (extract(epoch from max(ts)) * 1000)::float8 as ms from (
      select ts, sum(asset_count) over (order by ts desc) as rows from totals where scope_id = ${FLEET_ID}
    ) newest where rows > ${Math.floor(bytes / ROW_BYTES)}`;
  return row?.ms == null ? -Infinity : row.ms + 1;
}

/** The end of the newest chunk that does not fit with those after it; the newest always fits. */
async function chunkCutMs(sql: Sql, bytes: number): Promise<number> {
  const [row] = await sql<{ ms: number | null }[]>`
    select (extract(epoch from max(range_end)) * 1000)::float8 as ms from (
      select range_end, sum(total_bytes) over newest as bytes, row_number() over newest as place
      from timescaledb_information.chunks
      join chunks_detailed_size('telemetry') size using (chunk_schema, chunk_name)
      where hypertable_schema = current_schema() and hypertable_name = 'telemetry'
      window newest as (order by range_end desc)
    ) chunks where bytes > ${bytes} and place > 1`;
  return row?.ms ?? -Infinity;
}
