// The limit on open connections: WebSockets and event streams together.
import type { Limits } from "../transport/limits.ts";
import { type Problem, problem } from "../transport/problem.ts";

export interface ConnectionLimit {
  /** Refuses another connection; undefined where the limit is not reached. */
  refuse(): Problem | undefined;
  /** Counts a connection. @returns A function that releases it; a second call does nothing. */
  take(): () => void;
  readonly taken: () => number;
}

/** @param limits Read for each connection. */
export function createConnectionLimit(limits: Pick<Limits, "maxSockets">): ConnectionLimit {
  let taken = 0;
  return {
    refuse() {
      const { maxSockets: most } = limits;
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
