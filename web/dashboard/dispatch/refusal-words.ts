// Why a request is refused, as a sentence in the unit of its form, and beside its fields.
import { fieldText } from "../text/number.ts";
import { words } from "../text/words.ts";
import { type DraftErrors, type DraftRequest, type DurationUnit, durationText } from "./draft.ts";
import type { Refusal } from "./suggestion.ts";

/**
 * Why a request is refused; in the words of the server where the pages have none of their own.
 *
 * @param name The asset or site that refuses.
 */
export function refusalWords(
  refusal: Refusal,
  request: DraftRequest,
  unit: DurationUnit,
  name: string,
): string {
  const text = words.refusal;
  const why = {
    ENERGY_INSUFFICIENT: text.energy,
    ENERGY_PROMISED: text.promised,
    POWER_OUT_OF_LIMITS: text.site,
  }[refusal.code as string];
  if (why !== undefined && refusal.longestDurationS !== null) {
    const best = insteadOf(refusal, unit);
    return `${actionOf(request, unit, name)}: ${why}. ${best}`;
  }
  if (refusal.code === "POWER_OUT_OF_LIMITS" && refusal.limitedBy === "POWER")
    return ratingWords(refusal, request, name);
  const own = { START_OUT_OF_RANGE: text.start, WINDOW_TOO_SHORT: text.noTick }[
    refusal.code as string
  ];
  return own ?? refusal.message;
}

function actionOf({ mw, durationS }: DraftRequest, unit: DurationUnit, name: string): string {
  const text = words.refusal;
  const length =
    durationS == null ? text.withoutEnd : text.forLength(durationText(durationS, unit), unit);
  const power = `${fieldText(Math.abs(mw))} MW`;
  return mw < 0 ? text.charge(name, power, length) : text.discharge(name, power, length);
}

/** What would be accepted instead. */
function insteadOf({ highestMw, longestDurationS }: Refusal, unit: DurationUnit): string {
  const bestMw = Math.abs(highestMw ?? 0);
  const longestS = longestDurationS ?? 0;
  if (bestMw === 0 && longestS === 0) return words.refusal.nothing;
  return words.refusal.instead(durationText(longestS, unit), unit, `${fieldText(bestMw)} MW`);
}

function ratingWords({ minMw, maxMw, message }: Refusal, { mw }: DraftRequest, name: string) {
  const limitMw = mw < 0 ? minMw : maxMw;
  if (limitMw === null) return message;
  const [power, limit] = [mw, limitMw].map((it) => `${fieldText(Math.abs(it))} MW`) as [
    string,
    string,
  ];
  const text = words.refusal;
  return mw < 0 ? text.chargeLimit(name, power, limit) : text.dischargeLimit(name, power, limit);
}

/** The reason beside the field that is at fault, where one field is: energy is a matter of power and duration together. */
export function refusalErrors(refusal: Refusal | undefined, sentence: string): DraftErrors {
  if (refusal === undefined || refusal.longestDurationS !== null) return {};
  const { field } = refusal;
  if (field === "startAt") return { start: sentence };
  if (field === "validForS") return { lease: sentence };
  if (field === "durationS") return { duration: sentence };
  return field === "mw" ? { power: sentence } : {};
}
