// How many dispatches are open, of any status.
import type { DispatchService } from "../../src/services/dispatch/dispatch.ts";

export function openCount({ openCounts }: Pick<DispatchService, "openCounts">): number {
  return [...openCounts().values()].reduce((sum, count) => sum + count, 0);
}
