// The power in force of an asset over time, from its dispatches, those that ended and those to come.

import { tickFrom, tickInstantMs } from "../time/grid.ts";
import { advance, makePlan, type OpenDispatch, type Plan, withDispatches } from "./asset-plan.ts";
import type { Dispatch } from "./dispatch.ts";

/** From an instant on another dispatch is in force, or none. */
export interface InForceChange {
  /** The start of a tick, in ms since the epoch. */
  readonly atMs: number;
  /** The power to hold from then on, in MW; without a dispatch the power to rest at, or to fall back to. */
  readonly mw: number;
  /** When this was decided, in ms since the epoch. */
  readonly decidedMs: number;
}

/** A dispatch with its place in the order of acceptance. */
export interface PlacedDispatch {
  readonly cursor: number;
  readonly dispatch: Dispatch;
}

export interface Timeline {
  /** Adds dispatches in the order of their starts. Returns the changes before the last one begins. */
  add(placed: readonly PlacedDispatch[]): readonly InForceChange[];
  /** The other changes before an instant. */
  end(untilMs: number): readonly InForceChange[];
}

/**
 * @param fallbackMw The power to fall back to where a lease is lost, in MW.
 * @param dtS        Length of a tick in s: a dispatch begins and ends with a tick.
 */
export function createTimeline(fallbackMw: number, dtS: number): Timeline {
  const onGrid = (ms: number) => (Number.isFinite(ms) ? tickInstantMs(tickFrom(ms, dtS), dtS) : ms);
  let plan = makePlan([], 0, fallbackMw);
  const known = new Map<string, Dispatch>();

  function runTo(untilMs: number): InForceChange[] {
    const changes: InForceChange[] = [];
    for (;;) {
      const atMs = onGrid(plan.nextChangeMs);
      if (atMs >= untilMs) break;
      const before = plan;
      plan = advance(plan, atMs).plan;
      if (before.inForceId === plan.inForceId) continue;
      const [ended, begun] = [before, plan].map(({ inForceId }) => known.get(inForceId ?? ""));
      changes.push({ atMs, mw: plan.setpointMw, decidedMs: decidedMs(atMs, ended, begun, onGrid) });
    }
    forget(plan);
    return changes;
  }

  function forget({ waiting, running, inForceId }: Plan): void {
    const left = new Set([...waiting, ...running].map(({ id }) => id));
    for (const id of known.keys()) if (!left.has(id) && id !== inForceId) known.delete(id);
  }

  return {
    add(placed) {
      // What no tick began in was never in force.
      const held = placed.filter(({ dispatch }) => dispatch.reason !== "NO_TICK");
      for (const { dispatch } of held) known.set(dispatch.id, dispatch);
      const orders = held.map(({ cursor }) => cursor);
      plan = withDispatches(
        plan,
        held.map(({ dispatch }) => windowOf(dispatch)),
        orders,
      );
      return runTo(onGrid(placed.at(-1)?.dispatch.startMs ?? -Infinity));
    },
    end: runTo,
  };
}

/** A dispatch as it was known at an instant: what ended it later is not. Of its lease the last renewal alone is known. */
export function asKnownAt(dispatch: Dispatch, knownMs: number): Dispatch {
  const { endedAtMs } = dispatch;
  const isOpen = endedAtMs === null || endedAtMs > knownMs;
  if (!isOpen || knownMs === Infinity) return dispatch;
  const isLeaseKnown = leaseDecidedMs(dispatch) <= knownMs;
  return {
    ...dispatch,
    ...{ endedAtMs: null, status: "accepted", reason: null },
    leaseUntilMs: isLeaseKnown ? dispatch.leaseUntilMs : null,
  };
}

/** When it was decided until when a lease lasts: it was renewed last as long before as it is good for; or never. */
function leaseDecidedMs({ startMs, leaseUntilMs, validForS, submittedAtMs }: Dispatch): number {
  const renewedMs = (leaseUntilMs ?? -Infinity) - (validForS ?? 0) * 1000;
  return renewedMs > startMs ? renewedMs : submittedAtMs;
}

/** A dispatch as it is open from its start to where it is to end, or has ended. */
function windowOf(dispatch: Dispatch): OpenDispatch {
  const { leaseUntilMs, status, endedAtMs } = dispatch;
  const hasLease = endedAtMs === null || status === "expired";
  return {
    ...{ id: dispatch.id, scheduleId: dispatch.scheduleId, mw: dispatch.mw },
    ...{ startMs: dispatch.startMs, endMs: windowEndMs(dispatch) },
    ...{ validForS: dispatch.validForS, leaseUntilMs: hasLease ? leaseUntilMs : null },
    ...{ onShortfall: dispatch.onShortfall, status: "accepted" },
  };
}

function windowEndMs({ endMs, endedAtMs, leaseUntilMs, status }: Dispatch): number | null {
  if (endedAtMs === null) return endMs;
  if (status !== "expired") return Math.min(endedAtMs, endMs ?? Infinity);
  // An interval below it has a remainder from where its lease was lost, which was before its end.
  const lostMs = Math.max(endedAtMs, (leaseUntilMs ?? -Infinity) + 1);
  return endMs === null ? null : Math.min(lostMs, endMs);
}

type OnGrid = (ms: number) => number;

/** When it was decided that one dispatch follows on another, or none: at the latest of what led to it. */
function decidedMs(
  atMs: number,
  ended: Dispatch | undefined,
  begun: Dispatch | undefined,
  onGrid: OnGrid,
): number {
  if (begun !== undefined && onGrid(begun.startMs) === atMs) return begun.submittedAtMs;
  const endMs = ended ? endDecidedMs(atMs, ended, onGrid) : -Infinity;
  return Math.max(begun?.submittedAtMs ?? -Infinity, endMs);
}

function endDecidedMs(atMs: number, ended: Dispatch, onGrid: OnGrid): number {
  const { endMs, endedAtMs, leaseUntilMs, submittedAtMs } = ended;
  if (onGrid(endMs ?? Infinity) === atMs) return submittedAtMs;
  if (endedAtMs !== null || leaseUntilMs === null) return atMs;
  return leaseDecidedMs(ended);
}
