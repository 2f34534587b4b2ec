// Features of TimescaleDB where it is available: chunks, compression, continuous aggregates. Best effort.
import type { ISql } from "postgres";
import type { Log } from "../../domain/ports/log.ts";
import { isOutage, type Sql } from "../database/client.ts";
import { aggregateSql, FLEET_ID, MINUTE_SOURCES, type MinuteSource } from "./minutes.ts";

export interface SampleRate {
  /** How many assets report now. */
  assetCount(): number;
  readonly dtS: number;
}

/** A plain PostgreSQL, or TimescaleDB under one of its licences. */
export type StoreKind = "postgresql" | "timescaledb-apache" | "timescaledb";

/** The kind of the database, and the features that its tables use. */
export interface StoreShape {
  readonly kind: StoreKind;
  /** Whether samples are in chunks, which are dropped whole. */
  readonly chunked: boolean;
  /** Sources whose minutes are continuous aggregates, which the database refreshes; the others are summed up. */
  readonly aggregates: readonly MinuteSource[];
}

/** Lets a transaction change compressed chunks, however many rows that unpacks; harmless elsewhere. */
export const ALLOW_COMPRESSED =
  "set local timescaledb.max_tuples_decompressed_per_dml_transaction = 0";

/** Age of compressed chunks: longer than an outage, so that drained records seldom belong to compressed chunks. */
const COMPRESS_AFTER = "6 hours";
/** A row with its index, and the part of an ordinary shared_buffers that the newest chunk may fill. */
const ROW_BYTES = 230;
const CHUNK_BYTES = 512 * 2 ** 20;
const PLAIN: StoreShape = { kind: "postgresql", chunked: false, aggregates: [] };

/**
 * Makes the samples hypertables where TimescaleDB is available; compresses them and makes their minutes
 * continuous aggregates where its licence allows. Safe to run at every start. A refused feature is logged
 * and left out; the shape is read from the database afterwards.
 *
 * @throws The error of PostgreSQL, where its kind cannot be found out.
 */
export async function useTimescale(sql: Sql, rate: SampleRate, log: Log): Promise<StoreShape> {
  const kind = await prepareExtension(sql);
  if (kind === "postgresql") return PLAIN;
  const attempt = async (what: string, work: (tx: ISql) => Promise<void>) => {
    try {
      await sql.begin((tx) => work(tx));
    } catch (error) {
      if (isOutage(error)) throw error;
      log.warn({ err: error }, `TimescaleDB does not ${what}: continuing without`);
    }
  };
  const chunk = chunkInterval(rate);
  await attempt("store samples in chunks", (tx) => makeHypertables(tx, chunk));
  if (kind === "timescaledb") {
    await attempt("compress samples", async (tx) => {
      for (const { samples, id } of MINUTE_SOURCES) await compress(tx, samples, id);
    });
    await attempt("make minutes continuous aggregates", makeAggregates);
  }
  const shape = await readShape(sql, kind);
  log.info(
    { kind, chunk, chunked: shape.chunked, aggregates: shape.aggregates.map((one) => one.minutes) },
    shape.chunked ? `samples are in chunks of ${chunk}` : "samples are in plain tables",
  );
  return shape;
}

async function makeHypertables(sql: ISql, chunk: string): Promise<void> {
  for (const { samples } of MINUTE_SOURCES) {
    await sql.unsafe(`select create_hypertable('${samples}', by_range('ts', interval '${chunk}'),
      if_not_exists => true, migrate_data => true, create_default_indexes => false)`);
    await setChunkInterval(sql, samples, chunk);
  }
}

/** The present shape of the tables. */
async function readShape(sql: Sql, kind: StoreKind): Promise<StoreShape> {
  const hypertables = await sql<{ name: string }[]>`
    select hypertable_name as name from timescaledb_information.hypertables
    where hypertable_schema = current_schema()`;
  const isChunked = ({ samples }: MinuteSource) => hypertables.some(({ name }) => name === samples);
  const aggregates: MinuteSource[] = [];
  for (const source of MINUTE_SOURCES)
    if (await isAggregate(sql, source.minutes)) aggregates.push(source);
  return { kind, chunked: MINUTE_SOURCES.every(isChunked), aggregates };
}

export interface Chunks {
  /** Sets the length of new chunks to suit the fleet, where it differs. */
  fit(sql: ISql): Promise<void>;
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

async function setChunkInterval(sql: ISql, table: string, chunk: string): Promise<void> {
  await sql.unsafe(`select set_chunk_time_interval('${table}', interval '${chunk}')`);
}

/** Adds the extension where the server offers it and our role may. */
async function prepareExtension(sql: Sql): Promise<StoreKind> {
  const [found] = await sql<{ installed: boolean; mayAdd: boolean }[]>`
    select exists (select from pg_extension where extname = 'timescaledb') as installed,
      current_setting('timescaledb.max_background_workers', true) is not null and exists (
        select from pg_available_extension_versions, pg_roles
        where name = 'timescaledb' and rolname = current_user
          and (rolsuper or (trusted and has_database_privilege(current_database(), 'create')))
      ) as "mayAdd"`;
  if (!found?.installed && !found?.mayAdd) return "postgresql";
  if (!found.installed) await sql`create extension if not exists timescaledb`;
  const [licence] = await sql<
    { name: string }[]
  >`select current_setting('timescaledb.license') as name`;
  return licence?.name === "timescale" ? "timescaledb" : "timescaledb-apache";
}

async function compress(sql: ISql, table: string, id: string): Promise<void> {
  const [state] = await sql<{ on: boolean }[]>`
    select compression_enabled as on from timescaledb_information.hypertables
    where hypertable_schema = current_schema() and hypertable_name = ${table}`;
  if (!state?.on)
    await sql.unsafe(`alter table ${table} set (timescaledb.compress,
      timescaledb.compress_segmentby = '${id}', timescaledb.compress_orderby = 'ts desc')`);
  await sql.unsafe(
    `select add_compression_policy('${table}', interval '${COMPRESS_AFTER}', if_not_exists => true)`,
  );
}

/**
 * Replaces the minutes' tables by continuous aggregates. Tables that hold minutes without samples stay, and are summed up
 * as on plain PostgreSQL: an aggregate could never hold those.
 */
async function makeAggregates(sql: ISql): Promise<void> {
  if (await hasOlderMinutes(sql)) return;
  for (const source of MINUTE_SOURCES) {
    const { minutes } = source;
    if (await isAggregate(sql, minutes)) continue;
    await sql.unsafe(`drop table ${minutes}`);
    await sql.unsafe(aggregateSql(source));
    await sql.unsafe(`alter materialized view ${minutes} set (timescaledb.compress)`);
    await sql`update history_marks set minutes_until = null`;
  }
}

/** Whether minutes without samples exist, by the fleet's own minutes: samples of all assets are removed together. */
async function hasOlderMinutes(sql: ISql): Promise<boolean> {
  if (await isAggregate(sql, "totals_1m")) return false;
  const [found] = await sql<{ older: boolean }[]>`
    select exists (
      select from totals_1m minute where scope_id = ${FLEET_ID} and not exists (
        select from totals where scope_id = ${FLEET_ID} and totals.ts >= minute.ts
          and totals.ts < minute.ts + interval '1 minute')
    ) or (exists (select from telemetry_1m) and not exists (select from totals_1m)) as older`;
  return found?.older ?? false;
}

/** Whether these minutes are a continuous aggregate, which shows as a view. */
export async function isAggregate(sql: ISql, minutes: string): Promise<boolean> {
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
