import {
  type Dispatch,
  type DispatchEvent,
  type DispatchProgress,
  withProgress,
} from "../../domain/dispatch.ts";
import type {
  DispatchChange,
  DispatchStore,
  NamedRequest,
} from "../../domain/ports/dispatch-store.ts";

/** Events remembered for each dispatch that may be. */
const EVENTS_PER_DISPATCH = 4;

/** A dispatch that is remembered. */
interface Entry {
  readonly position: number;
  /** As it was added. */
  readonly added: Dispatch;
  /** What became of it: put together with the rest when somebody reads it. */
  progress: DispatchProgress;
  /** As long as it must be: one that grows takes room for sixteen. */
  events: readonly DispatchEvent[];
}

/**
 * Keeps the last `capacity` dispatches, with their events and requests, until the process ends.
 *
 * @param lastEventNumber Events are numbered from the next one on; above those of earlier runs, so that
 *                        theirs are not taken for ours.
 */
export function createMemoryDispatchStore(capacity: number, lastEventNumber = 0): DispatchStore {
  const byId = new Map<string, Entry>();
  /** By position, round and round. The first of a Map takes long to find where many were deleted. */
  const ring: Entry[] = [];
  const requests = new Map<string, { text: string; ids: string[] }>();
  const events: DispatchEvent[] = [];
  let forgottenNumber = lastEventNumber;
  let position = 0;

  /** Newest of this run, or the last of an earlier one. */
  const newestNumber = () => events.at(-1)?.number ?? lastEventNumber;

  function refuseKnown(dispatches: readonly Dispatch[], named: readonly NamedRequest[]): void {
    const known = [
      ...dispatches.filter(({ id }) => byId.has(id)),
      ...named.filter(({ id }) => requests.has(id)),
    ];
    if (known[0] !== undefined) throw new Error(`${known[0].id} is kept already`);
  }

  function add(dispatch: Dispatch): void {
    const entry = { position: ++position, added: dispatch, progress: dispatch, events: [] };
    byId.set(dispatch.id, entry);
    if (dispatch.requestId !== null) requests.get(dispatch.requestId)?.ids.push(dispatch.id);
    const oldest = ring[position % capacity];
    ring[position % capacity] = entry;
    if (oldest !== undefined) forget(oldest);
  }

  function forget({ added: { id, requestId }, events }: Entry): void {
    byId.delete(id);
    requests.delete(requestId ?? "");
    forgottenNumber = Math.max(forgottenNumber, events.at(-1)?.number ?? 0);
  }

  function record({ id, progress, event }: DispatchChange): void {
    const entry = byId.get(id);
    if (entry === undefined) return;
    entry.progress = progress;
    if (event === null) return;
    entry.events = [...entry.events, event];
    events.push(event);
    if (events.length <= 2 * EVENTS_PER_DISPATCH * capacity) return;
    const forgotten = events.splice(0, Math.floor(events.length / 2)).at(-1)?.number ?? 0;
    forgottenNumber = Math.max(forgottenNumber, forgotten);
  }

  const entryOf = (id: string) => byId.get(id.toLowerCase());
  const find = (id: string) => {
    const entry = entryOf(id);
    return entry && dispatchOf(entry);
  };
  return {
    async add(dispatches, named) {
      refuseKnown(dispatches, named);
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
          ({ position: at, added, progress }) =>
            at < before &&
            (assets?.has(added.assetId) ?? true) &&
            (statuses?.includes(progress.status) ?? true),
        )
        .reverse()
        .slice(0, limit)
        .map((entry) => ({ position: entry.position, dispatch: dispatchOf(entry) }));
    },
    async request(id) {
      const found = requests.get(id);
      if (found === undefined) return undefined;
      return { text: found.text, dispatches: found.ids.flatMap((it) => find(it) ?? []) };
    },
    eventsOf: async (dispatchId) => [...(entryOf(dispatchId)?.events ?? [])],
    async eventsAfter(number, limit) {
      if (number < forgottenNumber || number > newestNumber()) return undefined;
      const first = events.findIndex((event) => event.number > number);
      if (first === -1) return [];
      return events.slice(first, first + limit).flatMap((event) => {
        const dispatch = find(event.dispatchId);
        return dispatch === undefined ? [] : [{ ...event, dispatch }];
      });
    },
  };
}

const dispatchOf = ({ added, progress }: Entry): Dispatch => withProgress(added, progress);
