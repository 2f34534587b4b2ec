// How many connections may stay open: WebSockets and event streams together.
import { type Problem, problem } from "../transport/problem.ts";

export interface ConnectionLimit {
  /** Why there is none left; undefined where there is one. */
  refuse(): Problem | undefined;
  /** Takes one. @returns What gives it back; a second call does nothing. */
  take(): () => void;
  readonly taken: () => number;
}

export function createConnectionLimit(most: number): ConnectionLimit {
  let taken = 0;
  return {
    refuse() {
      if (taken < most) return undefined;
      return problem(
        "TOO_MANY_SOCKETS",
        `${most} WebSockets and event streams are open, and no more may be: try again later`,
      );
    },
    take() {
      let isTaken = true;
      taken++;
      return () => {
        if (isTaken) taken--;
        isTaken = false;
      };
    },
    taken: () => taken,
  };
}
