// The dispatches in memory, until the process ends: the reference version of the port.
import type { AuditRecord } from "../../domain/audit/record.ts";
import {
  type Dispatch,
  type DispatchEvent,
  type DispatchProgress,
  withProgress,
  withRationale,
} from "../../domain/dispatch/dispatch.ts";
import { isOpen } from "../../domain/dispatch/status.ts";
import type {
  DispatchChange,
  DispatchFilter,
  DispatchStore,
  ListedDispatch,
  NamedRequest,
  WindowRange,
} from "../../domain/ports/dispatch-store.ts";
import { createMemoryDispatchEvents } from "./dispatch-events.ts";
import { createMemoryDispatchRequests } from "./dispatch-requests.ts";
import { createRing } from "./ring.ts";

interface Entry {
  readonly cursor: number;
  /** As it was added, with the newest rationale. */
  added: Dispatch;
  /** The newest progress: joined with the rest when the dispatch is read. */
  progress: DispatchProgress;
  /** No longer than needed: a list that grows reserves memory for sixteen events. */
  events: readonly DispatchEvent[];
}

/**
 * Stores every open dispatch, the `capacity` dispatches that ended last, with their events and requests, and as many
 * requests that led to no dispatch. The number of open dispatches is bounded by the limit of each asset
 * (`TOO_MANY_DISPATCHES`, and one schedule) and by the number of assets.
 *
 * @param lastEventNumber Events are numbered from the next number on; it lies above the numbers of earlier runs, so
 *                        that their events are not mistaken for those of this run.
 * @param audit           Is called with the records of the audit log.
 */
export function createMemoryDispatchStore(
  capacity: number,
  lastEventNumber = 0,
  audit: (records: readonly AuditRecord[]) => void = () => {},
): DispatchStore {
  const byId = new Map<string, Entry>();
  const closed = createRing<Entry>(capacity);
  const requests = createMemoryDispatchRequests(capacity);
  const events = createMemoryDispatchEvents(capacity, lastEventNumber);
  let cursor = 0;

  function refuseStored(dispatches: readonly Dispatch[], named: readonly NamedRequest[]): void {
    const stored =
      dispatches.find(({ id }) => byId.has(id)) ?? named.find(({ id }) => requests.find(id));
    if (stored !== undefined) throw new Error(`${stored.id} is stored already`);
  }

  function close(entry: Entry): void {
    const oldest = closed.add(entry);
    if (oldest === undefined) return;
    const { added } = oldest;
    byId.delete(added.id);
    requests.forget(added.requestId ?? "");
    events.forget(oldest.events.at(-1)?.number ?? 0);
  }

  function record({ id, progress, event, rationale }: DispatchChange): void {
    const entry = byId.get(id);
    if (entry === undefined) return;
    const wasOpen = isOpen(entry.progress);
    entry.progress = progress;
    if (rationale !== undefined) entry.added = withRationale(entry.added, rationale);
    if (event !== null) {
      entry.events = [...entry.events, event];
      events.add(event);
    }
    // After its last event, which is dropped with it.
    if (wasOpen && !isOpen(progress)) close(entry);
  }

  const find = (id: string) => {
    const entry = byId.get(id.toLowerCase());
    return entry && dispatchOf(entry);
  };
  return {
    checkAvailable() {},
    async add(dispatches, named, records = []) {
      refuseStored(dispatches, named);
      requests.add(named, dispatches);
      for (const dispatch of dispatches) {
        const entry = { cursor: ++cursor, added: dispatch, progress: dispatch, events: [] };
        byId.set(dispatch.id, entry);
        if (!isOpen(dispatch)) close(entry);
      }
      audit(records);
    },
    async record(changes, records = []) {
      for (const change of changes) record(change);
      audit(records);
    },
    open: async () => ({
      ...{ dispatches: [], unannouncedIds: [], expiredAssetIds: [], lastEventNumber },
    }),
    find: async (id) => find(id),
    list: async (filter) => listed([...byId.values()], filter),
    windows: async (assetId, range) => windowsOf([...byId.values()], assetId, range),
    async request(id) {
      const found = requests.find(id);
      return found && { text: found.text, dispatches: found.ids.flatMap((it) => find(it) ?? []) };
    },
    eventsOf: async (dispatchId) => [...(byId.get(dispatchId.toLowerCase())?.events ?? [])],
    eventsAfter: async (number, limit) =>
      events.after(number, limit)?.flatMap((event) => {
        const dispatch = find(event.dispatchId);
        return dispatch === undefined ? [] : [{ ...event, dispatch }];
      }),
  };
}

function listed(
  entries: readonly Entry[],
  { assetIds, statuses, before = Infinity, limit }: DispatchFilter,
) {
  const assets = assetIds && new Set(assetIds);
  return entries
    .filter(
      ({ cursor, added, progress }) =>
        cursor < before &&
        (assets?.has(added.assetId) ?? true) &&
        (statuses?.includes(progress.status) ?? true),
    )
    .reverse()
    .slice(0, limit)
    .map((entry) => ({ cursor: entry.cursor, dispatch: dispatchOf(entry) }));
}

function windowsOf(
  entries: readonly Entry[],
  assetId: string,
  { fromMs, untilMs, knownMs, after, limit }: WindowRange,
): readonly ListedDispatch[] {
  const isAfter = (startMs: number, cursor: number) =>
    after === undefined ||
    startMs > after.startMs ||
    (startMs === after.startMs && cursor > after.cursor);
  return entries
    .filter(({ cursor, added, progress }) => {
      const { startMs, submittedAtMs } = added;
      if (submittedAtMs > knownMs) return false;
      const endedMs = progress.endedAtMs ?? Infinity;
      const endMs = Math.min(added.endMs ?? Infinity, endedMs <= knownMs ? endedMs : Infinity);
      const isWithin = startMs < untilMs && endMs >= fromMs && endMs > startMs;
      return added.assetId === assetId && isWithin && isAfter(startMs, cursor);
    })
    .sort((a, b) => a.added.startMs - b.added.startMs || a.cursor - b.cursor)
    .slice(0, limit)
    .map((entry) => ({ cursor: entry.cursor, dispatch: dispatchOf(entry) }));
}

const dispatchOf = ({ added, progress }: Entry): Dispatch => withProgress(added, progress);
