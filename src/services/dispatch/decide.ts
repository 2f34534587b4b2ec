// The answers to requests, decided on the states of the assets. Pure: changes nothing.

import { done, type Steps } from "../../domain/base/steps.ts";
import type { ShortfallPolicy } from "../../domain/dispatch/asset-plan.ts";
import type { AssetState } from "../../domain/dispatch/asset-state.ts";
import {
  type DispatchDecision,
  decideDispatch,
  wholeDecision,
} from "../../domain/dispatch/decision.ts";
import {
  type Dispatch,
  isOfDemo,
  newDispatch,
  withWindows,
} from "../../domain/dispatch/dispatch.ts";
import {
  assetRetired,
  assetUnknown,
  type DispatchRefusal,
  type DispatchRequest,
  siteUnknown,
} from "../../domain/dispatch/request.ts";
import { decideSchedule, type Interval } from "../../domain/dispatch/schedule-decision.ts";
import {
  type AcceptedShare,
  decideSiteDispatch,
  type SiteDispatchRequest,
} from "../../domain/dispatch/site-dispatch.ts";
import type { Asset } from "../../domain/fleet/asset.ts";
import type { FleetTable } from "../../domain/fleet/fleet-table.ts";

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

/** The states that requests are decided on: of one instant, with what was accepted before in their plans. */
export interface FleetView {
  readonly table: FleetTable;
  /** The present of the fleet, in ms since the epoch. */
  readonly nowMs: number;
  /** The present by the clock: before `nowMs` while the fleet waits for an instant in the future. */
  readonly clockMs: number;
  /** With the load of its site, where that has limits. */
  stateOf(index: number): AssetState;
  /** By itself: what decides on all assets of a site together has their loads. */
  ownStateOf(index: number): AssetState;
  /** A new UUID. */
  newId(): string;
}

export interface Accepted {
  readonly accepted: true;
  /** One for a request to an asset; one for each asset of a site; one for each interval that is not over. */
  readonly dispatches: readonly Dispatch[];
  /** The asset whose schedule they replace; null where they are no schedule. */
  readonly scheduleOf: string | null;
}

export interface Refused {
  readonly accepted: false;
  readonly refusal: DispatchRefusal;
  /** The place in a schedule of the first interval that fails; null where it is not an interval that fails. */
  readonly index: number | null;
}

export type Answer = Accepted | Refused;

/** What changes nothing, accepted. */
export const NOTHING: Extract<Decided, { accepted: true }> = {
  ...{ accepted: true, dispatches: [], scheduleOf: null },
  withWindows: () => done([]),
};

/** Whether something accepted for a client ends the demo: a dispatch, or a schedule, also an empty one. */
export function endsDemo({
  dispatches: [first],
  scheduleOf,
}: Pick<Accepted, "dispatches" | "scheduleOf">): boolean {
  return first === undefined ? scheduleOf !== null : !isOfDemo(first);
}

/** A decision: an answer, but for the numbers that take many runs of the check. */
export type Decided =
  | (Accepted & {
      /** The dispatches in the same order, with what the limits left of each request. */
      withWindows(): Steps<readonly Dispatch[]>;
    })
  | { readonly accepted: false; refused(): Steps<Refused> };

export function decideRequest(request: DispatchRequest, view: FleetView): Decided {
  const index = runningIndex(view.table, request.assetId);
  if (typeof index !== "number") return refused(index);
  const state = view.stateOf(index);
  const outcome = decideDispatch(state, request, view.nowMs, view.clockMs);
  if (outcome.accepted) return acceptedShares([outcome], [state], request, view);
  return {
    accepted: false,
    *refused() {
      const { refusal } = yield* outcome.refused();
      return { accepted: false, refusal, index: null };
    },
  };
}

export function* decideSiteRequest(request: SiteRequest, view: FleetView): Steps<Decided> {
  const { table, nowMs, clockMs } = view;
  const site = table.siteOf(request.siteId);
  if (site === undefined) return refused(siteUnknown(request.siteId));
  const states = table.indexesOfSite(request.siteId).map((index) => view.ownStateOf(index));
  const decision = yield* decideSiteDispatch(site, states, request, nowMs, clockMs);
  return decision.accepted
    ? acceptedShares(decision.shares, states, request, view)
    : refused(decision.refusal);
}

