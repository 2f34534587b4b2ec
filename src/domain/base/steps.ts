// Work in steps, between which others may have their turn.

/** Work that is done up to each `yield`, and then gives its result. */
export type Steps<T> = Generator<void, T, void>;

/** Work that is done: its result, without a step. */
// biome-ignore lint/correctness/useYield: a result that is there already takes no step
export function* done<T>(value: T): Steps<T> {
  return value;
}

/** Does all the steps at once, whatever they yield. */
export function finish<T>(steps: Generator<unknown, T, void>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
