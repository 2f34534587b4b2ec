// The port of the optimiser: plans, computed elsewhere.
import type { PlanCalendar } from "../plan/calendar.ts";
import type { PlanInput } from "../plan/input.ts";
import type { Plan } from "../plan/plan.ts";
import type { PlanRefusal } from "../plan/refusal.ts";

export type PlanOutcome = { readonly plan: Plan } | { readonly refusal: PlanRefusal };

export interface Optimiser {
  /**
   * The plan that earns most. Where others are computed it waits.
   *
   * @param onPlace Called while it waits: how many are to be computed before it.
   * @returns The plan, or why there is none: OPTIMISER_BUSY where as many wait as may, and OPTIMISER_FAILED where what
   *   computes it has crashed, or has taken far longer than it may.
   */
  optimise(
    input: PlanInput,
    calendar: PlanCalendar,
    onPlace?: (place: number) => void,
  ): Promise<PlanOutcome>;
  /** Ends what computes; what waits is answered with OPTIMISER_FAILED. */
  stop(): Promise<void>;
}
