// Turns of the event loop for work that takes some ms: one piece of it in each, however much comes at once. Everything
// that takes less has its turn in between.
import type { Clock } from "../domain/ports/clock.ts";

/**
 * What a piece of work is for. Of those that wait, a stop goes first, then one that decides or stores, then one that
 * writes an answer, and one that begins something goes last: so that little is under way, and in memory, at once.
 */
export type WorkStage = "stop" | "commit" | "answer" | "begin";

export interface WorkTurns {
  /** Resolves in a turn in which no other piece of work is done; those of one stage in the order of the calls. */
  next(stage: WorkStage): Promise<void>;
}

/** Pieces of one stage or earlier ones in a row at most, while a later one waits: two commits of three pieces each. */
const MOST_IN_A_ROW = 6;

/** Work of one rank. */
interface Ranked {
  /** Pieces of earlier ranks in a row that went before. */
  passedOver: number;
}

interface Stage extends Ranked {
  readonly waiting: (() => void)[];
}

/**
 * Chooses of the ranks that wait, and counts it: the first one, or one that too many went before.
 *
 * @param waiting The earliest rank first.
 * @param most    Pieces of earlier ranks in a row at most, while a later one waits.
 */
export function chooseRank<R extends Ranked>(waiting: readonly R[], most: number): R | undefined {
  const chosen = waiting.find(({ passedOver }) => passedOver >= most) ?? waiting[0];
  for (const rank of waiting) rank.passedOver++;
  if (chosen !== undefined) chosen.passedOver = 0;
  return chosen;
}

export function createWorkTurns(clock: Pick<Clock, "turn">): WorkTurns {
  const newStage = (): Stage => ({ waiting: [], passedOver: 0 });
  const stages = { stop: newStage(), commit: newStage(), answer: newStage(), begin: newStage() };
  const inOrder = [stages.stop, stages.commit, stages.answer, stages.begin];
  let isBusy = false;

  function takeOne(): (() => void) | undefined {
    const waiting = inOrder.filter((stage) => stage.waiting.length > 0);
    return chooseRank(waiting, MOST_IN_A_ROW)?.waiting.shift();
  }

  async function serve(): Promise<void> {
    if (isBusy) return;
    isBusy = true;
    while (inOrder.some(({ waiting }) => waiting.length > 0)) {
      await clock.turn();
      takeOne()?.();
    }
    isBusy = false;
  }

  return {
    next: (stage) =>
      new Promise((resolve) => {
        stages[stage].waiting.push(resolve);
        void serve();
      }),
  };
}
