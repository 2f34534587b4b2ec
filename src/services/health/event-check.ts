// A check for events such as a loss, which have no duration: a reason is shown for a while after the last event.
import type { HealthCode } from "../../domain/base/codes.ts";
import { utcText } from "../../domain/time/instant-text.ts";
import type { Finding, HealthCheck } from "./health.ts";

/** How long a reason is shown. It may change: a reason that is shown keeps its time. */
export interface EventLimits {
  readonly eventShownS: number;
}

/**
 * @param total    The number of events since the server began.
 * @param describe Describes so many events; until when the reason is shown is added.
 */
export function eventCheck(
  code: HealthCode,
  total: () => number,
  describe: (count: number) => Finding,
  limits: EventLimits,
): HealthCheck {
  let known = 0;
  let before = 0;
  let untilMs = -Infinity;
  return {
    code,
    find(nowMs) {
      const now = total();
      if (now > known) {
        if (nowMs >= untilMs) before = known;
        known = now;
        untilMs = nowMs + limits.eventShownS * 1000;
      }
      if (nowMs >= untilMs) return undefined;
      const { advice, ...finding } = describe(known - before);
      return { ...finding, advice: `${advice}; shown until ${utcText(untilMs)}` };
    },
  };
}
