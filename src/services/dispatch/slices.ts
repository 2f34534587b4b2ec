// Work that takes long, done in slices: between two of them everything else has its turn.
import type { Steps } from "../../domain/base/steps.ts";
import type { Clock } from "../../domain/ports/clock.ts";

export interface Slices {
  /** Does the work in turns with the other work of this kind, and resolves with its result. */
  run<T>(steps: Steps<T>): Promise<T>;
}

/** Length of a slice, in ms; a step is not interrupted. */
export const SLICE_MS = 5;

interface Work {
  /** Makes one step; true once the work is done. */
  advance(): boolean;
}

export function createSlices(clock: Clock): Slices {
  /** The work that is next is first. */
  const queue: Work[] = [];
  let isBusy = false;

  async function serve(): Promise<void> {
    if (isBusy) return;
    isBusy = true;
    while (queue.length > 0) {
      await clock.turn();
      const untilMs = clock.nowMs() + SLICE_MS;
      do {
        // Each makes one step, so that little work is done soon beside much.
        const work = queue.shift() as Work;
        if (!work.advance()) queue.push(work);
      } while (queue.length > 0 && clock.nowMs() < untilMs);
    }
    isBusy = false;
  }

  return {
    run: <T>(steps: Steps<T>) =>
      new Promise<T>((resolve, reject) => {
        queue.push({
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
