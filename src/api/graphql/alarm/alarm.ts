// Alarms: their type, and their list.
import type { Alarm as AlarmItem } from "../../../domain/alarm/alarm.ts";
import {
  ALARM_RULES,
  ALARM_SEVERITIES,
  SEVERITY_MEANINGS,
  type AlarmSeverity as Severity,
} from "../../../domain/alarm/codes.ts";
import { builder } from "../base/builder.ts";
import { connectionOf, pageArgs } from "../base/connection.ts";
import { pageCost, READING } from "../base/cost.ts";
import { readFirst, readNumberCursor, writeCursor } from "../base/inputs.ts";
import { Node } from "../base/node.ts";

const AlarmSeverity = builder.enumType("AlarmSeverity", {
  description: "How urgent an alarm is.",
  values: Object.fromEntries(
    ALARM_SEVERITIES.map((value) => [
      value.toUpperCase(),
      { value, description: SEVERITY_MEANINGS[value] },
    ]),
  ) as Record<Uppercase<Severity>, { value: Severity; description: string }>,
});

/** Each code with its meaning. */
const CODES_TEXT = Object.entries(ALARM_RULES)
  .map(([code, { meaning }]) => `${code}: ${meaning}`)
  .join(" ");

export const Alarm = builder.objectRef<AlarmItem>("Alarm").implement({
  description:
    "A condition that a person should know of, from when it is raised until it is cleared. At most one of a code is open for an asset, a dispatch or the server.",
  interfaces: [Node],
  fields: (t) => ({
    code: t.exposeString("code", { description: `Stable, for programs. ${CODES_TEXT}` }),
    severity: t.expose("severity", { type: AlarmSeverity, description: "How urgent it is." }),
    message: t.exposeString("message", {
      description: "What happens, the values, and what to do: as of when it was raised.",
    }),
    raisedAt: t.field({
      type: "DateTime",
      description: "When it was raised.",
      resolve: ({ raisedAtMs }) => raisedAtMs,
    }),
    clearedAt: t.field({
      type: "DateTime",
      nullable: true,
      description: "When its condition ended; null while it is open.",
      resolve: ({ clearedAtMs }) => clearedAtMs,
    }),
    acknowledgedAt: t.field({
      type: "DateTime",
      nullable: true,
      description: "When it was acknowledged first; null where it was not.",
      resolve: ({ acknowledgedAtMs }) => acknowledgedAtMs,
    }),
    acknowledgedBy: t.exposeString("acknowledgedBy", {
      nullable: true,
      description: "The person who acknowledged it; null where that is not known.",
    }),
    assetId: t.exposeID("assetId", {
      nullable: true,
      description: "UUID of the asset that it is about; null where it is about none.",
    }),
    siteId: t.exposeID("siteId", {
      nullable: true,
      description: "UUID of the site of that asset; null where it is about none.",
    }),
    dispatchId: t.exposeID("dispatchId", {
      nullable: true,
      description: "UUID of the dispatch that it is about; null where it is about none.",
    }),
    executionId: t.exposeID("executionId", {
      nullable: true,
      description: "UUID of the execution of a flow that it is about; null where it is about none.",
    }),
  }),
});

const KIND = "alarm";

const DEFAULT_ALARMS = 50;
const AlarmConnection = connectionOf<AlarmItem>("Alarm", Alarm);

builder.queryField("alarms", (t) =>
  t.field({
    type: AlarmConnection,
    description: "Alarms, those that were raised last first.",
    complexity: pageCost(DEFAULT_ALARMS, READING),
    args: {
      open: t.arg.boolean({
        description:
          "true: only those that are not cleared, also while the database is unavailable; false: only those that are; left out: both.",
      }),
      severity: t.arg({
        type: [AlarmSeverity],
        description: "Only those of one of these severities; left out: any.",
      }),
      ...pageArgs,
    },
    resolve: async (_, { open, severity, first, after }, { services }) => {
      const count = readFirst(first, DEFAULT_ALARMS);
      const listed = await services.alarms.list({
        open: open ?? undefined,
        severities: severity ?? undefined,
        before: after == null ? undefined : readNumberCursor(after, KIND),
        limit: count + 1,
      });
      return {
        edges: listed.slice(0, count).map((node) => ({
          cursor: writeCursor(KIND, String(node.raisedNumber)),
          node,
        })),
        hasNextPage: listed.length > count,
        hasPreviousPage: after != null,
      };
    },
  }),
);
