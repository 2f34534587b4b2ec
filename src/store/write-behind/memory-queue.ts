// A queue in memory for records that the disk did not accept, bounded in bytes.
import { Fault } from "../../domain/base/fault.ts";
import type { SpoolRecord } from "../spool/spool.ts";

export interface MemoryRecord extends SpoolRecord {
  /** The sequence of the newest earlier record of the spool. */
  readonly after: number;
}

export interface MemoryQueue {
  /**
   * Adds a record; the oldest are dropped where there is no space.
   *
   * @param after The sequence of the newest earlier record of the spool.
   * @returns Its number, below 0 and below that of every record before it.
   */
  add(payload: Uint8Array, after: number): number;
  /** The oldest records, between two records of the spool. @param maxBytes Of payload; one record may have more. */
  oldest(maxBytes: number): readonly SpoolRecord[];
  /** Removes this many of the oldest records. */
  remove(count: number): void;
  /** All waiting records. */
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

/** The fault of a record that neither the disk nor the memory accepted. */
export function notSpooled(cause: unknown): Fault {
  return new Fault("STORE_UNAVAILABLE", "the disk cannot take it: free some", {
    retryable: true,
    cause,
  });
}
