// The events of dispatches: numbered, announced to their followers, and pending until they are stored.
import type { AuditRecord } from "../../domain/audit/record.ts";
import {
  type Dispatch,
  type DispatchEvent,
  progressOf,
  type Rationale,
  withProgress,
  withRationale,
} from "../../domain/dispatch/dispatch.ts";
import { isOpen, type StatusChange } from "../../domain/dispatch/status.ts";
import type { DispatchChange, DispatchStore } from "../../domain/ports/dispatch-store.ts";
import { createRecentEvents, type EventFeed, mergedEvents } from "../recent-events.ts";

/** An event with its dispatch, as it is when the event is announced. */
export interface AnnouncedEvent extends DispatchEvent {
  readonly dispatch: Dispatch;
}

export interface DispatchEvents extends EventFeed<AnnouncedEvent> {
  /** How often dispatches came to each status. */
  counts(): ReadonlyMap<Dispatch["status"], number>;
  /** How often a promise was expected to lack energy and was not any more, and how many dispatches ended short. */
  shortfalls(): Readonly<Record<ShortfallCount, number>>;
}

export type ShortfallCount = "expected" | "averted" | "ended";

export interface EventLog extends DispatchEvents {
  /** Continues the numbers after this one. */
  begin(lastNumber: number): void;
  /** The event of a change: its instant is not before that of an earlier event, as its number is higher. */
  number(change: StatusChange): DispatchEvent;
  /**
   * Announces a change.
   *
   * @param dispatch  As it is after the change.
   * @param event     null: its status and its shortfall stay.
   * @param rationale Why it was accepted as it was, where that is changed.
   */
  announce(dispatch: Dispatch, event: DispatchEvent | null, rationale?: Rationale): void;
  /** Sends what was announced since the last call to the store, with records of the audit log, and settles as the store does. */
  send(audit?: readonly AuditRecord[]): Promise<void>;
  /** Resolves once what was sent before is stored, or the store gave up waiting. */
  flushed(): Promise<void>;
  /** A dispatch that was read from the store, as it is after the changes that are pending. */
  latest(dispatch: Dispatch): Dispatch;
  /** The events of a dispatch, oldest first. */
  ofDispatch(dispatchId: string): Promise<readonly DispatchEvent[]>;
}

/** Events that are read from the store at once. */
const PAGE = 1000;

/**
 * @param keepCount How many recent events are retained in memory.
 * @param onEvent   Is called with each event at once.
 */
export function createEventLog(
  store: DispatchStore,
  keepCount: number,
  onEvent: (event: DispatchEvent) => void = () => {},
): EventLog {
  const pending = createPendingChanges(store);
  const recent = createRecentEvents<AnnouncedEvent>(keepCount);
  const counts = new Map<Dispatch["status"], number>();
  const shortfalls = { expected: 0, averted: 0, ended: 0 };
  let lastMs = 0;

  return {
    begin: recent.begin,
    number({ dispatchId, atMs, from, to, reason, byId }) {
      const number = recent.newNumber();
      return { number, atMs: Math.max(atMs, lastMs), dispatchId, from, to, reason, byId };
    },
    announce(dispatch, event, rationale) {
      const change = { id: dispatch.id, progress: progressOf(dispatch), event };
      pending.add(rationale === undefined ? change : { ...change, rationale }, dispatch);
      const isOver = !isOpen(dispatch) && dispatch.heldFromMwhr === null;
      if (isOver && dispatch.shortfall !== null) shortfalls.ended++;
      if (event === null) return;
      lastMs = event.atMs;
      onEvent(event);
      if (event.reason === "SHORTFALL_EXPECTED") shortfalls.expected++;
      else if (event.reason === "SHORTFALL_AVERTED") shortfalls.averted++;
      else counts.set(event.to, (counts.get(event.to) ?? 0) + 1);
      recent.announce(announcedOf(event, dispatch));
    },
    send: pending.send,
    flushed: pending.flushed,
    latest: pending.latest,
    follow: recent.follow,
    async after(number) {
      if (number > recent.lastNumber()) return undefined;
      const retained = recent.since(number);
      if (retained !== undefined) return retained;
      await pending.flushed();
      // Before the store is read: what is stored meanwhile is in both.
      const waiting = pending.eventsAfter(number);
      const page = await store.eventsAfter(number, PAGE);
      return page && mergedEvents(page, waiting).slice(0, PAGE);
    },
    async ofDispatch(dispatchId) {
      // Before the store is read: what is stored meanwhile is in both.
      const waiting = pending.eventsOf(dispatchId.toLowerCase());
      return mergedEvents(await store.eventsOf(dispatchId), waiting);
    },
    next: recent.next,
    lastNumber: recent.lastNumber,
    counts: () => counts,
    shortfalls: () => shortfalls,
  };
}

