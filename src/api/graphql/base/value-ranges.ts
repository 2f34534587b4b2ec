// Ranges of whole numbers, which errors about a value name.
import { PAGE_LARGEST } from "../../../domain/base/page.ts";
import { LONGEST_DURATION_S } from "../../../domain/dispatch/request.ts";
import { LONGEST_STEP_S } from "../../../domain/telemetry/history.ts";

/** Least and most of a whole number by its field; others are as large as the type allows. */
export const WHOLE_RANGES: Readonly<Record<string, readonly [least: number, most: number]>> = {
  durationS: [1, LONGEST_DURATION_S],
  validForS: [1, LONGEST_DURATION_S],
  stepS: [1, LONGEST_STEP_S],
  first: [0, PAGE_LARGEST],
};
