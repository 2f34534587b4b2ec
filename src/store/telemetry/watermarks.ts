// The watermarks of history: up to where it is summed up into minutes, and from where on samples exist.
import type { Sql } from "../database/client.ts";
import { FLEET_ID } from "./minutes.ts";

/**
 * The watermarks in this process. No other process moves them, and every move is committed
 * before it shows here.
 */
export interface Watermarks {
  /** Minutes before this are all summed up, in ms since the epoch; -Infinity before the first. */
  minutesUntilMs: number;
  /** Samples before this were removed, or are being removed; -Infinity before the first removal. */
  rawFromMs: number;
}

export function createWatermarks(): Watermarks {
  return { minutesUntilMs: -Infinity, rawFromMs: -Infinity };
}

export async function readWatermarks(sql: Sql, watermarks: Watermarks): Promise<void> {
  await sql`insert into history_marks values (1) on conflict do nothing`;
  const [row] = await sql<{ minutesUntilMs: number; rawFromMs: number }[]>`
    select (extract(epoch from coalesce(minutes_until, '-infinity')) * 1000)::float8 as "minutesUntilMs",
           (extract(epoch from coalesce(raw_from, '-infinity')) * 1000)::float8 as "rawFromMs"
    from history_marks`;
  if (row) Object.assign(watermarks, row);
}

/** The oldest stored instant of the fleet, in ms since the epoch; Infinity where there is none. */
export async function readOldest(sql: Sql): Promise<number> {
  const [row] = await sql<{ oldestMs: number | null }[]>`
    select (extract(epoch from least(
      (select min(ts) from totals where scope_id = ${FLEET_ID}),
      (select min(ts) from totals_1m where scope_id = ${FLEET_ID}))) * 1000)::float8 as "oldestMs"`;
  return row?.oldestMs ?? Infinity;
}

/** Moves the watermark of minutes forward; false where it was moved back meanwhile. */
export async function advanceMinutes(sql: Sql, fromMs: number, untilMs: number): Promise<boolean> {
  const { count } = await sql`
    update history_marks set minutes_until = ${instantText(untilMs)}::text::timestamptz
    where coalesce(minutes_until, '-infinity') = ${instantText(fromMs)}::text::timestamptz`;
  return count === 1;
}

/**
 * Moves the watermark of minutes back to rows that were staged for minutes already summed up, in the
 * transaction that stores them; never to instants whose samples were removed.
 *
 * @returns The watermark, in ms since the epoch, or undefined where it stayed.
 */
export async function reopenMinutes(sql: Sql): Promise<number | undefined> {
  const [moved] = await sql<{ untilMs: number }[]>`
    update history_marks
    set minutes_until = greatest(raw_from, date_trunc('minute', late.ts, 'UTC'))
    from (select min(ts) as ts from staging) late
    where minutes_until > late.ts and minutes_until > coalesce(raw_from, '-infinity')
    returning (extract(epoch from minutes_until) * 1000)::float8 as "untilMs"`;
  return moved?.untilMs;
}

/** An instant as text of PostgreSQL; it may be infinite. */
export function instantText(ms: number): string {
  if (ms === Infinity) return "infinity";
  return ms === -Infinity ? "-infinity" : new Date(ms).toISOString();
}
