// Brings the minutes up to what is stored, in slices that stay small.
import type { Client } from "./client.ts";
import { advanceMinutes, type HistoryMarks, instantText } from "./history-marks.ts";
import { FLEET_ID, MINUTE_SOURCES, sumUp } from "./minutes.ts";
import type { StoreShape } from "./timescale.ts";

const DEADLINE_MS = 60_000;
const MINUTE_MS = 60_000;
/** Minutes are summed up so many at a time at least: a search by key for each asset is most of the work. */
const FEWEST_MINUTES = 5;
const MOST_MINUTES = 24 * 60;
/** Samples that one slice may hold. */
const MOST_ROWS = 1_000_000;

export interface RollUp {
  /** Sums up the next slice; false where there is nothing to do yet. */
  next(): Promise<boolean>;
}

export interface SampleRate {
  /** How many assets report now. */
  assetCount(): number;
  readonly dtS: number;
}

export function createRollUp(
  client: Client,
  shape: StoreShape,
  marks: HistoryMarks,
  rate: SampleRate,
): RollUp {
  const tables = MINUTE_SOURCES.filter((source) => !shape.aggregates.includes(source));

  /** Whether the mark was moved; where rows came late meanwhile, it is for the next time. */
  async function sum(fromMs: number, untilMs: number): Promise<boolean> {
    // From the mark on, where there are no samples too: some may have been taken away from there.
    const markMs = Math.max(marks.minutesUntilMs, marks.rawFromMs);
    const refreshMs = markMs === -Infinity ? fromMs : markMs;
    for (const { minutes } of shape.aggregates) {
      // Refreshing must not happen in a transaction, and never reaches where samples were removed.
      await client.within(DEADLINE_MS, async (sql) => {
        await sql.unsafe("set timescaledb.max_tuples_decompressed_per_dml_transaction = 0");
        await sql.unsafe(
          `call refresh_continuous_aggregate('${minutes}', '${instantText(refreshMs)}', '${instantText(untilMs)}')`,
        );
      });
    }
    const beforeMs = marks.minutesUntilMs;
    const moved = await client.transact(DEADLINE_MS, async (sql) => {
      for (const source of tables) await sumUp(sql, source, fromMs, untilMs);
      return advanceMinutes(sql, beforeMs, untilMs);
    });
    // Late rows may have moved the mark back while this ran.
    if (moved && marks.minutesUntilMs === beforeMs) marks.minutesUntilMs = untilMs;
    return moved;
  }

  return {
    async next() {
      const span = await spanOf(client, Math.max(marks.minutesUntilMs, marks.rawFromMs));
      if (span === undefined) return false;
      const untilMs = Math.min(span.fromMs + sliceMinutes(rate) * MINUTE_MS, span.untilMs);
      if (untilMs - span.fromMs < FEWEST_MINUTES * MINUTE_MS) return false;
      return sum(span.fromMs, untilMs);
    },
  };
}

/** The whole minutes that are stored from an instant on: rows are stored in the order of time. */
async function spanOf(
  client: Client,
  sinceMs: number,
): Promise<{ fromMs: number; untilMs: number } | undefined> {
  const [row] = await client.within(
    DEADLINE_MS,
    (sql) => sql<{ fromMs: number | null; untilMs: number | null }[]>`
      select (extract(epoch from date_trunc('minute', min(ts), 'UTC')) * 1000)::float8 as "fromMs",
             (extract(epoch from date_trunc('minute', max(ts), 'UTC')) * 1000)::float8 as "untilMs"
      from totals where scope_id = ${FLEET_ID} and ts >= ${instantText(sinceMs)}::text::timestamptz`,
  );
  if (row?.fromMs == null || row.untilMs == null) return undefined;
  return { fromMs: row.fromMs, untilMs: row.untilMs };
}

function sliceMinutes({ assetCount, dtS }: SampleRate): number {
  const rowsPerMinute = (assetCount() * 60) / dtS;
  return Math.min(MOST_MINUTES, Math.max(FEWEST_MINUTES, Math.floor(MOST_ROWS / rowsPerMinute)));
}
