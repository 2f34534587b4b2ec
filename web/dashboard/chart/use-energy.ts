// A hook for the energy of the days or months of a source.
import { useEffect, useState } from "react";
import { keepReading } from "../live/keep-reading.ts";
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
    const read = async () => {
      const nowMs = live.fleet?.totals?.timestampMs ?? Date.now();
      const periods = periodsOf(unit, back, nowMs, formats.timeZone);
      const fromMs = periods[0]?.fromMs ?? nowMs;
      const untilMs = Math.min(periods.at(-1)?.untilMs ?? nowMs, nowMs);
      const stepS = energyStepS(periods);
      return sumPeriods(periods, await source.readEnergy({ fromMs, untilMs }, stepS), stepS);
    };
    let stop = () => {};
    const begin = () => {
      stop();
      stop = keepReading(
        read,
        (periods) => setEnergy({ unit, periods, error: undefined }),
        ({ message }) => setEnergy({ unit, periods: undefined, error: message }),
      );
    };
    begin();
    const timer = back === 0 ? setInterval(begin, AGAIN_MS) : undefined;
    return () => {
      stop();
      clearInterval(timer);
    };
  }, [live, source, unit, back]);
  return energy;
}
