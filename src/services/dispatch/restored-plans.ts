// The plans of a fleet at a start, from the dispatches that were open when a server ended.
import { makePlan } from "../../domain/dispatch/asset-plan.ts";
import { resume } from "../../domain/dispatch/asset-plan-changes.ts";
import { type Dispatch, progressOf, withProgress } from "../../domain/dispatch/dispatch.ts";
import { isOpen } from "../../domain/dispatch/status.ts";
import type { OpenDispatches as StoredDispatches } from "../../domain/ports/dispatch-store.ts";
import type { FleetPlans } from "./fleet-plans.ts";
import type { OpenDispatches } from "./open-dispatches.ts";

/** What a store has of the plans: the assets whose lease expired hold their fallback where no dispatch is open. */
export type StoredPlans = Omit<StoredDispatches, "lastEventNumber">;

/** Restores the plans of the assets of which a dispatch is open or that hold their fallback. */
export function restorePlans(given: {
  readonly fleet: FleetPlans;
  readonly open: OpenDispatches;
  readonly stored: StoredPlans;
  readonly endedMs: number;
  readonly nowMs: number;
}): void {
  const { fleet, open, endedMs, nowMs } = given;
  const { dispatches, expiredAssetIds, unannouncedIds } = given.stored;
  const [expired, unannounced] = [new Set(expiredAssetIds), new Set(unannouncedIds)];
  const openOf = byAsset(dispatches);

  /** Of several schedules of an asset, only the newest is restored. */
  function withoutReplaced(index: number, own: readonly Dispatch[]): readonly Dispatch[] {
    const scheduleId = own.findLast((it) => it.scheduleId !== null)?.scheduleId ?? null;
    const isNewest = (it: Dispatch) => (it.scheduleId ?? scheduleId) === scheduleId;
    for (const { id: dispatchId, status: from } of own.filter((it) => !isNewest(it)))
      fleet.end(index, endedMs, {
        ...{ dispatchId, atMs: nowMs, from, to: "superseded" },
        ...{ reason: "NEWER_SCHEDULE", byId: null },
      });
    return own.filter(isNewest);
  }

  if (endedMs < nowMs) fleet.noteGap({ fromMs: endedMs, untilMs: nowMs });
  for (const dispatch of dispatches)
    if (unannounced.has(dispatch.id)) open.accept(dispatch, nowMs);
    else open.put(withHold(dispatch, fleet, endedMs));
  for (const [index, { id, fallbackMw = 0 }] of fleet.table().assets.entries()) {
    // Most assets have neither, and their plans are made.
    if (!openOf.has(id) && !expired.has(id)) continue;
    const stored = openOf.get(id) ?? [];
    const own = withoutReplaced(index, stored.filter(isOpen));
    const ending = stored.filter((it) => !isOpen(it));
    const plan = makePlan(own, expired.has(id) ? fallbackMw : 0, fallbackMw);
    const held = [...own, ...ending].filter(({ heldFromMwhr }) => heldFromMwhr !== null);
    const heldIds = held.map((it) => it.id);
    fleet.apply(index, resume(plan, endedMs, nowMs), heldIds);
  }
  for (const dispatch of dispatches)
    if (fleet.indexOf(dispatch.assetId) === undefined) open.fail(dispatch, nowMs, nowMs);
}

/**
 * A dispatch as it was stored; where an older version stored when it held its asset, and not how it began, it begins to
 * lack energy with this start.
 */
function withHold(dispatch: Dispatch, fleet: FleetPlans, endedMs: number): Dispatch {
  const index = fleet.indexOf(dispatch.assetId);
  const { heldFromMwhr, heldFromMs, deliveredMwhr } = dispatch;
  if (heldFromMwhr === null || heldFromMs !== null || index === undefined) return dispatch;
  return withProgress(dispatch, {
    ...progressOf(dispatch),
    heldFromMs: endedMs,
    heldFromMw: fleet.stateOf(index).currentMw,
    demandedMwhr: deliveredMwhr + fleet.meterMwhr(index) - heldFromMwhr,
  });
}

function byAsset(dispatches: readonly Dispatch[]): ReadonlyMap<string, readonly Dispatch[]> {
  const groups = new Map<string, Dispatch[]>();
  for (const dispatch of dispatches) {
    const group = groups.get(dispatch.assetId);
    if (group === undefined) groups.set(dispatch.assetId, [dispatch]);
    else group.push(dispatch);
  }
  return groups;
}
