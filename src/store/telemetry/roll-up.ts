// The roll-up: sums up stored samples into minutes, in small slices.
import type { Client } from "../database/client.ts";
import { sift } from "../database/halving.ts";
import { isRefused, refusalOf } from "../database/trial.ts";
import { FLEET_ID, MINUTE_SOURCES, type MinuteSource, sumUp } from "./minutes.ts";
import type { SampleRate, StoreShape } from "./timescale.ts";
import { advanceMinutes, instantText, type Watermarks } from "./watermarks.ts";

const DEADLINE_MS = 60_000;
const MINUTE_MS = 60_000;
/** The least number of minutes per slice: a search by key for each asset is most of the work. */
const FEWEST_MINUTES = 5;
const MOST_MINUTES = 24 * 60;
/** The limit of refused ids in one slice: beyond it, all untested ids are left out too. */
const MOST_REFUSED = 100;
/** The largest number of samples in one slice. */
const MOST_ROWS = 1_000_000;

export interface RollUp {
  /** Sums up the next slice; false where no slice is complete yet. */
  next(): Promise<boolean>;
  /** How often an asset, a site or the fleet was left out of a slice, because the database refused to sum up its samples. */
  refusedSums(): number;
}

export function createRollUp(
  client: Client,
  shape: StoreShape,
  watermarks: Watermarks,
  rate: SampleRate,
): RollUp {
  let refusedSums = 0;
  const tables = MINUTE_SOURCES.filter((source) => !shape.aggregates.includes(source));

  /** @returns Whether the watermark was moved; where late rows arrived meanwhile, it is not. */
  async function sum(fromMs: number, untilMs: number): Promise<boolean> {
    // From the watermark on, also where there are no samples: some may have been removed there.
    const watermarkMs = Math.max(watermarks.minutesUntilMs, watermarks.rawFromMs);
    const refreshMs = watermarkMs === -Infinity ? fromMs : watermarkMs;
    for (const { minutes } of shape.aggregates) {
      // A refresh must not run in a transaction, and never reaches instants whose samples were removed.
      await client.within(DEADLINE_MS, async (sql) => {
        await sql.unsafe("set timescaledb.max_tuples_decompressed_per_dml_transaction = 0");
        await sql.unsafe(
          `call refresh_continuous_aggregate('${minutes}', '${instantText(refreshMs)}', '${instantText(untilMs)}')`,
        );
      });
    }
    const beforeMs = watermarks.minutesUntilMs;
    const sumUpAll = (only?: ReadonlyMap<MinuteSource, readonly string[]>) =>
      client.transact(DEADLINE_MS, async (sql) => {
        // From the watermark on likewise: late samples may lie where no frame was.
        for (const source of tables)
          await sumUp(sql, source, refreshMs, untilMs, only?.get(source));
        return advanceMinutes(sql, beforeMs, untilMs);
      });
    const moved = await sumUpAll().catch(async (error) => {
      if (!isRefused(error)) throw error;
      return sumUpAll(await takenIds(refreshMs, untilMs));
    });
    // Late rows may have moved the watermark back meanwhile.
    if (moved && watermarks.minutesUntilMs === beforeMs) watermarks.minutesUntilMs = untilMs;
    return moved;
  }

  /** The ids whose samples can be summed up; the others are counted. */
  async function takenIds(fromMs: number, untilMs: number) {
    const taken = new Map<MinuteSource, readonly string[]>();
    for (const source of tables) {
      const rows = await client.within(DEADLINE_MS, (sql) =>
        sql.unsafe<{ id: string }[]>(source.ids),
      );
      const sifted = await sift(
        rows.map(({ id }) => id),
        (some) =>
          refusalOf(client, DEADLINE_MS, (sql) => sumUp(sql, source, fromMs, untilMs, some)),
        MOST_REFUSED,
      );
      taken.set(source, sifted.taken);
      refusedSums += sifted.refused.length + sifted.left.length;
    }
    return taken;
  }

  return {
    refusedSums: () => refusedSums,
    async next() {
      const span = await spanOf(client, Math.max(watermarks.minutesUntilMs, watermarks.rawFromMs));
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
