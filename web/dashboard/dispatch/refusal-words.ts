// Why a request is refused, as a sentence in the unit of its form.
import { fieldText } from "../text/number.ts";
import { words } from "../text/words.ts";
import { type DraftRequest, type DurationUnit, durationText } from "./draft.ts";
import type { Refusal } from "./suggestion.ts";

/** @param name The asset or site that refuses. */
export function refusalWords(
  refusal: Refusal,
  { mw, durationS }: DraftRequest,
  unit: DurationUnit,
  name: string,
): string {
  const text = words.refusal;
  if (refusal.code === "DURATION_OUT_OF_RANGE" || refusal.longestDurationS === null)
    return refusal.message;
  const why = {
    ENERGY_INSUFFICIENT: text.energy,
    ENERGY_PROMISED: text.promised,
    POWER_OUT_OF_LIMITS: text.site,
  }[refusal.code as string];
  if (why === undefined) return refusal.message;
  const length =
    durationS == null ? text.withoutEnd : text.forLength(durationText(durationS, unit), unit);
  const power = `${fieldText(Math.abs(mw))} MW`;
  const action = mw < 0 ? text.charge(name, power, length) : text.discharge(name, power, length);
  const bestMw = Math.abs(refusal.highestMw ?? 0);
  const longest = durationText(refusal.longestDurationS, unit);
  const isNone = bestMw === 0 && refusal.longestDurationS === 0;
  const instead = isNone ? text.nothing : text.instead(longest, unit, `${fieldText(bestMw)} MW`);
  return `${action}: ${why}. ${instead}`;
}
