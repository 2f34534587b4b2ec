// The mutation of alarms.
import type { Alarm as AlarmItem } from "../../../domain/alarm/alarm.ts";
import type { AlarmRefusal } from "../../../services/alarm/alarms.ts";
import { builder } from "../base/builder.ts";
import { readId } from "../base/inputs.ts";
import { RefusalCode } from "../base/refusal-code.ts";
import { Alarm } from "./alarm.ts";

const AlarmAcknowledged = builder
  .objectRef<{ readonly alarm: AlarmItem }>("AlarmAcknowledged")
  .implement({
    description: "The alarm is acknowledged, by this request or by an earlier one.",
    fields: (t) => ({
      alarm: t.expose("alarm", { type: Alarm, description: "The alarm as it is now." }),
    }),
  });

const AlarmRefused = builder.objectRef<AlarmRefusal>("AlarmRefused").implement({
  description: "The request changed nothing.",
  fields: (t) => ({
    code: t.expose("code", { type: RefusalCode, description: "Stable, for programs." }),
    message: t.exposeString("message", { description: "What is wrong, and what to do." }),
  }),
});

const AlarmResult = builder.unionType("AlarmResult", {
  description: "The outcome of a change to an alarm.",
  types: [AlarmAcknowledged, AlarmRefused],
  resolveType: (result) => ("code" in result ? AlarmRefused : AlarmAcknowledged),
});

builder.mutationField("acknowledgeAlarm", (t) =>
  t.field({
    type: AlarmResult,
    description:
      "Acknowledges an alarm, open or cleared: it is known. An alarm that is acknowledged stays as it is.",
    args: { id: t.arg.id({ required: true, description: "UUID of the alarm." }) },
    resolve: async (_, { id }, { services }) => {
      const result = await services.alarms.acknowledge(readId(id, "id"));
      return result.accepted ? { alarm: result.alarm } : result.refusal;
    },
  }),
);
