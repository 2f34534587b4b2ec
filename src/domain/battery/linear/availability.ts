// What a battery of the linear model could deliver in the next tick, and for how long.
import type { Availability } from "../model.ts";
import type { BatteryLimits } from "./law.ts";
import { highestMw, lowestMw } from "./tick-equations.ts";

/**
 * What a battery at this SoC could deliver in a tick; what `stepBattery` gives where no ramp binds. A power `p` lasts
 * for `stored × efficiency / p` hours out of the battery, and for `headroom / efficiency / p` into it.
 *
 * @source Energy reservoir model: Rosewater et al. 2019, doi:10.1109/ACCESS.2019.2957698.
 */
export function availabilityOf(limits: BatteryLimits, socMwhr: number, dtS: number): Availability {
  const { efficiency } = limits;
  const storedMwhr = Math.max(0, socMwhr - limits.floorMwhr);
  const headroomMwhr = Math.max(0, limits.ceilingMwhr - socMwhr);
  const maxMw = highestMw(limits.maxMw, storedMwhr, efficiency, dtS);
  const minMw = lowestMw(limits.minMw, headroomMwhr, efficiency, dtS);
  return {
    minMw,
    maxMw,
    chargeDurationS: minMw === 0 ? null : (headroomMwhr / efficiency / -minMw) * 3600,
    dischargeDurationS: maxMw === 0 ? null : ((storedMwhr * efficiency) / maxMw) * 3600,
  };
}
