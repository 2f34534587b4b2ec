// Partial storage of a record: the refused part is set aside, the rest is stored.
import type { Alarm } from "../../domain/alarm/alarm.ts";
import type { Digests } from "../../domain/audit/chain.ts";
import type { DispatchChange } from "../../domain/ports/dispatch-store.ts";
import { storeAlarms } from "../alarm/alarm-rows.ts";
import { storeAudit } from "../audit/audit-rows.ts";
import type { Client, Sql } from "../database/client.ts";
import { sift } from "../database/halving.ts";
import { isRefused, refusalOf, sqlStateOf } from "../database/trial.ts";
import { storeChanges } from "../dispatch/dispatch-rows.ts";
import { rowsOf, rowText } from "./row-reader.ts";
import { storeRows, storeStates } from "./rows.ts";
import { contentOf, encodeChanges } from "./spool-payload.ts";

const DEADLINE_MS = 10_000;
/** The limit of refused parts of one record: beyond it the rest is set aside as a whole, so that a record takes some seconds at most. */
const MOST_REFUSED = 100;
/** The number of newest rejected rows among which repetitions are looked for, after a crash. */
const LOOKED_AT = 10_000;

/** The outcome of a record. */
export interface Parted {
  readonly refusedRows: number;
  /** Changes of dispatches, alarms, and records of the audit log. */
  readonly refusedChanges: number;
  /** Whether any of it was stored. */
  readonly isStored: boolean;
  /** The part that the table of refused rows does not accept either. */
  readonly rest: Uint8Array | undefined;
  /** The instant from which minutes must be summed up again, as `reopenMinutes`. */
  readonly reopenedMs: number | undefined;
  readonly error: unknown;
}

/** One row, change or alarm of a record, or the text of a record of the audit log. */
type Part =
  | { readonly row: Uint8Array }
  | { readonly change: DispatchChange }
  | { readonly alarm: Alarm }
  | { readonly audit: string };

/**
 * Stores the part of a record that the database accepts, and sets the rest aside in `telemetry_rejected`.
 *
 * @param error The refusal of the whole record.
 */
export async function storeParts(
  client: Client,
  payload: Uint8Array,
  error: unknown,
  auditDigests: Digests,
): Promise<Parted> {
  const parts = partsOf(payload);
  const whole = { refusedRows: 1, refusedChanges: 0, isStored: false, reopenedMs: undefined };
  if (parts === undefined) return { ...whole, rest: payload, error };
  const { taken, refused, left } = await sift(
    parts,
    (some) => refusalOf(client, DEADLINE_MS, (sql) => store(sql, some, auditDigests)),
    MOST_REFUSED,
  );
  const aside = refused.map((it) => ({ reason: messageOf(it.error), row: textOf(it.item) }));
  const rest = [...left];
  let reopenedMs: number | undefined;
  const first = refused[0]?.error ?? error;
  try {
    const isAside = await client.transact(DEADLINE_MS, async (sql) => {
      reopenedMs = await store(sql, taken, auditDigests);
      return aside.length === 0 || putAside(sql, aside);
    });
    if (!isAside) rest.push(...refused.map(({ item }) => item));
  } catch (again) {
    if (!isRefused(again)) throw again;
    // Each part by itself is accepted, and all together are not.
    return { ...countsOf(parts), isStored: false, rest: payload, reopenedMs: undefined, error };
  }
  const lost = [...refused.map(({ item }) => item), ...left];
  const isStored = taken.length > 0;
  return { ...countsOf(lost), isStored, rest: payloadOf(rest), reopenedMs, error: first };
}

function partsOf(payload: Uint8Array): Part[] | undefined {
  const { rows, changes, alarms, audit } = contentOf([payload]);
  if (rows.length === 0)
    return [
      ...changes.map((change) => ({ change })),
      ...alarms.map((alarm) => ({ alarm })),
      ...audit.map((text) => ({ audit: text })),
    ];
  return rowsOf(payload)?.map((row) => ({ row }));
}

function split(parts: readonly Part[]) {
  return {
    rows: parts.flatMap((part) => ("row" in part ? [part.row] : [])),
    changes: parts.flatMap((part) => ("change" in part ? [part.change] : [])),
    alarms: parts.flatMap((part) => ("alarm" in part ? [part.alarm] : [])),
    audit: parts.flatMap((part) => ("audit" in part ? [part.audit] : [])),
  };
}

async function store(
  sql: Sql,
  parts: readonly Part[],
  auditDigests: Digests,
): Promise<number | undefined> {
  const { rows, changes, alarms, audit } = split(parts);
  if (changes.length > 0) await storeChanges(sql, changes);
  if (alarms.length > 0) await storeAlarms(sql, alarms);
  await storeAudit(sql, audit, auditDigests);
  if (rows.length === 0) return undefined;
  const reopenedMs = await storeRows(sql, rows);
  await storeStates(sql, undefined);
  return reopenedMs;
}

interface Aside {
  readonly reason: string;
  readonly row: string;
}

/** @returns Whether the table accepts them, each once. */
async function putAside(sql: Sql, aside: readonly Aside[]): Promise<boolean> {
  await sql`savepoint aside`;
  try {
    const given = aside.map((it, place) => ({ place, ...it }));
    await sql`
      insert into telemetry_rejected (reason, row)
      select reason, row
      from json_to_recordset(${JSON.stringify(given)}::text::json) as given (place int, reason text, row text)
      where not exists (
        select from (select row from telemetry_rejected order by id desc limit ${LOOKED_AT}) newest
        where newest.row = given.row)
      order by place`;
    return true;
  } catch (error) {
    // 42: the table does not exist, or is not ours.
    if (!isRefused(error) && !sqlStateOf(error).startsWith("42")) throw error;
    await sql`rollback to savepoint aside`;
    return false;
  }
}

function textOf(part: Part): string {
  if ("row" in part) return rowText(part.row);
  if ("audit" in part) return part.audit;
  return JSON.stringify("change" in part ? part.change : part.alarm);
}

function payloadOf(parts: readonly Part[]): Uint8Array | undefined {
  if (parts.length === 0) return undefined;
  const { rows, ...changes } = split(parts);
  return rows.length > 0 ? Buffer.concat(rows) : encodeChanges(changes);
}

function countsOf(parts: readonly Part[]) {
  const { rows } = split(parts);
  return { refusedRows: rows.length, refusedChanges: parts.length - rows.length };
}

function messageOf(error: unknown): string {
  return `${sqlStateOf(error)} ${(error as Error).message}`;
}
