// Why a schedule is refused, in the chosen language as far as its code says it.
import type { RefusalPartsFragment, ScheduleInput } from "../api/operations.ts";
import { words } from "../text/words.ts";
import { refusalWords } from "./refusal-words.ts";

interface RefusedSchedule {
  /** The place of the first interval that fails; null where the request itself does. */
  readonly index: number | null;
  readonly refusal: RefusalPartsFragment;
}

export function intervalRefusalWords(
  { index, refusal }: RefusedSchedule,
  { intervals }: Pick<ScheduleInput, "intervals">,
  assetName: string,
): string {
  const { code, field } = refusal;
  const text = words.intervals;
  if (code === "SCHEDULE_INVALID") return field === "intervals" ? text.tooMany : text.order;
  const interval = index === null ? undefined : intervals[index];
  if (interval === undefined) {
    if (code === "START_OUT_OF_RANGE") return text.allOver;
    return code === "ENERGY_PROMISED"
      ? text.neededBefore
      : refusalWords(refusal, { mw: 0 }, "min", assetName);
  }
  const durationS = Math.round((Date.parse(interval.until) - Date.parse(interval.from)) / 1000);
  if (code === "DURATION_OUT_OF_RANGE" && durationS <= 0) return text.reversed;
  return refusalWords(refusal, { mw: interval.mw, durationS }, "min", assetName);
}
