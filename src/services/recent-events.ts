// The newest events of a service: numbered, announced to their followers, and retained for clients that missed some.

export interface Numbered {
  readonly number: number;
}

/** Numbered events, stored and live. */
export interface EventFeed<E extends Numbered> {
  /** Calls with each new event until the returned function is called. */
  follow(listener: (event: E) => void): () => void;
  /**
   * Events after the one of this number, oldest first, page by page; the last page ends with the newest
   * event of that moment. Undefined where some of them are no longer stored, or no event has this number yet.
   */
  after(number: number): Promise<readonly E[] | undefined>;
  /** The event after the one of this number, where it is among the recent ones. */
  next(number: number): E | undefined;
  /** Number of the newest event. */
  lastNumber(): number;
}

export interface RecentEvents<E extends Numbered> extends Omit<EventFeed<E>, "after"> {
  /** Continues the numbers after this one. */
  begin(lastNumber: number): void;
  /** A number that no event has. */
  newNumber(): number;
  /** Retains an event, and calls the followers. */
  announce(event: E): void;
  /** All events after the one of this number; undefined where they may not all be among the recent ones. */
  since(number: number): readonly E[] | undefined;
}

/**
 * More events than a crash can lose that were announced and not yet stored: their numbers are not given again,
 * so that no client takes a new event for a known one.
 */
const NEVER_LOST = 1_000_000;

/** @param keepCount How many recent events are retained in memory at least. */
export function createRecentEvents<E extends Numbered>(keepCount: number): RecentEvents<E> {
  const recent: E[] = [];
  const listeners = new Set<(event: E) => void>();
  /** All events after the one of this number are among the recent ones. */
  let completeAfter = 0;
  let last = 0;
  let given = 0;

  /** Where the event after the one of this number is among the recent ones, whose numbers follow one another. */
  const placeAfter = (number: number) => Math.max(0, number + 1 - (recent[0]?.number ?? 0));

  return {
    begin(lastNumber) {
      last = lastNumber;
      completeAfter = lastNumber;
      given = lastNumber + NEVER_LOST;
    },
    newNumber: () => ++given,
    announce(event) {
      last = event.number;
      recent.push(event);
      if (recent.length > 2 * keepCount)
        completeAfter = (recent.splice(0, keepCount).at(-1) as E).number;
      for (const listener of listeners) listener(event);
    },
    follow(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    since: (number) => (number < completeAfter ? undefined : recent.slice(placeAfter(number))),
    next: (number) => (number < completeAfter ? undefined : recent[placeAfter(number)]),
    lastNumber: () => last,
  };
}

/** Events that were read with those that were pending before: each once, in the order of their numbers. */
export function mergedEvents<E extends Numbered>(
  read: readonly E[],
  pending: readonly E[],
): readonly E[] {
  if (pending.length === 0) return read;
  const numbers = new Set(read.map(({ number }) => number));
  const others = pending.filter(({ number }) => !numbers.has(number));
  return [...read, ...others].sort((a, b) => a.number - b.number);
}
