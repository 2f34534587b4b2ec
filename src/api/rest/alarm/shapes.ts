// Alarms in the form of REST.
import { z } from "@hono/zod-openapi";
import type { Alarm } from "../../../domain/alarm/alarm.ts";
import {
  ALARM_CODES,
  ALARM_RULES,
  ALARM_SEVERITIES,
  SEVERITY_MEANINGS,
} from "../../../domain/alarm/codes.ts";
import { EXAMPLE } from "../base/examples.ts";
import { Id, idOf, instant, instantOrNull, instantText } from "../base/schemas.ts";

/** Each code with its meaning. */
const CODES_TEXT = ALARM_CODES.map((code) => `${code}: ${ALARM_RULES[code].meaning}`).join(" ");
const SEVERITIES_TEXT = ALARM_SEVERITIES.map((it) => `${it}: ${SEVERITY_MEANINGS[it]}`).join(" ");

export const Severity = z.enum(ALARM_SEVERITIES);

/** A UUID of what an alarm is about, or null. */
const subjectId = (what: string) =>
  Id.nullable().openapi({
    description: `UUID of ${what} that it is about; null where it is about none.`,
  });

export const AlarmJson = z
  .object({
    id: idOf("UUID.", EXAMPLE.alarmId),
    code: z.enum(ALARM_CODES).openapi({ description: `Stable, for programs. ${CODES_TEXT}` }),
    severity: Severity.openapi({ description: `How urgent it is. ${SEVERITIES_TEXT}` }),
    message: z.string().openapi({
      description: "What happens, the values, and what to do: as of when it was raised.",
    }),
    raised_at: instant("When it was raised, UTC."),
    cleared_at: instant("When its condition ended, UTC; null while it is open.").nullable(),
    acknowledged_at: instant(
      "When it was acknowledged first, UTC; null where it was not.",
    ).nullable(),
    acknowledged_by: z.string().nullable().openapi({
      description: "The person who acknowledged it; null where that is not known.",
    }),
    asset_id: subjectId("the asset"),
    site_id: subjectId("the site of the asset"),
    dispatch_id: subjectId("the dispatch"),
    execution_id: subjectId("the execution of a flow"),
  })
  .openapi("Alarm");

export function alarmJson(alarm: Alarm): z.output<typeof AlarmJson> {
  return {
    id: alarm.id,
    code: alarm.code,
    severity: alarm.severity,
    message: alarm.message,
    raised_at: instantText(alarm.raisedAtMs),
    cleared_at: instantOrNull(alarm.clearedAtMs),
    acknowledged_at: instantOrNull(alarm.acknowledgedAtMs),
    acknowledged_by: alarm.acknowledgedBy,
    asset_id: alarm.assetId,
    site_id: alarm.siteId,
    dispatch_id: alarm.dispatchId,
    execution_id: alarm.executionId,
  };
}
