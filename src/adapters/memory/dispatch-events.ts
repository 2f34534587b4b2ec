// The events of dispatches in memory, a bounded number of them, in the order of their numbers.
import type { DispatchEvent } from "../../domain/dispatch/dispatch.ts";

/** Events that are retained for each dispatch of the capacity. */
const EVENTS_PER_DISPATCH = 4;

export interface MemoryDispatchEvents {
  add(event: DispatchEvent): void;
  /** Notes that the event of this number was dropped with its dispatch. */
  forget(number: number): void;
  /** The events after the one of this number, oldest first; undefined where one of them was dropped. */
  after(number: number, limit: number): readonly DispatchEvent[] | undefined;
}

/** @param lastNumber The number of the last event of an earlier run. */
export function createMemoryDispatchEvents(
  capacity: number,
  lastNumber: number,
): MemoryDispatchEvents {
  const events: DispatchEvent[] = [];
  let forgottenNumber = lastNumber;
  const newestNumber = () => events.at(-1)?.number ?? lastNumber;

  function forget(number: number): void {
    forgottenNumber = Math.max(forgottenNumber, number);
  }

  return {
    add(event) {
      events.push(event);
      if (events.length <= 2 * EVENTS_PER_DISPATCH * capacity) return;
      forget(events.splice(0, Math.floor(events.length / 2)).at(-1)?.number ?? 0);
    },
    forget,
    after(number, limit) {
      if (number < forgottenNumber || number > newestNumber()) return undefined;
      const first = events.findIndex((event) => event.number > number);
      return first === -1 ? [] : events.slice(first, first + limit);
    },
  };
}
