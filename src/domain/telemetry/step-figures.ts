// The figures of a step of history, each described once: minutes, their SQL, REST, CSV and GraphQL are derived from this list.
import type { PowerLimit } from "./telemetry.ts";

/** A figure over a step: its time-weighted mean, its extremes, and its value at the end. */
export interface Stat {
  readonly mean: number;
  readonly min: number;
  readonly max: number;
  readonly last: number;
}

/** Its description is its meaning, with its unit. */
type StepFigure = { readonly description: string } & (
  | {
      /**
       * `stat`: the `Stat` of a column of samples and totals, null without a sample. `assetStat`: that of a column of
       * samples alone, null of totals too, and where it is not known. `sum`: what its ticks add up to.
       */
      readonly kind: "stat" | "assetStat" | "sum";
    }
  | {
      /** The length of the ticks of an asset whose power a limit changed, in s; null where it is not known. Totals have none. */
      readonly kind: "duration";
      readonly limit: PowerLimit;
    }
);

const UNKNOWN =
  "null of a site and of the fleet, where there is no sample, and where only minutes of an earlier version are left";

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
  setpointMw: {
    kind: "assetStat",
    description: `Requested power in MW, discharge positive; ${UNKNOWN}.`,
  },
  energyInMwhr: { kind: "sum", description: "Energy charged at the terminal, in MWh." },
  energyOutMwhr: { kind: "sum", description: "Energy discharged at the terminal, in MWh." },
  limitedByRampS: {
    kind: "duration",
    limit: "ramp",
    description: `Time for which the ramp was the last limit that changed the power, in s; ${UNKNOWN}.`,
  },
  limitedByPowerS: {
    kind: "duration",
    limit: "power",
    description: `Time for which the rating was the last limit that changed the power, in s; ${UNKNOWN}.`,
  },
  limitedByEnergyS: {
    kind: "duration",
    limit: "energy",
    description: `Time for which the stored energy was the last limit that changed the power, in s; ${UNKNOWN}.`,
  },
  limitedBySiteS: {
    kind: "duration",
    limit: "site",
    description: `Time for which the site was the last limit that changed the power, in s; ${UNKNOWN}.`,
  },
} as const satisfies Record<string, StepFigure>;

export type StepField = keyof typeof STEP_FIGURES;
type FieldOf<K extends StepFigure["kind"]> = {
  [N in StepField]: (typeof STEP_FIGURES)[N]["kind"] extends K ? N : never;
}[StepField];
/** A stat of assets, which totals do not have. */
export type AssetStatField = FieldOf<"assetStat">;
export type StatField = FieldOf<"stat"> | AssetStatField;
export type SumField = FieldOf<"sum">;
export type DurationField = FieldOf<"duration">;

export const STEP_FIELDS = Object.keys(STEP_FIGURES) as readonly StepField[];
export const STAT_FIELDS = STEP_FIELDS.filter(isStat);
export const ASSET_STAT_FIELDS = STAT_FIELDS.filter(isAssetStat);
export const SUM_FIELDS = STEP_FIELDS.filter(
  (field): field is SumField => STEP_FIGURES[field].kind === "sum",
);
export const DURATION_FIELDS = STEP_FIELDS.filter(isDuration);
export const STAT_PARTS = ["mean", "min", "max", "last"] as const satisfies (keyof Stat)[];

export function isStat(field: StepField): field is StatField {
  return STEP_FIGURES[field].kind === "stat" || isAssetStat(field);
}

export function isAssetStat(field: StepField): field is AssetStatField {
  return STEP_FIGURES[field].kind === "assetStat";
}

export function isDuration(field: StepField): field is DurationField {
  return STEP_FIGURES[field].kind === "duration";
}

/** What a tick adds to the durations of its step; null where it is not known. */
export type TickDurations = { readonly [N in DurationField]: number | null };
/** What a tick adds to a step; null where it is not known. */
export type TickFigures = {
  readonly [N in Exclude<StatField, AssetStatField> | SumField]: number;
} & { readonly [N in AssetStatField]: number | null } & TickDurations;
/** The figures of a step. */
export type StepValues = { readonly [N in StatField]: Stat | null } & {
  readonly [N in SumField]: number;
} & TickDurations;

export function stepValues(
  statOf: (field: StatField) => Stat | null,
  sumOf: (field: SumField) => number,
  durationOf: (field: DurationField) => number | null,
): StepValues {
  // Not by Object.fromEntries, which takes four times as long: an answer may have 10,000 steps.
  const values: { [N in StepField]?: Stat | number | null } = {};
  for (const field of STEP_FIELDS) {
    if (isStat(field)) values[field] = statOf(field);
    else values[field] = isDuration(field) ? durationOf(field) : sumOf(field);
  }
  return values as StepValues;
}

/** The durations of a tick: its length in s at the limit that changed the power, else 0. */
export function durationsAt(limitedBy: PowerLimit | null, dtS: number): TickDurations {
  return durationsBy((field) => (STEP_FIGURES[field].limit === limitedBy ? dtS : 0));
}

/** What totals do not have: durations, and the stats of assets. */
export const NO_ASSET_FIGURES = { setpointMw: null, ...durationsBy(() => null) };

function durationsBy(secondsOf: (field: DurationField) => number | null): TickDurations {
  const durations: { [N in DurationField]?: number | null } = {};
  for (const field of DURATION_FIELDS) durations[field] = secondsOf(field);
  return durations as TickDurations;
}
