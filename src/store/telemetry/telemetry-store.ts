// The store of telemetry in PostgreSQL.
import { assert } from "../../domain/base/assert.ts";
import { snakeCase } from "../../domain/base/snake-case.ts";
import {
  type InstantRange,
  MOST_LATE_SAMPLES,
  type SampleRange,
  type StoredInstant,
  type StoredSample,
  type TelemetryStore,
} from "../../domain/ports/telemetry-store.ts";
import { SAMPLE_FIELDS } from "../../domain/telemetry/columns.ts";
import { type HistoryStep, type StepRange, stepStartMs } from "../../domain/telemetry/history.ts";
import { type Stat, type StatField, stepValues } from "../../domain/telemetry/step-figures.ts";
import { listsOf, type Sql, uuidArray } from "../database/client.ts";
import type { QueryQueue } from "../database/query-queue.ts";
import { storeLate } from "./late-samples.ts";
import {
  ASSET_MINUTES,
  FLEET_ID,
  instantMs,
  minuteStepsSql,
  STAT_NAMES,
  type StepRow,
  sampleStepsSql,
  TOTALS_MINUTES,
} from "./minutes.ts";
import { instantText, type Watermarks } from "./watermarks.ts";

/** Instants that are read at once for a client that missed them. */
const MOST_INSTANTS = 200_000;

/** Runs a write of the past in one transaction, while no minutes are summed up. */
export type WriteLate = (work: (sql: Sql) => Promise<void>) => Promise<void>;

/** The store of telemetry. The SQL is the same on PostgreSQL and on TimescaleDB. */
export function createTelemetryStore(
  queue: QueryQueue,
  watermarks: Watermarks,
  writeLate: WriteLate,
): TelemetryStore {
  let newestLateMs = -Infinity;
  return {
    newestLateMs: () => newestLateMs,
    async backfill(samples, knownMs) {
      assert(samples.length <= MOST_LATE_SAMPLES, "late samples come in bounded parts");
      await writeLate((sql) => storeLate(sql, samples, knownMs));
      for (const { timestampMs } of samples) newestLateMs = Math.max(newestLateMs, timestampMs);
    },
    async samples(assetId, { limit, fromMs, untilMs, isOldestFirst }: SampleRange) {
      const order = isOldestFirst ? "asset_id, ts" : "asset_id desc, ts desc";
      // As lists: the driver needs longer to make objects.
      const rows = await queue.read((sql) =>
        sql`
          select ${sql.unsafe(SAMPLE_COLUMNS)}
          from telemetry
          where asset_id = ${assetId} and ts >= ${instantText(fromMs)}::text::timestamptz
            and ts < ${instantText(untilMs)}::text::timestamptz
          order by ${sql.unsafe(order)} limit ${limit}`.values(),
      );
      return listsOf<SampleRow>(rows).map(toSample);
    },
    async since(range) {
      const counted = countOf(await queue.read((sql) => countSince(sql, range)));
      if (counted === undefined || counted * range.assetIds.length > range.most) return undefined;
      if (counted === 0) return [];
      return groupInstants(await queue.read((sql) => readSince(sql, range)));
    },
    async steps(scope, range) {
      const fromMs = stepStartMs(range.fromMs, range.stepS);
      const untilMs = stepStartMs(range.untilMs - 1, range.stepS) + range.stepS * 1000;
      const inMinutes = range.stepS % 60 === 0;
      const cutMs = Math.min(Math.max(watermarks.minutesUntilMs, fromMs), untilMs);
      const bounds = (inMinutes ? [fromMs, cutMs, untilMs] : [fromMs, untilMs]).map(instantText);
      const id = scope.kind === "fleet" ? FLEET_ID : scope.id;
      const { [scope.kind === "asset" ? "asset" : "totals"]: text } = inMinutes
        ? MINUTE_STEPS
        : SAMPLE_STEPS;
      const rows = await queue.read((sql) =>
        sql.unsafe<StepRow[]>(text, [id, ...bounds, range.stepS], { prepare: true }),
      );
      return fillSteps(rows, range);
    },
  };
}

/** What is read of a sample, in the order of a row. */
const READ_FIELDS = ["timestampMs", "knownMs", "dtS", "limitedBy", ...SAMPLE_FIELDS] as const;
const AT = Object.fromEntries(READ_FIELDS.map((field, n) => [field, n])) as Readonly<
  Record<(typeof READ_FIELDS)[number], number>
>;

const INSTANTS: Readonly<Record<string, string>> = { timestampMs: "ts", knownMs: "known" };
const SAMPLE_COLUMNS = READ_FIELDS.map((field) => {
  const { [field]: column } = INSTANTS;
  return `${column === undefined ? snakeCase(field) : instantMs(column)} as "${field}"`;
}).join(", ");

