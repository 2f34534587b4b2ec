// Dispatches and their events as rows. Lists are sent as JSON, which preserves doubles.
import type { Dispatch, DispatchEvent, DispatchProgress } from "../../domain/dispatch/dispatch.ts";
import type { DispatchChange, NamedRequest } from "../../domain/ports/dispatch-store.ts";
import type { Sql } from "../database/client.ts";

/** A row of `dispatches`: whole numbers of 8 bytes come as text. */
export interface DispatchRow extends Omit<Dispatch, "durationS" | "validForS"> {
  readonly durationS: string | null;
  readonly validForS: string | null;
}

export interface EventRow extends Omit<DispatchEvent, "number"> {
  readonly number: string;
}

export function dispatchColumns(sql: Sql) {
  return sql`id, asset_id as "assetId", schedule_id as "scheduleId", mw, duration_s as "durationS",
    ${millis(sql, "start_at", "startMs")}, ${millis(sql, "end_at", "endMs")}, valid_for_s as "validForS",
    on_shortfall as "onShortfall", request_id as "requestId",
    ${millis(sql, "submitted_at", "submittedAtMs")}, rationale, status, reason,
    ${millis(sql, "lease_until", "leaseUntilMs")}, ${millis(sql, "ended_at", "endedAtMs")},
    delivered_mwhr as "deliveredMwhr", held_from_mwhr as "heldFromMwhr",
    ${millis(sql, "held_from_at", "heldFromMs")}, held_from_mw as "heldFromMw",
    demanded_mwhr as "demandedMwhr", shortfall`;
}

export function eventColumns(sql: Sql) {
  return sql`number, ${millis(sql, "at", "atMs")}, dispatch_id as "dispatchId", from_status as "from",
    to_status as "to", reason, by_id as "byId"`;
}

/** The condition of open dispatches, as in their index. */
export function isOpenSql(sql: Sql) {
  return sql`status in ('accepted', 'active')`;
}

/** Of one that ended, and still held its asset when its server ended. Written as in the index of them. */
export function isEndingSql(sql: Sql) {
  return sql`(ended_at is not null and held_from_mwhr is not null)`;
}

export function toDispatch({ durationS, validForS, ...row }: DispatchRow): Dispatch {
  return { ...row, durationS: wholeOf(durationS), validForS: wholeOf(validForS) };
}

export function toEvent({ number, ...row }: EventRow): DispatchEvent {
  return { ...row, number: Number(number) };
}

/**
 * Inserts dispatches, with their `sequence` in the order of the list, and their requests: one statement, so that all
 * or none is stored after one round trip.
 */
export async function insertDispatches(
  sql: Sql,
  dispatches: readonly Dispatch[],
  requests: readonly NamedRequest[],
): Promise<void> {
  const rows = dispatches.map((dispatch, place) => ({
    place,
    id: dispatch.id,
    asset_id: dispatch.assetId,
    schedule_id: dispatch.scheduleId,
    mw: dispatch.mw,
    duration_s: dispatch.durationS,
    start_at: instant(dispatch.startMs),
    end_at: instant(dispatch.endMs),
    valid_for_s: dispatch.validForS,
    on_shortfall: dispatch.onShortfall,
    request_id: dispatch.requestId,
    submitted_at: instant(dispatch.submittedAtMs),
    rationale: dispatch.rationale,
    ...progressRow(dispatch),
  }));
  await sql`
    with named as (
      insert into dispatch_requests (id, text)
      select * from json_to_recordset(${JSON.stringify(requests)}::text::json) as given (id text, text text)
    )
    insert into dispatches (id, asset_id, schedule_id, mw, duration_s, start_at, end_at, valid_for_s,
      on_shortfall, request_id, submitted_at, rationale, status, reason, lease_until, ended_at,
      delivered_mwhr, held_from_mwhr, held_from_at, held_from_mw, demanded_mwhr, shortfall)
    select id, asset_id, schedule_id, mw, duration_s, start_at, end_at, valid_for_s,
      on_shortfall, request_id, submitted_at, rationale, status, reason, lease_until, ended_at,
      delivered_mwhr, held_from_mwhr, held_from_at, held_from_mw, demanded_mwhr, shortfall
    from json_to_recordset(${JSON.stringify(rows)}::text::json) as given (place int, id uuid,
      asset_id uuid, schedule_id uuid, mw float8, duration_s bigint, start_at timestamptz,
      end_at timestamptz, valid_for_s bigint, on_shortfall text, request_id text,
      submitted_at timestamptz, rationale jsonb, status text, reason text, lease_until timestamptz,
      ended_at timestamptz, delivered_mwhr float8, held_from_mwhr float8, held_from_at timestamptz,
      held_from_mw float8, demanded_mwhr float8, shortfall jsonb)
    order by place`;
}

