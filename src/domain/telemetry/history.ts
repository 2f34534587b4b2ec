// History in steps of equal width, on a grid that is the same in every store.

import {
  DURATION_FIELDS,
  type DurationField,
  STAT_FIELDS,
  STEP_FIELDS,
  type Stat,
  type StatField,
  type StepValues,
  SUM_FIELDS,
  stepValues,
  type TickFigures,
} from "./step-figures.ts";

export interface HistoryStep extends StepValues {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly sampleCount: number;
  /** Share of the step that samples cover, 0 to 1. */
  readonly coverageRatio: number;
  /** Since when its sample that was known last is known, among those that came late, in ms since the epoch; null: none did. */
  readonly knownMs: number | null;
}

/** The subject of a history: one asset, the totals of a site, or of the fleet. */
export type Scope =
  | { readonly kind: "asset"; readonly id: string }
  | { readonly kind: "site"; readonly id: string }
  | { readonly kind: "fleet" };

/** Which steps to read: those that begin in `[fromMs, untilMs)`, each `stepS` long. */
export interface StepRange {
  readonly fromMs: number;
  readonly untilMs: number;
  /** Width of a step in whole s. */
  readonly stepS: number;
}

/** Steps are counted from a Monday, so that a week is one too. */
export const STEP_ORIGIN_MS = Date.UTC(2000, 0, 3);

/** The start of the step of an instant, in ms since the epoch. */
export function stepStartMs(instantMs: number, stepS: number): number {
  const stepMs = stepS * 1000;
  return Math.floor((instantMs - STEP_ORIGIN_MS) / stepMs) * stepMs + STEP_ORIGIN_MS;
}

/** The contribution of one instant to its step: an asset's sample, or a total. */
export interface StepSample extends TickFigures {
  readonly timestampMs: number;
  /** Duration of the sample, in s. */
  readonly dtS: number;
  /** Since when it is known, in ms since the epoch; null: since its instant. */
  readonly knownMs: number | null;
}

/**
 * The covered time in s, energies, durations, and the sums of stats over time, in their unit times s. What is not known
 * is NaN, and so is each sum with it.
 */
type Sums = Record<SumName, number>;
type SumName = "coveredS" | keyof TickFigures;
const SUM_NAMES: readonly SumName[] = ["coveredS", ...STEP_FIELDS];

const MINUTE_MS = 60_000;

/**
 * Every step of a range, filled from samples in the order of time. Sums are formed in that order too, within each
 * minute first where steps are whole minutes, as minutes are stored: so that every store answers
 * with the same digits.
 */
export function stepsOf(
  samples: readonly StepSample[],
  { fromMs, untilMs, stepS }: StepRange,
): HistoryStep[] {
  const byStart = new Map<number, StepSample[]>();
  for (const sample of samples) {
    const start = stepStartMs(sample.timestampMs, stepS);
    const samplesOfStep = byStart.get(start);
    if (samplesOfStep === undefined) byStart.set(start, [sample]);
    else samplesOfStep.push(sample);
  }
  const steps: HistoryStep[] = [];
  for (let start = stepStartMs(fromMs, stepS); start < untilMs; start += stepS * 1000)
    steps.push(stepOf(start, stepS, byStart.get(start) ?? []));
  return steps;
}

function stepOf(fromMs: number, stepS: number, samples: readonly StepSample[]): HistoryStep {
  const sums = stepS % 60 === 0 ? sumsByMinute(samples) : sumsOf(samples);
  const { coveredS } = sums;
  return {
    fromMs,
    untilMs: fromMs + stepS * 1000,
    sampleCount: samples.length,
    coverageRatio: coveredS / stepS,
    knownMs: knownOf(samples),
    ...stepValues(
      (field) => statOf(samples, field, sums[field] / coveredS),
      (field) => sums[field],
      (field) => durationOf(samples, sums, field),
    ),
  };
}

function knownOf(samples: readonly StepSample[]): number | null {
  let newestMs = -Infinity;
  for (const { knownMs } of samples) newestMs = Math.max(newestMs, knownMs ?? -Infinity);
  return newestMs === -Infinity ? null : newestMs;
}

function durationOf(samples: readonly StepSample[], sums: Sums, field: DurationField) {
  return samples.length === 0 || Number.isNaN(sums[field]) ? null : sums[field];
}

function sumsByMinute(samples: readonly StepSample[]): Sums {
  const all = sumsOf([]);
  for (let from = 0; from < samples.length; ) {
    const minute = minuteOf(samples[from] as StepSample);
    let until = from + 1;
    while (until < samples.length && minuteOf(samples[until] as StepSample) === minute) until++;
    add(all, sumsOf(samples.slice(from, until)));
    from = until;
  }
  return all;
}

function minuteOf({ timestampMs }: StepSample): number {
  return Math.floor(timestampMs / MINUTE_MS);
}

