// What a dispatch will not deliver, or did not deliver.
import {
  type Shortfall as Item,
  SHORTFALL_REASONS,
  shortfallOf,
} from "../../../domain/dispatch/shortfall.ts";
import { builder } from "../base/builder.ts";
import { PowerLimit } from "../telemetry/telemetry.ts";
import { Dispatch } from "./dispatch.ts";

export type ShortfallItem = Item;

const ShortfallReason = builder.enumType("ShortfallReason", {
  description: "Why a dispatch lacks energy.",
  values: Object.fromEntries(
    Object.entries(SHORTFALL_REASONS).map(([reason, description]) => [
      reason,
      { value: reason as Item["reason"], description },
    ]),
  ) as Record<Item["reason"], { value: Item["reason"]; description: string }>,
});

export const Shortfall = builder.objectRef<ShortfallItem>("Shortfall").implement({
  description: "The part that an accepted dispatch will not deliver, as far as it is known then.",
  fields: (t) => ({
    from: t.field({
      type: "DateTime",
      description: "The start of the first tick in which its power is cut.",
      resolve: ({ fromMs }) => fromMs,
    }),
    missingMwhr: t.exposeFloat("missingMwhr", {
      nullable: true,
      description:
        "The missing energy at the terminal over its window, in MWh: what a battery without bounds at a site without limits would deliver along the same setpoints, less what is delivered. The ramp is never missing. Null where it has no end.",
    }),
    limitedBy: t.field({
      type: PowerLimit,
      nullable: true,
      description: "The limit that cuts its power first; null where no limit does, as no tick ran.",
      resolve: (shortfall) => shortfallOf(shortfall).limitedBy,
    }),
    reason: t.field({
      type: ShortfallReason,
      description: "Why: the cause that was found first.",
      resolve: (shortfall) => shortfallOf(shortfall).reason,
    }),
  }),
});

builder.objectField(Dispatch, "shortfall", (t) =>
  t.expose("shortfall", {
    type: Shortfall,
    nullable: true,
    description:
      "What it will not deliver of its promise, as things stand, and once it has ended what it did not deliver; null where it lacks nothing. A dispatch with CURTAIL has it once it has ended.",
  }),
);
