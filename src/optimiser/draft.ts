// A model of a plan while rows are added to it.
import type { PlanCalendar } from "../domain/plan/calendar.ts";
import type { PlanInput } from "../domain/plan/input.ts";
import type { PeriodLimits } from "./limits.ts";
import type { ModelBuilder } from "./model-builder.ts";
import type { PlanColumns } from "./plan-columns.ts";
import type { RampEnergies } from "./ramp-energies.ts";
import type { Requirement } from "./requirement.ts";

/** What the functions that add rows need. */
export interface Draft {
  readonly builder: ModelBuilder;
  readonly input: PlanInput;
  readonly calendar: PlanCalendar;
  readonly columns: PlanColumns;
  readonly limits: PeriodLimits;
  /** By scenario and battery; null: power steps. */
  readonly ramps: RampEnergies | null;
  /** Ends a row that stands for a requirement. */
  require(lower: number, upper: number, requirement: Requirement): number;
}