function sumsOf(samples: readonly StepSample[]): Sums {
  const sums = Object.fromEntries(SUM_NAMES.map((name) => [name, 0])) as Sums;
  for (const sample of samples) {
    sums.coveredS += sample.dtS;
    for (const field of STAT_FIELDS) sums[field] += (sample[field] ?? Number.NaN) * sample.dtS;
    for (const field of SUM_FIELDS) sums[field] += sample[field];
    for (const field of DURATION_FIELDS) sums[field] += sample[field] ?? Number.NaN;
  }
  return sums;
}

function add(sums: Sums, more: Sums): void {
  for (const name of SUM_NAMES) sums[name] += more[name];
}

function statOf(samples: readonly StepSample[], field: StatField, mean: number): Stat | null {
  const last = samples.at(-1)?.[field];
  if (last == null || Number.isNaN(mean)) return null;
  let [min, max] = [Infinity, -Infinity];
  for (const { [field]: value } of samples) {
    min = Math.min(min, value ?? Number.NaN);
    max = Math.max(max, value ?? Number.NaN);
  }
  return { mean, min, max, last };
}

/** Steps that one answer may have. */
export const MOST_STEPS = 10_000;
export const LONGEST_STEP_S = 366 * 24 * 3600;

/** Stored rows from which the steps of one answer may be made: a number that a database reads well within its time. */
export const MOST_ROWS = 1_000_000;

/** The available history. */
export interface HeldHistory {
  /** Length of a tick in s. */
  readonly dtS: number;
  readonly oldestMs: number;
  readonly newestMs: number;
}

/**
 * The rows from which steps are made: minutes where the steps are whole minutes, else samples.
 *
 * @param mostSteps Steps of the range that are made.
 */
export function rowsOfSteps(
  { fromMs, untilMs, stepS }: StepRange,
  mostSteps: number,
  { dtS, oldestMs, newestMs }: HeldHistory,
): number {
  const spanMs = Math.min(untilMs, newestMs) - Math.max(fromMs, oldestMs);
  const heldMs = Math.min(spanMs, mostSteps * stepS * 1000);
  const rowS = stepS % 60 === 0 ? Math.max(dtS, 60) : dtS;
  return Math.max(Math.ceil(heldMs / 1000 / rowS), 0);
}

/** The error of a range of steps, or undefined. */
export interface RangeProblem {
  readonly code: "BAD_INPUT" | "TOO_MANY_STEPS" | "QUERY_TOO_COMPLEX";
  readonly field: keyof StepRange;
  readonly message: string;
}

export function refuseSteps({ fromMs, untilMs, stepS }: StepRange): RangeProblem | undefined {
  if (!(Number.isInteger(stepS) && stepS >= 1 && stepS <= LONGEST_STEP_S))
    return {
      code: "BAD_INPUT",
      field: "stepS",
      message: `a step lasts 1 to ${LONGEST_STEP_S} whole s, not ${stepS}`,
    };
  if (!(fromMs < untilMs))
    return {
      code: "BAD_INPUT",
      field: "untilMs",
      message: `the range must end after it begins: ${instantText(untilMs)} is not after ${instantText(fromMs)}`,
    };
  const count = Math.ceil((untilMs - fromMs) / (stepS * 1000));
  if (count <= MOST_STEPS) return undefined;
  const widestS = Math.ceil((untilMs - fromMs) / 1000 / MOST_STEPS);
  return {
    code: "TOO_MANY_STEPS",
    field: "stepS",
    message: `the range has ${count} steps of ${stepS} s, at most ${MOST_STEPS} are answered: ask for steps of ${widestS} s or a shorter range`,
  };
}

/** Refuses steps that are made from more rows than a database reads in time. */
export function refuseRows({ stepS }: StepRange, rows: number): RangeProblem | undefined {
  if (rows <= MOST_ROWS) return undefined;
  const [what, instead] =
    stepS % 60 === 0
      ? ["minutes", "ask for a shorter range"]
      : ["samples", "ask for a shorter range, or for steps of whole minutes"];
  return {
    code: "QUERY_TOO_COMPLEX",
    field: "stepS",
    message: `the steps are made from ${rows} ${what}, and may be from ${MOST_ROWS}: ${instead}`,
  };
}

/** Refuses a range of samples that ends before it begins. */
export function refuseSampleRange({
  fromMs,
  untilMs,
}: Pick<StepRange, "fromMs" | "untilMs">): RangeProblem | undefined {
  if (fromMs <= untilMs) return undefined;
  return {
    code: "BAD_INPUT",
    field: "untilMs",
    message: `until must not lie before from: ${instantText(untilMs)} is before ${instantText(fromMs)}`,
  };
}

function instantText(ms: number): string {
  return new Date(ms).toISOString();
}
