// Refusals of dispatches.
import { REFUSAL_TEXTS } from "../../../domain/dispatch/fields.ts";
import type { DispatchRefusal } from "../../../domain/dispatch/request.ts";
import { builder } from "../base/builder.ts";
import { RefusalCode } from "../base/refusal-code.ts";
import { PowerLimit } from "../telemetry/telemetry.ts";

/** A refusal with the field at fault as the input calls it. */
export type RefusedItem = Omit<DispatchRefusal, "field"> & { readonly field: string };

/** A refusal with the name of the field in the input; `fields` are those whose name differs from that of a request. */
export function refusedOf(
  refusal: DispatchRefusal,
  fields: Partial<Record<DispatchRefusal["field"], string>> = {},
): RefusedItem {
  const names: typeof fields = { startAtMs: "startAt", ...fields };
  return { ...refusal, field: names[refusal.field] ?? refusal.field };
}

export const DispatchRefused = builder.objectRef<RefusedItem>("DispatchRefused").implement({
  description: "The request changed nothing.",
  fields: (t) => ({
    code: t.expose("code", { type: RefusalCode, description: "Stable, for programs." }),
    message: t.exposeString("message", { description: "What is wrong, and what to do." }),
    field: t.exposeString("field", { nullable: true, description: "The input field at fault." }),
    requestedMw: t.exposeFloat("requestedMw", {
      nullable: true,
      description: REFUSAL_TEXTS.requestedMw,
    }),
    minMw: t.exposeFloat("minMw", { nullable: true, description: REFUSAL_TEXTS.minMw }),
    maxMw: t.exposeFloat("maxMw", { nullable: true, description: REFUSAL_TEXTS.maxMw }),
    limitedBy: t.expose("limitedBy", {
      type: PowerLimit,
      nullable: true,
      description: REFUSAL_TEXTS.limitedBy,
    }),
    longestDurationS: t.exposeInt("longestDurationS", {
      nullable: true,
      description: REFUSAL_TEXTS.longestDurationS,
    }),
    highestMw: t.exposeFloat("highestMw", {
      nullable: true,
      description: REFUSAL_TEXTS.highestMw,
    }),
  }),
});
