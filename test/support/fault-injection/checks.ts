// What must hold after all faults: of ticks that were announced, and of dispatches that were acknowledged.
import { queryDatabase } from "../stored-rows.ts";
import type { Acknowledged } from "./load.ts";
import type { AnnouncedTick, Observer } from "./observer.ts";

/** An announced tick of which rows are neither stored nor set aside. */
export interface MissingTick extends AnnouncedTick {
  readonly rows: number;
}

/**
 * Compares the announced ticks with what the store holds. An instant may have been announced twice, where the clock
 * was ahead; its rows are then stored once and set aside once.
 */
export async function missingTicks(
  databaseUrl: string,
  ticks: readonly AnnouncedTick[],
  assetCount: number,
): Promise<MissingTick[]> {
  const rows = await queryDatabase<{ ms: number; rows: number }>(
    databaseUrl,
    `select ms, count(*)::int as rows from (
       select round(extract(epoch from ts) * 1000)::float8 as ms from telemetry
       union all select round(extract(epoch from ts) * 1000)::float8 from telemetry_ahead
       union all select round(extract(epoch from (row::json ->> 'ts')::timestamptz) * 1000)::float8
         from telemetry_rejected
     ) kept group by ms`,
  );
  const left = new Map(rows.map((row) => [row.ms, row.rows]));
  const missing: MissingTick[] = [];
  for (const tick of ticks) {
    const there = Math.min(left.get(tick.timestampMs) ?? 0, assetCount);
    left.set(tick.timestampMs, (left.get(tick.timestampMs) ?? 0) - there);
    if (there < assetCount) missing.push({ ...tick, rows: assetCount - there });
  }
  return missing;
}

/** The counters of samples that reached neither the disk nor the database, in frames and damaged records. */
const LOST = [
  "mando_spool_unspooled_frames_total",
  "mando_spool_dropped_frames_total",
  "mando_spool_lost_records_total",
] as const;

/** What all runs counted as lost. */
export function countedAsLost(counters: Observer["counters"]): number {
  let total = 0;
  for (const ofRun of counters.values()) for (const name of LOST) total += ofRun.get(name) ?? 0;
  return total;
}

/** What is wrong with the acknowledged dispatches, a line each. */
export async function dispatchFaults(
  url: string,
  acknowledged: readonly Acknowledged[],
): Promise<string[]> {
  const faults: string[] = [];
  const holding = new Map<string, string>();
  for (const { id, assetId, mw } of acknowledged) {
    const answer = await fetch(`${url}/dispatch/${id}`);
    if (answer.status !== 200) {
      faults.push(`${id}: ${answer.status}`);
      continue;
    }
    const found = (await answer.json()) as FoundDispatch;
    if (found.asset_id !== assetId || found.mw !== mw)
      faults.push(`${id} is another: ${JSON.stringify(found)}`);
    const isOpen = found.status === "accepted" || found.status === "active";
    if (!isOpen && found.ended_at === null) faults.push(`${id} is ${found.status} without an end`);
    if (!isOpen && found.status !== "completed" && found.reason === null)
      faults.push(`${id} is ${found.status} without a reason`);
    if (isOpen && found.end_at !== null && Date.parse(found.end_at) < Date.now() - 5_000)
      faults.push(`${id} is ${found.status} after its end`);
    if (found.status !== "active") continue;
    if (holding.has(assetId)) faults.push(`${id} and ${holding.get(assetId)} hold one asset`);
    holding.set(assetId, id);
    const sample = (await (await fetch(`${url}/telemetry/${assetId}`)).json()) as {
      timestamp: string;
      setpoint_mw: number;
    };
    // The sample of the instant at which it began is of the tick before.
    if (sample.timestamp > found.start_at && sample.setpoint_mw !== mw)
      faults.push(`${id} is active at ${mw} MW, the setpoint is ${sample.setpoint_mw}`);
  }
  return faults;
}

interface FoundDispatch {
  readonly asset_id: string;
  readonly mw: number;
  readonly status: string;
  readonly start_at: string;
  readonly reason: string | null;
  readonly end_at: string | null;
  readonly ended_at: string | null;
}
