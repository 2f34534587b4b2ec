// The records that a full spool deleted unread: counted, and logged once per period in which it is full.
import type { Log } from "../../domain/ports/log.ts";
import type { Entry } from "./scan.ts";

export interface Drops {
  add(dropped: readonly Entry[]): void;
  /** Ends a period in which records were dropped, once the spool is empty. */
  end(): void;
  /** Whether records were dropped since the spool was last empty. */
  isDropping(): boolean;
  /** How many records were dropped. */
  count(): number;
  /** The same by the first byte of the payload. */
  readonly byFirstByte: ReadonlyMap<number | undefined, number>;
}

export function createDrops(directory: string, maxBytes: number, log: Log): Drops {
  let count = 0;
  /** The count when the present period began. */
  let countBefore: number | undefined;
  const byFirstByte = new Map<number | undefined, number>();
  return {
    add(dropped) {
      if (countBefore === undefined)
        log.error({ directory, maxBytes }, "the spool is full: the oldest telemetry is dropped");
      countBefore ??= count;
      count += dropped.length;
      for (const { firstByte } of dropped)
        byFirstByte.set(firstByte, (byFirstByte.get(firstByte) ?? 0) + 1);
    },
    end() {
      const droppedRecords = count - (countBefore ?? count);
      countBefore = undefined;
      log.info({ directory, droppedRecords }, "the spool is drained: nothing is dropped");
    },
    isDropping: () => countBefore !== undefined,
    count: () => count,
    byFirstByte,
  };
}
