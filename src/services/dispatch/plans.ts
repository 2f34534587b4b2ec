// The plans of assets: changed by requests and by time, with the setpoints that the assets are sent.
import { assert } from "../../domain/base/assert.ts";
import { makePlan, type Plan } from "../../domain/dispatch/asset-plan.ts";
import {
  addDispatch,
  cancel,
  renew,
  replaceSchedule,
  resume,
} from "../../domain/dispatch/asset-plan-changes.ts";
import type { AssetState } from "../../domain/dispatch/asset-state.ts";
import type { Dispatch } from "../../domain/dispatch/dispatch.ts";
import type { FleetTable } from "../../domain/fleet/fleet-table.ts";
import type { AssetGateway } from "../../domain/ports/asset-gateway.ts";
import type { Frame } from "../../domain/telemetry/frame.ts";
import type { Accepted } from "./decide.ts";
import { createOpenDispatches, type EventLog, type OpenDispatches } from "./events.ts";
import { createFleetPlans, type FleetPlans } from "./fleet-plans.ts";

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
  /**
   * Adds stored dispatches to the plans; they fail where their asset was retired meanwhile. What begins at an instant
   * that the plans have reached is in force from that instant on.
   *
   * @param decidedMs When they were decided, in ms since the epoch.
   */
  add(accepted: readonly Accepted[], decidedMs: number): Promise<void>;
  /** Ends an open dispatch: it holds no tick that starts at the instant or later, in ms since the epoch. */
  cancel(id: string, receivedMs: number): Promise<void>;
  /** Renews the lease of an open dispatch; undefined where it has ended. */
  renew(id: string, receivedMs: number): Promise<void> | undefined;
  /**
   * Brings the plans to an instant of the grid, once the tick that ends there has run: what is due begins or ends, and
   * the assets are sent their setpoints for the ticks that start from then on.
   */
  bringTo(instantMs: number): void;
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
   * tick by tick, and telemetry shows it. `latest` is still the state of the table before, and follows in the same turn.
   *
   * @param instantMs From when on the table is in force: an instant of the grid, in ms since the epoch.
   */
  replaceTable(table: FleetTable, instantMs: number): void;
}

export function createAssetPlans(
  gateway: AssetGateway,
  latest: () => Frame,
  events: EventLog,
): AssetPlans {
  const open = createOpenDispatches(events);
  const fleet = createFleetPlans(gateway, latest, open);

  function add({ dispatches, scheduleOf }: Accepted, decidedMs: number): void {
    if (scheduleOf !== null) addSchedule(scheduleOf, dispatches, decidedMs);
    else for (const dispatch of dispatches) addOne(dispatch, decidedMs);
  }

  function addOne(dispatch: Dispatch, decidedMs: number): void {
    open.accept(dispatch);
    const index = fleet.indexOf(dispatch.assetId);
    if (index === undefined) open.fail(dispatch, decidedMs, fleet.countsFromMs(decidedMs));
    else fleet.apply(index, addDispatch(fleet.planAt(index), dispatch, decidedMs));
  }

  function addSchedule(assetId: string, intervals: readonly Dispatch[], decidedMs: number): void {
    for (const interval of intervals) open.accept(interval);
    const index = fleet.indexOf(assetId);
    if (index !== undefined)
      fleet.apply(index, replaceSchedule(fleet.planAt(index), intervals, decidedMs));
    else
      for (const interval of intervals)
        open.fail(interval, decidedMs, fleet.countsFromMs(decidedMs));
  }

  function bringTo(instantMs: number): Promise<void> {
    fleet.reach(instantMs);
    const endedMs = latest().timestampMs;
    for (const index of fleet.takeDue(instantMs)) {
      fleet.apply(index, resume(fleet.planAt(index), endedMs, instantMs));
      gateway.setSetpoint(index, fleet.planAt(index).setpointMw, instantMs);
    }
    return events.send();
  }

  /** After a change: what it made due at the instant of the plans begins or ends there. */
  const bringToInstant = () => bringTo(fleet.instantMs());

  return {
    stateOf: fleet.stateOf,
    planOf: (assetId) => fleet.planAt(fleet.indexOf(assetId)),
    find: fleet.find,
    openCount: open.count,
    add(accepted, decidedMs) {
      for (const it of accepted) add(it, decidedMs);
      return bringToInstant();
    },
    cancel(id, receivedMs) {
      const index = fleet.indexOf(open.get(id).assetId);
      const cancelled = cancel(fleet.planAt(index), id, receivedMs);
      assert(cancelled !== undefined, "an open dispatch is in its plan");
      fleet.apply(index as number, cancelled);
      return bringToInstant();
    },
    renew(id, receivedMs) {
      const index = fleet.indexOf(open.get(id).assetId);
      const renewed = renew(fleet.planAt(index), id, receivedMs);
      if (renewed === undefined) return undefined;
      fleet.put(index as number, renewed.plan);
      open.renew(id, renewed.leaseUntilMs);
      return events.send();
    },
    bringTo(instantMs) {
      void bringTo(instantMs);
    },
    restore(dispatches, expiredAssetIds, endedMs) {
      const nowMs = latest().timestampMs;
      restorePlans({ fleet, open, dispatches, expiredAssetIds, endedMs, nowMs });
      void events.send();
    },
    setpointsMw: fleet.setpointsMw,
    replaceTable(next, instantMs) {
      fleet.reach(instantMs);
      // An asset that comes back was left at a setpoint that no dispatch gives any more.
      for (const index of fleet.replace(next, instantMs))
        gateway.setSetpoint(index, fleet.planAt(index).setpointMw, instantMs);
      void events.send();
    },
  };
}

/** Restores the plans of the assets of which a dispatch is open or that hold their fallback. */
function restorePlans(given: {
  readonly fleet: FleetPlans;
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
      open.advance(dispatchId, false, fleet.meterMwhr(index), nowMs, {
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
    if (fleet.indexOf(dispatch.assetId) === undefined) open.fail(dispatch, nowMs, nowMs);
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
