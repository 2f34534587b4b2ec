// Changes of dispatches that are announced and may not be kept yet: who reads is never behind what was announced.
import { type Dispatch, type DispatchEvent, withProgress } from "../../domain/dispatch/dispatch.ts";
import type { DispatchChange } from "../../domain/ports/dispatch-store.ts";
import type { AnnouncedEvent } from "./events.ts";

export interface PendingChanges {
  /** Takes in a change before it is announced. @param dispatch As it is after the change. */
  add(change: DispatchChange, dispatch: Dispatch): void;
  /** How many were taken in so far. */
  count(): number;
  /** Drops the first ones of all that were taken in: they are kept. */
  drop(count: number): void;
  /** A dispatch that was read, as it is after its changes. */
  brought(dispatch: Dispatch): Dispatch;
  /** The events of a dispatch, oldest first. */
  eventsOf(dispatchId: string): readonly DispatchEvent[];
  /** Events after the one of this number, oldest first. */
  eventsAfter(number: number): readonly AnnouncedEvent[];
}

interface Pending {
  readonly change: DispatchChange;
  readonly dispatch: Dispatch;
}

/** Only while the store is away do so many wait; reads fail then, and older ones are dropped. */
const MOST = 100_000;

export function createPendingChanges(most = MOST): PendingChanges {
  /** In their order; those before `first` are dropped. */
  let queue: Pending[] = [];
  let first = 0;
  let droppedCount = 0;
  const byId = new Map<string, Pending[]>();

  function dropFirst(): void {
    const { change } = queue[first++] as Pending;
    droppedCount++;
    const own = byId.get(change.id);
    own?.shift();
    if (own?.length === 0) byId.delete(change.id);
    if (first > 1000 && first * 2 > queue.length) [queue, first] = [queue.slice(first), 0];
  }

  return {
    add(change, dispatch) {
      const pending = { change, dispatch };
      queue.push(pending);
      const own = byId.get(change.id);
      if (own === undefined) byId.set(change.id, [pending]);
      else own.push(pending);
      if (queue.length - first > most) dropFirst();
    },
    count: () => droppedCount + queue.length - first,
    drop(count) {
      while (droppedCount < count) dropFirst();
    },
    brought(dispatch) {
      const newest = byId.get(dispatch.id)?.at(-1);
      return newest === undefined ? dispatch : withProgress(dispatch, newest.change.progress);
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

/** Events that were read with those that were pending before: each once, in the order of their numbers. */
export function mergedEvents<T extends DispatchEvent>(
  read: readonly T[],
  pending: readonly T[],
): readonly T[] {
  if (pending.length === 0) return read;
  const numbers = new Set(read.map(({ number }) => number));
  const others = pending.filter(({ number }) => !numbers.has(number));
  return [...read, ...others].sort((a, b) => a.number - b.number);
}
