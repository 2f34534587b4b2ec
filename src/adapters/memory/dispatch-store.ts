import type { DispatchStore, ListedDispatch } from "../../domain/ports/dispatch-store.ts";

/** Keeps the last `capacity` dispatches until the process ends. */
export function createMemoryDispatchStore(capacity: number): DispatchStore {
  const byId = new Map<string, ListedDispatch>();
  let position = 0;
  return {
    async add(dispatch) {
      byId.set(dispatch.id, { position: ++position, dispatch });
      // A Map keeps the order of insertion, so that its first key is the oldest.
      const oldest = byId.size > capacity ? byId.keys().next().value : undefined;
      if (oldest !== undefined) byId.delete(oldest);
      return position;
    },
    find: async (id) => byId.get(id.toLowerCase())?.dispatch,
    async list({ assetIds, statuses, before = Infinity, limit }) {
      const assets = assetIds && new Set(assetIds);
      return [...byId.values()]
        .filter(
          (listed) =>
            listed.position < before &&
            (assets?.has(listed.dispatch.assetId) ?? true) &&
            (statuses?.includes(listed.dispatch.status) ?? true),
        )
        .reverse()
        .slice(0, limit);
    },
  };
}
