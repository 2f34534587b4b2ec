// Changes of data points, live.
import type { DataPointChange as ChangeItem } from "../../../domain/data-point/change.ts";
import { isBelow } from "../../../domain/data-point/path.ts";
import type { ClientDataPoints } from "../../../services/clients/client-data-points.ts";
import type { DataPointChanges as ChangesItem } from "../../../services/data-point/changes.ts";
import { builder } from "../base/builder.ts";
import { readNumberCursor, writeCursor } from "../base/inputs.ts";
import { liveDataPoints } from "../base/live.ts";
import { refusal } from "../base/refusal.ts";
import { DataPointSource } from "./data-point.ts";

const KIND = "data point change";
const MOST_IDS = 1_000;

const DataPointChange = builder.objectRef<ChangeItem>("DataPointChange").implement({
  description: "Values of a data point that were written or withdrawn.",
  fields: (t) => ({
    id: t.exposeID("path", { description: "The path." }),
    source: t.expose("source", { type: DataPointSource, description: "Whose values." }),
    from: t.field({
      type: "DateTime",
      description: "The first instant.",
      resolve: ({ fromMs }) => fromMs,
    }),
    until: t.field({
      type: "DateTime",
      description: "After the last instant: all changed values lie before it.",
      resolve: ({ untilMs }) => untilMs,
    }),
    author: t.exposeString("author", { description: "The id of who wrote it." }),
    known: t.field({
      type: "DateTime",
      description: "Since when the world could know it.",
      resolve: ({ knownMs }) => knownMs,
    }),
  }),
});

const DataPointChanges = builder.objectRef<ChangesItem>("DataPointChanges").implement({
  description: "The changes of one request.",
  fields: (t) => ({
    cursor: t.string({
      description:
        "Opaque: identifies these changes, to continue after them, also after a restart.",
      resolve: ({ number }) => writeCursor(KIND, String(Math.floor(number))),
    }),
    changes: t.field({
      type: [DataPointChange],
      description: "Those that were selected.",
      resolve: ({ changes }) => [...changes],
    }),
    missed: t.boolean({
      description:
        "Whether changes since the cursor are no longer all known: read again what is followed.",
      resolve: ({ isMissed }) => isMissed,
    }),
  }),
});

interface Selected {
  readonly ids?: readonly string[] | null | undefined;
  readonly prefix?: string | null | undefined;
}

builder.subscriptionField("dataPointChanges", (t) =>
  t.field({
    type: DataPointChanges,
    description:
      "Changes of data points, live, those of one request together. Missed ones come first, each once; where they are not all known any more, missed is true once instead.",
    args: {
      ids: t.arg.idList({ description: "Paths; without ids and prefix all." }),
      prefix: t.arg.string({ description: "This path, and those below it." }),
      after: t.arg.string({
        description: "Cursor of the last changes that the client has: later ones come first.",
      }),
    },
    subscribe: async (_, { ids, prefix, after }, { services: { dataPoints } }) => {
      if ((ids?.length ?? 0) > MOST_IDS)
        throw refusal("TOO_MANY_IDS", `ids may have ${MOST_IDS} paths: give a prefix`, "ids");
      const { changes } = dataPoints;
      const isChosen = chooserOf({ ids, prefix }, dataPoints);
      const begin =
        after == null
          ? { after: changes.lastNumber(), missed: [] }
          : await readMissed(changes, readNumberCursor(after, KIND, "changes"));
      const chooses = (it: ChangesItem) => it.isMissed || it.changes.some(isChosen);
      return liveDataPoints({ chooses, ...begin }) as AsyncIterable<ChangesItem>;
    },
    resolve: (event, selected, { services: { dataPoints } }) => ({
      ...event,
      changes: event.changes.filter(chooserOf(selected, dataPoints)),
    }),
  }),
);

/** Whether a change is selected, and may be seen. */
function chooserOf({ ids, prefix }: Selected, dataPoints: ClientDataPoints) {
  const known = ids == null ? undefined : new Set(ids);
  const isAll = known === undefined && prefix == null;
  return ({ path }: ChangeItem) =>
    dataPoints.isVisible(path) &&
    (isAll || known?.has(path) || (prefix != null && isBelow(path, prefix)));
}

/** The changes that a client missed; or that they are not known. */
async function readMissed(changes: ClientDataPoints["changes"], after: number) {
  return { after, missed: (await changes.after(after)) ?? [] };
}
