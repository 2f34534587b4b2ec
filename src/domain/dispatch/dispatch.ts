// A dispatch as it is stored: the request, the decision, its status and what it delivered.

import type { PowerLimit } from "../telemetry/telemetry.ts";
import type { ShortfallPolicy } from "./asset-plan.ts";
import type { Shortfall, ShortfallReason } from "./shortfall.ts";
import { type DispatchStatus, isOpen, type StatusChange, type StatusReason } from "./status.ts";
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

/** The fields of a dispatch that change while it is open. */
export interface DispatchProgress {
  readonly status: DispatchStatus;
  /** Why it has its status: a `StatusReason`, or what an older version wrote; null where there is none. */
  readonly reason: string | null;
  /** When the lease ends unless it is renewed, in ms since the epoch; null: never. */
  readonly leaseUntilMs: number | null;
  /** When it ended, in ms since the epoch: it holds no tick that starts there or later. null before that. */
  readonly endedAtMs: number | null;
  /** Net energy at the terminal while it held the asset, in MWh, discharge positive. */
  readonly deliveredMwhr: number;
  /**
   * Net energy by the meters of the asset when it began to hold the asset, in MWh, discharge positive: what they
   * measured since is still to be added to `deliveredMwhr`. null while it does not hold the asset.
   */
  readonly heldFromMwhr: number | null;
  /** When it began to hold the asset, an instant of the grid in ms since the epoch. null while it does not hold it. */
  readonly heldFromMs: number | null;
  /** The power of the asset at that instant, in MW, from which its ramp began. null while it does not hold the asset. */
  readonly heldFromMw: number | null;
  /**
   * Net energy, in MWh, discharge positive, that its asset would have delivered along its setpoint with nothing but its
   * ramp to bind it, over the times that it held the asset and that are over.
   */
  readonly demandedMwhr: number;
  /**
   * While it is open: what it will not deliver of its promise, as far as it is known. Once it has ended: what it did
   * not deliver. null where it lacks nothing.
   */
  readonly shortfall: Shortfall | null;
}

/** Why a dispatch was accepted as it was. */
export interface Rationale {
  /** What the limits left of the request; null for an interval, which is decided with its whole schedule. */
  readonly windows: DecisionWindows | null;
  /** null where it was to be delivered in full. */
  readonly shortfall: Shortfall | null;
}

/** Whether a dispatch is open and of the demo. */
export function isOfDemo(dispatch: Pick<Dispatch, "status" | "reason">): boolean {
  return dispatch.reason === DEMO && isOpen(dispatch);
}

const DEMO = "DEMO" satisfies StatusReason;

/** A change of status, with its number among all events: rising, also across restarts where there is a store. */
export interface DispatchEvent extends StatusChange {
  readonly number: number;
}

/**
 * A dispatch with other progress. Each field by its name, in the order of a new dispatch: to spread this many takes
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
    heldFromMs: progress.heldFromMs,
    heldFromMw: progress.heldFromMw,
    demandedMwhr: progress.demandedMwhr,
    shortfall: progress.shortfall,
  };
}

/** A dispatch that was just accepted, with what the limits left of its request. */
export function withWindows(dispatch: Dispatch, windows: DecisionWindows): Dispatch {
  const shortfall = dispatch.rationale?.shortfall ?? null;
  return newDispatch({ ...dispatch, rationale: { windows, shortfall } });
}

/** The fields of a new dispatch that differ from one to another. */
type NewDispatch = Omit<Dispatch, Exclude<keyof DispatchProgress, "leaseUntilMs" | "reason">>;

/** A dispatch that was just accepted. Each field by its name, for the reason of `withProgress`. */
export function newDispatch(given: NewDispatch): Dispatch {
  return {
    id: given.id,
    assetId: given.assetId,
    scheduleId: given.scheduleId,
    mw: given.mw,
    durationS: given.durationS,
    startMs: given.startMs,
    endMs: given.endMs,
    validForS: given.validForS,
    onShortfall: given.onShortfall,
    requestId: given.requestId,
    submittedAtMs: given.submittedAtMs,
    rationale: given.rationale,
    status: "accepted",
    reason: given.reason,
    leaseUntilMs: given.leaseUntilMs,
    endedAtMs: null,
    deliveredMwhr: 0,
    heldFromMwhr: null,
    heldFromMs: null,
    heldFromMw: null,
    demandedMwhr: 0,
    shortfall: null,
  };
}

export function progressOf(dispatch: Dispatch): DispatchProgress {
  return {
    status: dispatch.status,
    reason: dispatch.reason,
    leaseUntilMs: dispatch.leaseUntilMs,
    endedAtMs: dispatch.endedAtMs,
    deliveredMwhr: dispatch.deliveredMwhr,
    heldFromMwhr: dispatch.heldFromMwhr,
    heldFromMs: dispatch.heldFromMs,
    heldFromMw: dispatch.heldFromMw,
    demandedMwhr: dispatch.demandedMwhr,
    shortfall: dispatch.shortfall,
  };
}

