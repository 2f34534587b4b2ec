// The plans of assets: changed by requests and by time, with the setpoints that the assets are sent.
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
import type { Dispatch } from "../../domain/dispatch/dispatch.ts";
import { createDueQueue } from "../../domain/dispatch/due-queue.ts";
import type { AssetState } from "../../domain/dispatch/energy-check.ts";
import type { FleetTable } from "../../domain/fleet/fleet-table.ts";
import type { AssetGateway } from "../../domain/ports/asset-gateway.ts";
import type { Frame } from "../../domain/telemetry/frame.ts";
import type { Accepted } from "./decide.ts";
import { createOpenDispatches, type EventLog, type OpenDispatches } from "./events.ts";

/** Each change is announced at once and sent to the store; a promise settles as the store does. */
export interface AssetPlans {
  /** The state of an asset, with its plan or another one. */
  stateOf(index: number, plan?: Plan): AssetState;
  /** The plan of an asset of the table. */
  planOf(assetId: string): Plan;
  /** A dispatch that is open, or holds its asset until the tick under way ends, with what it delivered up to now. */
  find(id: string): Dispatch | undefined;
  /** How many dispatches are open. */
  openCount(): number;
  /** Adds stored dispatches to the plans; they fail where their asset was retired meanwhile. */
  add(accepted: readonly Accepted[], nowMs: number): Promise<void>;
  /** Ends an open dispatch. */
  cancel(id: string, nowMs: number): Promise<void>;
  /** Renews the lease of an open dispatch; undefined where it has ended. */
  renew(id: string, nowMs: number): Promise<void> | undefined;
  /**
   * Begins the tick that is under way, unless it has begun: a tick holds what was in force at its start, whatever
   * is changed before it ends. Called before each change.
   */
  beginUnderWay(nowMs: number): void;
  /** Brings what is due to the start of a tick, and sends the assets their setpoints from then on. */
  beginTick(startMs: number): void;
  /**
   * Restores the dispatches that were open when a server ended. Called before the first tick.
   *
   * @param open            In the order of acceptance.
   * @param expiredAssetIds Assets that hold their fallback where no other dispatch is open.
   * @param endedMs         When the last tick of that server ended.
   */
  restore(open: readonly Dispatch[], expiredAssetIds: readonly string[], endedMs: number): void;
  /** The power that each asset is to hold now, in MW by position. */
  setpointsMw(): readonly number[];
  /**
   * Replaces the table by another one, which `gateway` has already. Open dispatches of assets that run no more fail
   * with RETIRED; other plans stay as they are, also where a rating changed: what no longer fits is cut
   * tick by tick, and telemetry shows it. Called between two ticks, in one turn with the tick that follows.
   *
   * @param state The state of the assets of the table until `latest` is a frame of it.
   * @param nowMs When the next tick starts, in ms since the epoch.
   */
  replaceTable(table: FleetTable, state: Frame, nowMs: number): void;
}

