// What every asset is committed to: plans that move on as ticks begin, and tell the assets what to hold.

import { assert } from "../../domain/base/assert.ts";
import { type Advanced, makePlan, type Plan } from "../../domain/dispatch/asset-plan.ts";
import {
  addDispatch,
  cancel,
  renew,
  replaceSchedule,
  resume,
  retire,
} from "../../domain/dispatch/asset-plan-changes.ts";
import { movePlans } from "../../domain/dispatch/asset-plan-move.ts";
import { type Dispatch, openDispatchOf } from "../../domain/dispatch/dispatch.ts";
import { createDueQueue } from "../../domain/dispatch/due-queue.ts";
import type { AssetState } from "../../domain/dispatch/energy-check.ts";
import type { FleetTable } from "../../domain/fleet/fleet-table.ts";
import type { AssetGateway } from "../../domain/ports/asset-gateway.ts";
import type { DispatchChange } from "../../domain/ports/dispatch-store.ts";
import type { Frame } from "../../domain/telemetry/frame.ts";
import type { OpenDispatches } from "./open-dispatches.ts";

/** What comes to be a commitment of an asset: a dispatch, or a schedule in the place of the one it has. */
export type Joining = {
  /** Not its position: the table may be another one once it joins. */
  readonly assetId: string;
} & ({ readonly dispatch: Dispatch } | { readonly schedule: readonly Dispatch[] });

/** The dispatches that join. */
export function dispatchesOf(joining: Joining): readonly Dispatch[] {
  return "schedule" in joining ? joining.schedule : [joining.dispatch];
}

/** Each call returns what it changed, to be kept. */
export interface AssetPlans {
  /** An asset as it stands, with its plan. */
  stateOf(index: number): AssetState;
  /** What an asset of the table is committed to. */
  planOf(assetId: string): Plan;
  /** Takes in dispatches that were accepted and kept; they fail where the asset was retired meanwhile. */
  join(joining: Joining, nowMs: number): readonly DispatchChange[];
  /** A dispatch that is open, with what it has delivered up to now. */
  find(id: string): Dispatch | undefined;
  /** Ends an open dispatch. */
  cancel(id: string, nowMs: number): readonly DispatchChange[];
  /** Renews the lease of an open dispatch; undefined where it is over. */
  renew(id: string, nowMs: number): readonly DispatchChange[] | undefined;
  /**
   * Begins the tick that is under way, where nothing did yet: a tick holds what was in force at its start, whatever
   * is changed before it ends. Called before each change.
   */
  beginUnderWay(nowMs: number): readonly DispatchChange[];
  /** Brings what is due to the start of a tick, and tells the assets what to hold from then on. */
  beginTick(startMs: number): readonly DispatchChange[];
  /**
   * Goes on with what was open when a server ended. Called before the first tick.
   *
   * @param open            In the order of acceptance.
   * @param expiredAssetIds Assets that hold their fallback where nothing else is open.
   * @param endedMs         When the last tick of that server ended.
   */
  restore(
    open: readonly Dispatch[],
    expiredAssetIds: readonly string[],
    endedMs: number,
  ): readonly DispatchChange[];
  /** What every asset is to hold now, in MW by position. */
  setpointsMw(): readonly number[];
  /**
   * Goes on with another table, which `gateway` has already. Open dispatches of assets that run no more fail
   * with RETIRED; plans of others go on as they are, also where a rating changed: what no longer fits is cut
   * tick by tick, and telemetry says so. Called between two ticks, in one turn with the tick that follows.
   *
   * @param state Where the assets of the table stand until `latest` is a frame of it.
   * @param nowMs When the next tick starts, in ms since the epoch.
   */
  replaceTable(table: FleetTable, state: Frame, nowMs: number): readonly DispatchChange[];
}

