// Records of the audit log, live.
import type { LinkedRecord } from "../../../domain/audit/chain.ts";
import type { EventFeed } from "../../../services/recent-events.ts";
import { auditItem } from "../base/audit-item.ts";
import { builder } from "../base/builder.ts";
import { readNumberCursor, writeCursor } from "../base/inputs.ts";
import { liveAudit } from "../base/live.ts";
import { refusal } from "../base/refusal.ts";
import { AuditRecord, readAudit } from "./audit.ts";

const KIND = "audit event";

const AuditEvent = builder.objectRef<LinkedRecord>("AuditEvent").implement({
  description: "A record of the audit log that was added to its chain.",
  fields: (t) => ({
    cursor: t.string({
      description: "Opaque: identifies this event, to continue after it, also after a restart.",
      resolve: ({ number }) => writeCursor(KIND, String(number)),
    }),
    record: t.field({
      type: AuditRecord,
      description: "The record.",
      resolve: (linked) => auditItem(linked),
    }),
  }),
});

builder.subscriptionField("auditEvents", (t) =>
  t.field({
    type: AuditEvent,
    description:
      "Records of the audit log, live, each within a second. Missed ones come first, each once. To a client that reads too slowly all of them are sent late.",
    args: {
      after: t.arg.string({
        description:
          "Cursor of the last event that the client has: later ones come first. BAD_CURSOR where not all of those are stored any more.",
      }),
    },
    subscribe: async (_, { after }, { services }) => {
      const { events } = readAudit(services);
      const begin =
        after == null
          ? { after: events.lastNumber(), missed: [] }
          : await readMissed(events, readNumberCursor(after, KIND, "an event"));
      return liveAudit({ chooses: () => true, ...begin }) as AsyncIterable<LinkedRecord>;
    },
    resolve: (event) => event,
  }),
);

/** The first page of the events that a client missed. */
async function readMissed(events: EventFeed<LinkedRecord>, after: number) {
  const missed = await events.after(after);
  if (missed !== undefined) return { after, missed };
  const message =
    "after: what happened since is no longer all known: leave it out, and read auditLog for what is";
  throw refusal("BAD_CURSOR", message, "after");
}