export function createAssetPlans(
  gateway: AssetGateway,
  latest: () => Frame,
  events: EventLog,
): AssetPlans {
  const open = createOpenDispatches(events);
  const fleet = createFleetPlans(gateway, latest, open);

  function add({ dispatches, scheduleOf }: Accepted, nowMs: number): void {
    if (scheduleOf !== null) addSchedule(scheduleOf, dispatches, nowMs);
    else for (const dispatch of dispatches) addOne(dispatch, nowMs);
  }

  function addOne(dispatch: Dispatch, nowMs: number): void {
    open.accept(dispatch);
    const index = fleet.indexOf(dispatch.assetId);
    if (index === undefined) open.fail(dispatch, nowMs);
    else fleet.apply(index, addDispatch(fleet.planAt(index), dispatch, nowMs));
  }

  function addSchedule(assetId: string, intervals: readonly Dispatch[], nowMs: number): void {
    for (const interval of intervals) open.accept(interval);
    const index = fleet.indexOf(assetId);
    if (index !== undefined)
      fleet.apply(index, replaceSchedule(fleet.planAt(index), intervals, nowMs));
    else for (const interval of intervals) open.fail(interval, nowMs);
  }

  function beginTick(startMs: number): void {
    const endedMs = latest().timestampMs;
    for (const index of fleet.takeDue(startMs)) {
      fleet.apply(index, resume(fleet.planAt(index), endedMs, startMs));
      gateway.setSetpoint(index, fleet.planAt(index).setpointMw, startMs);
    }
    void events.send();
  }

  return {
    stateOf: fleet.stateOf,
    planOf: (assetId) => fleet.planAt(fleet.indexOf(assetId)),
    find: fleet.find,
    openCount: open.count,
    add(accepted, nowMs) {
      for (const it of accepted) add(it, nowMs);
      return events.send();
    },
    cancel(id, nowMs) {
      const index = fleet.indexOf(open.get(id).assetId);
      const cancelled = cancel(fleet.planAt(index), id, nowMs);
      assert(cancelled !== undefined, "an open dispatch is in its plan");
      fleet.apply(index as number, cancelled);
      return events.send();
    },
    renew(id, nowMs) {
      const index = fleet.indexOf(open.get(id).assetId);
      const renewed = renew(fleet.planAt(index), id, nowMs);
      if (renewed === undefined) return undefined;
      fleet.put(index as number, renewed.plan);
      open.renew(id, renewed.leaseUntilMs);
      return events.send();
    },
    beginUnderWay(nowMs) {
      const startMs = latest().timestampMs;
      if (startMs < nowMs) beginTick(startMs);
    },
    beginTick,
    restore(dispatches, expiredAssetIds, endedMs) {
      restorePlans({
        fleet,
        open,
        dispatches,
        expiredAssetIds,
        endedMs,
        nowMs: latest().timestampMs,
      });
      void events.send();
    },
    setpointsMw: fleet.setpointsMw,
    replaceTable(next, state, nowMs) {
      // An asset that comes back was left at a setpoint that no dispatch gives any more.
      for (const index of fleet.replace(next, state, nowMs))
        gateway.setSetpoint(index, fleet.planAt(index).setpointMw, nowMs);
      void events.send();
    },
  };
}

/** The plans of the assets of a table, by position, and when each of them is due. */
function createFleetPlans(gateway: AssetGateway, latest: () => Frame, open: OpenDispatches) {
  let { table } = gateway;
  let plans: Plan[] = table.assets.map((asset) => makePlan([], 0, asset.fallbackMw));
  let dueQueue = createDueQueue();
  /** The state of the assets, until the newest frame is of their table. */
  let moved: Frame | undefined;
  const frameNow = () => {
    const frame = latest();
    if (frame.table === table) moved = undefined;
    return moved ?? frame;
  };
  const meterMwhr = (index: number) => {
    const { energyInMwhr, energyOutMwhr } = frameNow();
    return (energyOutMwhr[index] as number) - (energyInMwhr[index] as number);
  };
  function planAt(index: number | undefined): Plan {
    const plan = plans[index ?? -1];
    assert(plan !== undefined, "a plan is of an asset of the table");
    return plan;
  }

  /** @param heldIds The dispatches that held the asset until now; left out: the one in force. */
  function apply(index: number, { plan, changes }: Advanced, heldIds?: readonly string[]): void {
    const { inForceId } = planAt(index);
    put(index, plan);
    const meterNowMwhr = meterMwhr(index);
    const holds = (id: string) => id === plan.inForceId;
    for (const it of changes) open.advance(it.dispatchId, holds(it.dispatchId), meterNowMwhr, it);
    if (heldIds === undefined && inForceId === plan.inForceId) return;
    for (const id of exchanged(heldIds ?? idsOf(inForceId), idsOf(plan.inForceId)))
      if (!changes.some((it) => it.dispatchId === id)) open.advance(id, holds(id), meterNowMwhr);
  }

  function put(index: number, plan: Plan): void {
    plans[index] = plan;
    dueQueue.set(index, plan.nextChangeMs);
  }

  return {
    table: () => table,
    indexOf: (assetId: string) => table.indexOf(assetId),
    planAt,
    put,
    apply,
    meterMwhr,
    takeDue: (nowMs: number) => dueQueue.takeDue(nowMs),
    setpointsMw: () => plans.map(({ setpointMw }) => setpointMw),
    stateOf(index: number, plan = planAt(index)): AssetState {
      const { socMwhr, currentMw, tick, dtS } = frameNow();
      const asset = table.assets[index];
      assert(asset !== undefined, "a state is of an asset of the table");
      return {
        asset,
        model: gateway.modelAt(index),
        plan,
        socMwhr: socMwhr[index] as number,
        currentMw: currentMw[index] as number,
        own: gateway.ownStateAt(index),
        tick,
        dtS,
      };
    },
    find(id: string): Dispatch | undefined {
      const dispatch = open.find(id);
      const index = table.indexOf(dispatch?.assetId ?? "");
      if (dispatch === undefined || index === undefined || dispatch.heldFromMwhr === null)
        return dispatch;
      const deliveredMwhr = dispatch.deliveredMwhr + meterMwhr(index) - dispatch.heldFromMwhr;
      return { ...dispatch, deliveredMwhr };
    },
    /** @returns The positions of the assets that did not run before. */
    replace(next: FleetTable, state: Frame, nowMs: number): readonly number[] {
      const { plans: nextPlans, come, gone } = movePlans(plans, table, next);
      for (const index of gone) apply(index, retire(planAt(index), nowMs));
      [table, plans, moved] = [next, nextPlans, state];
      dueQueue = createDueQueue();
      for (const [index, { nextChangeMs }] of plans.entries()) dueQueue.set(index, nextChangeMs);
      return come;
    },
  };
}

