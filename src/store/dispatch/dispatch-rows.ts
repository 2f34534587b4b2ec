// Dispatches and their events as rows: fields and columns are those of the schema, which has the names of the domain.
import { getTableColumns } from "drizzle-orm";
import type { Digests } from "../../domain/audit/chain.ts";
import type { AuditRecord } from "../../domain/audit/record.ts";
import { auditText } from "../../domain/audit/text.ts";
import type { Dispatch, DispatchProgress } from "../../domain/dispatch/dispatch.ts";
import type { DispatchChange, NamedRequest } from "../../domain/ports/dispatch-store.ts";
import { insertAuditSql, signedRows } from "../audit/audit-rows.ts";
import type { Sql } from "../database/client.ts";
import { type Columns, definitionsOf, namesOf, rowsJson } from "../database/recordset.ts";
import { dispatchEvents, dispatches as table } from "../database/schema.ts";

const { sequence: _, ...dispatchFields } = getTableColumns(table);
export const DISPATCH_FIELDS = dispatchFields;
export const EVENT_FIELDS = getTableColumns(dispatchEvents);

/** The condition of open dispatches, as in their index. */
export const IS_OPEN = "status in ('accepted', 'active')";
/** Of one that ended, and still held its asset when its server ended. Written as in the index of them. */
export const IS_ENDING = "(ended_at is not null and held_from_mwhr is not null)";

const PROGRESS_FIELDS = {
  status: table.status,
  reason: table.reason,
  leaseUntilMs: table.leaseUntilMs,
  endedAtMs: table.endedAtMs,
  deliveredMwhr: table.deliveredMwhr,
  heldFromMwhr: table.heldFromMwhr,
  heldFromMs: table.heldFromMs,
  heldFromMw: table.heldFromMw,
  demandedMwhr: table.demandedMwhr,
  shortfall: table.shortfall,
} satisfies Record<keyof DispatchProgress, unknown>;
const CHANGE_FIELDS = { id: table.id, rationale: table.rationale, ...PROGRESS_FIELDS };

const ADD = `
  with named as (
    insert into dispatch_requests (id, text)
    select * from json_to_recordset($1::text::json) as given (id text, text text)
  ), audited as (${insertAuditSql(3)})
  insert into dispatches (${namesOf(DISPATCH_FIELDS)})
  select ${namesOf(DISPATCH_FIELDS)}
  from rows from (json_to_recordset($2::text::json) as (${definitionsOf(DISPATCH_FIELDS)}))
    with ordinality as given (${namesOf(DISPATCH_FIELDS)}, place)
  order by place`;

/**
 * Inserts dispatches, with their `sequence` in the order of the list, their requests, and the records of the audit log:
 * one statement, so that all or none is stored after one round trip.
 */
export async function insertDispatches(
  sql: Sql,
  dispatches: readonly Dispatch[],
  requests: readonly NamedRequest[],
  audit: readonly AuditRecord[],
  digests: Digests,
): Promise<void> {
  const rows = rowsJson(DISPATCH_FIELDS, dispatches);
  const given = [JSON.stringify(requests), rows, signedRows(audit.map(auditText), digests)];
  await sql.unsafe(ADD, given, { prepare: true });
}

const CHANGE = `
  update dispatches
  set ${namesOf(PROGRESS_FIELDS).map((name) => `${name} = given.${name}`)},
    rationale = coalesce(given.rationale, dispatches.rationale)
  from json_to_recordset($1::text::json) as given (${definitionsOf(CHANGE_FIELDS)})
  where dispatches.id = given.id`;
const ADD_EVENTS = `
  insert into dispatch_events (${namesOf(EVENT_FIELDS)})
  select ${namesOf(EVENT_FIELDS)}
  from json_to_recordset($1::text::json) as given (${definitionsOf(EVENT_FIELDS)})
  on conflict do nothing`;

/** Stores changes; of several changes of one dispatch the last is its present state. A repeated call changes nothing. */
export async function storeChanges(sql: Sql, changes: readonly DispatchChange[]): Promise<void> {
  const store = <C extends Columns>(
    text: string,
    columns: C,
    items: readonly { readonly [F in keyof C]: unknown }[],
  ) => sql.unsafe(text, [rowsJson(columns, items)], { prepare: true });
  const rationales = new Map(
    changes.flatMap(({ id, rationale }) => (rationale ? [[id, rationale] as const] : [])),
  );
  const last = new Map(
    changes.map(({ id, progress }) => [
      id,
      { id, rationale: rationales.get(id) ?? null, ...progress },
    ]),
  );
  await store(CHANGE, CHANGE_FIELDS, [...last.values()]);
  const events = changes.flatMap(({ event }) => event ?? []);
  if (events.length > 0) await store(ADD_EVENTS, EVENT_FIELDS, events);
}
