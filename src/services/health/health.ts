// The health of the server: the reasons for which it is degraded, each from when it begins until it is over.
import type { HealthCode } from "../../domain/base/codes.ts";
import type { Clock } from "../../domain/ports/clock.ts";
import type { Log } from "../../domain/ports/log.ts";

const EVERY_MS = 1_000;

/** What is wrong now. */
export interface Finding {
  /** What happens, as half a sentence: it is also named when it is over. */
  readonly what: string;
  /** Until when, and what to do. */
  readonly advice: string;
  /** The error behind it, for the log alone. */
  readonly cause?: unknown;
}

/** One thing that can be wrong. */
export interface HealthCheck {
  readonly code: HealthCode;
  /** What is wrong; undefined where nothing is. */
  find(nowMs: number): Finding | undefined;
}

export interface HealthReason {
  readonly code: HealthCode;
  /** What happens, until when, and what to do. */
  readonly message: string;
  /** When it began, in ms since the epoch. */
  readonly sinceMs: number;
}

export interface Health {
  /** Why the health is degraded, a reason for each thing that is wrong; none where all is well. */
  reasons(): readonly HealthReason[];
  /** Looks every second from now on, so that the log has what nobody requests. */
  start(): void;
  stop(): void;
}

interface HealthDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly checks: readonly HealthCheck[];
}

interface Lasting {
  readonly sinceMs: number;
  finding: Finding;
}

export function createHealth({ clock, log, checks }: HealthDeps): Health {
  const lasting = new Map<HealthCheck, Lasting>();
  let cancel = () => {};

  function look(): void {
    const nowMs = clock.nowMs();
    for (const check of checks) {
      const { code } = check;
      const finding = check.find(nowMs);
      const before = lasting.get(check);
      if (finding === undefined && before !== undefined) {
        lasting.delete(check);
        log.info({ code }, `over: ${before.finding.what}`);
      } else if (finding !== undefined && before !== undefined) before.finding = finding;
      else if (finding !== undefined) {
        lasting.set(check, { sinceMs: nowMs, finding });
        const { cause } = finding;
        log.warn({ code, ...(cause !== undefined && { err: cause }) }, messageOf(finding));
      }
    }
  }

  function lookAgain(): void {
    look();
    cancel = clock.wakeAt(clock.nowMs() + EVERY_MS, lookAgain);
  }

  return {
    reasons() {
      look();
      return [...lasting].map(([{ code }, { sinceMs, finding }]) => ({
        code,
        message: messageOf(finding),
        sinceMs,
      }));
    },
    start: lookAgain,
    stop: () => cancel(),
  };
}

function messageOf({ what, advice }: Finding): string {
  return `${what}: ${advice}`;
}
