import type { Dispatch, DispatchEvent } from "../../domain/dispatch.ts";
import type {
  DispatchChange,
  DispatchStore,
  ListedDispatch,
  NamedRequest,
} from "../../domain/ports/dispatch-store.ts";

/** Events remembered for each dispatch that may be. */
const EVENTS_PER_DISPATCH = 4;

/**
 * Keeps the last `capacity` dispatches, with their events and requests, until the process ends.
 *
 * @param lastEventNumber Events are numbered from the next one on; above those of earlier runs, so that
 *                        theirs are not taken for ours.
 */
export function createMemoryDispatchStore(capacity: number, lastEventNumber = 0): DispatchStore {
  const byId = new Map<string, ListedDispatch>();
  const eventsById = new Map<string, DispatchEvent[]>();
  const requests = new Map<string, { text: string; ids: string[] }>();
  const events: DispatchEvent[] = [];
  let forgottenNumber = lastEventNumber;
  let position = 0;

  function add(dispatch: Dispatch): void {
    byId.set(dispatch.id, { position: ++position, dispatch });
    if (dispatch.requestId !== null) requests.get(dispatch.requestId)?.ids.push(dispatch.id);
    // A Map keeps the order of insertion, so that its first key is the oldest.
    const oldest = byId.size > capacity ? byId.values().next().value : undefined;
    if (oldest === undefined) return;
    byId.delete(oldest.dispatch.id);
    const forgotten = eventsById.get(oldest.dispatch.id)?.at(-1)?.number ?? 0;
    forgottenNumber = Math.max(forgottenNumber, forgotten);
    eventsById.delete(oldest.dispatch.id);
    requests.delete(oldest.dispatch.requestId ?? "");
  }

  function record({ id, progress, event }: DispatchChange): void {
    const listed = byId.get(id);
    if (listed === undefined) return;
    byId.set(id, { ...listed, dispatch: { ...listed.dispatch, ...progress } });
    if (event === null) return;
    eventsById.set(id, [...(eventsById.get(id) ?? []), event]);
    events.push(event);
    if (events.length <= 2 * EVENTS_PER_DISPATCH * capacity) return;
    forgottenNumber = events[events.length / 2 - 1]?.number ?? forgottenNumber;
    events.splice(0, events.length / 2);
  }

  const find = (id: string) => byId.get(id.toLowerCase())?.dispatch;
  return {
    async add(dispatches, named: readonly NamedRequest[]) {
      for (const { id, text } of named) requests.set(id, { text, ids: [] });
      for (const dispatch of dispatches) add(dispatch);
    },
    async record(changes) {
      for (const change of changes) record(change);
    },
    open: async () => ({ dispatches: [], expiredAssetIds: [], lastEventNumber }),
    find: async (id) => find(id),
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
    async request(id) {
      const found = requests.get(id);
      if (found === undefined) return undefined;
      return { text: found.text, dispatches: found.ids.flatMap((it) => find(it) ?? []) };
    },
    eventsOf: async (dispatchId) => eventsById.get(dispatchId.toLowerCase()) ?? [],
    async eventsAfter(number, limit) {
      if (number < forgottenNumber) return undefined;
      const first = events.findIndex((event) => event.number > number);
      if (first === -1) return [];
      return events.slice(first, first + limit).flatMap((event) => {
        const dispatch = find(event.dispatchId);
        return dispatch === undefined ? [] : [{ ...event, dispatch }];
      });
    },
  };
}
