// Events of dispatches, stored and live.
import type { AnnouncedEvent, DispatchEvents } from "../../../services/dispatch/events.ts";
import { builder } from "../base/builder.ts";
import { READING } from "../base/cost.ts";
import { readNumberCursor, writeCursor } from "../base/inputs.ts";
import { liveEvents } from "../base/live.ts";
import { refusal } from "../base/refusal.ts";
import { readChoice } from "../base/selection.ts";
import { Dispatch, DispatchStatus, REASONS_TEXT } from "./dispatch.ts";

const KIND = "event";

const DispatchEvent = builder.objectRef<AnnouncedEvent>("DispatchEvent").implement({
  description:
    "One change of the status of a dispatch, or of what its promise lacks: there the status stays.",
  fields: (t) => ({
    cursor: t.string({
      description: "Opaque: identifies this event, to continue after it, also after a restart.",
      resolve: ({ number }) => writeCursor(KIND, String(number)),
    }),
    timestamp: t.field({
      type: "DateTime",
      description: "When it happened: the start of a tick where a tick caused it.",
      resolve: ({ atMs }) => atMs,
    }),
    dispatch: t.expose("dispatch", {
      type: Dispatch,
      description:
        "The dispatch as it was after the change; where the event is read later, as it is then.",
    }),
    from: t.expose("from", {
      type: DispatchStatus,
      nullable: true,
      description: "Status before; null where it was just accepted.",
    }),
    to: t.expose("to", { type: DispatchStatus, description: "Status after." }),
    reason: t.exposeString("reason", {
      nullable: true,
      description: `The reason; null where it was just accepted. ${REASONS_TEXT}`,
    }),
  }),
});

builder.objectField(Dispatch, "events", (t) =>
  t.field({
    type: [DispatchEvent],
    description: "Its events, oldest first.",
    complexity: READING,
    resolve: async (dispatch, _, { services }) =>
      (await services.dispatch.eventsOf(dispatch.id)).map((event) => ({ ...event, dispatch })),
  }),
);

builder.subscriptionField("dispatchEvents", (t) =>
  t.field({
    type: DispatchEvent,
    description:
      "Events of dispatches, live. Missed events come first, each once. To a client that reads too slowly all of them are sent late.",
    args: {
      assetIds: t.arg.idList({
        description: "UUIDs of assets, retired ones too. Without any list: all assets.",
      }),
      siteIds: t.arg.idList({
        description: "UUIDs of sites, for all their assets. Both lists: the union.",
      }),
      after: t.arg.string({
        description:
          "Cursor of the last event that the client has: later ones come first. BAD_CURSOR where not all of those are stored any more.",
      }),
    },
    subscribe: async (_, { after, ...selection }, { services, limits }) => {
      const { telemetry, dispatch } = services;
      const { events } = dispatch;
      const isChosen = readChoice(telemetry, selection, limits);
      const begin =
        after == null
          ? { after: events.lastNumber(), missed: [] }
          : await readMissed(events, readNumberCursor(after, KIND, "an event"));
      const chooses = (event: AnnouncedEvent) => isChosen(event.dispatch.assetId);
      return liveEvents({ chooses, ...begin }) as AsyncIterable<AnnouncedEvent>;
    },
    resolve: (event) => event,
  }),
);

/** The first page of the events that a client missed. */
async function readMissed(events: DispatchEvents, after: number) {
  const missed = await events.after(after);
  if (missed !== undefined) return { after, missed };
  const message =
    "after: what happened since is no longer all known: leave it out, and read dispatches for how they stand";
  throw refusal("BAD_CURSOR", message, "after");
}
