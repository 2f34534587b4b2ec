// Previews of decisions: as if the request came now, without anything being changed.
import type { Steps } from "../../domain/base/steps.ts";
import {
  type DispatchDecision,
  decideDispatch,
  wholeDecision,
} from "../../domain/dispatch/decision.ts";
import type { DispatchRequest } from "../../domain/dispatch/request.ts";
import type { AssetGateway } from "../../domain/ports/asset-gateway.ts";
import type { Clock } from "../../domain/ports/clock.ts";
import type { DispatchStore } from "../../domain/ports/dispatch-store.ts";
import { previewSiteRequest, runningIndex, type SitePreview, type SiteRequest } from "./decide.ts";
import type { AssetPlans } from "./plans.ts";
import { withSite } from "./site-loads.ts";
import type { Slices } from "./slices.ts";

export interface DispatchPreviews {
  /** The decision on a request, as if it came now; changes nothing. @throws Fault STORE_UNAVAILABLE where it would be accepted and could not be stored. */
  preview(request: DispatchRequest): Promise<DispatchDecision>;
  /** The same for a request to a site, with the share of each asset. */
  previewSite(request: SiteRequest): Promise<SitePreview>;
}

interface PreviewDeps {
  readonly gateway: AssetGateway;
  readonly runDue: () => void;
  readonly store: Pick<DispatchStore, "checkAvailable">;
  readonly clock: Clock;
  /** The present of the fleet, in ms since the epoch. */
  readonly presentMs: () => number;
  readonly plans: AssetPlans;
  readonly slices: Slices;
}

export function createPreviews(deps: PreviewDeps): DispatchPreviews {
  const { gateway, runDue, store, clock, presentMs, plans, slices } = deps;
  const ownStateOf = (index: number) => plans.requestStateOf(index, presentMs());

  function* previewSteps(request: DispatchRequest): Steps<DispatchDecision> {
    runDue();
    const index = runningIndex(gateway.table, request.assetId);
    if (typeof index !== "number") return { accepted: false, refusal: index, windows: null };
    const state = withSite(gateway.table, index, ownStateOf);
    const outcome = decideDispatch(state, request, presentMs(), clock.nowMs());
    yield;
    return yield* wholeDecision(outcome);
  }

  async function orUnavailable<T extends { readonly accepted: boolean }>(steps: Steps<T>) {
    const decision = await slices.run("numbers", steps);
    if (decision.accepted) store.checkAvailable();
    return decision;
  }

  return {
    preview: (request) => orUnavailable(previewSteps(request)),
    async previewSite(request) {
      runDue();
      const { table } = gateway;
      const at = { nowMs: presentMs(), clockMs: clock.nowMs() };
      return orUnavailable(previewSiteRequest(request, { table, ...at, ownStateOf }));
    },
  };
}
