// Inputs of dispatches.
import type { ShortfallPolicy as Policy } from "../../../domain/dispatch/asset-plan.ts";
import type { DispatchRequest } from "../../../domain/dispatch/request.ts";
import type { SiteDispatchRequest } from "../../../domain/dispatch/site-dispatch.ts";
import { refuseRequestId } from "../../../services/dispatch/client-requests.ts";
import { builder } from "../base/builder.ts";
import { readId } from "../base/inputs.ts";
import { refusal } from "../base/refusal.ts";
import { ShortfallPolicy } from "./dispatch.ts";

const ON_SHORTFALL =
  "The policy where energy does not suffice. Left out: REFUSE where a duration is given, else CURTAIL.";
export const REQUEST_ID_TEXT =
  "Identifies the request, 1 to 200 printable ASCII characters: a repetition gets the first answer, and nothing happens twice.";

export const DispatchInput = builder.inputType("DispatchInput", {
  description: "A request for a power of an asset.",
  fields: (t) => ({
    assetId: t.id({ required: true, description: "UUID of the asset." }),
    mw: t.float({
      required: true,
      description:
        "Power to hold, in MW, discharge positive: 0, which stops the asset, or at least 1 W in size.",
    }),
    durationS: t.int({
      description: "How long to hold it, in s. Left out: until the next dispatch.",
    }),
    startAt: t.field({
      type: "DateTime",
      description: "Start, up to 31 days ahead. Left out: the next tick.",
    }),
    validForS: t.int({
      description:
        "Validity of its lease, in s: without dispatchRenew the asset then holds its fallback power. Left out: no lease.",
    }),
    onShortfall: t.field({ type: ShortfallPolicy, description: ON_SHORTFALL }),
    requestId: t.string({ description: REQUEST_ID_TEXT }),
  }),
});

export const DispatchSiteInput = builder.inputType("DispatchSiteInput", {
  description: "A request for a power of the assets of a site together.",
  fields: (t) => ({
    siteId: t.id({ required: true, description: "UUID of the site." }),
    mw: t.float({
      required: true,
      description: "Power to hold together, in MW, discharge positive.",
    }),
    durationS: t.int({
      description: "How long to hold it, in s. Left out: until the next dispatch of each.",
    }),
    startAt: t.field({
      type: "DateTime",
      description: "Start, up to 31 days ahead. Left out: the next tick.",
    }),
    validForS: t.int({
      description:
        "Validity of the lease of each share, in s, without dispatchRenew. Left out: no lease.",
    }),
    onShortfall: t.field({ type: ShortfallPolicy, description: ON_SHORTFALL }),
    requestId: t.string({ description: REQUEST_ID_TEXT }),
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
