// The plans of assets: changed by requests and by time, with the setpoints that the assets are sent.
import type { AuditRecord } from "../../domain/audit/record.ts";
import { assert } from "../../domain/base/assert.ts";
import type { Plan } from "../../domain/dispatch/asset-plan.ts";
import {
  addDispatch,
  cancel,
  endDemo,
  renew,
  replaceSchedule,
  resume,
} from "../../domain/dispatch/asset-plan-changes.ts";
import { changedAssetIds } from "../../domain/dispatch/asset-plan-move.ts";
import type { AssetState } from "../../domain/dispatch/asset-state.ts";
import type { Dispatch } from "../../domain/dispatch/dispatch.ts";
import type { OpenStatus } from "../../domain/dispatch/status.ts";
import type { FleetTable } from "../../domain/fleet/fleet-table.ts";
import type { AssetGateway } from "../../domain/ports/asset-gateway.ts";
import type { Frame } from "../../domain/telemetry/frame.ts";
import { type Accepted, endsDemo } from "./decide.ts";
import type { EventLog } from "./events.ts";
import { createFleetPlans, type FleetPlans } from "./fleet-plans.ts";
import { createOpenDispatches, type OpenDispatches } from "./open-dispatches.ts";
import { createPromises, type Promises } from "./promises.ts";
import { restorePlans, type StoredPlans } from "./restored-plans.ts";
import type { Slices } from "./slices.ts";

/** Makes the record of a change for the audit log, once the change is made. */
type RecordOf = () => AuditRecord;

/** Each change is announced at once and sent to the store; a promise settles as the store does. */
export interface AssetPlans {
  /** The state of an asset, with its plan or another one. */
  stateOf(index: number, plan?: Plan): AssetState;
  /** The state that a request of a client is decided on: without the demo, which would end. @param nowMs The present. */
  requestStateOf(index: number, nowMs: number): AssetState;
  /** Whether dispatches of the demo are open. */
  hasDemo(): boolean;
  /** Ends the dispatches of the demo: they hold no tick that starts at the instant or later, in ms since the epoch. */
  endDemo(receivedMs: number, recordOf?: RecordOf): Promise<void>;
  /** The plan of an asset of the table. */
  planOf(assetId: string): Plan;
  /** A dispatch that is open, or holds its asset until the tick under way ends, with what it delivered up to now. */
  find(id: string): Dispatch | undefined;
  /** How many dispatches have each open status. */
  openCounts(): ReadonlyMap<OpenStatus, number>;
  /**
   * Adds stored dispatches to the plans; they fail where their asset was retired meanwhile. Those of clients end the
   * demo. What begins at an instant
   * that the plans have reached is in force from that instant on.
   *
   * @param decidedMs When they were decided, in ms since the epoch.
   */
  add(accepted: readonly Accepted[], decidedMs: number): Promise<void>;
  /** Ends an open dispatch: it holds no tick that starts at the instant or later, in ms since the epoch. */
  cancel(id: string, receivedMs: number, recordOf: RecordOf): Promise<void>;
  /** Renews the lease of an open dispatch; undefined where it has ended. */
  renew(id: string, receivedMs: number, recordOf: RecordOf): Promise<void> | undefined;
  /**
   * Brings the plans to an instant of the grid, once the tick that ends there has run: what is due begins or ends, and
   * the assets are sent their setpoints for the ticks that start from then on.
   */
  bringTo(instantMs: number): void;
  /** Records the rationales of accepted dispatches that were finished after they were stored. */
  explain(dispatches: readonly Dispatch[]): void;
  /**
   * Restores the dispatches that were open when a server ended. Called before the first tick.
   *
   * @param endedMs When the last tick of that server ended.
   */
  restore(stored: StoredPlans, endedMs: number): Promise<void>;
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
  slices: Slices,
): AssetPlans {
  const open = createOpenDispatches(events);
  const fleet = createFleetPlans(gateway, latest, open);
  const promises = createPromises({ fleet, open, events, slices });
  const add = createAdditions(fleet, open);
  const demo = createDemoEnd(fleet, open);
  const bringTo = createAdvance({ gateway, latest, fleet, promises });

  /** After a change: what it made due at the instant of the plans begins or ends there. */
  const bringToInstant = () => bringTo(fleet.instantMs());

  return {
    stateOf: fleet.stateOf,
    requestStateOf: demo.requestStateOf,
    hasDemo: demo.isOpen,
    endDemo(receivedMs, recordOf) {
      demo.end(receivedMs);
      bringToInstant();
      return events.send(recordOf && [recordOf()]);
    },
    planOf: (assetId) => fleet.planAt(fleet.indexOf(assetId)),
    find: fleet.find,
    openCounts: open.counts,
    add(accepted, decidedMs) {
      for (const it of accepted) add(it, decidedMs);
      if (accepted.some(endsDemo)) demo.end(decidedMs);
      bringToInstant();
      checkAccepted(accepted, fleet, promises);
      return events.send();
    },
    cancel(id, receivedMs, recordOf) {
      const index = fleet.indexOf(open.get(id).assetId);
      const cancelled = cancel(fleet.planAt(index), id, receivedMs);
      assert(cancelled !== undefined, "an open dispatch is in its plan");
      fleet.apply(index as number, cancelled);
      bringToInstant();
      promises.check(index as number, "CANCEL");
      return events.send([recordOf()]);
    },
    renew(id, receivedMs, recordOf) {
      const index = fleet.indexOf(open.get(id).assetId);
      const renewed = renew(fleet.planAt(index), id, receivedMs);
      if (renewed === undefined) return undefined;
      fleet.put(index as number, renewed.plan);
      open.renew(id, renewed.leaseUntilMs);
      return events.send([recordOf()]);
    },
    bringTo(instantMs) {
      const isAfterGap = instantMs > latest().timestampMs;
      bringTo(instantMs);
      if (isAfterGap) void promises.checkSoon(promises.promisedAssetIds(), "SERVER_DOWN");
      void events.send();
    },
    explain(dispatches) {
      for (const { id, rationale } of dispatches) if (rationale) open.explain(id, rationale);
      void events.send();
    },
    async restore(stored, endedMs) {
      const nowMs = latest().timestampMs;
      restorePlans({ fleet, open, stored, endedMs, nowMs });
      await promises.checkSoon(promises.promisedAssetIds(), "SERVER_DOWN");
      void events.send();
    },
    setpointsMw: fleet.setpointsMw,
    replaceTable(next, instantMs) {
      const changedIds = changedAssetIds(fleet.table(), next);
      fleet.reach(instantMs);
      // An asset that comes back was left at a setpoint that no dispatch gives any more.
      for (const index of fleet.replace(next, instantMs))
        gateway.setSetpoint(index, fleet.planAt(index).setpointMw, instantMs);
      // In a later turn: `latest` follows in this one.
      void promises.checkSoon(changedIds, "ASSET_CHANGED");
      void events.send();
    },
  };
}

