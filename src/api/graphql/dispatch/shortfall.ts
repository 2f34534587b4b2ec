// What a dispatch will not deliver, or did not deliver.
import {
  DISPATCH_TEXTS,
  SHORTFALL_TEXT,
  SHORTFALL_TEXTS,
} from "../../../domain/dispatch/fields.ts";
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
  description: SHORTFALL_TEXT,
  fields: (t) => ({
    from: t.field({
      type: "DateTime",
      description: SHORTFALL_TEXTS.from,
      resolve: ({ fromMs }) => fromMs,
    }),
    missingMwhr: t.exposeFloat("missingMwhr", {
      nullable: true,
      description: SHORTFALL_TEXTS.missingMwhr,
    }),
    limitedBy: t.field({
      type: PowerLimit,
      nullable: true,
      description: SHORTFALL_TEXTS.limitedBy,
      resolve: (shortfall) => shortfallOf(shortfall).limitedBy,
    }),
    reason: t.field({
      type: ShortfallReason,
      description: SHORTFALL_TEXTS.reason,
      resolve: (shortfall) => shortfallOf(shortfall).reason,
    }),
  }),
});

builder.objectField(Dispatch, "shortfall", (t) =>
  t.expose("shortfall", {
    type: Shortfall,
    nullable: true,
    description: DISPATCH_TEXTS.shortfall,
  }),
);
