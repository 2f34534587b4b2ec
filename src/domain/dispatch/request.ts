// A request for a dispatch, and the rules that it must satisfy.

import type { RefusalCode } from "../base/codes.ts";
import { isZeroOrLeast, LEAST_MW } from "../base/least-values.ts";
import type { Asset } from "../fleet/asset.ts";
import type { PowerLimit } from "../telemetry/telemetry.ts";
import type { ShortfallPolicy } from "./asset-plan.ts";
import type { DispatchStatus } from "./status.ts";

/** A request to hold a power for a time. */
export interface DispatchRequest {
  readonly assetId: string;
  /** Power to hold, in MW, discharge positive; finite. */
  readonly mw: number;
  /** How long to hold it, in whole s; null: until the next dispatch. */
  readonly durationS: number | null;
  /** When to begin, in ms since the epoch, UTC; left out: with the next tick. */
  readonly startAtMs?: number | undefined;
  /** For how long a renewal is good, in whole s; left out: it needs none. */
  readonly validForS?: number | undefined;
  /** Left out: `curtail` where no duration is given, `refuse` where one is. */
  readonly onShortfall?: ShortfallPolicy | undefined;
  /** The id of the request, so that a repetition gets the first answer. */
  readonly requestId?: string | undefined;
  /** Older clients name the direction beside the power. It must not contradict a negative one. */
  readonly mode?: DispatchMode | undefined;
}

export type DispatchMode = "charge" | "discharge";

/** A field of a request: of a dispatch, of a site's, of a schedule, or of a change to a dispatch. */
export type RequestField = keyof DispatchRequest | "siteId" | "intervals" | "id";

/** Why a dispatch was refused, with the numbers that a caller needs to do better. */
export interface DispatchRefusal {
  readonly code: RefusalCode;
  readonly message: string;
  /** The field of the request that is at fault, in its domain name. */
  readonly field: RequestField;
  readonly requestedMw?: number;
  readonly minMw?: number;
  readonly maxMw?: number;
  readonly limitedBy?: PowerLimit;
  /**
   * The longest duration, not above the requested one, at which the same request would be accepted now, in whole s; 0
   * where there is none. A shorter one may be refused.
   */
  readonly longestDurationS?: number;
  /**
   * The power of the grid of the asset that is furthest from 0, with the sign of the request and not beyond it, at which
   * the same request would be accepted now, in MW; 0 where there is none. A smaller one may be refused.
   */
  readonly highestMw?: number;
}

/** The form of a request id: 1 to 200 printable ASCII characters, which every store and header accepts. */
export const REQUEST_ID = /^[\x20-\x7e]{1,200}$/;

/** A year, in s. */
export const LONGEST_DURATION_S = 366 * 24 * 3600;

/** The power that a request means, with the direction that `mode` gives it; in MW, discharge positive. */
export function requestedMw({ mw, mode }: DispatchRequest): number {
  // Adding 0 writes -0 as 0.
  return (mode === "charge" ? -Math.abs(mw) : mw) + 0;
}

/** The refusal of an id that no asset has. */
export function assetUnknown(assetId: string): DispatchRefusal {
  return {
    code: "ASSET_UNKNOWN",
    message: `no asset has the id ${assetId}: see the list of assets`,
    field: "assetId",
  };
}

/** The refusal of a request to an asset that is retired. */
export function assetRetired({ name }: Asset): DispatchRefusal {
  return {
    code: "ASSET_RETIRED",
    message: `${name} is retired and runs no more: its history stays`,
    field: "assetId",
  };
}

/** The refusal of an id that no site has. */
export function siteUnknown(siteId: string): DispatchRefusal {
  return {
    code: "SITE_UNKNOWN",
    message: `no site has the id ${siteId}: see the list of sites`,
    field: "siteId",
  };
}

/** The refusal of an id that no dispatch has. */
export function dispatchUnknown(id: string): DispatchRefusal {
  return {
    code: "DISPATCH_UNKNOWN",
    message: `no dispatch has the id ${id}: see the list of dispatches`,
    field: "id",
  };
}

/** The refusal to change a dispatch that has ended. */
export function dispatchEnded(id: string, status: DispatchStatus): DispatchRefusal {
  return {
    code: "DISPATCH_ENDED",
    message: `the dispatch ${id} is over, being ${status}: ask for a new one`,
    field: "id",
  };
}

/** The refusal to renew a dispatch without a lease. */
export function noLease(id: string): DispatchRefusal {
  return {
    code: "NO_LEASE",
    message: `the dispatch ${id} has no lease to renew: it was asked for without one`,
    field: "id",
  };
}

/** The refusal of a power that is smaller than any may be; `name` is the asset or site. */
export function powerTooSmall(name: string, mw: number): DispatchRefusal {
  return {
    code: "POWER_TOO_SMALL",
    message: `${name} cannot hold ${mw} MW: a power is 0, which stops it, or at least ${LEAST_MW.toFixed(6)} MW (1 W) in size`,
    field: "mw",
    requestedMw: mw,
  };
}

/** Whether a power may be requested: 0, or at least 1 W in size. */
export function isPower(mw: number): boolean {
  return isZeroOrLeast(mw, LEAST_MW);
}

/** Why an asset refuses a request, or undefined where it accepts. Changes nothing. */
export function refuseDispatch(
  asset: Asset,
  request: DispatchRequest,
): DispatchRefusal | undefined {
  const { durationS, mode } = request;
  const mw = requestedMw(request);
  if (mode === "discharge" && mw < 0) {
    return {
      code: "MODE_CONTRADICTS_MW",
      message: `mode discharge contradicts ${mw} MW: leave mode out, the sign of the power says the direction`,
      field: "mode",
      requestedMw: mw,
    };
  }
  if (!isPower(mw)) return powerTooSmall(asset.name, mw);
  if (mw > asset.maxMw || mw < asset.minMw) {
    const [verb, limitMw] = mw > 0 ? ["discharge", asset.maxMw] : ["charge", -asset.minMw];
    return {
      code: "POWER_OUT_OF_LIMITS",
      message: `${asset.name} cannot ${verb} ${Math.abs(mw)} MW: its limit is ${limitMw} MW`,
      field: "mw",
      requestedMw: mw,
      minMw: asset.minMw,
      maxMw: asset.maxMw,
      limitedBy: "power",
    };
  }
  if (durationS !== null && !(durationS >= 1 && durationS <= LONGEST_DURATION_S)) {
    return {
      code: "DURATION_OUT_OF_RANGE",
      message: `a dispatch lasts 1 to ${LONGEST_DURATION_S} s, not ${durationS}: leave the duration out to hold the power until the next dispatch`,
      field: "durationS",
    };
  }
  return undefined;
}
