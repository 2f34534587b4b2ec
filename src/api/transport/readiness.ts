// The refusal of what needs the fleet while it does not run.
import { type Problem, problem } from "./problem.ts";
import type { Services } from "./services.ts";

/** Refuses a request that needs the fleet while the server starts, stands by, or stops. */
export function refuseUnready({ isReady }: Pick<Services, "isReady">): Problem | undefined {
  if (isReady()) return undefined;
  return problem(
    "NOT_READY",
    "the fleet does not run here now: the server starts, stands by, or stops",
  );
}
