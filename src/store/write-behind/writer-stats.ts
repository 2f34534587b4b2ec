// What waits on its way to the database, and what became of it. Counts are since the server began.
import type { SpoolStats } from "../spool/spool.ts";

export interface WriterStats extends SpoolStats {
  /** Whether the database could not be written to the last time. */
  readonly degraded: boolean;
  /** Why; undefined where it could. */
  readonly degradedCause: unknown;
  /** The same as half a sentence that may be shown, with what to do; undefined where it is not known. */
  readonly degradedReason: string | undefined;
  /** Frames that are not in the database yet. */
  readonly waitingFrames: number;
  /** Why the spool did not take the last record; undefined where it did. */
  readonly spoolCause: unknown;
  /** Records that wait in memory instead. */
  readonly memoryRecords: number;
  /** Frames, and changes of dispatches, that neither reached the disk nor the database. */
  readonly unspooledFrames: number;
  readonly unspooledChanges: number;
  /** Those of the dropped records that were frames. */
  readonly droppedFrames: number;
  /** Rows of telemetry, and changes of dispatches, that the database refused; and why the last. */
  readonly rejectedRows: number;
  readonly rejectedChanges: number;
  readonly rejectedCause: unknown;
}
