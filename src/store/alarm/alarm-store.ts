// The store of alarms in PostgreSQL.
import {
  and,
  desc,
  eq,
  sql as fragment,
  inArray,
  isNotNull,
  isNull,
  lt,
  or,
  type SQL,
} from "drizzle-orm";
import { type Alarm, eventsOf } from "../../domain/alarm/alarm.ts";
import type { AuditRecord } from "../../domain/audit/record.ts";
import type { AlarmStore, AlarmWrite } from "../../domain/ports/alarm-store.ts";
import type { Client, Sql } from "../database/client.ts";
import { isAmong, query } from "../database/query.ts";
import { alarms } from "../database/schema.ts";
import { ALARM_FIELDS } from "./alarm-rows.ts";

const IS_OPEN = isNull(alarms.clearedAtMs);
const IS_CLEARED = isNotNull(alarms.clearedAtMs);
const DEADLINE_MS = 5_000;
/** At a start there may be many alarms. */
const OPEN_DEADLINE_MS = 60_000;

/**
 * @param record Sends alarms through the writer, after earlier frames, changes and alarms. Gives up waiting for the
 *               commit at the deadline.
 */
export function createAlarmStore(
  client: Client,
  record: (
    alarms: readonly Alarm[],
    deadlineMs: number,
    audit: readonly AuditRecord[],
  ) => AlarmWrite,
): AlarmStore {
  return {
    record: (changed, audit = []) => record(changed, DEADLINE_MS, audit),
    open: () =>
      client.within(OPEN_DEADLINE_MS, async (sql) => ({
        alarms: await readAlarms(sql, IS_OPEN),
        lastNumber: (await readNumbers(sql)).newest,
      })),
    find: (id) =>
      client.within(DEADLINE_MS, async (sql) => {
        const [found] = await readAlarms(sql, eq(alarms.id, id));
        return found;
      }),
    list: ({ open, severities, before, assetIds, limit }) =>
      client.within(DEADLINE_MS, (sql) =>
        query(sql, (db) =>
          db
            .select(ALARM_FIELDS)
            .from(alarms)
            .where(
              and(
                open === undefined ? undefined : open ? IS_OPEN : IS_CLEARED,
                severities && inArray(alarms.severity, [...severities]),
                before === undefined ? undefined : lt(alarms.raisedNumber, before),
                assetIds && or(isNull(alarms.assetId), isAmong(alarms.assetId, [...assetIds])),
              ),
            )
            .orderBy(desc(alarms.raisedNumber))
            .limit(limit),
        ),
      ),
    eventsAfter: (number, limit) =>
      client.within(DEADLINE_MS, async (sql) => {
        const changed = await readAlarms(sql, hasEventAfter(number, limit));
        // After the events are read: what is removed meanwhile is known here.
        const { newest, removed } = await readNumbers(sql);
        if (number > newest || number < removed) return undefined;
        return changed
          .flatMap(eventsOf)
          .filter((event) => event.number > number)
          .sort((a, b) => a.number - b.number)
          .slice(0, limit);
      }),
  };
}

/** Reads alarms in the order in which they were raised. */
function readAlarms(sql: Sql, which: SQL): Promise<Alarm[]> {
  return query(sql, (db) =>
    db.select(ALARM_FIELDS).from(alarms).where(which).orderBy(alarms.raisedNumber),
  );
}

/** The condition of the alarms of the next events. Each kind of event has an index. */
function hasEventAfter(number: number, limit: number): SQL {
  const next = (column: string) => fragment`(
    select id, ${fragment.raw(column)} as number from alarms
    where ${fragment.raw(column)} > ${number} order by 2 limit ${limit})`;
  const kinds = ["raised_number", "cleared_number", "acknowledged_number"].map(next);
  return fragment`${alarms.id} in (
    select id from (${fragment.join(kinds, fragment` union all `)}) events order by number limit ${limit})`;
}

/** The numbers of the newest event, and of the newest that was removed for its age; 0 where there is none. */
async function readNumbers(sql: Sql): Promise<{ newest: number; removed: number }> {
  const [row] = await sql<{ newest: number; removed: number }[]>`
    select coalesce(greatest(
        (select max(raised_number) from alarms),
        (select max(cleared_number) from alarms),
        (select max(acknowledged_number) from alarms),
        (select alarms_until from history_marks)), 0)::float8 as newest,
      coalesce((select alarms_until from history_marks), 0)::float8 as removed`;
  return row ?? { newest: 0, removed: 0 };
}
