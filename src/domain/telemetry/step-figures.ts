// The figures of a step of history, each described once: minutes, their SQL, REST, CSV and GraphQL are derived from this list.

/** A figure over a step: its time-weighted mean, its extremes, and its value at the end. */
export interface Stat {
  readonly mean: number;
  readonly min: number;
  readonly max: number;
  readonly last: number;
}

interface StepFigure {
  /** `stat`: the `Stat` of a column of samples and totals, null without a sample. `sum`: what its ticks add up to. */
  readonly kind: "stat" | "sum";
  /** Its meaning, with its unit. */
  readonly description: string;
}

/** In the order of the answers, and of the columns of minutes. A name ends with its unit. */
export const STEP_FIGURES = {
  socPct: {
    kind: "stat",
    description: "Stored energy in per cent of the capacity; null where there is no sample.",
  },
  currentMw: {
    kind: "stat",
    description: "Power at the terminal in MW, discharge positive; null where there is no sample.",
  },
  energyInMwhr: { kind: "sum", description: "Energy charged at the terminal, in MWh." },
  energyOutMwhr: { kind: "sum", description: "Energy discharged at the terminal, in MWh." },
} as const satisfies Record<string, StepFigure>;

export type StepField = keyof typeof STEP_FIGURES;
type FieldOf<K extends StepFigure["kind"]> = {
  [N in StepField]: (typeof STEP_FIGURES)[N]["kind"] extends K ? N : never;
}[StepField];
export type StatField = FieldOf<"stat">;
export type SumField = FieldOf<"sum">;

export const STEP_FIELDS = Object.keys(STEP_FIGURES) as readonly StepField[];
export const STAT_FIELDS = STEP_FIELDS.filter(isStat);
export const SUM_FIELDS = STEP_FIELDS.filter((field) => !isStat(field)) as readonly SumField[];
export const STAT_PARTS = ["mean", "min", "max", "last"] as const satisfies (keyof Stat)[];

export function isStat(field: StepField): field is StatField {
  return STEP_FIGURES[field].kind === "stat";
}

/** What a tick adds to a step. */
export type TickFigures = { readonly [N in StepField]: number };
/** The figures of a step. */
export type StepValues = { readonly [N in StatField]: Stat | null } & {
  readonly [N in SumField]: number;
};

export function stepValues(
  statOf: (field: StatField) => Stat | null,
  sumOf: (field: SumField) => number,
): StepValues {
  // Not by Object.fromEntries, which takes four times as long: an answer may have 10,000 steps.
  const values: { [N in StepField]?: Stat | number | null } = {};
  for (const field of STEP_FIELDS) values[field] = isStat(field) ? statOf(field) : sumOf(field);
  return values as StepValues;
}
