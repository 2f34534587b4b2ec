import type { Frame } from "../../domain/frame.ts";

/** A frame on its way to one subscriber. */
export interface StreamFrame {
  readonly frame: Frame;
  /** `snapshot`: the whole state, first of all; `tick`: one tick. */
  readonly kind: "snapshot" | "tick";
  /** Frames that this subscriber did not get before this one. */
  readonly missedTicks: number;
}

export interface FrameSource {
  /** What the subscriber pulls from. Returning it ends the source. */
  readonly frames: AsyncIterableIterator<StreamFrame>;
  push(frame: Frame): void;
  end(): void;
}

/**
 * A queue for one subscriber. It begins with the current state. A subscriber that falls more than
 * `queueLimit` frames behind gets the newest one next, and is told how many it missed: what a slow one
 * costs does not grow.
 *
 * @param onEnd Called once, when the subscriber leaves or the source is ended.
 */
export function createFrameSource(
  current: Frame,
  queueLimit: number,
  onEnd: () => void,
): FrameSource {
  type Result = IteratorResult<StreamFrame, undefined>;
  const done: Result = { done: true, value: undefined };
  let queue: StreamFrame[] = [{ frame: current, kind: "snapshot", missedTicks: 0 }];
  let waiting: ((result: Result) => void) | undefined;
  let ended = false;

  function push(frame: Frame): void {
    const next: StreamFrame = { frame, kind: "tick", missedTicks: 0 };
    if (waiting !== undefined) {
      const resolve = waiting;
      waiting = undefined;
      resolve({ done: false, value: next });
    } else if (queue.length < queueLimit) queue.push(next);
    else queue = [conflate(queue, frame)];
  }

  function end(): void {
    if (ended) return;
    ended = true;
    queue = [];
    waiting?.(done);
    waiting = undefined;
    onEnd();
  }

  const frames: AsyncIterableIterator<StreamFrame> = {
    [Symbol.asyncIterator]: () => frames,
    async next() {
      const value = queue.shift();
      if (value !== undefined) return { done: false, value };
      if (ended) return done;
      return new Promise<Result>((resolve) => {
        waiting = resolve;
      });
    },
    async return() {
      end();
      return done;
    },
  };
  return { frames, push, end };
}

/** The newest frame in place of all that wait: a snapshot that was never sent stays one and misses nothing. */
function conflate(queue: readonly StreamFrame[], frame: Frame): StreamFrame {
  if (queue[0]?.kind === "snapshot") return { frame, kind: "snapshot", missedTicks: 0 };
  const missedTicks = queue.reduce((sum, waiting) => sum + waiting.missedTicks + 1, 0);
  return { frame, kind: "tick", missedTicks };
}
