// The feed of changed data points. The number of a change is when it was recorded, in ms: it rises, with gaps.
import { changesOf, type DataPointChange, MOST_CHANGES } from "../../domain/data-point/change.ts";
import type { PointWrite } from "../../domain/data-point/write.ts";
import { isInstant } from "../../domain/data-point/write-rules.ts";
import type { DataPointStore } from "../../domain/ports/data-point-store.ts";
import type { EventFeed, Numbered } from "../recent-events.ts";

/** The changes of one request; or that changes are no longer known, and those after them follow. */
export interface DataPointChanges extends Numbered {
  readonly changes: readonly DataPointChange[];
  /** Whether changes before these are no longer known. */
  readonly isMissed: boolean;
}

export interface ChangeFeed extends EventFeed<DataPointChanges> {
  /** The next page. Where changes are no longer known: that they are missed, and those after that follow. */
  after(number: number): Promise<readonly DataPointChanges[]>;
  /** From now on all changes are announced that are recorded after this instant in ms. */
  begin(lastMs: number): void;
  /** @param previousMs What was recorded before: the store alone has it where it was not announced. */
  announce(recordedMs: number, writes: readonly PointWrite[], previousMs: number): void;
}

/** Changes that are retained. */
const MOST_RETAINED = 50_000;

/** @param mostRetained Changes that are retained at most: older ones are read from the store. */
export function createChangeFeed(
  store: Pick<DataPointStore, "changesAfter">,
  mostRetained = MOST_RETAINED,
): ChangeFeed {
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
    if (retained <= mostRetained) return;
    let count = 0;
    while (retained > mostRetained / 2 && count < recent.length - 1)
      retained -= (recent[count++] as DataPointChanges).changes.length;
    completeAfter = recent[count - 1]?.number ?? completeAfter;
    recent = recent.slice(count);
  }

  function restartAfter(number: number): void {
    [recent, retained] = [[], 0];
    [completeAfter, last] = [number, number];
  }

  /** What was recorded and is not announced yet may be among them: it is announced with the same number. */
  async function readStored(number: number): Promise<readonly DataPointChanges[] | undefined> {
    const recordedMs = Math.floor(number);
    if (!isInstant(recordedMs)) return undefined;
    const page = await store.changesAfter(recordedMs, MOST_CHANGES);
    return page?.map(({ recordedMs, changes }) => eventOf(recordedMs, changes));
  }

  return {
    begin: restartAfter,
    announce(number, writes, previousMs) {
      // An answer that was given before is none that changes something.
      if (number <= last) return;
      // The outcome of a write before may never have been known here.
      if (previousMs > last) restartAfter(previousMs);
      const event = eventOf(number, changesOf(writes));
      last = number;
      recent.push(event);
      retained += event.changes.length;
      forget();
      for (const listener of listeners) listener(event);
    },
    follow(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    after: async (number) =>
      number < completeAfter || number > last
        ? ((await readStored(number)) ?? [missedChanges(last)])
        : recent.slice(placeAfter(number)),
    next: (number) => (number < completeAfter ? undefined : recent[placeAfter(number)]),
    lastNumber: () => last,
  };
}

/** What a client is sent where changes after its cursor are no longer known. */
function missedChanges(lastNumber: number): DataPointChanges {
  // Between two numbers: it is not that of a change.
  return { number: lastNumber + 0.5, changes: [], isMissed: true };
}

function eventOf(number: number, changes: readonly DataPointChange[]): DataPointChanges {
  return { number, changes, isMissed: false };
}