/** How a dispatch holds its asset at a change. */
export interface Hold {
  /** When it began to hold the asset, in ms since the epoch, and the power then, in MW; null where it does not hold it. */
  readonly since: { readonly fromMs: number; readonly powerMw: number } | null;
  /** Net energy by the meters of the asset now, in MWh, discharge positive. */
  readonly meterMwhr: number;
  /** What it demanded over the times of holding that end with the change, as `demandedMwhr`. */
  readonly demandedMwhr: number;
  /** The instant of the grid from which on the change counts, in ms since the epoch: its end, where it ends. */
  readonly fromMs: number;
}

/**
 * A dispatch after a change.
 *
 * @param event The change of its status; null where that stays.
 */
export function advanceDispatch(
  dispatch: Dispatch,
  hold: Hold,
  event: DispatchEvent | null,
): Dispatch {
  const { fromMs } = hold;
  const status = event?.to ?? dispatch.status;
  const isEnded = event !== null && !isOpen({ status });
  // One that was to hold the tick under way may lose it to another that was decided before that tick.
  const endedAtMs = dispatch.endedAtMs === null ? null : Math.min(dispatch.endedAtMs, fromMs);
  return withProgress(dispatch, {
    status,
    // As long as it is open, a dispatch of the demo is known by its reason.
    reason: isOfDemo({ status, reason: dispatch.reason })
      ? DEMO
      : (event?.reason ?? dispatch.reason),
    leaseUntilMs: dispatch.leaseUntilMs,
    endedAtMs: isEnded ? fromMs : endedAtMs,
    deliveredMwhr: deliveredAfterMwhr(dispatch, hold),
    heldFromMwhr: hold.since === null ? null : hold.meterMwhr,
    heldFromMs: hold.since?.fromMs ?? null,
    heldFromMw: hold.since?.powerMw ?? null,
    demandedMwhr: dispatch.demandedMwhr + hold.demandedMwhr,
    shortfall: dispatch.shortfall,
  });
}

/** What a dispatch delivered up to a change, in MWh. */
function deliveredAfterMwhr(
  { heldFromMwhr, deliveredMwhr }: Dispatch,
  { meterMwhr }: Hold,
): number {
  return deliveredMwhr + (heldFromMwhr === null ? 0 : meterMwhr - heldFromMwhr);
}

/** The first tick in which a limit cut a dispatch, or that was left out. */
export interface FirstCut {
  /** The start of that tick, in ms since the epoch. */
  readonly fromMs: number;
  /** null where it was left out. */
  readonly limitedBy: PowerLimit | null;
}

/**
 * What a dispatch did not deliver, once it holds its asset no more and has ended; null where it lacks nothing.
 *
 * @param leastMwhr Less than this is rounding.
 * @param firstCut  null where no tick was cut, as far as it is known.
 * @param reason    Why it lacks energy, where that was not known before.
 */
export function endedShortfall(
  dispatch: Dispatch,
  hold: Hold,
  leastMwhr: number,
  firstCut: FirstCut | null,
  reason: ShortfallReason,
): Shortfall | null {
  const demandedMwhr = dispatch.demandedMwhr + hold.demandedMwhr;
  const missingMwhr = Math.sign(dispatch.mw) * (demandedMwhr - deliveredAfterMwhr(dispatch, hold));
  if (missingMwhr <= leastMwhr) return null;
  const { shortfall: known, heldFromMs, startMs } = dispatch;
  return {
    fromMs: known?.fromMs ?? firstCut?.fromMs ?? heldFromMs ?? startMs,
    missingMwhr,
    limitedBy: known === null ? (firstCut?.limitedBy ?? null) : known.limitedBy,
    reason: known?.reason ?? reason,
  };
}

/** A dispatch with another shortfall. */
export function withShortfall(dispatch: Dispatch, shortfall: Shortfall | null): Dispatch {
  return withProgress(dispatch, { ...progressOf(dispatch), shortfall });
}

/** A dispatch with another rationale. */
export function withRationale(dispatch: Dispatch, rationale: Rationale): Dispatch {
  return withProgress({ ...dispatch, rationale }, progressOf(dispatch));
}

/** A dispatch as it was when it was accepted. */
export function asAccepted(dispatch: Dispatch): Dispatch {
  const { startMs, validForS } = dispatch;
  return withProgress(dispatch, {
    status: "accepted",
    reason: null,
    leaseUntilMs: validForS === null ? null : startMs + validForS * 1000,
    endedAtMs: null,
    deliveredMwhr: 0,
    heldFromMwhr: null,
    heldFromMs: null,
    heldFromMw: null,
    demandedMwhr: 0,
    shortfall: null,
  });
}
