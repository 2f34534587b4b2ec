// The answers to requests, decided on the states of the assets. Pure: changes nothing.
import type { ShortfallPolicy } from "../../domain/dispatch/asset-plan.ts";
import { type DispatchDecision, decideDispatch } from "../../domain/dispatch/decision.ts";
import { type Dispatch, newDispatch } from "../../domain/dispatch/dispatch.ts";
import type { AssetState } from "../../domain/dispatch/energy-check.ts";
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
  stateOf(index: number): AssetState;
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

export function answerDispatch(request: DispatchRequest, view: FleetView): Answer {
  const index = runningIndex(view.table, request.assetId);
  if (typeof index !== "number") return refused(index);
  const state = view.stateOf(index);
  const decision = decideDispatch(state, request, view.nowMs, view.clockMs);
  if (!decision.accepted) return refused(decision.refusal);
  return accepted([acceptedDispatch(state.asset.id, request, decision, view)]);
}

export function answerSite(request: SiteRequest, view: FleetView): Answer {
  const { table, nowMs, clockMs } = view;
  const site = table.siteOf(request.siteId);
  if (site === undefined) return refused(siteUnknown(request.siteId));
  const states = table.indexesOfSite(request.siteId).map((index) => view.stateOf(index));
  const decision = decideSiteDispatch(site, states, request, nowMs, clockMs);
  if (!decision.accepted) return refused(decision.refusal);
  const shares = decision.shares.map((share, n) =>
    acceptedDispatch((states[n] as AssetState).asset.id, request, share, view),
  );
  return accepted(shares);
}

export function answerSchedule(request: ScheduleRequest, view: FleetView): Answer {
  const { intervals, onShortfall = "refuse", requestId = null } = request;
  const index = runningIndex(view.table, request.assetId);
  if (typeof index !== "number") return refused(index);
  const state = view.stateOf(index);
  const decision = decideSchedule(state, intervals, onShortfall, view.nowMs);
  if (!decision.accepted) return refused(decision.refusal, decision.index);
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
      submittedAtMs: Math.floor(view.nowMs),
      rationale: { windows: null, shortfall: decision.shortfalls[n] ?? null },
    }),
  );
  return accepted(dispatches, state.asset.id);
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
  decision: Extract<DispatchDecision, { accepted: true }>,
  { newId, nowMs }: FleetView,
): Dispatch {
  return newDispatch({
    id: newId(),
    assetId,
    scheduleId: null,
    mw: decision.mw,
    durationS: request.durationS,
    startMs: decision.startMs,
    endMs: decision.endMs,
    validForS: request.validForS ?? null,
    leaseUntilMs: decision.leaseUntilMs,
    onShortfall: decision.onShortfall,
    requestId: request.requestId ?? null,
    submittedAtMs: Math.floor(nowMs),
    rationale: { windows: decision.windows, shortfall: decision.shortfall },
  });
}

function accepted(dispatches: readonly Dispatch[], scheduleOf: string | null = null): Accepted {
  return { accepted: true, dispatches, scheduleOf };
}

function refused(refusal: DispatchRefusal, index: number | null = null): Refused {
  return { accepted: false, refusal, index };
}
