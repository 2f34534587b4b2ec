import {
  type Dispatch,
  type DispatchEvent,
  type DispatchProgress,
  isOpen,
  withProgress,
} from "../../domain/dispatch/dispatch.ts";
import type {
  DispatchChange,
  DispatchStore,
  NamedRequest,
} from "../../domain/ports/dispatch-store.ts";
import { createRing } from "./ring.ts";

/** Events remembered for each dispatch that may be. */
const EVENTS_PER_DISPATCH = 4;

/** A dispatch that is remembered. */
interface Entry {
  readonly cursor: number;
  /** As it was added. */
  readonly added: Dispatch;
  /** What became of it: put together with the rest when somebody reads it. */
  progress: DispatchProgress;
  /** As long as it must be: one that grows takes room for sixteen. */
  events: readonly DispatchEvent[];
}

/**
 * Keeps, until the process ends, every dispatch that is open, the `capacity` that were over last, with their events
 * and requests, and as many requests of which no dispatch came. How many are open is bounded by what an asset may
 * have waiting (`TOO_MANY_DISPATCHES`, and one schedule) and by the number of assets.
 *
 * @param lastEventNumber Events are numbered from the next one on; above those of earlier runs, so that
 *                        theirs are not taken for ours.
 */
export function createMemoryDispatchStore(capacity: number, lastEventNumber = 0): DispatchStore {
  const byId = new Map<string, Entry>();
  const closed = createRing<Entry>(capacity);
  const requests = new Map<string, { text: string; ids: string[] }>();
  const bareRequestIds = createRing<string>(capacity);
  const events: DispatchEvent[] = [];
  let forgottenNumber = lastEventNumber;
  let cursor = 0;

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
    const entry = { cursor: ++cursor, added: dispatch, progress: dispatch, events: [] };
    byId.set(dispatch.id, entry);
    if (dispatch.requestId !== null) requests.get(dispatch.requestId)?.ids.push(dispatch.id);
    if (!isOpen(dispatch)) close(entry);
  }

  function close(entry: Entry): void {
    const oldest = closed.add(entry);
    if (oldest !== undefined) forget(oldest);
  }

  /** Keeps requests, and of those without a dispatch the newest. */
  function addRequests(named: readonly NamedRequest[], dispatches: readonly Dispatch[]): void {
    const withDispatch = new Set(dispatches.map(({ requestId }) => requestId));
    for (const { id, text } of named) {
      requests.set(id, { text, ids: [] });
      const oldest = withDispatch.has(id) ? undefined : bareRequestIds.add(id);
      if (oldest !== undefined) requests.delete(oldest);
    }
  }

  function forget({ added: { id, requestId }, events }: Entry): void {
    byId.delete(id);
    requests.delete(requestId ?? "");
    forgottenNumber = Math.max(forgottenNumber, events.at(-1)?.number ?? 0);
  }

  function record({ id, progress, event }: DispatchChange): void {
    const entry = byId.get(id);
    if (entry === undefined) return;
    const wasOpen = isOpen(entry.progress);
    entry.progress = progress;
    if (event !== null) addEvent(entry, event);
    // With its last event: that is dropped with it.
    if (wasOpen && !isOpen(progress)) close(entry);
  }

  function addEvent(entry: Entry, event: DispatchEvent): void {
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
    checkAvailable() {},
    async add(dispatches, named) {
      refuseKnown(dispatches, named);
      addRequests(named, dispatches);
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
          ({ cursor: at, added, progress }) =>
            at < before &&
            (assets?.has(added.assetId) ?? true) &&
            (statuses?.includes(progress.status) ?? true),
        )
        .reverse()
        .slice(0, limit)
        .map((entry) => ({ cursor: entry.cursor, dispatch: dispatchOf(entry) }));
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
