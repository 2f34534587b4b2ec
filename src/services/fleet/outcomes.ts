// The outcomes of requests to change the fleet, counted.
import type { RefusalCode } from "../../domain/base/codes.ts";
import type { FleetChange, FleetDrafted } from "../../domain/fleet/change.ts";

export type FleetRequestKind = FleetChange["kind"] | "reload";
/** `INVALID`: a file contradicts what came by the API. */
export type FleetOutcome = "accepted" | "INVALID" | RefusalCode;

export interface FleetOutcomes {
  count(kind: FleetRequestKind, outcome: FleetOutcome): void;
  /** Counts each accepted change, or each reason of a refusal. */
  countChanges(changes: readonly FleetChange[], drafted: FleetDrafted): void;
  counts(): ReadonlyMap<FleetRequestKind, ReadonlyMap<FleetOutcome, number>>;
}

export function createFleetOutcomes(): FleetOutcomes {
  const counts = new Map<FleetRequestKind, Map<FleetOutcome, number>>();
  function count(kind: FleetRequestKind, outcome: FleetOutcome): void {
    const ofKind = counts.get(kind) ?? new Map<FleetOutcome, number>();
    counts.set(kind, ofKind.set(outcome, (ofKind.get(outcome) ?? 0) + 1));
  }
  return {
    count,
    countChanges(changes, drafted) {
      if (drafted.accepted) for (const { kind } of changes) count(kind, "accepted");
      else
        for (const { index, code } of drafted.refusals)
          count((changes[index] as FleetChange).kind, code);
    },
    counts: () => counts,
  };
}