/** A plan once they have joined it. */
export function withJoining(plan: Plan, joining: Joining, nowMs: number): Advanced {
  return "schedule" in joining
    ? replaceSchedule(plan, joining.schedule.map(openDispatchOf), nowMs)
    : addDispatch(plan, openDispatchOf(joining.dispatch), nowMs);
}

export function createAssetPlans(
  gateway: AssetGateway,
  latest: () => Frame,
  openDispatches: OpenDispatches,
): AssetPlans {
  let { table } = gateway;
  let plans: Plan[] = table.assets.map((asset) => makePlan([], 0, asset.fallbackMw));
  let dueQueue = createDueQueue();
  /** Where the assets stand, until the newest frame is of their table. */
  let moved: Frame | undefined;
  const planAt = (index: number) => plans[index] as Plan;
  const frameNow = () => {
    const frame = latest();
    if (frame.table === table) moved = undefined;
    return moved ?? frame;
  };
  const meterMwhr = (index: number) => {
    const { energyInMwhr, energyOutMwhr } = frameNow();
    return (energyOutMwhr[index] as number) - (energyInMwhr[index] as number);
  };

  /** @param heldIds The dispatches that held the asset until now; left out: the one in force. */
  function apply(
    index: number,
    { plan, changes }: Advanced,
    heldIds?: readonly string[],
  ): readonly DispatchChange[] {
    const { inForceId } = planAt(index);
    plans[index] = plan;
    dueQueue.set(index, plan.nextChangeMs);
    const meterNowMwhr = meterMwhr(index);
    const announced = changes.map((it) =>
      openDispatches.advance(it.id, it.id === plan.inForceId, meterNowMwhr, it),
    );
    if (heldIds === undefined && inForceId === plan.inForceId) return announced;
    const held = heldIds ?? idsOf(inForceId);
    const holders = idsOf(plan.inForceId);
    const released = held.filter((id) => id !== plan.inForceId);
    const taken = holders.filter((id) => !held.includes(id));
    const others = [...released, ...taken].filter((id) => !changes.some((it) => it.id === id));
    return [
      ...announced,
      ...others.map((id) => openDispatches.advance(id, id === plan.inForceId, meterNowMwhr)),
    ];
  }

  function indexOfOpen(id: string): number {
    const index = table.indexOf(openDispatches.find(id)?.assetId ?? "");
    assert(index !== undefined, "only what is open is changed");
    return index;
  }

  /** Ends open dispatches of assets that run no more. */
  function failRetired(open: readonly Dispatch[], atMs: number): DispatchChange[] {
    return open.map(({ id, status, heldFromMwhr }) =>
      openDispatches.advance(id, false, heldFromMwhr ?? 0, {
        ...{ id, atMs, from: status, to: "failed" },
        ...{ reason: "RETIRED", byId: null },
      }),
    );
  }

  /** Goes on with the open dispatches of one asset. */
  function restoreAsset(
    index: number,
    open: readonly Dispatch[],
    setpointMw: number,
    endedMs: number,
  ) {
    const { timestampMs } = latest();
    const scheduleId = open.findLast((it) => it.scheduleId !== null)?.scheduleId ?? null;
    const [stale, alive] = divide(open, (it) => (it.scheduleId ?? scheduleId) !== scheduleId);
    const dropped = stale.map(({ id, status }) =>
      openDispatches.advance(id, false, meterMwhr(index), {
        ...{ id, atMs: timestampMs, from: status, to: "superseded" },
        ...{ reason: "NEWER_SCHEDULE", byId: null },
      }),
    );
    const plan = makePlan(alive.map(openDispatchOf), setpointMw, table.assets[index]?.fallbackMw);
    const heldIds = alive.filter(({ heldFromMwhr }) => heldFromMwhr !== null).map(({ id }) => id);
    return [...dropped, ...apply(index, resume(plan, endedMs, timestampMs), heldIds)];
  }

  function beginTick(startMs: number): readonly DispatchChange[] {
    const endedMs = latest().timestampMs;
    return dueQueue.takeDue(startMs).flatMap((index) => {
      const changes = apply(index, resume(planAt(index), endedMs, startMs));
      gateway.setSetpoint(index, planAt(index).setpointMw, startMs);
      return changes;
    });
  }

  return {
    stateOf(index) {
      const { socMwhr, currentMw, tick, dtS } = frameNow();
      const asset = table.assets[index];
      assert(asset !== undefined, "a state is of an asset of the table");
      return {
        asset,
        plan: planAt(index),
        socMwhr: socMwhr[index] as number,
        currentMw: currentMw[index] as number,
        tick,
        dtS,
      };
    },
    planOf(assetId) {
      const index = table.indexOf(assetId);
      assert(index !== undefined, "a plan is of an asset of the table");
      return planAt(index);
    },
    join(joining, nowMs) {
      const joined = dispatchesOf(joining);
      const entered = joined.map(openDispatches.enter);
      const index = table.indexOf(joining.assetId);
      if (index === undefined) return [...entered, ...failRetired(joined, nowMs)];
      return [...entered, ...apply(index, withJoining(planAt(index), joining, nowMs))];
    },
    find(id) {
      const dispatch = openDispatches.find(id);
      const index = table.indexOf(dispatch?.assetId ?? "");
      if (dispatch === undefined || index === undefined || dispatch.heldFromMwhr === null)
        return dispatch;
      const deliveredMwhr = dispatch.deliveredMwhr + meterMwhr(index) - dispatch.heldFromMwhr;
      return { ...dispatch, deliveredMwhr };
    },
    cancel(id, nowMs) {
      const index = indexOfOpen(id);
      const step = cancel(planAt(index), id, nowMs);
      assert(step !== undefined, "what is open is in the plan");
      return apply(index, step);
    },
    renew(id, nowMs) {
      const index = indexOfOpen(id);
      const renewed = renew(planAt(index), id, nowMs);
      if (renewed === undefined) return undefined;
      plans[index] = renewed.plan;
      return [openDispatches.renew(id, renewed.leaseUntilMs)];
    },
    beginUnderWay(nowMs) {
      const startMs = latest().timestampMs;
      return startMs < nowMs ? beginTick(startMs) : [];
    },
    beginTick,
    restore(open, expiredAssetIds, endedMs) {
      for (const dispatch of open) openDispatches.put(dispatch);
      const openOf = byAsset(open);
      const expired = new Set(expiredAssetIds);
      const changes = table.assets.flatMap(({ id, fallbackMw = 0 }, index) => {
        // Of most there is nothing to take up, and their plans are made.
        if (!openOf.has(id) && !expired.has(id)) return [];
        const setpointMw = expired.has(id) ? fallbackMw : 0;
        return restoreAsset(index, openOf.get(id) ?? [], setpointMw, endedMs);
      });
      const orphans = open.filter(({ assetId }) => table.indexOf(assetId) === undefined);
      return [...changes, ...failRetired(orphans, latest().timestampMs)];
    },
    replaceTable(next, state, nowMs) {
      const { plans: nextPlans, come, gone } = movePlans(plans, table, next);
      const ended = gone.flatMap((index) => apply(index, retire(planAt(index), nowMs)));
      [table, plans, moved] = [next, nextPlans, state];
      dueQueue = createDueQueue();
      for (const [index, { nextChangeMs }] of plans.entries()) dueQueue.set(index, nextChangeMs);
      // One that comes back was left at a setpoint that no dispatch asks for any more.
      for (const index of come) gateway.setSetpoint(index, planAt(index).setpointMw, nowMs);
      return ended;
    },
    setpointsMw: () => plans.map(({ setpointMw }) => setpointMw),
  };
}

function idsOf(id: string | null): readonly string[] {
  return id === null ? [] : [id];
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

function divide<T>(items: readonly T[], isFirst: (item: T) => boolean): [T[], T[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}
