// The fleet: totals and history of all assets.
import type { Frame } from "../../../domain/telemetry/frame.ts";
import { selectionOf } from "../../stream/selection.ts";
import { builder } from "../base/builder.ts";
import { readEvery } from "../base/inputs.ts";
import type { LiveEvent } from "../base/live.ts";
import { liveFrames } from "../base/live.ts";
import { HistoryConnection, historyArgs, historyCost, historyOf } from "../telemetry/history.ts";
import { readTotals, Totals } from "../telemetry/totals.ts";

const Fleet = builder.objectRef<{ readonly frame: Frame }>("Fleet").implement({
  description: "All assets together.",
  fields: (t) => ({
    totals: t.field({
      type: Totals,
      description: "Sums over all assets now.",
      resolve: ({ frame }) => readTotals(frame),
    }),
    history: t.field({
      type: HistoryConnection,
      description: "The history of all assets together in steps, oldest first.",
      complexity: historyCost,
      args: historyArgs,
      resolve: (_, args, context) => historyOf(context, { kind: "fleet" }, args),
    }),
  }),
});

builder.queryField("fleet", (t) =>
  t.field({
    type: Fleet,
    description: "All assets together.",
    resolve: (_, __, { services }) => ({ frame: services.telemetry.latest() }),
  }),
);

builder.subscriptionField("fleet", (t) =>
  t.field({
    type: Totals,
    description: "Sums over all assets: the current ones at once, then with each tick.",
    args: {
      everyS: t.arg.float({
        description:
          "Interval in s, rounded up to whole ticks: at the ticks whose number is a multiple.",
      }),
    },
    subscribe: (_, { everyS }, { services }) =>
      liveFrames({
        ...selectionOf({}, services.telemetry.visible),
        everyTicks: readEvery(everyS, services.telemetry.latest().dtS),
        changesOnly: false,
        after: undefined,
      }) as AsyncIterable<LiveEvent>,
    resolve: ({ frame, indexes }) => readTotals(frame, indexes),
  }),
);
