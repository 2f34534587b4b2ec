// What TimescaleDB adds where it is there: chunks, compression, continuous aggregates. Best effort.
import type { Log } from "../domain/ports/log.ts";
import type { Sql } from "./client.ts";
import { aggregateSql, MINUTE_SOURCES, type MinuteSource } from "./minutes.ts";
import type { SampleRate } from "./roll-up.ts";

/** A plain PostgreSQL, or TimescaleDB under one of its licences. */
export type StoreKind = "postgresql" | "timescaledb-apache" | "timescaledb";

/** What was found, and what was made of it. */
export interface StoreShape {
  readonly kind: StoreKind;
  /** Whether samples lie in chunks, which are dropped whole. */
  readonly chunked: boolean;
  /** Whose minutes are continuous aggregates, which the database refreshes; the others are summed up. */
  readonly aggregates: readonly MinuteSource[];
}

/** Lets a transaction change compressed chunks, however many rows that unpacks; harmless elsewhere. */
export const ALLOW_COMPRESSED =
  "set local timescaledb.max_tuples_decompressed_per_dml_transaction = 0";

/** Longer than an outage that is drained afterwards, so that drains seldom meet compressed chunks. */
const COMPRESS_AFTER = "6 hours";
/** A row with its index, and the part of an ordinary shared_buffers that the newest chunk may fill. */
const ROW_BYTES = 230;
const CHUNK_BYTES = 512 * 2 ** 20;
const PLAIN: StoreShape = { kind: "postgresql", chunked: false, aggregates: [] };

/**
 * Makes the samples hypertables where TimescaleDB is there; compresses them and keeps their minutes as
 * continuous aggregates where its licence allows. Safe to run at every start. What it cannot do is logged
 * in one line and left.
 */
export async function useTimescale(sql: Sql, rate: SampleRate, log: Log): Promise<StoreShape> {
  const kind = await kindOf(sql).catch(() => "postgresql" as const);
  if (kind === "postgresql") {
    log.info({}, "the database is plain PostgreSQL");
    return PLAIN;
  }
  let chunked = false;
  const aggregates: MinuteSource[] = [];
  try {
    const chunk = chunkInterval(rate);
    for (const { samples, id } of MINUTE_SOURCES) {
      await sql.unsafe(`select create_hypertable('${samples}', by_range('ts', interval '${chunk}'),
        if_not_exists => true, migrate_data => true, create_default_indexes => false)`);
      await setChunkInterval(sql, samples, chunk);
      if (kind === "timescaledb") await compress(sql, samples, id);
    }
    chunked = true;
    if (kind === "timescaledb")
      for (const source of MINUTE_SOURCES)
        if (await aggregate(sql, source)) aggregates.push(source);
    log.info(
      { kind, chunk, aggregates: aggregates.map(({ minutes }) => minutes) },
      `the database is TimescaleDB: samples lie in chunks of ${chunk}`,
    );
  } catch (error) {
    log.warn({ err: error }, "TimescaleDB is there but could not be used: going on without it");
  }
  return { kind, chunked, aggregates };
}

export interface Chunks {
  /** Makes the chunks that come as long as fits the fleet, where that is not so yet. */
  fit(sql: Sql): Promise<void>;
}

export function createChunks({ chunked }: StoreShape, rate: SampleRate): Chunks {
  let fitted: string | undefined;
  return {
    async fit(sql) {
      const chunk = chunkInterval(rate);
      if (!chunked || chunk === fitted) return;
      for (const { samples } of MINUTE_SOURCES) await setChunkInterval(sql, samples, chunk);
      fitted = chunk;
    },
  };
}

async function setChunkInterval(sql: Sql, table: string, chunk: string): Promise<void> {
  await sql.unsafe(`select set_chunk_time_interval('${table}', interval '${chunk}')`);
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

async function compress(sql: Sql, table: string, id: string): Promise<void> {
  const [state] = await sql<{ on: boolean }[]>`
    select compression_enabled as on from timescaledb_information.hypertables where hypertable_name = ${table}`;
  if (!state?.on)
    await sql.unsafe(`alter table ${table} set (timescaledb.compress,
      timescaledb.compress_segmentby = '${id}', timescaledb.compress_orderby = 'ts desc')`);
  await sql.unsafe(
    `select add_compression_policy('${table}', interval '${COMPRESS_AFTER}', if_not_exists => true)`,
  );
}

/**
 * Puts a continuous aggregate in the place of the minutes' table. A table that holds minutes already
 * stays: some may be older than any sample.
 */
async function aggregate(sql: Sql, source: MinuteSource): Promise<boolean> {
  const { minutes } = source;
  if (await isAggregate(sql, minutes)) return true;
  const [table] = await sql.unsafe<{ held: boolean }[]>(
    `select exists (select from ${minutes}) as held`,
  );
  if (table?.held) return false;
  await sql.begin(async (tx) => {
    await tx.unsafe(`drop table ${minutes}`);
    await tx.unsafe(aggregateSql(source));
    await tx.unsafe(`alter materialized view ${minutes} set (timescaledb.compress)`);
    await tx`update history_marks set minutes_until = null`;
  });
  return true;
}

/** Whether these minutes are a continuous aggregate, which shows as a view. */
export async function isAggregate(sql: Sql, minutes: string): Promise<boolean> {
  const [is] = await sql<{ view: boolean }[]>`
    select relkind = 'v' as view from pg_class where oid = to_regclass(${minutes}::text)`;
  return is?.view ?? false;
}

/** Whole hours whose rows stay in memory while they are written; 1 to 168. */
function chunkInterval({ assetCount, dtS }: SampleRate): string {
  const bytesPerHour = (assetCount() * 3600 * ROW_BYTES) / dtS;
  const hours = Math.floor(CHUNK_BYTES / bytesPerHour);
  return `${Math.min(168, Math.max(1, hours))} hours`;
}
