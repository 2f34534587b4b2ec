// Samples ahead of the clock at a start: a few seconds are waited for, more are set aside, so that ticks continue.

import type { AssetLeft } from "../../domain/ports/fleet-store.ts";
import { tickAt, tickInstantMs } from "../../domain/time/grid.ts";
import { type Client, type Sql, uuidArray } from "../database/client.ts";
import { advanceStatesSql, ROW_COLUMNS } from "./columns.ts";
import { MINUTE_SOURCES } from "./minutes.ts";

import { ALLOW_COMPRESSED, isAggregate } from "./timescale.ts";
import { instantText } from "./watermarks.ts";

/** The largest lead of a clock for which the fleet waits, in ms. */
const WAITED_MS = 60_000;
/** There may be many samples. */
const DEADLINE_MS = 600_000;
const MINUTE_MS = 60_000;

/** The samples that were set aside at this start. */
export interface SetAside {
  readonly samples: number;
  /** States of assets: a state in the future is moved to the newest instant that has passed. */
  readonly states: ReadonlyMap<string, AssetLeft>;
}

/**
 * Moves samples that lie more than 60 s in the future into `telemetry_ahead`. Assets continue with the newest of them, as
 * if no time had passed; open dispatches continue likewise.
 *
 * @param states The stored states of assets.
 * @param nowMs  In ms since the epoch, by the clock of the ticks.
 */
export async function setAsideAhead(
  client: Client,
  states: ReadonlyMap<string, AssetLeft>,
  nowMs: number,
  dtS: number,
): Promise<SetAside> {
  let newestMs = 0;
  for (const { timestampMs } of states.values()) newestMs = Math.max(newestMs, timestampMs);
  if (newestMs <= nowMs + WAITED_MS) return { samples: 0, states };
  const cut: Cut = { fromMs: tickInstantMs(tickAt(nowMs, dtS), dtS), newestMs, nowMs };
  const samples = await client.transact(DEADLINE_MS, (sql) => moveAhead(sql, cut));
  const left = [...states].map(([id, state]): [string, AssetLeft] => [
    id,
    { ...state, timestampMs: Math.min(state.timestampMs, cut.fromMs) },
  ]);
  return { samples, states: new Map(left) };
}

interface Cut {
  /** The newest instant of the grid that has passed: later samples are moved. */
  readonly fromMs: number;
  /** The newest sample. */
  readonly newestMs: number;
  readonly nowMs: number;
}

/** @returns How many samples were moved. */
async function moveAhead(sql: Sql, cut: Cut): Promise<number> {
  const from = sql`${instantText(cut.fromMs)}::text::timestamptz`;
  const asideAt = sql`${instantText(cut.nowMs)}::text::timestamptz`;
  const assets = await sql<{ id: string }[]>`select id from assets`;
  // By id, so that the key is used: samples have no other index.
  const ids = uuidArray(
    sql,
    assets.map(({ id }) => id),
  );
  const columns = sql.unsafe([...ROW_COLUMNS, "known"].join(", "));
  await sql.unsafe(ALLOW_COMPRESSED);
  const moved = await sql`
    insert into telemetry_ahead (${columns}, set_aside_at)
    select ${columns}, ${asideAt} from telemetry where asset_id = any(${ids}) and ts > ${from}`;
  await sql.unsafe(
    advanceStatesSql(
      `telemetry_ahead where set_aside_at = '${instantText(cut.nowMs)}'::timestamptz`,
    ),
  );
  await sql`update asset_states set ts = ${from} where ts > ${from}`;
  for (const { samples, id, ids: known } of MINUTE_SOURCES)
    await sql.unsafe(
      `delete from ${samples} where ${id} = any(array(${known})) and ts > '${instantText(cut.fromMs)}'::timestamptz`,
    );
  await moveMinutes(sql, Math.floor(cut.fromMs / MINUTE_MS) * MINUTE_MS);
  await moveDispatches(sql, cut);
  return moved.count;
}

/** Minutes from here on are summed up again. A continuous aggregate drops its own then: until then nothing reads them. */
async function moveMinutes(sql: Sql, fromMs: number): Promise<void> {
  for (const { minutes, id, ids } of MINUTE_SOURCES)
    if (!(await isAggregate(sql, minutes)))
      await sql.unsafe(
        `delete from ${minutes} where ${id} = any(array(${ids})) and ts >= '${instantText(fromMs)}'::timestamptz`,
      );
  // Samples may have been removed by an age that counted from the future. A watermark that is not set stays so.
  const from = sql`${instantText(fromMs)}::text::timestamptz`;
  await sql`update history_marks set minutes_until = ${from} where minutes_until > ${from}`;
  await sql`update history_marks set raw_from = ${from} where raw_from > ${from}`;
}

/**
 * Moves instants of dispatches out of the future: a dispatch that had begun has begun, and lasts as long as before. A
 * waiting dispatch keeps its instants, and no lease is longer than granted. An ended dispatch has ended, in the same order.
 */
async function moveDispatches(sql: Sql, { fromMs, newestMs }: Cut): Promise<void> {
  const from = sql`${instantText(fromMs)}::text::timestamptz`;
  const ahead = sql`make_interval(secs => ${(newestMs - fromMs) / 1000}::float8)`;
  const open = sql`status in ('accepted', 'active')`;
  await sql`
    update dispatches set start_at = least(start_at - ${ahead}, ${from}), end_at = end_at - ${ahead},
      lease_until = lease_until - ${ahead}
    where ${open} and start_at > ${from}
      and (status = 'active' or start_at <= ${instantText(newestMs)}::text::timestamptz)`;
  await sql`
    update dispatches
    set lease_until = least(lease_until, greatest(start_at, ${from}) + make_interval(secs => valid_for_s))
    where ${open} and lease_until is not null`;
  await sql`update dispatches set ended_at = ${from} - (${ahead} - (ended_at - ${from})) / 1000 where ended_at > ${from}`;
}
