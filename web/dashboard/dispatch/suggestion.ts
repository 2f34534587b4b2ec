// What would be accepted instead of a request, or delivered in full, as its decision says.
import type { PreviewQuery, RefusalPartsFragment } from "../api/operations.ts";
import type { DraftRequest } from "./draft.ts";

export type Decision = PreviewQuery["dispatchPreview"];
export type Refusal = RefusalPartsFragment;

export interface Suggestions {
  /** A power, in MW, discharge positive; undefined where none is known. */
  readonly mw?: number;
  /** A duration, in s; undefined where none is known. */
  readonly durationS?: number;
}

export function suggestionsOf({ refused, shortfall, windows }: Decision, request: DraftRequest) {
  if (refused) return refusedSuggestions(refused, request);
  const energy = windows?.energy;
  if (shortfall === null || energy === undefined) return {};
  return smaller(request.mw > 0 ? energy.maxMw : energy.minMw, request);
}

/** What would be accepted instead of a refused request. */
export function refusedSuggestions(refused: Refusal, request: DraftRequest): Suggestions {
  const { highestMw, longestDurationS, limitedBy } = refused;
  const limitMw = request.mw > 0 ? refused.maxMw : refused.minMw;
  const mw = highestMw ?? (limitedBy === "POWER" ? limitMw : null);
  const isShorter = longestDurationS !== null && longestDurationS < (request.durationS ?? Infinity);
  return {
    ...(mw !== null && smaller(mw, request)),
    ...(isShorter && longestDurationS > 0 && { durationS: longestDurationS }),
  };
}

function smaller(mw: number, request: DraftRequest): Suggestions {
  return mw !== 0 && Math.abs(mw) < Math.abs(request.mw) ? { mw } : {};
}
