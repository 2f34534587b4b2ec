// Changes of a plan from outside: cancel, renew, a new schedule, the end of its asset, and a restart of the server.

import {
  type Advanced,
  advance,
  isInterval,
  type OpenDispatch,
  type Plan,
  type Span,
  withDispatches,
} from "./asset-plan.ts";
import { type DispatchStatus, isOpen, type StatusChange, type StatusReason } from "./status.ts";

/** Cancels an open dispatch: it holds no tick that starts from now on. Undefined where no dispatch of this id is open. */
export function cancel(plan: Plan, id: string, nowMs: number): Advanced | undefined {
  const step = drop(plan, (it) => it.id === id, nowMs, "cancelled", "CANCELLED");
  return step.changes.length === 0 ? undefined : step;
}

/**
 * Renews a lease: it ends `validForS` after now, or after the start of a dispatch that still waits.
 * Undefined where no open dispatch of this id has a lease, or its lease has ended.
 */
export function renew(
  plan: Plan,
  id: string,
  nowMs: number,
): { readonly plan: Plan; readonly leaseUntilMs: number } | undefined {
  const it = [...plan.running, ...plan.waiting].find((entry) => entry.id === id);
  if (it === undefined || it.validForS === null || (it.leaseUntilMs ?? 0) <= nowMs)
    return undefined;
  const leaseUntilMs = leaseEndMs(it.startMs, it.validForS, nowMs);
  const renewed = <T extends OpenDispatch>(entries: readonly T[]) =>
    entries.map((entry) => (entry.id === id ? { ...entry, leaseUntilMs } : entry));
  return {
    // The next change may now be later than `nextChangeMs`: to advance once too often does no harm.
    plan: { ...plan, running: renewed(plan.running), waiting: renewed(plan.waiting) },
    leaseUntilMs,
  };
}

/** When a lease of this length ends, if it is given now: it runs from the start on. In ms since the epoch. */
export function leaseEndMs(startMs: number, validForS: number, nowMs: number): number {
  return Math.max(startMs, nowMs) + validForS * 1000;
}

/**
 * Adds a dispatch. Another dispatch that begins at the same instant would be superseded there: it is superseded
 * now, so that dispatches that come faster than ticks do not accumulate.
 */
export function addDispatch(plan: Plan, added: OpenDispatch, nowMs: number): Advanced {
  const { plan: without, changes } = drop(
    plan,
    (it) => it.status === "accepted" && !isInterval(it) && it.startMs === added.startMs,
    nowMs,
    "superseded",
    "NEWER_DISPATCH",
    added.id,
  );
  return { plan: withDispatches(without, [added]), changes };
}

/** Replaces the schedule of the asset for each tick that starts from now on. An empty list removes it. */
export function replaceSchedule(
  plan: Plan,
  intervals: readonly OpenDispatch[],
  nowMs: number,
): Advanced {
  const [to, reason] =
    intervals.length === 0
      ? (["cancelled", "CANCELLED"] as const)
      : (["superseded", "NEWER_SCHEDULE"] as const);
  const { plan: without, changes } = drop(plan, isInterval, nowMs, to, reason);
  return { plan: withDispatches(without, intervals), changes };
}

/** Ends the dispatches of the demo, which have these ids: they hold no tick that starts from now on. */
export function endDemo(plan: Plan, demoIds: ReadonlySet<string>, nowMs: number): Advanced {
  return drop(plan, ({ id }) => demoIds.has(id), nowMs, "cancelled", "DEMO_ENDED");
}

/** Ends all open dispatches between two ticks, because the asset is retired: it holds nothing again. */
export function retire(plan: Plan, nowMs: number): Advanced {
  const { plan: without, changes } = drop(plan, () => true, nowMs, "failed", "RETIRED");
  return { plan: { ...without, running: [], inForceId: null, nextChangeMs: Infinity }, changes };
}

/** Ends dispatches. The one in force stays in the plan until the tick under way ends, which it holds. */
function drop(
  plan: Plan,
  goes: (it: OpenDispatch) => boolean,
  nowMs: number,
  to: DispatchStatus,
  reason: StatusReason,
  byId: string | null = null,
): Advanced {
  const ends = (it: OpenDispatch) => isOpen(it) && goes(it);
  const gone = [...plan.running, ...plan.waiting].filter(ends);
  if (gone.length === 0) return { plan, changes: [] };
  return {
    plan: {
      waiting: plan.waiting.filter((it) => !ends(it)),
      running: plan.running.flatMap((it) => {
        if (!ends(it)) return it;
        return it.id === plan.inForceId ? heldUntil(it, nowMs, to) : [];
      }),
      setpointMw: plan.setpointMw,
      inForceId: plan.inForceId,
      restMw: gone.some(({ status }) => status === "active") ? 0 : plan.restMw,
      fallbackMw: plan.fallbackMw,
      nextChangeMs: Math.min(plan.nextChangeMs, nowMs),
      count: plan.count,
    },
    changes: gone.map(({ id: dispatchId, status }) => ({
      dispatchId,
      atMs: nowMs,
      from: status,
      to,
      reason,
      byId,
    })),
  };
}

/** A dispatch that has ended, and holds the ticks that started before. Its energy is promised no more. */
function heldUntil<T extends OpenDispatch>(it: T, endMs: number, status: DispatchStatus): T {
  return { ...it, status, endMs, leaseUntilMs: null, onShortfall: "curtail" };
}

/**
 * Advances a plan after ticks were left out. A dispatch that ended or lost its lease in between is closed with
 * `SERVER_DOWN` and holds nothing again: `failed`, or `expired` where the lease ended first. The others continue.
 * Where no tick was left out it is the same as `advance`.
 *
 * @param endedMs When the last tick that ran ended, in ms since the epoch.
 * @param nowMs   The instant at which the tick that runs next starts.
 */
export function resume(plan: Plan, endedMs: number, nowMs: number): Advanced {
  const statuses = new Map(
    [...plan.running, ...plan.waiting].map(({ id, status }) => [id, status]),
  );
  const changes = new Map<string, StatusChange>();
  const holds: Span[] = [];
  let [at, fromMs] = [plan, Math.min(endedMs, nowMs)];
  while (at.nextChangeMs <= nowMs) {
    const instantMs = Math.max(at.nextChangeMs, Math.min(endedMs, nowMs));
    const step = advance(at, instantMs);
    if (step.plan.inForceId !== at.inForceId) {
      if (instantMs > fromMs) holds.push({ id: at.inForceId, fromMs, untilMs: instantMs });
      fromMs = Math.max(fromMs, instantMs);
    }
    for (const change of step.changes) {
      const from = statuses.get(change.dispatchId) ?? change.from;
      const seen = instantMs > endedMs ? asServerDown(change) : change;
      changes.set(change.dispatchId, { ...seen, from, atMs: nowMs });
    }
    at = step.plan;
  }
  holds.push({ id: at.inForceId, fromMs, untilMs: Infinity });
  return { plan: at, changes: [...changes.values()], holds };
}

/** A change that time made while no server ran. */
function asServerDown(change: StatusChange): StatusChange {
  if (change.to === "expired") return { ...change, reason: "SERVER_DOWN" };
  if (change.to === "completed" || change.to === "failed")
    return { ...change, to: "failed", reason: "SERVER_DOWN", byId: null };
  return change;
}
