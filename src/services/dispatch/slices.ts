// Work that takes long, done in slices: between two of them everything else has its turn.
import type { Steps } from "../../domain/base/steps.ts";
import type { Clock } from "../../domain/ports/clock.ts";
import type { WorkTurns } from "../work-turns.ts";

export interface Slices {
  /** Does the work in turns with the other work of this kind, and resolves with its result. */
  run<T>(steps: Steps<T>): Promise<T>;
}

/** Length of a slice, in ms; a step is not interrupted. */
export const SLICE_MS = 5;

/** After so many steps work counts as long. */
const SHORT_STEPS = 40;

interface Work {
  /** Makes one step; true once the work is done. */
  advance(): boolean;
  steps: number;
}

export function createSlices(clock: Pick<Clock, "nowMs">, turns: WorkTurns): Slices {
  /** Each makes a step in turn, so that little work is done soon beside much. */
  const short: Work[] = [];
  /** Only the first makes steps: what it has in memory is not multiplied by the number of those that wait. */
  const long: Work[] = [];
  let isBusy = false;

  function advanceShort(): void {
    const work = short.shift();
    if (work === undefined || work.advance()) return;
    work.steps++;
    (work.steps < SHORT_STEPS ? short : long).push(work);
  }

  async function serve(): Promise<void> {
    if (isBusy) return;
    isBusy = true;
    while (short.length + long.length > 0) {
      await turns.next("begin");
      const untilMs = clock.nowMs() + SLICE_MS;
      do {
        advanceShort();
        if (clock.nowMs() < untilMs && long[0]?.advance()) long.shift();
      } while (short.length + long.length > 0 && clock.nowMs() < untilMs);
    }
    isBusy = false;
  }

  return {
    run: <T>(steps: Steps<T>) =>
      new Promise<T>((resolve, reject) => {
        short.push({
          steps: 0,
          advance() {
            try {
              const step = steps.next();
              if (step.done) resolve(step.value);
              return step.done === true;
            } catch (error) {
              reject(error);
              return true;
            }
          },
        });
        void serve();
      }),
  };
}

/** Makes steps until an instant; the result, where there is one by then. */
export function advanceUntil<T>(
  steps: Steps<T>,
  clock: Clock,
  untilMs: number,
): { readonly value: T } | undefined {
  for (;;) {
    const step = steps.next();
    if (step.done) return { value: step.value };
    if (clock.nowMs() >= untilMs) return undefined;
  }
}
