import {
  type HistoryStep,
  STEP_ORIGIN_MS,
  type StepRange,
  stepStartMs,
} from "../domain/history.ts";
import type { SampleRange, StoredSample, TelemetryStore } from "../domain/ports/telemetry-store.ts";
import { type Client, uuidArray } from "./client.ts";

const DEADLINE_MS = 10_000;

/** Reads what the writer stored. The SQL is the same on PostgreSQL and on TimescaleDB. */
export function createTelemetryStore(client: Client): TelemetryStore {
  return {
    samples: (assetId, { limit, fromMs, untilMs }: SampleRange) =>
      client.within(
        DEADLINE_MS,
        (sql) => sql<StoredSample[]>`
          select (extract(epoch from ts) * 1000)::float8 as "timestampMs", soc_mwhr as "socMwhr",
                 soc_pct as "socPct", capacity_mwhr as "capacityMwhr", current_mw as "currentMw",
                 setpoint_mw as "setpointMw", max_mw as "maxMw", min_mw as "minMw",
                 limited_by as "limitedBy", energy_in_mwhr as "energyInMwhr",
                 energy_out_mwhr as "energyOutMwhr"
          from telemetry
          where asset_id = ${assetId} and ts >= ${bound(fromMs)}::text::timestamptz
            and ts < ${bound(untilMs)}::text::timestamptz
          order by asset_id desc, ts desc limit ${limit}`,
      ),
    steps: (assetIds, range) =>
      client.within(DEADLINE_MS, async (sql) => {
        const from = stepStartMs(range.fromMs, range.stepS);
        const until = stepStartMs(range.untilMs - 1, range.stepS) + range.stepS * 1000;
        // One row an instant first: several assets are summed before anything is averaged over time.
        const rows = await sql<StepRow[]>`
          select (extract(epoch from date_bin(make_interval(secs => ${range.stepS}), ts, ${instant(STEP_ORIGIN_MS)})) * 1000)::float8 as "fromMs",
                 count(*)::int as "sampleCount", sum(dt_s) as "coveredS",
                 sum(soc_pct * dt_s) / sum(dt_s) as "socMean", min(soc_pct) as "socMin", max(soc_pct) as "socMax",
                 (array_agg(soc_pct order by ts desc))[1] as "socLast",
                 sum(current_mw * dt_s) / sum(dt_s) as "mwMean", min(current_mw) as "mwMin", max(current_mw) as "mwMax",
                 (array_agg(current_mw order by ts desc))[1] as "mwLast",
                 sum(in_mwhr) as "energyInMwhr", sum(out_mwhr) as "energyOutMwhr"
          from (
            select ts, max(dt_s) as dt_s, sum(soc_mwhr) / sum(capacity_mwhr) * 100 as soc_pct,
                   sum(current_mw) as current_mw,
                   sum(greatest(-current_mw, 0) * dt_s / 3600) as in_mwhr,
                   sum(greatest(current_mw, 0) * dt_s / 3600) as out_mwhr
            from telemetry
            where asset_id = any(${uuidArray(sql, assetIds)}) and ts >= ${instant(from)} and ts < ${instant(until)}
            group by ts
          ) instants
          group by 1 order by 1`;
        return fillSteps(rows, range);
      }),
  };
}

interface StepRow {
  readonly fromMs: number;
  readonly sampleCount: number;
  readonly coveredS: number;
  readonly socMean: number;
  readonly socMin: number;
  readonly socMax: number;
  readonly socLast: number;
  readonly mwMean: number;
  readonly mwMin: number;
  readonly mwMax: number;
  readonly mwLast: number;
  readonly energyInMwhr: number;
  readonly energyOutMwhr: number;
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
      socPct: row
        ? { mean: row.socMean, min: row.socMin, max: row.socMax, last: row.socLast }
        : null,
      currentMw: row
        ? { mean: row.mwMean, min: row.mwMin, max: row.mwMax, last: row.mwLast }
        : null,
      energyInMwhr: row?.energyInMwhr ?? 0,
      energyOutMwhr: row?.energyOutMwhr ?? 0,
    });
  }
  return steps;
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}

/** An end of a range, which may be open. */
function bound(ms: number): string {
  if (ms === Infinity) return "infinity";
  return ms === -Infinity ? "-infinity" : instant(ms);
}
