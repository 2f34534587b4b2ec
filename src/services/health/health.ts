// The health of the server: the reasons for which it is degraded, each from its begin to its end.
import type { HealthCode } from "../../domain/base/codes.ts";
import type { Clock } from "../../domain/ports/clock.ts";
import type { Log } from "../../domain/ports/log.ts";

const EVERY_MS = 1_000;

/** A fault that lasts now. */
export interface Finding {
  /** What happens, as half a sentence: it is also logged at the end. */
  readonly what: string;
  /** Until when, and what to do. */
  readonly advice: string;
  /** The error behind it, for the log alone. */
  readonly cause?: unknown;
}

/** A check for one kind of fault. */
export interface HealthCheck {
  readonly code: HealthCode;
  /** The fault that is found; undefined where there is none. */
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
  /** Why the health is degraded, a reason for each fault; none where all is well. */
  reasons(): readonly HealthReason[];
  /** Checks every second from now on, so that faults are logged without a request. */
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