type SampleRow = readonly (number | StoredSample["limitedBy"])[];

/** Each field by its name: to make these objects is most of what a long history takes. */
function toSample(row: SampleRow): StoredSample {
  return {
    timestampMs: row[AT.timestampMs] as number,
    knownMs: row[AT.knownMs] as number | null,
    dtS: row[AT.dtS] as number,
    limitedBy: row[AT.limitedBy] as StoredSample["limitedBy"],
    socMwhr: row[AT.socMwhr] as number,
    socPct: row[AT.socPct] as number,
    capacityMwhr: row[AT.capacityMwhr] as number,
    currentMw: row[AT.currentMw] as number,
    setpointMw: row[AT.setpointMw] as number,
    maxMw: row[AT.maxMw] as number,
    minMw: row[AT.minMw] as number,
    energyInMwhr: row[AT.energyInMwhr] as number,
    energyOutMwhr: row[AT.energyOutMwhr] as number,
  };
}

const MINUTE_STEPS = {
  asset: minuteStepsSql(ASSET_MINUTES),
  totals: minuteStepsSql(TOTALS_MINUTES),
};
const SAMPLE_STEPS = {
  asset: sampleStepsSql(ASSET_MINUTES),
  totals: sampleStepsSql(TOTALS_MINUTES),
};

interface InstantCount {
  readonly known: boolean | null;
  readonly seen: number;
  readonly count: number;
}

/** How many instants there are; undefined where the fleet did not report at the first. */
function countOf([row]: readonly InstantCount[]): number | undefined {
  return row?.known && row.seen < MOST_INSTANTS ? row.count : undefined;
}

function countSince(sql: Sql, { afterMs, beforeMs, everyMs }: InstantRange) {
  return sql<InstantCount[]>`
    select bool_or(ts = ${instantText(afterMs)}::text::timestamptz) as known,
      count(*)::int as seen,
      (count(*) filter (where ts > ${instantText(afterMs)}::text::timestamptz and ${isDue(sql, everyMs)}))::int as count
    from (
      select ts from totals where scope_id = ${FLEET_ID} and ts >= ${instantText(afterMs)}::text::timestamptz
        and ts < ${instantText(beforeMs)}::text::timestamptz
      order by ts limit ${MOST_INSTANTS}
    ) instants`;
}

interface SinceRow extends StoredSample {
  readonly assetId: string;
}

function readSince(sql: Sql, range: InstantRange) {
  return sql<SinceRow[]>`
    select asset_id as "assetId", ${sql.unsafe(SAMPLE_COLUMNS)} from telemetry
    where asset_id = any(${uuidArray(sql, range.assetIds)})
      and ts > ${instantText(range.afterMs)}::text::timestamptz
      and ts < ${instantText(range.beforeMs)}::text::timestamptz and ${isDue(sql, range.everyMs)}
      and known is null
    order by ts`;
}

function isDue(sql: Sql, everyMs: number) {
  return sql`mod(round(extract(epoch from ts) * 1000)::bigint, ${everyMs}::bigint) = 0`;
}

function groupInstants(rows: readonly SinceRow[]): StoredInstant[] {
  const byInstant = new Map<number, { timestampMs: number; dtS: number; samples: SinceRow[] }>();
  for (const row of rows) {
    const { timestampMs, dtS } = row;
    const found = byInstant.get(timestampMs);
    if (found === undefined) byInstant.set(timestampMs, { timestampMs, dtS, samples: [row] });
    else found.samples.push(row);
  }
  return [...byInstant.values()];
}

function fillSteps(rows: readonly StepRow[], { fromMs, untilMs, stepS }: StepRange): HistoryStep[] {
  const byStart = new Map(rows.map((row) => [row.fromMs, row]));
  const steps: HistoryStep[] = [];
  for (let start = stepStartMs(fromMs, stepS); start < untilMs; start += stepS * 1000) {
    const row = byStart.get(start);
    steps.push({
      fromMs: start,
      untilMs: start + stepS * 1000,
      sampleCount: row?.sampleCount ?? 0,
      coverageRatio: (row?.coveredS ?? 0) / stepS,
      knownMs: row?.knownMs ?? null,
      ...stepValues(
        (field) => (row === undefined ? null : statOf(row, field)),
        (field) => row?.[field] ?? 0,
        (field) => row?.[field] ?? null,
      ),
    });
  }
  return steps;
}

function statOf(row: StepRow, field: StatField): Stat | null {
  const names = STAT_NAMES[field];
  if (row[names.mean] === null) return null;
  const at = (part: keyof Stat) => row[names[part]] as number;
  return { mean: at("mean"), min: at("min"), max: at("max"), last: at("last") };
}
