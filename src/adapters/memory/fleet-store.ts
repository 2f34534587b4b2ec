// A fleet that is stored nowhere.
import type { FleetStore } from "../../domain/ports/fleet-store.ts";

/** Stores nothing: while the process runs, the fleet service has the whole fleet in memory. */
export function createMemoryFleetStore(): FleetStore {
  return {
    put: async () => {},
    prune: async () => {},
    statesOf: async () => new Map(),
  };
}
