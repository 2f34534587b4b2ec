// The requests that their clients named, in memory, with the ids of the dispatches that were accepted for each.
import type { Dispatch } from "../../domain/dispatch/dispatch.ts";
import type { NamedRequest } from "../../domain/ports/dispatch-store.ts";
import { createRing } from "./ring.ts";

export interface MemoryDispatchRequests {
  /** Adds requests with their dispatches; of requests without a dispatch the newest are retained. */
  add(named: readonly NamedRequest[], dispatches: readonly Dispatch[]): void;
  find(id: string): { readonly text: string; readonly ids: readonly string[] } | undefined;
  forget(id: string): void;
}

/** @param capacity Requests without a dispatch that are retained. */
export function createMemoryDispatchRequests(capacity: number): MemoryDispatchRequests {
  const requests = new Map<string, { text: string; ids: string[] }>();
  const bareIds = createRing<string>(capacity);
  return {
    add(named, dispatches) {
      const withDispatch = new Set(dispatches.map(({ requestId }) => requestId));
      for (const { id, text } of named) {
        requests.set(id, { text, ids: [] });
        const oldest = withDispatch.has(id) ? undefined : bareIds.add(id);
        if (oldest !== undefined) requests.delete(oldest);
      }
      for (const { id, requestId } of dispatches)
        if (requestId !== null) requests.get(requestId)?.ids.push(id);
    },
    find: (id) => requests.get(id),
    forget: (id) => void requests.delete(id),
  };
}
