// Inputs of dispatches.
import type { ShortfallPolicy as Policy } from "../../../domain/dispatch/asset-plan.ts";
import { REQUEST_TEXTS } from "../../../domain/dispatch/fields.ts";
import type { DispatchRequest } from "../../../domain/dispatch/request.ts";
import type { SiteDispatchRequest } from "../../../domain/dispatch/site-dispatch.ts";
import { refuseRequestId } from "../../../services/clients/request-rules.ts";
import { builder, type InputFields } from "../base/builder.ts";
import { readId } from "../base/inputs.ts";
import { refusal } from "../base/refusal.ts";
import { ShortfallPolicy } from "./dispatch.ts";

/** The fields that the requests of an asset and of a site share. */
const requestFields = (t: InputFields) => ({
  mw: t.float({ required: true, description: REQUEST_TEXTS.mw }),
  durationS: t.int({ description: REQUEST_TEXTS.durationS }),
  startAt: t.field({ type: "DateTime", description: REQUEST_TEXTS.startAt }),
  validForS: t.int({ description: REQUEST_TEXTS.validForS }),
  onShortfall: t.field({ type: ShortfallPolicy, description: REQUEST_TEXTS.onShortfall }),
  requestId: t.string({ description: REQUEST_TEXTS.requestId }),
});

export const DispatchInput = builder.inputType("DispatchInput", {
  description: "A request for a power of an asset.",
  fields: (t) => ({
    assetId: t.id({ required: true, description: REQUEST_TEXTS.assetId }),
    ...requestFields(t),
  }),
});

export const DispatchSiteInput = builder.inputType("DispatchSiteInput", {
  description: "A request for a power of the assets of a site together.",
  fields: (t) => ({
    siteId: t.id({ required: true, description: REQUEST_TEXTS.siteId }),
    ...requestFields(t),
  }),
});

type DispatchRequested = typeof DispatchInput.$inferInput;

/** @param argument The place of the input among the arguments. */
export function readRequest(input: DispatchRequested, argument: string): DispatchRequest {
  return {
    assetId: readId(input.assetId, `${argument}.assetId`),
    ...readRequested(input, argument),
  };
}

interface Requested {
  readonly mw: number;
  readonly durationS?: number | null | undefined;
  readonly startAt?: number | null | undefined;
  readonly validForS?: number | null | undefined;
  readonly onShortfall?: Policy | null | undefined;
  readonly requestId?: string | null | undefined;
}

/** The fields that the requests of an asset and of a site share. */
export function readRequested(requested: Requested, argument: string): SiteDispatchRequest {
  const { mw, durationS, startAt, validForS, onShortfall, requestId } = requested;
  return {
    mw: readMw(mw, argument),
    durationS: durationS ?? null,
    startAtMs: startAt ?? undefined,
    validForS: validForS ?? undefined,
    onShortfall: onShortfall ?? undefined,
    requestId: readRequestId(requestId, argument),
  };
}

/** A power: a literal like 1e400 is beyond all numbers. */
export function readMw(mw: number, argument: string): number {
  if (Number.isFinite(mw)) return mw;
  const place = `${argument}.mw`;
  throw refusal("BAD_INPUT", `${place} is no number of MW: it is too large to be one`, place);
}

export function readRequestId(id: string | null | undefined, argument: string): string | undefined {
  if (id == null) return undefined;
  const wrong = refuseRequestId(id);
  if (wrong === undefined) return id;
  const place = `${argument}.requestId`;
  throw refusal("BAD_INPUT", `${place} ${wrong}`, place);
}
