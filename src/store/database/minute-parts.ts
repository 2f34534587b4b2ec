// What a minute keeps of each figure of a step, a column each.
import {
  DURATION_FIELDS,
  type DurationField,
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

/** Of the minutes of a site and of the fleet, in the order of the columns. They have no durations. */
export const TOTALS_PARTS: readonly MinutePart[] = STEP_FIELDS.flatMap((figure): MinutePart[] => {
  if (isDuration(figure)) return [];
  return isStat(figure)
    ? STAT_COLUMNS.map((part) => ({ figure, part, name: `${figure}${part}` as const }))
    : [{ figure, part: "Sum", name: figure }];
});

/** Of the minutes of an asset, likewise. */
export const MINUTE_PARTS: readonly MinutePart[] = [
  ...TOTALS_PARTS,
  ...DURATION_FIELDS.map((figure) => ({ figure, part: "Sum", name: figure }) as const),
];
