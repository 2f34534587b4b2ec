// The plans of the assets of a table, by position: each change of one is made in the open dispatches too.
import { assert } from "../../domain/base/assert.ts";
import type { BatteryModel } from "../../domain/battery/model.ts";
import { type Advanced, makePlan, type Plan } from "../../domain/dispatch/asset-plan.ts";
import { retire } from "../../domain/dispatch/asset-plan-changes.ts";
import { movePlans } from "../../domain/dispatch/asset-plan-move.ts";
import type { AssetState } from "../../domain/dispatch/asset-state.ts";
import type { Dispatch } from "../../domain/dispatch/dispatch.ts";
import { createDueQueue } from "../../domain/dispatch/due-queue.ts";
import type { StatusChange } from "../../domain/dispatch/status.ts";
import type { FleetTable } from "../../domain/fleet/fleet-table.ts";
import type { AssetGateway } from "../../domain/ports/asset-gateway.ts";
import type { Frame } from "../../domain/telemetry/frame.ts";
import { tickAt } from "../../domain/time/grid.ts";
import { createHoldChanges, createMeters } from "./hold-changes.ts";
import { spansOf } from "./holds.ts";
import type { OpenDispatches } from "./open-dispatches.ts";
import { createPlanInstant } from "./plan-instant.ts";

export type FleetPlans = ReturnType<typeof createFleetPlans>;

export function createFleetPlans(gateway: AssetGateway, latest: () => Frame, open: OpenDispatches) {
  let { table } = gateway;
  let plans: Plan[] = table.assets.map((asset) => makePlan([], 0, asset.fallbackMw));
  const modelsOf = () => gateway.table.assets.map((_, index) => gateway.modelAt(index));
  let models = modelsOf();
  let dueQueue = createDueQueue();
  const grid = createPlanInstant(latest);
  const meters = createMeters(latest);
  const modelAt = (index: number) => models[index] as BatteryModel;
  const holds = createHoldChanges({ open, grid, meters, latest, modelAt });
  const { firstCuts } = holds;

  function planAt(index: number | undefined): Plan {
    const plan = plans[index ?? -1];
    assert(plan !== undefined, "a plan is of an asset of the table");
    return plan;
  }

  /** @param heldIds The dispatches that held the asset until now; left out: the one in force. */
  function apply(index: number, advanced: Advanced, heldIds?: readonly string[]): void {
    const { plan, changes } = advanced;
    const { inForceId } = planAt(index);
    put(index, plan);
    if (changes.length === 0 && heldIds === undefined && inForceId === plan.inForceId) return;
    const spans = spansOf(advanced, grid.instantMs());
    for (const it of changes)
      holds.advance(index, it.dispatchId, spans, grid.countsFromMs(it.atMs), it);
    const held = [...(heldIds ?? [inForceId]), plan.inForceId, ...spans.map(({ id }) => id)];
    for (const id of new Set(held))
      if (id !== null && !changes.some((it) => it.dispatchId === id))
        holds.advance(index, id, spans, grid.instantMs());
  }

  function put(index: number, plan: Plan): void {
    plans[index] = plan;
    firstCuts.put(index, plan);
    dueQueue.set(index, plan.nextChangeMs);
  }

  return {
    ...grid,
    table: () => table,
    indexOf: (assetId: string) => table.indexOf(assetId),
    planAt,
    put,
    apply,
    /** Ends a dispatch that is in no plan. @param untilMs When it held its asset last, in ms since the epoch. */
    end(index: number, untilMs: number, change: StatusChange): void {
      const spans = [{ id: null, fromMs: untilMs, untilMs: Infinity }];
      holds.advance(index, change.dispatchId, spans, change.atMs, change);
    },
    ...meters,
    firstCuts,
    lastReasons: holds.lastReasons,
    takeDue: (nowMs: number) => dueQueue.takeDue(nowMs),
    setpointsMw: () => plans.map(({ setpointMw }) => setpointMw),
    stateOf: (index: number, plan = planAt(index)) =>
      stateAt(gateway, latest(), index, plan, grid.instantMs()),
    find(id: string): Dispatch | undefined {
      const dispatch = open.find(id);
      const index = table.indexOf(dispatch?.assetId ?? "");
      return dispatch && index !== undefined
        ? upToNow(dispatch, meters.meterMwhr(index))
        : dispatch;
    },
    /** @returns The positions of the assets that did not run before. */
    replace(next: FleetTable, nowMs: number): readonly number[] {
      const { plans: nextPlans, come, gone } = movePlans(plans, table, next);
      for (const index of gone) apply(index, retire(planAt(index), nowMs));
      [table, plans, models] = [next, nextPlans, modelsOf()];
      dueQueue = createDueQueue();
      firstCuts.clear();
      for (const [index, plan] of plans.entries()) put(index, plan);
      return come;
    },
  };
}

/** A dispatch with what it delivered up to now. */
function upToNow(dispatch: Dispatch, meterMwhr: number): Dispatch {
  const { deliveredMwhr, heldFromMwhr } = dispatch;
  if (heldFromMwhr === null) return dispatch;
  return { ...dispatch, deliveredMwhr: deliveredMwhr + meterMwhr - heldFromMwhr };
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
