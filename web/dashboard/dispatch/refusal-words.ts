// Why a request is refused, as a sentence in the unit of its form, and beside its fields.

import { formats } from "../text/format.ts";
import { codeText, serverText } from "../text/server-text.ts";
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
  const { code, longestDurationS, highestMw } = refusal;
  const isOverLimit = longestDurationS === null && highestMw === null;
  if (code === "POWER_OUT_OF_LIMITS" && isOverLimit) return ratingWords(refusal, request, name);
  if (why !== undefined)
    return [`${actionOf(request, unit, name)}: ${why}.`, insteadOf(refusal, unit)].join(" ").trim();
  return codeText(refusal.code, refusal.message);
}

function actionOf({ mw, durationS }: DraftRequest, unit: DurationUnit, name: string): string {
  const text = words.refusal;
  const length =
    durationS == null ? text.withoutEnd : text.forLength(durationText(durationS, unit), unit);
  const power = formats.exactPower(mw);
  return mw < 0 ? text.charge(name, power, length) : text.discharge(name, power, length);
}

/** What would be accepted instead; empty where that is not known. */
function insteadOf({ highestMw, longestDurationS }: Refusal, unit: DurationUnit): string {
  const text = words.refusal;
  const bestMw = Math.abs(highestMw ?? 0);
  const longestS = longestDurationS ?? 0;
  if (highestMw === null && longestDurationS === null) return "";
  if (bestMw === 0 && longestS === 0) return text.nothing;
  const power = formats.exactPower(bestMw);
  if (longestDurationS === null) return text.atMost(power);
  return text.instead(durationText(longestS, unit), unit, power);
}

function ratingWords({ minMw, maxMw, message }: Refusal, { mw }: DraftRequest, name: string) {
  const limitMw = mw < 0 ? minMw : maxMw;
  if (limitMw === null) return serverText(message);
  const [power, limit] = [mw, limitMw].map((it) => formats.exactPower(it)) as [string, string];
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
