// Failures of a route: the response and the log entry. Nothing internal is sent.
import { Fault } from "../../domain/base/fault.ts";
import type { Chance } from "../../domain/ports/chance.ts";
import type { Log } from "../../domain/ports/log.ts";
import { type Problem, problem } from "./problem.ts";

interface Failed {
  readonly problem: Problem;
  readonly headers: Record<string, string>;
}

/** Logs an error of a route, and returns its response. */
export type Failures = (
  error: unknown,
  requested: { readonly method: string; readonly path: string },
) => Failed;

export function createFailures(log: Log, chance: Chance): Failures {
  return (error, { method, path }) => {
    if (error instanceof Fault) {
      // Health logs a lasting fault once; a line for each request would bury it.
      if (error.retryable) log.debug({ err: error, path }, error.message);
      else log.warn({ err: error, path }, error.message);
      return { problem: problem(error.code, error.message), headers: {} };
    }
    const requestId = chance.newId();
    log.error({ err: error, requestId, method, path }, "a request failed");
    const detail = `something failed on our side; the log has it under ${requestId}`;
    return { problem: problem("INTERNAL", detail), headers: { "x-request-id": requestId } };
  };
}
