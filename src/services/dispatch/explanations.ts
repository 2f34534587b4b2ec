// What the limits left of accepted requests: computed beside the commit, which does not wait for it.
import type { Steps } from "../../domain/base/steps.ts";
import type { Dispatch } from "../../domain/dispatch/dispatch.ts";
import type { Clock } from "../../domain/ports/clock.ts";
import type { Accepted, Decided } from "./decide.ts";
import { advanceUntil } from "./slices.ts";

export interface Explanations {
  /** Whether all is computed. */
  isWhole(): boolean;
  /** The answer, with what is computed. */
  accepted(): Accepted;
  /** Computes for a little while. */
  advance(): void;
  /** The rest of the work. */
  steps(): Steps<void>;
}

/** What is computed before the commit is stored with the dispatches, in ms: most requests need less. */
const BEFORE_COMMIT_MS = 1;

export function createExplanations(
  decided: Extract<Decided, { accepted: true }>,
  clock: Clock,
): Explanations {
  const work = decided.withWindows();
  let whole: readonly Dispatch[] | undefined;
  return {
    isWhole: () => whole !== undefined,
    accepted: () => ({
      accepted: true,
      dispatches: whole ?? decided.dispatches,
      scheduleOf: decided.scheduleOf,
    }),
    advance() {
      whole ??= advanceUntil(work, clock, clock.nowMs() + BEFORE_COMMIT_MS)?.value;
    },
    *steps() {
      whole ??= yield* work;
    },
  };
}
