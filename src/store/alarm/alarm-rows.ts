// Alarms as rows: fields and columns are those of the schema, which has the names of the domain.
import { getTableColumns } from "drizzle-orm";
import type { Alarm } from "../../domain/alarm/alarm.ts";
import type { Sql } from "../database/client.ts";
import { definitionsOf, namesOf, rowsJson } from "../database/recordset.ts";
import { alarms as table } from "../database/schema.ts";

export const ALARM_FIELDS = getTableColumns(table);

/** The columns of an alarm that change, once each. */
const CHANGING = namesOf({
  clearedAtMs: table.clearedAtMs,
  clearedNumber: table.clearedNumber,
  acknowledgedAtMs: table.acknowledgedAtMs,
  acknowledgedBy: table.acknowledgedBy,
  acknowledgedNumber: table.acknowledgedNumber,
});

const PUT = `
  insert into alarms (${namesOf(ALARM_FIELDS)})
  select ${namesOf(ALARM_FIELDS)}
  from json_to_recordset($1::text::json) as given (${definitionsOf(ALARM_FIELDS)})
  on conflict (id) do update
  set ${CHANGING.map((name) => `${name} = coalesce(excluded.${name}, alarms.${name})`)}`;

/** Stores alarms; of one that is given several times the last is as it is now. A repeated call changes nothing. */
export async function storeAlarms(sql: Sql, alarms: readonly Alarm[]): Promise<void> {
  const last = new Map(alarms.map((alarm) => [alarm.id, alarm]));
  await sql.unsafe(PUT, [rowsJson(ALARM_FIELDS, [...last.values()])], { prepare: true });
}
