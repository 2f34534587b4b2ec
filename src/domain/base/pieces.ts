// Work in pieces, each of a known cost, so that what takes long need not be done at once.

/** Steps that yield what each has cost; the result is returned. */
export type Pieces<T> = Generator<number, T, void>;

/** Counts what a turn of the event loop has done. Returns the next turn where this one has done enough. */
export type Spend = (cost: number) => Promise<void> | undefined;

/** @param most What one turn may do. @param next Resolves in the next turn. */
export function createSpending(most: number, next: () => Promise<void>): Spend {
  let spent = 0;
  return (cost) => {
    spent += cost;
    if (spent < most) return undefined;
    spent = 0;
    return next();
  };
}

/** Does work to its end, in as many turns as it needs. */
export async function inTurns<T>(work: Pieces<T>, spend: Spend): Promise<T> {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    const next = spend(value);
    if (next !== undefined) await next;
  }
}
