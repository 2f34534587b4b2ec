// Statistics of the writer: waiting, written and lost records. Counts are since the start of the server.
import type { SpoolStats } from "../spool/spool.ts";

export interface WriterStats extends SpoolStats {
  /** Whether the database could not be written to the last time. */
  readonly degraded: boolean;
  /** The cause; undefined where it could. */
  readonly degradedCause: unknown;
  /** The cause as a phrase that may be shown, with the remedy; undefined where it is unknown. */
  readonly degradedReason: string | undefined;
  /** Frames that are not in the database yet. */
  readonly waitingFrames: number;
  /** Why the spool did not accept the last record; undefined where it did. */
  readonly spoolCause: unknown;
  /** Records that wait in memory instead. */
  readonly memoryRecords: number;
  /** Frames, and changes of dispatches and alarms, that neither reached the disk nor the database. */
  readonly unspooledFrames: number;
  readonly unspooledChanges: number;
  /** Dropped records that were frames. */
  readonly droppedFrames: number;
  /** Rows of telemetry, and changes of dispatches and alarms, that the database refused; and the cause of the last refusal. */
  readonly rejectedRows: number;
  readonly rejectedChanges: number;
  readonly rejectedCause: unknown;
}
