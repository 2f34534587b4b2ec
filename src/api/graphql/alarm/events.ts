// Events of alarms, live.
import type { AlarmEvent as AlarmEventItem } from "../../../domain/alarm/alarm.ts";
import type { EventFeed } from "../../../services/recent-events.ts";
import { builder } from "../base/builder.ts";
import { readNumberCursor, writeCursor } from "../base/inputs.ts";
import { liveAlarms } from "../base/live.ts";
import { refusal } from "../base/refusal.ts";
import { Alarm } from "./alarm.ts";

const KIND = "alarm event";

const AlarmEvent = builder.objectRef<AlarmEventItem>("AlarmEvent").implement({
  description: "A change of an alarm: it was raised, cleared or acknowledged.",
  fields: (t) => ({
    cursor: t.string({
      description: "Opaque: identifies this event, to continue after it, also after a restart.",
      resolve: ({ number }) => writeCursor(KIND, String(number)),
    }),
    timestamp: t.field({
      type: "DateTime",
      description: "When it happened: the newest instant of the alarm.",
      resolve: ({ atMs }) => atMs,
    }),
    alarm: t.expose("alarm", {
      type: Alarm,
      description: "The alarm as it was after the change.",
    }),
  }),
});

builder.subscriptionField("alarmEvents", (t) =>
  t.field({
    type: AlarmEvent,
    description:
      "Events of alarms, live. Missed events come first, each once. To a client that reads too slowly all of them are sent late.",
    args: {
      after: t.arg.string({
        description:
          "Cursor of the last event that the client has: later ones come first. BAD_CURSOR where not all of those are stored any more.",
      }),
    },
    subscribe: async (_, { after }, { services }) => {
      const { events } = services.alarms;
      const begin =
        after == null
          ? { after: events.lastNumber(), missed: [] }
          : await readMissed(events, readNumberCursor(after, KIND, "an event"));
      return liveAlarms({ chooses: () => true, ...begin }) as AsyncIterable<AlarmEventItem>;
    },
    resolve: (event) => event,
  }),
);

/** The first page of the events that a client missed. */
async function readMissed(events: EventFeed<AlarmEventItem>, after: number) {
  const missed = await events.after(after);
  if (missed !== undefined) return { after, missed };
  const message =
    "after: what happened since is no longer all known: leave it out, and read alarms for how they stand";
  throw refusal("BAD_CURSOR", message, "after");
}
