// Turns of the event loop for long work of the store: after so much of it, the next one.
import { setImmediate as turn } from "node:timers/promises";

/** Counts what this turn has done. Returns the next turn where it has done enough. */
export type Spend = (cost: number) => Promise<void> | undefined;

/** @param most What one turn may do. */
export function createSpending(most: number): Spend {
  let spent = 0;
  return (cost) => {
    spent += cost;
    if (spent < most) return undefined;
    spent = 0;
    return turn();
  };
}
