import type { Dispatch } from "../../domain/dispatch.ts";
import type { DispatchStore } from "../../domain/ports/dispatch-store.ts";

/** Keeps the last `capacity` dispatches until the process ends. */
export function createMemoryDispatchStore(capacity: number): DispatchStore {
  const byId = new Map<string, Dispatch>();
  return {
    async add(dispatch) {
      byId.set(dispatch.id, dispatch);
      // A Map keeps the order of insertion, so that its first key is the oldest.
      const oldest = byId.size > capacity ? byId.keys().next().value : undefined;
      if (oldest !== undefined) byId.delete(oldest);
    },
    find: async (id) => byId.get(id.toLowerCase()),
  };
}
