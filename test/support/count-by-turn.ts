// How much is done at most in one turn of the event loop.

export interface TurnCount {
  count(): void;
  /** The most that was counted in one turn. */
  end(): number;
}

export function countByTurn(): TurnCount {
  let [inTurn, most] = [0, 0];
  let next = setImmediate(turn);
  function turn(): void {
    most = Math.max(most, inTurn);
    inTurn = 0;
    next = setImmediate(turn);
  }
  return {
    count: () => void inTurn++,
    end() {
      clearImmediate(next);
      return Math.max(most, inTurn);
    },
  };
}
