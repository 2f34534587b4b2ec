// What a minute keeps of each figure of a step, a column each.
import {
  ASSET_STAT_FIELDS,
  DURATION_FIELDS,
  type DurationField,
  isAssetStat,
  isDuration,
  isStat,
  STEP_FIELDS,
  type StatField,
  type StepField,
  type SumField,
} from "../../domain/telemetry/step-figures.ts";

/** Of a stat: its sum over time, in its unit times s, and the parts that are not a mean. */
const STAT_COLUMNS = ["S", "Min", "Max", "Last"] as const;
type StatColumn = (typeof STAT_COLUMNS)[number];

export interface MinutePart {
  readonly figure: StepField;
  readonly part: StatColumn | "Sum";
  /** The name of its column, in camelCase. */
  readonly name: SumField | DurationField | `${StatField}${StatColumn}`;
}

/** Of the minutes of a site and of the fleet, in the order of the columns. They have neither durations nor stats of assets. */
export const TOTALS_PARTS: readonly MinutePart[] = STEP_FIELDS.flatMap((figure): MinutePart[] => {
  if (isDuration(figure) || isAssetStat(figure)) return [];
  return isStat(figure) ? statParts(figure) : [{ figure, part: "Sum", name: figure }];
});

/** Of the minutes of an asset alone, likewise: they came later, and are null in older minutes. */
export const LATER_PARTS: readonly MinutePart[] = [
  ...DURATION_FIELDS.map((figure) => ({ figure, part: "Sum", name: figure }) as const),
  ...ASSET_STAT_FIELDS.flatMap(statParts),
];

/** Of the minutes of an asset. */
export const MINUTE_PARTS: readonly MinutePart[] = [...TOTALS_PARTS, ...LATER_PARTS];

function statParts(figure: StatField): MinutePart[] {
  return STAT_COLUMNS.map((part) => ({ figure, part, name: `${figure}${part}` as const }));
}
