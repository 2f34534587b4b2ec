// Records that the disk did not take: they wait in memory for the database, as many as there is room for.
import { Fault } from "../../domain/base/fault.ts";
import type { SpoolRecord } from "../spool/spool.ts";

export interface MemoryRecord extends SpoolRecord {
  /** The newest record of the spool that came before it. */
  readonly after: number;
}

export interface MemoryQueue {
  /**
   * Takes in a record; the oldest are dropped where there is no room.
   *
   * @param after The sequence of the newest record of the spool that came before it.
   * @returns Its number, below 0 and below that of every record before it.
   */
  add(payload: Uint8Array, after: number): number;
  /** The oldest records, between two of the spool. @param maxBytes Of payload; one record may have more. */
  oldest(maxBytes: number): readonly SpoolRecord[];
  /** Forgets the oldest, so many. */
  remove(count: number): void;
  /** All that wait. */
  readonly records: readonly MemoryRecord[];
}

/** @param onDrop Is called with each record that is dropped. */
export function createMemoryQueue(
  largestBytes: number,
  onDrop: (record: SpoolRecord) => void,
): MemoryQueue {
  let records: MemoryRecord[] = [];
  let bytes = 0;
  let given = 0;

  function remove(count: number): readonly SpoolRecord[] {
    const removed = records.slice(0, count);
    records = records.slice(count);
    for (const { payload } of removed) bytes -= payload.length;
    return removed;
  }

  return {
    add(payload, after) {
      const sequence = --given;
      records.push({ sequence, payload, after });
      bytes += payload.length;
      while (bytes > largestBytes) for (const dropped of remove(1)) onDrop(dropped);
      return sequence;
    },
    oldest(maxBytes) {
      let sum = 0;
      const end = records.findIndex(({ payload, after }, place) => {
        sum += payload.length;
        return place > 0 && (sum > maxBytes || after !== records[0]?.after);
      });
      return records.slice(0, end < 0 ? records.length : end);
    },
    remove: (count) => void remove(count),
    get records() {
      return records;
    },
  };
}

/** The answer to a caller whose record neither the disk nor the memory could take. */
export function notSpooled(cause: unknown): Fault {
  return new Fault("STORE_UNAVAILABLE", "the disk cannot take it: free some", {
    retryable: true,
    cause,
  });
}
