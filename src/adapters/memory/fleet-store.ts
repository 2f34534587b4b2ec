import type { FleetStore } from "../../domain/ports/fleet-store.ts";

/** Keeps nothing beyond the process: while that lives, whoever runs the fleet has it. */
export function createMemoryFleetStore(): FleetStore {
  return {
    put: async () => {},
    prune: async () => {},
    statesOf: async () => new Map(),
  };
}