/** The ids that are in one of two lists alone. */
function exchanged(before: readonly string[], after: readonly string[]): readonly string[] {
  const released = before.filter((id) => !after.includes(id));
  return [...released, ...after.filter((id) => !before.includes(id))];
}

/** Restores the plans of the assets of which a dispatch is open or that hold their fallback. */
function restorePlans(given: {
  readonly fleet: ReturnType<typeof createFleetPlans>;
  readonly open: OpenDispatches;
  readonly dispatches: readonly Dispatch[];
  readonly expiredAssetIds: readonly string[];
  readonly endedMs: number;
  readonly nowMs: number;
}): void {
  const { fleet, open, dispatches, endedMs, nowMs } = given;
  const expired = new Set(given.expiredAssetIds);
  const openOf = byAsset(dispatches);

  /** Of several schedules of an asset, only the newest is restored. */
  function withoutReplaced(index: number, own: readonly Dispatch[]): readonly Dispatch[] {
    const scheduleId = own.findLast((it) => it.scheduleId !== null)?.scheduleId ?? null;
    const isNewest = (it: Dispatch) => (it.scheduleId ?? scheduleId) === scheduleId;
    for (const { id: dispatchId, status: from } of own.filter((it) => !isNewest(it)))
      open.advance(dispatchId, false, fleet.meterMwhr(index), {
        ...{ dispatchId, atMs: nowMs, from, to: "superseded" },
        ...{ reason: "NEWER_SCHEDULE", byId: null },
      });
    return own.filter(isNewest);
  }

  for (const dispatch of dispatches) open.put(dispatch);
  for (const [index, { id, fallbackMw = 0 }] of fleet.table().assets.entries()) {
    // Most assets have neither, and their plans are made.
    if (!openOf.has(id) && !expired.has(id)) continue;
    const own = withoutReplaced(index, openOf.get(id) ?? []);
    const plan = makePlan(own, expired.has(id) ? fallbackMw : 0, fallbackMw);
    const heldIds = own.filter(({ heldFromMwhr }) => heldFromMwhr !== null).map((it) => it.id);
    fleet.apply(index, resume(plan, endedMs, nowMs), heldIds);
  }
  for (const dispatch of dispatches)
    if (fleet.indexOf(dispatch.assetId) === undefined) open.fail(dispatch, nowMs);
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