/** Stores changes; of several changes of one dispatch the last is its present state. A repeated call changes nothing. */
export async function storeChanges(sql: Sql, changes: readonly DispatchChange[]): Promise<void> {
  const rationales = new Map(
    changes.flatMap(({ id, rationale }) => (rationale ? [[id, rationale] as const] : [])),
  );
  const rowOf = ({ id, progress }: DispatchChange) => ({
    ...{ id, rationale: rationales.get(id) ?? null },
    ...progressRow(progress),
  });
  const last = new Map(changes.map((change) => [change.id, rowOf(change)]));
  await sql`
    update dispatches set status = given.status, reason = given.reason, lease_until = given.lease_until,
      ended_at = given.ended_at, delivered_mwhr = given.delivered_mwhr,
      held_from_mwhr = given.held_from_mwhr, held_from_at = given.held_from_at,
      held_from_mw = given.held_from_mw, demanded_mwhr = given.demanded_mwhr,
      shortfall = given.shortfall, rationale = coalesce(given.rationale, dispatches.rationale)
    from json_to_recordset(${JSON.stringify([...last.values()])}::text::json) as given (id uuid,
      status text, reason text, lease_until timestamptz, ended_at timestamptz, delivered_mwhr float8,
      held_from_mwhr float8, held_from_at timestamptz, held_from_mw float8, demanded_mwhr float8,
      shortfall jsonb, rationale jsonb)
    where dispatches.id = given.id`;
  const events = changes.flatMap(({ event }) => (event === null ? [] : [eventRow(event)]));
  if (events.length === 0) return;
  await sql`
    insert into dispatch_events (number, dispatch_id, at, from_status, to_status, reason, by_id)
    select * from json_to_recordset(${JSON.stringify(events)}::text::json) as given (number bigint,
      dispatch_id uuid, at timestamptz, from_status text, to_status text, reason text, by_id uuid)
    on conflict do nothing`;
}

function progressRow(progress: DispatchProgress) {
  return {
    status: progress.status,
    reason: progress.reason,
    lease_until: instant(progress.leaseUntilMs),
    ended_at: instant(progress.endedAtMs),
    delivered_mwhr: progress.deliveredMwhr,
    held_from_mwhr: progress.heldFromMwhr,
    held_from_at: instant(progress.heldFromMs),
    held_from_mw: progress.heldFromMw,
    demanded_mwhr: progress.demandedMwhr,
    shortfall: progress.shortfall,
  };
}

function eventRow(event: DispatchEvent) {
  return {
    number: event.number,
    dispatch_id: event.dispatchId,
    at: instant(event.atMs),
    from_status: event.from,
    to_status: event.to,
    reason: event.reason,
    by_id: event.byId,
  };
}

function instant(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

function millis(sql: Sql, column: string, name: string) {
  return sql`(extract(epoch from ${sql(column)}) * 1000)::float8 as ${sql(name)}`;
}

function wholeOf(text: string | null): number | null {
  return text === null ? null : Number(text);
}
