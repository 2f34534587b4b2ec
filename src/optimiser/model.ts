// The model of a plan: what would earn most, as columns and rows.
import type { PlanCalendar } from "../domain/plan/calendar.ts";
import type { PlanInput } from "../domain/plan/input.ts";
import type { LinearModel } from "../domain/ports/solver.ts";
import { addBatteryRows } from "./battery-rows.ts";
import { addCosts } from "./costs.ts";
import type { Draft } from "./draft.ts";
import { type PeriodLimits, periodLimits } from "./limits.ts";
import { addMarketRows, type MarketRows } from "./market-rows.ts";
import { createModelBuilder } from "./model-builder.ts";
import { addPlanColumns, type PlanColumns } from "./plan-columns.ts";
import type { RampEnergies } from "./ramp-energies.ts";
import type { Requirement } from "./requirement.ts";
import { addReserveRows } from "./reserve-rows.ts";

export interface PlanModel {
  readonly linear: LinearModel;
  readonly columns: PlanColumns;
  readonly limits: PeriodLimits;
  /** By scenario and battery: the first row of its balances of energy. */
  readonly balanceRows: readonly (readonly number[])[];
  readonly marketRows: readonly MarketRows[];
  readonly requirements: readonly Requirement[];
  /** Of each row, the position of its requirement; -1: none. */
  readonly rowRequirements: readonly number[];
}

/** @param ramps What ramps add to the energy of periods. */
export function buildModel(
  input: PlanInput,
  calendar: PlanCalendar,
  ramps: RampEnergies | null,
): PlanModel {
  const builder = createModelBuilder();
  const columns = addPlanColumns(builder, input, calendar);
  const limits = periodLimits(input);
  const requirements: Requirement[] = [];
  const draft: Draft = {
    ...{ builder, input, calendar, columns, limits, ramps },
    require: (lower, upper, requirement) =>
      builder.endRow(lower, upper, requirements.push(requirement) - 1),
  };
  const balanceRows = input.scenarios.map((_, k) =>
    input.assets.map((_, a) => addBatteryRows(draft, k, a)),
  );
  addReserveRows(draft);
  const marketRows = addMarketRows(draft);
  addCosts(draft);
  return {
    ...{ linear: builder.build(), columns, limits, balanceRows, marketRows, requirements },
    rowRequirements: builder.requirements,
  };
}
