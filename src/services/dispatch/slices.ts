// Work that takes long, done in slices: between two of them everything else has its turn.
import type { Steps } from "../../domain/base/steps.ts";
import type { Clock } from "../../domain/ports/clock.ts";
import { chooseRank, type WorkTurns } from "../work-turns.ts";

/**
 * What work is for. Of what waits, a decision goes first, then what an accepted request is answered with, then the
 * numbers of refusals and previews.
 */
export type SliceKind = "decision" | "answer" | "numbers";

export interface Slices {
  /**
   * Does the work in turns with the other work of this kind, and resolves with its result.
   *
   * @param owner Its works are done one after the other: much that came at once takes the place of one among the
   *              others. Left out: this work has a place of its own.
   */
  run<T>(kind: SliceKind, steps: Steps<T>, owner?: object): Promise<T>;
}

/** Length of a slice, in ms; a step is not interrupted. */
export const SLICE_MS = 5;

/** After so many steps the works of an owner count as long. */
const SHORT_STEPS = 40;
/** Of long ones so many make steps: what they have in memory is not multiplied by the number of those that wait. */
const LONG_AT_ONCE = 4;
/** Steps of earlier kinds in a row at most, while a later one waits. */
const MOST_IN_A_ROW = 3;

/** Makes one step; true once the work is done. */
type Work = () => boolean;

/** The works of one owner, in the order of the calls. */
interface Line {
  readonly owner: object;
  readonly works: Work[];
  steps: number;
}

/** The lines of one kind. Each makes a step in turn, so that little work is done soon beside much. */
function createLane() {
  const byOwner = new Map<object, Line>();
  const short: Line[] = [];
  const long: Line[] = [];
  let turn = 0;

  /** Makes a step of a line; true once its works are done. */
  function step(line: Line): boolean {
    line.steps++;
    if (line.works[0]?.() === true) line.works.shift();
    return line.works.length === 0 && byOwner.delete(line.owner);
  }

  function advanceShort(): void {
    const line = short.shift() as Line;
    if (!step(line)) (line.steps < SHORT_STEPS ? short : long).push(line);
  }

  function advanceLong(): void {
    const at = turn % Math.min(LONG_AT_ONCE, long.length);
    if (step(long[at] as Line)) long.splice(at, 1);
  }

  return {
    /** Steps of earlier kinds in a row that went before. */
    passedOver: 0,
    isEmpty: () => byOwner.size === 0,
    add(owner: object, work: Work): void {
      const line = byOwner.get(owner) ?? { owner, works: [], steps: 0 };
      line.works.push(work);
      if (byOwner.has(owner)) return;
      byOwner.set(owner, line);
      short.push(line);
    },
    /** Makes one step: of short lines and of long ones by turns. */
    advance(): void {
      turn++;
      if (long.length === 0 || (short.length > 0 && turn % 2 === 0)) advanceShort();
      else advanceLong();
    },
  };
}

export function createSlices(clock: Pick<Clock, "nowMs">, turns: WorkTurns): Slices {
  const lanes = { decision: createLane(), answer: createLane(), numbers: createLane() };
  const inOrder = [lanes.decision, lanes.answer, lanes.numbers];
  let isBusy = false;

  /** Makes one step; false where nothing waits. */
  function advance(): boolean {
    const waiting = inOrder.filter((lane) => !lane.isEmpty());
    const chosen = chooseRank(waiting, MOST_IN_A_ROW);
    chosen?.advance();
    return chosen !== undefined;
  }

  async function serve(): Promise<void> {
    if (isBusy) return;
    isBusy = true;
    while (inOrder.some((lane) => !lane.isEmpty())) {
      await turns.next("begin");
      const untilMs = clock.nowMs() + SLICE_MS;
      while (advance() && clock.nowMs() < untilMs);
    }
    isBusy = false;
  }

  return {
    run: <T>(kind: SliceKind, steps: Steps<T>, owner: object = {}) =>
      new Promise<T>((resolve, reject) => {
        lanes[kind].add(owner, () => {
          try {
            const step = steps.next();
            if (step.done) resolve(step.value);
            return step.done === true;
          } catch (error) {
            reject(error);
            return true;
          }
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