/** Each field by its name: an event is made for each interval of a schedule, and to spread one takes ten times as long. */
function announcedOf(event: DispatchEvent, dispatch: Dispatch): AnnouncedEvent {
  return {
    number: event.number,
    atMs: event.atMs,
    dispatchId: event.dispatchId,
    from: event.from,
    to: event.to,
    reason: event.reason,
    byId: event.byId,
    dispatch,
  };
}

/** Changes of dispatches that are announced and may not be stored yet: a read is never behind an announcement. */
export interface PendingChanges extends Pick<EventLog, "send" | "flushed" | "latest"> {
  /** @param dispatch As it is after the change. */
  add(change: DispatchChange, dispatch: Dispatch): void;
  /** The events of a dispatch, oldest first. */
  eventsOf(dispatchId: string): readonly DispatchEvent[];
  /** Events after the one of this number, oldest first. */
  eventsAfter(number: number): readonly AnnouncedEvent[];
}

interface Pending {
  readonly change: DispatchChange;
  readonly dispatch: Dispatch;
}

/** Only while the store is unavailable so many wait; reads fail then, and older ones are dropped. */
const MOST = 100_000;

export function createPendingChanges(store: DispatchStore, most = MOST): PendingChanges {
  /** In their order; the ones before `first` are dropped. */
  let queue: Pending[] = [];
  let first = 0;
  let addedCount = 0;
  let unsent: DispatchChange[] = [];
  const sent = new Set<Promise<void>>();
  const byId = new Map<string, Pending[]>();
  const waiting = () => queue.length - first;

  function dropFirst(): void {
    const { change } = queue[first++] as Pending;
    const own = byId.get(change.id);
    own?.shift();
    if (own?.length === 0) byId.delete(change.id);
    if (first > 1000 && first * 2 > queue.length) [queue, first] = [queue.slice(first), 0];
  }

  return {
    add(change, dispatch) {
      const pending = { change, dispatch };
      addedCount++;
      unsent.push(change);
      queue.push(pending);
      const own = byId.get(change.id);
      if (own === undefined) byId.set(change.id, [pending]);
      else own.push(pending);
      if (waiting() > most) dropFirst();
    },
    send(audit = []) {
      if (unsent.length + audit.length === 0) return Promise.resolve();
      const upTo = addedCount;
      const stored = store.record(unsent, audit);
      unsent = [];
      sent.add(stored);
      const end = () => void sent.delete(stored);
      stored.then(() => {
        end();
        // Changes that were sent before are stored as well, though the call for them may have been rejected.
        while (waiting() > addedCount - upTo) dropFirst();
      }, end);
      return stored;
    },
    async flushed() {
      await Promise.allSettled(sent);
    },
    latest(dispatch) {
      const own = byId.get(dispatch.id) ?? [];
      const newest = own.at(-1)?.change.progress;
      if (newest === undefined) return dispatch;
      const rationale = own.findLast(({ change }) => change.rationale)?.change.rationale;
      return withProgress(rationale ? withRationale(dispatch, rationale) : dispatch, newest);
    },
    eventsOf: (dispatchId) =>
      (byId.get(dispatchId) ?? []).flatMap(({ change }) => change.event ?? []),
    eventsAfter: (number) =>
      queue
        .slice(first)
        .flatMap(({ change: { event }, dispatch }) =>
          event !== null && event.number > number ? [{ ...event, dispatch }] : [],
        ),
  };
}
