// A hook for the energy of the days or months of a source.
import { useEffect, useState } from "react";
import { useSteadyLive } from "../live/use-live.ts";
import { formats } from "../text/format.ts";
import {
  type EnergyPeriod,
  energyStepS,
  type PeriodUnit,
  periodsOf,
  sumPeriods,
} from "./energy-periods.ts";
import type { TraceSource } from "./trace-source.ts";

/** How often the period under way is read again, in ms. */
const AGAIN_MS = 300_000;

interface Energy {
  /** What the periods are, which may be those of the choice before while others are read. */
  readonly unit: PeriodUnit;
  readonly periods: readonly EnergyPeriod[] | undefined;
  readonly error: string | undefined;
}

/** @param back How many charts earlier. */
export function useEnergy(source: TraceSource, unit: PeriodUnit, back: number): Energy {
  const live = useSteadyLive();
  const [energy, setEnergy] = useState<Energy>({ unit, periods: undefined, error: undefined });
  useEffect(() => {
    let isStopped = false;
    const read = async () => {
      const nowMs = live.fleet?.totals?.timestampMs ?? Date.now();
      const periods = periodsOf(unit, back, nowMs, formats.timeZone);
      const fromMs = periods[0]?.fromMs ?? nowMs;
      const untilMs = Math.min(periods.at(-1)?.untilMs ?? nowMs, nowMs);
      const stepS = energyStepS(periods);
      const next = await source.readEnergy({ fromMs, untilMs }, stepS).then(
        (steps) => ({ unit, periods: sumPeriods(periods, steps, stepS), error: undefined }),
        (error: Error) => ({ unit, periods: undefined, error: error.message }),
      );
      if (!isStopped) setEnergy(next);
    };
    void read();
    const timer = back === 0 ? setInterval(read, AGAIN_MS) : undefined;
    return () => {
      isStopped = true;
      clearInterval(timer);
    };
  }, [live, source, unit, back]);
  return energy;
}