/** The dispatches of the demo in the plans, and their end. */
function createDemoEnd(fleet: FleetPlans, open: OpenDispatches) {
  const isOpen = () => open.demoIds().size > 0;
  const ended = (index: number, nowMs: number) =>
    endDemo(fleet.planAt(index), open.demoIds(), nowMs);
  return {
    isOpen,
    requestStateOf: (index: number, nowMs: number) =>
      isOpen() ? fleet.stateOf(index, ended(index, nowMs).plan) : fleet.stateOf(index),
    end(nowMs: number): void {
      if (!isOpen()) return;
      for (const index of fleet.table().assets.keys()) {
        const advanced = ended(index, nowMs);
        if (advanced.changes.length > 0) fleet.apply(index, advanced);
      }
    },
  };
}

/** Adds accepted dispatches to the plans. */
function createAdditions(fleet: FleetPlans, open: OpenDispatches) {
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

  return ({ dispatches, scheduleOf }: Accepted, decidedMs: number) => {
    if (scheduleOf !== null) addSchedule(scheduleOf, dispatches, decidedMs);
    else for (const dispatch of dispatches) addOne(dispatch, decidedMs);
  };
}

/** Brings the plans to an instant of the grid: what is due begins or ends, and the assets are sent their setpoints. */
function createAdvance(given: {
  readonly gateway: AssetGateway;
  readonly latest: () => Frame;
  readonly fleet: FleetPlans;
  readonly promises: Promises;
}): (instantMs: number) => void {
  const { gateway, latest, fleet, promises } = given;
  return (instantMs) => {
    fleet.reach(instantMs);
    promises.readCuts(latest());
    const endedMs = latest().timestampMs;
    const expired: number[] = [];
    for (const index of fleet.takeDue(instantMs)) {
      const advanced = resume(fleet.planAt(index), endedMs, instantMs);
      fleet.apply(index, advanced);
      if (advanced.changes.some(({ to }) => to === "expired")) expired.push(index);
      gateway.setSetpoint(index, fleet.planAt(index).setpointMw, instantMs);
    }
    for (const index of expired) promises.check(index, "LEASE");
  };
}

/** Checks promises that accepted requests may have changed: a schedule that was replaced is cancelled. */
function checkAccepted(accepted: readonly Accepted[], fleet: FleetPlans, promises: Promises): void {
  const indexes = new Set<number>();
  for (const { dispatches, scheduleOf } of accepted) {
    const replaced = fleet.indexOf(scheduleOf ?? "");
    if (replaced !== undefined) promises.check(replaced, "CANCEL");
    else
      for (const { assetId } of dispatches) {
        const index = fleet.indexOf(assetId);
        if (index !== undefined) indexes.add(index);
      }
  }
  promises.checkAccepted([...indexes]);
}
