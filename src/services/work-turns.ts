// Turns of the event loop for work that takes some ms: one piece of it in each, however much comes at once. Everything
// that takes less has its turn in between.
import type { Clock } from "../domain/ports/clock.ts";

export interface WorkTurns {
  /**
   * Resolves in a turn in which no other piece of work is done.
   *
   * @param urgency `first`: before the pieces that wait, for what decides and stores; left out: in the order of the calls.
   */
  next(urgency?: "first"): Promise<void>;
}

/** Pieces that go first in a row at most, while others wait: two commits of three pieces each. */
const FIRST_IN_A_ROW = 6;

export function createWorkTurns(clock: Pick<Clock, "turn">): WorkTurns {
  const first: (() => void)[] = [];
  const others: (() => void)[] = [];
  let inARow = 0;
  let isBusy = false;

  function takeOne(): (() => void) | undefined {
    const isOthersTurn = others.length > 0 && (first.length === 0 || inARow >= FIRST_IN_A_ROW);
    inARow = isOthersTurn ? 0 : inARow + 1;
    return isOthersTurn ? others.shift() : first.shift();
  }

  async function serve(): Promise<void> {
    if (isBusy) return;
    isBusy = true;
    while (first.length + others.length > 0) {
      await clock.turn();
      takeOne()?.();
    }
    isBusy = false;
  }

  return {
    next: (urgency) =>
      new Promise((resolve) => {
        (urgency === "first" ? first : others).push(resolve);
        void serve();
      }),
  };
}
