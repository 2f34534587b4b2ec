// The limits of a plan by period: what remains of them where several are given.
import { periodsOf } from "../domain/plan/calendar.ts";
import type { PlanInput, PlanLimit, Window } from "../domain/plan/input.ts";

/** Limits by period; infinite where there is none. */
export interface PeriodLimits {
  readonly exportMw: Float64Array;
  readonly importMw: Float64Array;
  /** Whether nothing is traded, and what a MWh costs that is traded in spite of a price on it. */
  readonly isClosed: Uint8Array;
  readonly breachEurPerMwhr: Float64Array;
  /** What was sold already, in MW. */
  readonly fixedMw: Float64Array;
}

export type LimitOf<K extends PlanLimit["kind"]> = PlanLimit & { readonly kind: K };

export function limitsOf<K extends PlanLimit["kind"]>(
  { limits }: PlanInput,
  kind: K,
): readonly LimitOf<K>[] {
  return limits.filter((it): it is LimitOf<K> => it.kind === kind);
}

export function periodLimits(input: PlanInput): PeriodLimits {
  const { count } = input.periods;
  const limits: PeriodLimits = {
    exportMw: new Float64Array(count).fill(Number.POSITIVE_INFINITY),
    importMw: new Float64Array(count).fill(Number.POSITIVE_INFINITY),
    isClosed: new Uint8Array(count),
    breachEurPerMwhr: new Float64Array(count),
    fixedMw: new Float64Array(count),
  };
  const { exportMw, importMw, isClosed, breachEurPerMwhr, fixedMw } = limits;
  for (const limit of limitsOf(input, "connection"))
    within(input, limit, (t) => {
      exportMw[t] = Math.min(exportMw[t] as number, limit.maxExportMw ?? Infinity);
      importMw[t] = Math.min(importMw[t] as number, limit.maxImportMw ?? Infinity);
    });
  for (const limit of limitsOf(input, "noTrade"))
    within(input, limit, (t) => {
      if (limit.breachEurPerMwhr === undefined) isClosed[t] = 1;
      else breachEurPerMwhr[t] = (breachEurPerMwhr[t] as number) + limit.breachEurPerMwhr;
    });
  for (const fixed of input.fixedPositions)
    within(input, fixed, (t) => {
      fixedMw[t] = (fixedMw[t] as number) + fixed.mw;
    });
  if (input.assets.some(({ ramp }) => ramp !== null)) holdBefore(limits);
  return limits;
}

/** A ramp begins where its period does, so that a limit binds the power of the period before as well. */
function holdBefore({ exportMw, importMw, isClosed }: PeriodLimits): void {
  for (let t = 0; t + 1 < exportMw.length; t++) {
    exportMw[t] = Math.min(exportMw[t] as number, exportMw[t + 1] as number);
    importMw[t] = Math.min(importMw[t] as number, importMw[t + 1] as number);
    isClosed[t] = Math.max(isClosed[t] as number, isClosed[t + 1] as number);
  }
}

/** Calls with each period of a window. */
export function within({ periods }: PlanInput, window: Window, act: (t: number) => void): void {
  const [first, end] = periodsOf(periods, window);
  for (let t = first; t < end; t++) act(t);
}
