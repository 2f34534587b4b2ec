// Plans: the rules of their input, and the optimiser.
import { planCalendar } from "../../domain/plan/calendar.ts";
import type { PlanInput } from "../../domain/plan/input.ts";
import { refusalOf } from "../../domain/plan/refusal.ts";
import { refuseInput } from "../../domain/plan/rules.ts";
import type { Optimiser, PlanOutcome } from "../../domain/ports/optimiser.ts";
import type { TimeZones } from "../../domain/ports/time-zones.ts";

export interface Plans {
  /** The plan that earns most, or why there is none. @param onPlace As of the optimiser. */
  optimise(input: PlanInput, onPlace?: (place: number) => void): Promise<PlanOutcome>;
}

export function createPlans(optimiser: Optimiser, timeZones: TimeZones): Plans {
  return {
    async optimise(input, onPlace) {
      const refusal = refuseInput(input);
      if (refusal !== undefined) return { refusal };
      const { timeZone } = input.periods;
      const offsetAt = timeZones.offsetOf(timeZone);
      if (offsetAt !== undefined)
        return optimiser.optimise(input, planCalendar(input.periods, offsetAt), onPlace);
      const message = `No time zone is called ${JSON.stringify(timeZone)}: name one of IANA, like Europe/Helsinki`;
      return { refusal: refusalOf("ZONE_UNKNOWN", message, "periods.timeZone") };
    },
  };
}
