// The plan of an asset as if some requests were sent now, one after the other, for a forecast.
import type { Steps } from "../../domain/base/steps.ts";
import { addDispatch } from "../../domain/dispatch/asset-plan-changes.ts";
import type { AssetState } from "../../domain/dispatch/asset-state.ts";
import { decideDispatch } from "../../domain/dispatch/decision.ts";
import type { ForecastRefusal } from "../../domain/dispatch/forecast-range.ts";
import type { DispatchRequest } from "../../domain/dispatch/request.ts";

/** Requests of one forecast at most. */
export const MOST_SUPPOSED = 100;

/** The id of a supposed dispatch in a forecast. @param index Its place among the requests, from 0 on. */
export const supposedId = (index: number) => `with:${index}`;

/** The present of the fleet, and that by the clock, in ms since the epoch. */
interface Present {
  readonly nowMs: number;
  readonly clockMs: number;
}

/** Why requests cannot be supposed of an asset, whatever is decided; undefined where they can. */
export function refuseSupposed(
  assetId: string,
  requests: readonly DispatchRequest[],
): ForecastRefusal | undefined {
  if (requests.length > MOST_SUPPOSED) {
    const message = `a forecast supposes at most ${MOST_SUPPOSED} dispatches, not ${requests.length}: leave some out`;
    return { code: "BAD_INPUT", field: "with", message };
  }
  const index = requests.findIndex((it) => it.assetId.toLowerCase() !== assetId);
  const other = requests[index];
  if (other === undefined) return undefined;
  const message = `a forecast supposes dispatches of its own asset, ${assetId}, and not of ${other.assetId}: leave that one out`;
  return { code: "BAD_INPUT", message, field: "with", dispatch: { index, field: "assetId" } };
}

/**
 * The state of an asset with what would be accepted in its plan, or the first refusal.
 *
 * @param state With the load of its site.
 */
export function* supposedState(
  state: AssetState,
  requests: readonly DispatchRequest[],
  { nowMs, clockMs }: Present,
): Steps<AssetState | ForecastRefusal> {
  let supposed = state;
  for (const [index, request] of requests.entries()) {
    const outcome = decideDispatch(supposed, request, nowMs, clockMs);
    yield;
    if (!outcome.accepted) {
      const { refusal } = yield* outcome.refused();
      const { code, message, field } = refusal;
      return { code, message, field: "with", dispatch: { index, field, refusal } };
    }
    const { mw, startMs, endMs, leaseUntilMs, onShortfall } = outcome;
    const { plan } = addDispatch(
      supposed.plan,
      {
        ...{ id: supposedId(index), scheduleId: null, mw, startMs, endMs, onShortfall },
        ...{ validForS: request.validForS ?? null, leaseUntilMs, status: "accepted" },
      },
      nowMs,
    );
    supposed = { ...supposed, plan };
  }
  return supposed;
}
