// Requests, decided as the desk has them: what they accept is handed to it, what they are refused is said.
import type { RefusalCode } from "../../domain/base/codes.ts";
import {
  type Acceptance,
  acceptedDispatch,
  acceptedInterval,
} from "../../domain/dispatch/acceptance.ts";
import type { ShortfallPolicy } from "../../domain/dispatch/asset-plan.ts";
import { decideDispatch } from "../../domain/dispatch/decision.ts";
import type { Dispatch } from "../../domain/dispatch/dispatch.ts";
import {
  assetRetired,
  assetUnknown,
  type DispatchRefusal,
  type DispatchRequest,
  siteUnknown,
} from "../../domain/dispatch/request.ts";
import { decideSchedule, type Interval } from "../../domain/dispatch/schedule-decision.ts";
import {
  decideSiteDispatch,
  type SiteDispatchRequest,
} from "../../domain/dispatch/site-dispatch.ts";
import type { FleetTable } from "../../domain/fleet/fleet-table.ts";
import type { Chance } from "../../domain/ports/chance.ts";
import type { Log } from "../../domain/ports/log.ts";
import type { BatchView } from "./batcher.ts";

export interface Refused {
  readonly accepted: false;
  readonly refusal: DispatchRefusal;
}

export type DispatchResult = { readonly accepted: true; readonly dispatch: Dispatch } | Refused;

/** A power for a site: its shares, one for each asset, in their order. */
export type SiteDispatchResult =
  | { readonly accepted: true; readonly dispatches: readonly Dispatch[] }
  | Refused;

export interface SiteRequest extends SiteDispatchRequest {
  readonly siteId: string;
}

export interface ScheduleRequest {
  readonly assetId: string;
  /** In the order of time; empty: no schedule any more. */
  readonly intervals: readonly Interval[];
  /** Left out: `refuse`. */
  readonly onShortfall?: ShortfallPolicy | undefined;
  /** As that of a dispatch. */
  readonly requestId?: string | undefined;
}

export type ScheduleResult =
  | {
      readonly accepted: true;
      /** How many intervals of the request, the first ones, were over and left out. */
      readonly pastCount: number;
      /** One for each of the others, in their order. */
      readonly dispatches: readonly Dispatch[];
    }
  | (Refused & {
      /** The place in the list of the first interval that fails; null where the list itself does. */
      readonly index: number | null;
    });

export interface DispatchDecisions {
  one(request: DispatchRequest, view: BatchView): DispatchResult;
  site(request: SiteRequest, view: BatchView): SiteDispatchResult;
  schedule(request: ScheduleRequest, view: BatchView): ScheduleResult;
  /** The position of an asset that runs, or why there is none. */
  placeOf(assetId: string): number | DispatchRefusal;
  refuse(refusal: DispatchRefusal, about: object): Refused;
  /** How many requests ended in each way. */
  outcomes(): ReadonlyMap<"accepted" | RefusalCode, number>;
}

export function createDispatchDecisions(
  tableNow: () => FleetTable,
  chance: Chance,
  log: Log,
): DispatchDecisions {
  const outcomes = new Map<"accepted" | RefusalCode, number>();
  const count = (outcome: "accepted" | RefusalCode, times: number) =>
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + times);

  function refuse(refusal: DispatchRefusal, about: object): Refused {
    count(refusal.code, 1);
    log.info({ ...about, code: refusal.code }, `refused: ${refusal.message}`);
    return { accepted: false, refusal };
  }

  function accept(dispatches: readonly Dispatch[]): void {
    count("accepted", dispatches.length);
    for (const dispatch of dispatches) log.debug({ dispatch }, "accepted");
  }

  function placeOf(assetId: string): number | DispatchRefusal {
    const table = tableNow();
    const asset = table.findAsset(assetId);
    if (asset === undefined) return assetUnknown(assetId);
    return table.indexOf(asset.id) ?? assetRetired(asset);
  }

  const acceptance = (
    assetId: string,
    { requestId = null }: { readonly requestId?: string | null | undefined },
    submittedAtMs: number,
  ): Acceptance => ({
    id: chance.newId(),
    assetId,
    requestId,
    submittedAtMs: Math.floor(submittedAtMs),
  });

  return {
    placeOf,
    refuse,
    one(request, view) {
      const index = placeOf(request.assetId);
      const about = { assetId: request.assetId };
      if (typeof index !== "number") return refuse(index, about);
      const state = view.stateOf(index);
      const decision = decideDispatch(state, request, view.nowMs);
      if (!decision.accepted) return refuse(decision.refusal, about);
      const given = acceptance(state.asset.id, request, view.nowMs);
      const dispatch = acceptedDispatch(given, request, decision);
      view.accept([{ assetId: dispatch.assetId, dispatch }]);
      accept([dispatch]);
      return { accepted: true, dispatch };
    },
    site(request, view) {
      const { siteId } = request;
      const table = tableNow();
      const site = table.siteOf(siteId);
      if (site === undefined) return refuse(siteUnknown(siteId), { siteId });
      const states = table.indexesOfSite(siteId).map(view.stateOf);
      const decision = decideSiteDispatch(site, states, request, view.nowMs);
      if (!decision.accepted) return refuse(decision.refusal, { siteId });
      const dispatches = states.map(({ asset }, n) => {
        const share = decision.shares[n] as (typeof decision.shares)[number];
        return acceptedDispatch(acceptance(asset.id, request, view.nowMs), request, share);
      });
      view.accept(dispatches.map((dispatch) => ({ assetId: dispatch.assetId, dispatch })));
      accept(dispatches);
      return { accepted: true, dispatches };
    },
    schedule(request, view) {
      const { assetId, intervals, onShortfall = "refuse" } = request;
      const index = placeOf(assetId);
      if (typeof index !== "number") return { ...refuse(index, { assetId }), index: null };
      const state = view.stateOf(index);
      const decision = decideSchedule(state, intervals, onShortfall, view.nowMs);
      if (!decision.accepted)
        return { ...refuse(decision.refusal, { assetId }), index: decision.index };
      const scheduleId = chance.newId();
      const dispatches = decision.intervals.map((interval, n) => {
        const given = acceptance(state.asset.id, request, view.nowMs);
        const shortfall = decision.shortfalls[n] ?? null;
        return acceptedInterval(given, scheduleId, interval, onShortfall, shortfall);
      });
      view.accept([{ assetId: state.asset.id, schedule: dispatches }]);
      accept(dispatches);
      return { accepted: true, pastCount: decision.pastCount, dispatches };
    },
    outcomes: () => outcomes,
  };
}
