// What TimescaleDB adds where it is there: chunks, compression, minute steps, retention. Best effort.
import type { Log } from "../domain/ports/log.ts";
import type { Sql } from "./client.ts";

export interface TimescaleSettings {
  readonly assetCount: number;
  readonly dtS: number;
}

/** What was found: a plain PostgreSQL, or TimescaleDB under one of its licences. */
export type StoreKind = "postgresql" | "timescaledb-apache" | "timescaledb";

/** Longer than an outage that is drained afterwards, so that drains seldom meet compressed chunks. */
const COMPRESS_AFTER = "6 hours";
/** A row with its index, and the part of an ordinary shared_buffers that the newest chunk may fill. */
const ROW_BYTES = 230;
const CHUNK_BYTES = 512 * 2 ** 20;

/**
 * Makes telemetry a hypertable where TimescaleDB is there, and compresses it where its licence allows.
 * Safe to run at every start. What it cannot do is logged in one line and left.
 */
export async function useTimescale(
  sql: Sql,
  settings: TimescaleSettings,
  log: Log,
): Promise<StoreKind> {
  const kind = await kindOf(sql).catch(() => "postgresql" as const);
  if (kind === "postgresql") {
    log.info({}, "the database is plain PostgreSQL");
    return kind;
  }
  try {
    const chunk = chunkInterval(settings);
    await sql.unsafe(`select create_hypertable('telemetry', by_range('ts', interval '${chunk}'),
      if_not_exists => true, migrate_data => true, create_default_indexes => false)`);
    await sql.unsafe(`select set_chunk_time_interval('telemetry', interval '${chunk}')`);
    if (kind === "timescaledb") await compress(sql);
    log.info({ kind, chunk }, `the database is TimescaleDB: telemetry lies in chunks of ${chunk}`);
  } catch (error) {
    log.warn({ err: error }, "TimescaleDB is there but could not be used: going on without it");
  }
  return kind;
}

async function kindOf(sql: Sql): Promise<StoreKind> {
  const [found] = await sql<{ usable: boolean }[]>`
    select exists (select from pg_available_extensions where name = 'timescaledb')
       and current_setting('shared_preload_libraries') like '%timescaledb%' as usable`;
  if (!found?.usable) return "postgresql";
  await sql`create extension if not exists timescaledb`;
  const [licence] = await sql<
    { name: string }[]
  >`select current_setting('timescaledb.license') as name`;
  return licence?.name === "timescale" ? "timescaledb" : "timescaledb-apache";
}

async function compress(sql: Sql): Promise<void> {
  const [state] = await sql<{ on: boolean }[]>`
    select compression_enabled as on from timescaledb_information.hypertables where hypertable_name = 'telemetry'`;
  if (!state?.on)
    await sql.unsafe(`alter table telemetry set (timescaledb.compress,
      timescaledb.compress_segmentby = 'asset_id', timescaledb.compress_orderby = 'ts desc')`);
  await sql.unsafe(
    `select add_compression_policy('telemetry', interval '${COMPRESS_AFTER}', if_not_exists => true)`,
  );
}

/** Whole hours whose rows stay in memory while they are written; 1 to 168. */
function chunkInterval({ assetCount, dtS }: TimescaleSettings): string {
  const bytesPerHour = (assetCount * 3600 * ROW_BYTES) / dtS;
  const hours = Math.floor(CHUNK_BYTES / bytesPerHour);
  return `${Math.min(168, Math.max(1, hours))} hours`;
}
