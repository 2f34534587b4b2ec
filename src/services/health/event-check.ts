// What happens and is over at once, such as a loss: shown as a reason for a while after it happened the last time.
import type { HealthCode } from "../../domain/base/codes.ts";
import { utcText } from "../../domain/time/instant-text.ts";
import type { Finding, HealthCheck } from "./health.ts";

/** How long it is shown, in ms. */
export const EVENT_SHOWN_MS = 10 * 60_000;

/**
 * @param total    How many there were since the server began.
 * @param describe Says what happened so many times; until when it is shown is added.
 */
export function eventCheck(
  code: HealthCode,
  total: () => number,
  describe: (count: number) => Finding,
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
        untilMs = nowMs + EVENT_SHOWN_MS;
      }
      if (nowMs >= untilMs) return undefined;
      const { advice, ...finding } = describe(known - before);
      return { ...finding, advice: `${advice}; shown until ${utcText(untilMs)}` };
    },
  };
}
