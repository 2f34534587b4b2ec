// What happens in the lives of dispatches, for those who follow it.
import type { Dispatch, DispatchEvent } from "../../domain/dispatch/dispatch.ts";
import type { DispatchStore } from "../../domain/ports/dispatch-store.ts";
import { mergedEvents, type PendingChanges } from "./pending-changes.ts";

/** An event with its dispatch, as that stands when the event is told. */
export interface AnnouncedEvent extends DispatchEvent {
  readonly dispatch: Dispatch;
}

export interface DispatchEvents {
  /** Calls with each new event until the returned function is called. */
  follow(listener: (event: AnnouncedEvent) => void): () => void;
  /**
   * Events after the one of this number, oldest first, page by page; the last page ends with the newest
   * event of that moment. Undefined where they are no longer all known, or none has this number yet.
   */
  after(number: number): Promise<readonly AnnouncedEvent[] | undefined>;
  /** Number of the newest event. */
  lastNumber(): number;
  /** How often dispatches came to each status. */
  counts(): ReadonlyMap<Dispatch["status"], number>;
}

/** Where events come in. */
export interface EventLog extends DispatchEvents {
  /** Goes on counting after this number. */
  begin(lastNumber: number): void;
  /** The number of the next event. */
  nextNumber(): number;
  /** The instant of the next event: not before that of an earlier one, as their numbers rise. */
  notBefore(atMs: number): number;
  emit(event: AnnouncedEvent): void;
}

/** Events that are read of the store at once. */
const PAGE = 1000;
/**
 * More events than a crash can lose that were told and not yet kept: their numbers are not given again, so
 * that nobody takes a new event for one that he has.
 */
const NEVER_LOST = 1_000_000;

/** @param keepCount How many recent events are kept in memory. */
export function createEventLog(
  store: DispatchStore,
  flushed: () => Promise<void>,
  pending: PendingChanges,
  keepCount: number,
): EventLog {
  const recent: AnnouncedEvent[] = [];
  const listeners = new Set<(event: AnnouncedEvent) => void>();
  const counts = new Map<Dispatch["status"], number>();
  let last = 0;
  let given = 0;
  let lastMs = 0;

  return {
    begin(lastNumber) {
      last = lastNumber;
      given = lastNumber + NEVER_LOST;
    },
    nextNumber: () => ++given,
    notBefore: (atMs) => Math.max(atMs, lastMs),
    emit(event) {
      last = event.number;
      lastMs = event.atMs;
      recent.push(event);
      if (recent.length > 2 * keepCount) recent.splice(0, keepCount);
      counts.set(event.to, (counts.get(event.to) ?? 0) + 1);
      for (const listener of listeners) listener(event);
    },
    follow(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async after(number) {
      if (number > last) return undefined;
      const oldest = recent[0]?.number ?? last + 1;
      if (number >= oldest - 1) return recent.slice(number - oldest + 1);
      await flushed();
      // Before the store is read: what is kept meanwhile is in both.
      const waiting = pending.eventsAfter(number);
      const page = await store.eventsAfter(number, PAGE);
      return page && mergedEvents(page, waiting).slice(0, PAGE);
    },
    lastNumber: () => last,
    counts: () => counts,
  };
}
