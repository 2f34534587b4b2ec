// The states of assets within a turn: with what the turn accepted in their plans.
import type { Plan } from "../../domain/dispatch/asset-plan.ts";
import { addDispatch, replaceSchedule } from "../../domain/dispatch/asset-plan-changes.ts";
import type { AssetState } from "../../domain/dispatch/asset-state.ts";
import type { FleetTable } from "../../domain/fleet/fleet-table.ts";
import type { Accepted } from "./decide.ts";
import type { AssetPlans } from "./plans.ts";
import { withSite } from "./site-loads.ts";

export interface TurnStates {
  /** The state of an asset, with all that was accepted up to now. */
  stateOf(index: number): AssetState;
  /** The same without the load of its site. */
  ownStateOf(index: number): AssetState;
  add(accepted: Pick<Accepted, "dispatches" | "scheduleOf">): void;
}

/**
 * A plan is made when another request meets the same asset. At the commit it is made again, as time may have changed
 * the plan by then.
 */
export function createTurnStates(plans: AssetPlans, table: FleetTable, nowMs: number): TurnStates {
  const added = new Map<string, { plan: Plan | undefined; steps: ((plan: Plan) => Plan)[] }>();

  function addTo(assetId: string, step: (plan: Plan) => Plan): void {
    const known = added.get(assetId);
    if (known === undefined) added.set(assetId, { plan: undefined, steps: [step] });
    else known.steps.push(step);
  }

  function ownStateOf(index: number): AssetState {
    const state = plans.requestStateOf(index, nowMs);
    const known = added.get(state.asset.id);
    if (known === undefined) return state;
    known.plan = known.steps.splice(0).reduce((plan, step) => step(plan), known.plan ?? state.plan);
    return plans.stateOf(index, known.plan);
  }

  return {
    add({ dispatches, scheduleOf }) {
      if (scheduleOf !== null)
        addTo(scheduleOf, (plan) => replaceSchedule(plan, dispatches, nowMs).plan);
      else
        for (const dispatch of dispatches)
          addTo(dispatch.assetId, (plan) => addDispatch(plan, dispatch, nowMs).plan);
    },
    ownStateOf,
    stateOf: (index) => withSite(table, index, ownStateOf),
  };
}
