import { type HistoryStep, type StepRange, stepStartMs } from "../domain/history.ts";
import type { SampleRange, StoredSample, TelemetryStore } from "../domain/ports/telemetry-store.ts";
import type { Client } from "./client.ts";
import { type HistoryMarks, instantText } from "./history-marks.ts";
import { ASSET_MINUTES, FLEET_ID, stepsSql, TOTALS_MINUTES } from "./minutes.ts";

const DEADLINE_MS = 10_000;

/** Reads what the writer stored. The SQL is the same on PostgreSQL and on TimescaleDB. */
export function createTelemetryStore(client: Client, marks: HistoryMarks): TelemetryStore {
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
          where asset_id = ${assetId} and ts >= ${instantText(fromMs)}::text::timestamptz
            and ts < ${instantText(untilMs)}::text::timestamptz
          order by asset_id desc, ts desc limit ${limit}`,
      ),
    async steps(scope, range) {
      const fromMs = stepStartMs(range.fromMs, range.stepS);
      const untilMs = stepStartMs(range.untilMs - 1, range.stepS) + range.stepS * 1000;
      const seamMs = range.stepS % 60 === 0 ? marks.minutesUntilMs : fromMs;
      const bounds = [fromMs, Math.min(Math.max(seamMs, fromMs), untilMs), untilMs].map(
        instantText,
      );
      const id = scope.kind === "fleet" ? FLEET_ID : scope.id;
      const text = scope.kind === "asset" ? ASSET_STEPS : TOTALS_STEPS;
      const rows = await client.within(DEADLINE_MS, (sql) =>
        sql.unsafe<StepRow[]>(text, [id, ...bounds, range.stepS], { prepare: true }),
      );
      return fillSteps(rows, range);
    },
  };
}

const ASSET_STEPS = stepsSql(ASSET_MINUTES);
const TOTALS_STEPS = stepsSql(TOTALS_MINUTES);

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