/** The decision on a request to a site, with that on the share of each asset, in the order of their ids. */
export type SitePreview =
  | {
      readonly accepted: true;
      readonly shares: readonly { readonly asset: Asset; readonly decision: DispatchDecision }[];
    }
  | { readonly accepted: false; readonly refusal: DispatchRefusal };

/** The decision on a request to a site, with all its numbers. */
export function* previewSiteRequest(
  request: SiteRequest,
  { table, nowMs, clockMs, ownStateOf }: Omit<FleetView, "newId" | "stateOf">,
): Steps<SitePreview> {
  const site = table.siteOf(request.siteId);
  if (site === undefined) return { accepted: false, refusal: siteUnknown(request.siteId) };
  const states = table.indexesOfSite(request.siteId).map((index) => ownStateOf(index));
  const outcome = yield* decideSiteDispatch(site, states, request, nowMs, clockMs);
  if (!outcome.accepted) return outcome;
  const shares = [];
  for (const [n, share] of outcome.shares.entries()) {
    yield;
    const { asset } = states[n] as AssetState;
    shares.push({ asset, decision: yield* wholeDecision(share) });
  }
  return { accepted: true, shares };
}

/** The dispatches of accepted shares, one for each state. */
function acceptedShares(
  shares: readonly AcceptedShare[],
  states: readonly AssetState[],
  request: SiteDispatchRequest,
  view: FleetView,
): Decided {
  const dispatches = shares.map((share, n) =>
    acceptedDispatch((states[n] as AssetState).asset.id, request, share, view),
  );
  return {
    ...{ accepted: true, dispatches, scheduleOf: null },
    *withWindows() {
      const whole: Dispatch[] = [];
      for (const [n, share] of shares.entries())
        whole.push(withWindows(dispatches[n] as Dispatch, yield* share.windows()));
      return whole;
    },
  };
}

/** @param reason That of its intervals while they are open, where they are of the demo. */
export function decideScheduleRequest(
  request: ScheduleRequest,
  view: Omit<FleetView, "ownStateOf">,
  reason: "DEMO" | null = null,
): Decided {
  const { intervals, onShortfall = "refuse", requestId = null } = request;
  const index = runningIndex(view.table, request.assetId);
  if (typeof index !== "number") return refused(index);
  const state = view.stateOf(index);
  const decision = decideSchedule(state, intervals, onShortfall, view.nowMs);
  if (!decision.accepted) return decision;
  const scheduleId = view.newId();
  const dispatches = decision.intervals.map(({ fromMs, untilMs, mw }, n) =>
    newDispatch({
      id: view.newId(),
      assetId: state.asset.id,
      scheduleId,
      mw,
      durationS: Math.ceil((untilMs - fromMs) / 1000),
      startMs: fromMs,
      endMs: untilMs,
      validForS: null,
      leaseUntilMs: null,
      onShortfall,
      requestId,
      reason,
      submittedAtMs: Math.floor(view.nowMs),
      rationale: { windows: null, shortfall: decision.shortfalls[n] ?? null },
    }),
  );
  return {
    ...{ accepted: true, dispatches, scheduleOf: state.asset.id },
    // An interval has no windows of its own.
    withWindows: () => done(dispatches),
  };
}

/** The position of an asset that runs, or why there is none. */
export function runningIndex(table: FleetTable, assetId: string): number | DispatchRefusal {
  const asset = table.findAsset(assetId);
  if (asset === undefined) return assetUnknown(assetId);
  return table.indexOf(asset.id) ?? assetRetired(asset);
}

function acceptedDispatch(
  assetId: string,
  request: SiteDispatchRequest,
  share: AcceptedShare,
  { newId, nowMs }: FleetView,
): Dispatch {
  return newDispatch({
    id: newId(),
    assetId,
    scheduleId: null,
    mw: share.mw,
    durationS: request.durationS,
    startMs: share.startMs,
    endMs: share.endMs,
    validForS: request.validForS ?? null,
    leaseUntilMs: share.leaseUntilMs,
    onShortfall: share.onShortfall,
    requestId: request.requestId ?? null,
    reason: null,
    submittedAtMs: Math.floor(nowMs),
    rationale: { windows: null, shortfall: share.shortfall },
  });
}

function refused(refusal: DispatchRefusal): Decided {
  return { accepted: false, refused: () => done({ accepted: false, refusal, index: null }) };
}
