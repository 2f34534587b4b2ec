// The feed of changed data points. The number of a change is when it was recorded, in ms: it rises, with gaps.
import type { DataPointSource } from "../../domain/data-point/data-point.ts";
import type { PointWrite } from "../../domain/data-point/write.ts";
import type { EventFeed, Numbered } from "../recent-events.ts";

/** Values of a path that were written or withdrawn. */
export interface DataPointChange {
  readonly path: string;
  readonly source: DataPointSource;
  readonly fromMs: number;
  /** Excluded. */
  readonly untilMs: number;
  readonly author: string;
  readonly knownMs: number;
}

/** The changes of one request. */
export interface DataPointChanges extends Numbered {
  readonly changes: readonly DataPointChange[];
  /** Whether changes before these are no longer known. */
  readonly isMissed: boolean;
}

export interface ChangeFeed extends EventFeed<DataPointChanges> {
  /** From now on all changes are known, at this instant in ms. */
  begin(nowMs: number): void;
  announce(recordedMs: number, writes: readonly PointWrite[]): void;
}

/** Changes that are retained. */
const MOST_RETAINED = 50_000;

export function createChangeFeed(): ChangeFeed {
  let recent: DataPointChanges[] = [];
  let retained = 0;
  const listeners = new Set<(event: DataPointChanges) => void>();
  /** All changes after this are among the recent ones. */
  let completeAfter = 0;
  let last = 0;

  function placeAfter(number: number): number {
    let [low, high] = [0, recent.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((recent[middle] as DataPointChanges).number > number) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  function forget(): void {
    if (retained <= MOST_RETAINED) return;
    let count = 0;
    while (retained > MOST_RETAINED / 2 && count < recent.length - 1)
      retained -= (recent[count++] as DataPointChanges).changes.length;
    completeAfter = recent[count - 1]?.number ?? completeAfter;
    recent = recent.slice(count);
  }

  return {
    begin(nowMs) {
      // A write may be recorded in this very ms.
      completeAfter = nowMs - 1;
      last = nowMs - 1;
    },
    announce(number, writes) {
      // An answer that was given before is none that changes something.
      if (number <= last) return;
      const event = { number, changes: writes.map(changeOf), isMissed: false };
      last = number;
      recent.push(event);
      retained += writes.length;
      forget();
      for (const listener of listeners) listener(event);
    },
    follow(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    after: async (number) =>
      number < completeAfter || number > last ? undefined : recent.slice(placeAfter(number)),
    next: (number) => (number < completeAfter ? undefined : recent[placeAfter(number)]),
    lastNumber: () => last,
  };
}

/** What a client is sent first where changes after its cursor are no longer known. */
export function missedChanges(lastNumber: number): DataPointChanges {
  // Between two numbers: it is not that of a change.
  return { number: lastNumber + 0.5, changes: [], isMissed: true };
}

function changeOf({ path, source, values, withdrawn, author, knownMs }: PointWrite) {
  const fromMs = withdrawn?.fromMs ?? values[0]?.atMs ?? 0;
  const untilMs = withdrawn?.untilMs ?? (values.at(-1)?.atMs ?? 0) + 1;
  return { path, source, fromMs, untilMs, author, knownMs };
}
