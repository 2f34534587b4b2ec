// The plans of the assets of a table, by position: each change of one is made in the open dispatches too.
import { assert } from "../../domain/base/assert.ts";
import { type Advanced, makePlan, type Plan } from "../../domain/dispatch/asset-plan.ts";
import { retire } from "../../domain/dispatch/asset-plan-changes.ts";
import { movePlans } from "../../domain/dispatch/asset-plan-move.ts";
import type { AssetState } from "../../domain/dispatch/asset-state.ts";
import type { Dispatch } from "../../domain/dispatch/dispatch.ts";
import { createDueQueue } from "../../domain/dispatch/due-queue.ts";
import type { FleetTable } from "../../domain/fleet/fleet-table.ts";
import type { AssetGateway } from "../../domain/ports/asset-gateway.ts";
import type { Frame } from "../../domain/telemetry/frame.ts";
import { tickAt, tickFrom, tickInstantMs } from "../../domain/time/grid.ts";
import type { OpenDispatches } from "./events.ts";

export type FleetPlans = ReturnType<typeof createFleetPlans>;

export function createFleetPlans(gateway: AssetGateway, latest: () => Frame, open: OpenDispatches) {
  let { table } = gateway;
  let plans: Plan[] = table.assets.map((asset) => makePlan([], 0, asset.fallbackMw));
  let dueQueue = createDueQueue();
  const grid = createPlanInstant(latest);
  const meterMwhr = (index: number) => {
    const { energyInMwhr, energyOutMwhr } = latest();
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
    for (const it of changes) {
      const { dispatchId: id, atMs } = it;
      open.advance(id, holds(id), meterNowMwhr, grid.countsFromMs(atMs), it);
    }
    if (heldIds === undefined && inForceId === plan.inForceId) return;
    for (const id of exchanged(heldIds ?? idsOf(inForceId), idsOf(plan.inForceId)))
      if (!changes.some((it) => it.dispatchId === id))
        open.advance(id, holds(id), meterNowMwhr, grid.instantMs());
  }

  function put(index: number, plan: Plan): void {
    plans[index] = plan;
    dueQueue.set(index, plan.nextChangeMs);
  }

  return {
    ...grid,
    table: () => table,
    indexOf: (assetId: string) => table.indexOf(assetId),
    planAt,
    put,
    apply,
    meterMwhr,
    takeDue: (nowMs: number) => dueQueue.takeDue(nowMs),
    setpointsMw: () => plans.map(({ setpointMw }) => setpointMw),
    stateOf: (index: number, plan = planAt(index)) =>
      stateAt(gateway, latest(), index, plan, grid.instantMs()),
    find(id: string): Dispatch | undefined {
      const dispatch = open.find(id);
      const index = table.indexOf(dispatch?.assetId ?? "");
      if (dispatch === undefined || index === undefined || dispatch.heldFromMwhr === null)
        return dispatch;
      const deliveredMwhr = dispatch.deliveredMwhr + meterMwhr(index) - dispatch.heldFromMwhr;
      return { ...dispatch, deliveredMwhr };
    },
    /** @returns The positions of the assets that did not run before. */
    replace(next: FleetTable, nowMs: number): readonly number[] {
      const { plans: nextPlans, come, gone } = movePlans(plans, table, next);
      for (const index of gone) apply(index, retire(planAt(index), nowMs));
      [table, plans] = [next, nextPlans];
      dueQueue = createDueQueue();
      for (const [index, { nextChangeMs }] of plans.entries()) dueQueue.set(index, nextChangeMs);
      return come;
    },
  };
}

/** The instant of the grid that the plans are at. */
function createPlanInstant(latest: () => Frame) {
  /** Later than the newest frame where ticks were left out. */
  let reachedMs = -Infinity;
  /** In ms since the epoch. */
  const instantMs = () => Math.max(reachedMs, latest().timestampMs);
  return {
    instantMs,
    /** The instant of the grid from which on a change counts that was received at an instant. In ms since the epoch. */
    countsFromMs(receivedMs: number): number {
      const { dtS } = latest();
      return Math.max(instantMs(), tickInstantMs(tickFrom(receivedMs, dtS), dtS));
    },
    reach(toMs: number): void {
      reachedMs = toMs;
    },
  };
}

/** The state of an asset at an instant of the grid: no tick ran between the frame and it. */
function stateAt(
  gateway: AssetGateway,
  { table, socMwhr, currentMw, dtS }: Frame,
  index: number,
  plan: Plan,
  instantMs: number,
): AssetState {
  const asset = table.assets[index];
  assert(asset !== undefined, "a state is of an asset of the table");
  return {
    asset,
    model: gateway.modelAt(index),
    plan,
    socMwhr: socMwhr[index] as number,
    currentMw: currentMw[index] as number,
    own: gateway.ownStateAt(index),
    tick: tickAt(instantMs, dtS),
    dtS,
  };
}

/** The ids that are in one of two lists alone. */
function exchanged(before: readonly string[], after: readonly string[]): readonly string[] {
  const released = before.filter((id) => !after.includes(id));
  return [...released, ...after.filter((id) => !before.includes(id))];
}

function idsOf(id: string | null): readonly string[] {
  return id === null ? [] : [id];
}
