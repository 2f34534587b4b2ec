// Schedules of assets.

import type { Dispatch as DispatchItem } from "../../../domain/dispatch/dispatch.ts";
import { REQUEST_TEXTS, SCHEDULE_TEXTS } from "../../../domain/dispatch/fields.ts";
import { MOST_INTERVALS } from "../../../domain/dispatch/schedule-decision.ts";
import { builder } from "../base/builder.ts";
import { readId } from "../base/inputs.ts";
import { Dispatch, ShortfallPolicy } from "./dispatch.ts";
import { readMw, readRequestId } from "./inputs.ts";
import { DispatchRefused, type RefusedItem, refusedOf } from "./refusal.ts";

const IntervalInput = builder.inputType("IntervalInput", {
  description: "A power to hold for every tick that starts in [from, until).",
  fields: (t) => ({
    from: t.field({ type: "DateTime", required: true, description: SCHEDULE_TEXTS.from }),
    until: t.field({ type: "DateTime", required: true, description: SCHEDULE_TEXTS.until }),
    mw: t.float({
      required: true,
      description: SCHEDULE_TEXTS.mw,
    }),
  }),
});

const ScheduleInput = builder.inputType("ScheduleInput", {
  description: "The new schedule of an asset.",
  fields: (t) => ({
    assetId: t.id({ required: true, description: REQUEST_TEXTS.assetId }),
    intervals: t.field({
      type: [IntervalInput],
      required: true,
      description:
        "In the order of time, without overlap, up to 3,000, each beginning up to 31 days ahead; adjoining ones pass from one power to the next without a dip. Past intervals are left out; the one in progress begins with the next tick. Empty: no schedule any more.",
    }),
    onShortfall: t.field({
      type: ShortfallPolicy,
      description: SCHEDULE_TEXTS.onShortfall,
    }),
    requestId: t.string({ description: REQUEST_TEXTS.requestId }),
  }),
});

const ScheduleAccepted = builder
  .objectRef<{ readonly pastCount: number; readonly dispatches: readonly DispatchItem[] }>(
    "ScheduleAccepted",
  )
  .implement({
    description: "The schedule was stored, and replaces the previous one.",
    fields: (t) => ({
      scheduleId: t.id({
        nullable: true,
        description: SCHEDULE_TEXTS.scheduleId,
        resolve: ({ dispatches }) => dispatches[0]?.scheduleId ?? null,
      }),
      intervals: t.field({
        type: [Dispatch],
        description: "One dispatch for each interval that is not past, in their order.",
        resolve: ({ dispatches }) => dispatches,
      }),
      pastCount: t.exposeInt("pastCount", {
        description: `${SCHEDULE_TEXTS.pastCount}.`,
      }),
    }),
  });

interface RefusedAt {
  readonly index: number | null;
  readonly refusal: RefusedItem;
}

const ScheduleRefused = builder.objectRef<RefusedAt>("ScheduleRefused").implement({
  description: "The schedule of the asset is unchanged.",
  fields: (t) => ({
    index: t.exposeInt("index", {
      nullable: true,
      description:
        "Place in the list, from 0 on, of the first interval that fails; null where the request itself does.",
    }),
    refusal: t.expose("refusal", { type: DispatchRefused, description: "Why." }),
  }),
});

const ScheduleResult = builder.unionType("ScheduleResult", {
  description: "The decision on a schedule: all intervals or none.",
  types: [ScheduleAccepted, ScheduleRefused],
  resolveType: (result) => ("refusal" in result ? ScheduleRefused : ScheduleAccepted),
});

builder.mutationField("scheduleSet", (t) =>
  t.field({
    type: ScheduleResult,
    description:
      "Replaces the schedule of an asset. A dispatch takes precedence over an interval while it lasts.",
    complexity: ({ input }) => ({
      multiplier: Math.min(Math.max(input.intervals.length, 1), MOST_INTERVALS),
    }),
    args: { input: t.arg({ type: ScheduleInput, required: true, description: "The schedule." }) },
    resolve: async (_, { input }, { services }) => {
      const result = await services.dispatch.setSchedule({
        assetId: readId(input.assetId, "input.assetId"),
        intervals: input.intervals.map(({ from: fromMs, until: untilMs, mw }, n) => ({
          fromMs,
          untilMs,
          mw: readMw(mw, `input.intervals[${n}]`),
        })),
        onShortfall: input.onShortfall ?? undefined,
        requestId: readRequestId(input.requestId, "input"),
      });
      if (result.accepted) return result;
      const { index, refusal } = result;
      const names = { startAtMs: "from", durationS: "until" } as const;
      return { index, refusal: refusedOf(refusal, names) };
    },
  }),
);
