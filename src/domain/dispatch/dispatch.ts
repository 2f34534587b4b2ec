// A dispatch as it is kept: what was asked and decided, and what became of it.

import type { OpenDispatch, ShortfallPolicy } from "./asset-plan.ts";
import type { Shortfall } from "./energy-check.ts";
import type { DispatchStatus, StatusReason } from "./status.ts";
import type { DecisionWindows } from "./windows.ts";

/** A dispatch that was accepted, or one interval of a schedule. */
export interface Dispatch extends DispatchProgress {
  /** UUID. */
  readonly id: string;
  readonly assetId: string;
  /** UUID that the intervals of one schedule share; null for a dispatch. */
  readonly scheduleId: string | null;
  /** Power to hold, in MW, discharge positive. */
  readonly mw: number;
  /** How long to hold it, in s; null: until the next dispatch. */
  readonly durationS: number | null;
  /** It holds every tick that starts in `[startMs, endMs)`; in ms since the epoch, UTC. */
  readonly startMs: number;
  /** null: until the next one begins. */
  readonly endMs: number | null;
  /** For how long a renewal is good, in whole s; null: it needs none. */
  readonly validForS: number | null;
  readonly onShortfall: ShortfallPolicy;
  /** What the client named its request; null where it did not. */
  readonly requestId: string | null;
  /** When it was accepted, in ms since the epoch, UTC. */
  readonly submittedAtMs: number;
  /** Why it was accepted as it was; null for one of an older version. */
  readonly rationale: Rationale | null;
}

/** What changes of a dispatch while it lives. */
export interface DispatchProgress {
  readonly status: DispatchStatus;
  /** Why it has its status: a `StatusReason`, or what an older version wrote; null where there is nothing to say. */
  readonly reason: string | null;
  /** When the lease ends unless it is renewed, in ms since the epoch; null: never. */
  readonly leaseUntilMs: number | null;
  /** When it was over, in ms since the epoch; null before that. */
  readonly endedAtMs: number | null;
  /** Net energy at the terminal while it held the asset, in MWh, discharge positive. */
  readonly deliveredMwhr: number;
  /**
   * What the meters of the asset said, given less taken, when it came to hold the asset, in MWh: what they
   * say more than that is still to be added to `deliveredMwhr`. null while it does not hold it.
   */
  readonly heldFromMwhr: number | null;
}

/** Why a dispatch was accepted as it was. */
export interface Rationale {
  /** What the limits left of the request; null for an interval, which is decided with its whole schedule. */
  readonly windows: DecisionWindows | null;
  /** null where it was to be delivered in full. */
  readonly shortfall: Shortfall | null;
}

/** One change in the life of a dispatch. */
export interface DispatchEvent {
  /** Its number among all events, rising, also across restarts where there is a store. */
  readonly number: number;
  /** When, in ms since the epoch, UTC: the start of a tick where time made the change. */
  readonly atMs: number;
  readonly dispatchId: string;
  /** null: it was accepted. */
  readonly from: DispatchStatus | null;
  readonly to: DispatchStatus;
  /** null where it was accepted. */
  readonly reason: StatusReason | null;
  /** The dispatch that took its place, where one did. */
  readonly byId: string | null;
}

/** Statuses that are not final. */
export const OPEN_STATUSES = ["accepted", "active"] as const;

/** Whether a dispatch is not over. */
export function isOpen({ status }: Pick<DispatchProgress, "status">): boolean {
  return status === "accepted" || status === "active";
}

/**
 * A dispatch and what became of it. Each field by its name, in the order of one that is new: to spread this many takes
 * 20 times as long, and it is done for every request.
 */
export function withProgress(dispatch: Dispatch, progress: DispatchProgress): Dispatch {
  return {
    id: dispatch.id,
    assetId: dispatch.assetId,
    scheduleId: dispatch.scheduleId,
    mw: dispatch.mw,
    durationS: dispatch.durationS,
    startMs: dispatch.startMs,
    endMs: dispatch.endMs,
    validForS: dispatch.validForS,
    onShortfall: dispatch.onShortfall,
    requestId: dispatch.requestId,
    submittedAtMs: dispatch.submittedAtMs,
    rationale: dispatch.rationale,
    status: progress.status,
    reason: progress.reason,
    leaseUntilMs: progress.leaseUntilMs,
    endedAtMs: progress.endedAtMs,
    deliveredMwhr: progress.deliveredMwhr,
    heldFromMwhr: progress.heldFromMwhr,
  };
}

/** What an open dispatch commits its asset to. */
export function openDispatchOf(dispatch: Dispatch): OpenDispatch {
  const { id, mw, startMs, endMs, validForS, leaseUntilMs, onShortfall, status } = dispatch;
  const scheduled = dispatch.scheduleId !== null;
  return {
    id,
    scheduled,
    mw,
    startMs,
    endMs,
    validForS,
    leaseUntilMs,
    onShortfall,
    status: status === "active" ? "active" : "accepted",
  };
}

/** A dispatch as it was when it was accepted, whatever became of it. */
export function asAccepted(dispatch: Dispatch): Dispatch {
  const { startMs, validForS } = dispatch;
  return withProgress(dispatch, {
    status: "accepted",
    reason: null,
    leaseUntilMs: validForS === null ? null : startMs + validForS * 1000,
    endedAtMs: null,
    deliveredMwhr: 0,
    heldFromMwhr: null,
  });
}
