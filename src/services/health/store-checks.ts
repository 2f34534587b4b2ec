// Checks of the store: records that wait, are set aside, or are lost.
import { utcText } from "../../domain/time/instant-text.ts";
import { type EventLimits, eventCheck } from "./event-check.ts";
import type { HealthCheck } from "./health.ts";

/** Records of telemetry and of dispatches on their way to the database. Counts are since the server began. */
export interface StoreStatus {
  /** Whether the database could not be written to the last time, and why. */
  readonly degraded: boolean;
  readonly degradedCause: unknown;
  /** The same as half a sentence that may be shown, with what to do; undefined where it is not known. */
  readonly degradedReason: string | undefined;
  readonly waitingRecords: number;
  readonly waitingBytes: number;
  /** Why the spool did not take the last record; undefined where it did. */
  readonly spoolCause: unknown;
  /** Records that wait in memory instead. */
  readonly memoryRecords: number;
  /** Frames, and changes of dispatches and alarms, that neither reached the disk nor the database. */
  readonly unspooledFrames: number;
  readonly unspooledChanges: number;
  /** Records that were deleted unread, because the spool was full; and the frames among these records. */
  readonly droppedRecords: number;
  readonly droppedFrames: number;
  /** Damaged records that were found. */
  readonly lostRecords: number;
  /** Times that the end of the spool was cut off, with an unknown number of records. */
  readonly cutSegments: number;
  /** Files of the spool of another database, or with nothing readable, that were moved aside at the start. */
  readonly foreignSegments: number;
  /** Rows of telemetry, and changes of dispatches and alarms, that the database refused for their content; and why the last. */
  readonly rejectedRows: number;
  readonly rejectedChanges: number;
  readonly rejectedCause: unknown;
  /** Records of which a part is stored in a file, because the table of refused rows did not accept it. */
  readonly rejectedRecords: number;
  /** Samples that lay in the future at the start, and were set aside. */
  readonly aheadSamples: number;
  /** How often an asset, a site or the fleet was left out of minutes, because its samples cannot be summed up. */
  readonly refusedSums: number;
  /** Why minutes are not summed up, or what is too old is not removed. */
  readonly maintenanceFailure: { readonly sinceMs: number; readonly cause: unknown } | undefined;
  /** Why records of the audit log are not linked into its chain. */
  readonly auditFailure?: { readonly sinceMs: number; readonly cause: unknown } | undefined;
  /** Records of the audit log that were put in by another. */
  readonly auditPutInRows?: number;
}

type Status = () => StoreStatus | undefined;

export function storeChecks(store: Status, limits: EventLimits): readonly HealthCheck[] {
  return [...waitingChecks(store), ...lossChecks(store, limits), ...asideChecks(store, limits)];
}

/** Faults that last until the database, or the disk, accepts the records. */
function waitingChecks(store: Status): readonly HealthCheck[] {
  return [
    {
      code: "STORE_DEGRADED",
      find() {
        const status = store();
        if (!status?.degraded) return undefined;
        return {
          what: "the database cannot be written to",
          advice: `${status.waitingRecords + status.memoryRecords} records wait until it can, and dispatches are refused meanwhile; ${status.degradedReason ?? "start the database, or look why it does not answer"}`,
          cause: status.degradedCause,
        };
      },
    },
    {
      code: "STORE_DEGRADED",
      find() {
        const failure = store()?.maintenanceFailure;
        if (failure === undefined) return undefined;
        return {
          what: "the maintenance of the database fails",
          advice: `since ${utcText(failure.sinceMs)} minutes are not summed up, and what is too old is not removed, until it succeeds; the log has the cause`,
          cause: failure.cause,
        };
      },
    },
    {
      code: "STORE_DEGRADED",
      find() {
        const failure = store()?.auditFailure;
        if (failure === undefined) return undefined;
        return {
          what: "records of the audit log cannot be linked",
          advice: `since ${utcText(failure.sinceMs)} they are stored without a link, and are not listed; the log has the cause: run mando audit verify`,
          cause: failure.cause,
        };
      },
    },
    {
      code: "STORE_DEGRADED",
      find() {
        const records = store()?.auditPutInRows ?? 0;
        if (records === 0) return undefined;
        return {
          what: `${records} records of the audit log were put in by another`,
          advice:
            "they are not listed; run mando audit verify, and find out who writes to the database",
        };
      },
    },
    {
      code: "STORE_DEGRADED",
      find() {
        const status = store();
        if (status?.spoolCause === undefined) return undefined;
        return {
          what: "the spool cannot be written to",
          advice: `records go to the database out of memory until it can, ${status.memoryRecords} wait there and are lost where the server ends before; free space on the disk of the spool, or look why it cannot be written to`,
          cause: status.spoolCause,
        };
      },
    },
  ];
}

/** Records that are lost. */
function lossChecks(store: Status, limits: EventLimits): readonly HealthCheck[] {
  return [
    eventCheck(
      "STORE_DEGRADED",
      () => store()?.unspooledFrames ?? 0,
      (frames) => ({
        what: `${frames} frames could be written neither to the spool nor to the database`,
        advice:
          "they are lost from history; free space on the disk of the spool, and start the database",
      }),
      limits,
    ),
    eventCheck(
      "STORE_DEGRADED",
      () => store()?.unspooledChanges ?? 0,
      (changes) => ({
        what: `${changes} changes of dispatches and alarms could be written neither to the spool nor to the database`,
        advice:
          "they are lost from history; free space on the disk of the spool, and start the database",
      }),
      limits,
    ),
    eventCheck(
      "STORE_DEGRADED",
      () => store()?.droppedRecords ?? 0,
      (records) => ({
        what: `the spool is full, and ${records} records were dropped, oldest first`,
        advice: "they are lost from history; start the database, or give the spool more room",
      }),
      limits,
    ),
    eventCheck(
      "STORE_DEGRADED",
      () => store()?.lostRecords ?? 0,
      (records) => ({
        what: `the spool was damaged, and ${records} records are lost from history`,
        advice: "check the disk of the spool",
      }),
      limits,
    ),
    eventCheck(
      "STORE_DEGRADED",
      () => store()?.cutSegments ?? 0,
      () => ({
        what: "the end of the spool was cut off, and an unknown number of records is lost from history",
        advice:
          "where the server was killed as it wrote, no acknowledged record is lost; else check the disk of the spool",
      }),
      limits,
    ),
  ];
}

/** Records that are stored elsewhere than where they belong. */
function asideChecks(store: Status, limits: EventLimits): readonly HealthCheck[] {
  return [
    eventCheck(
      "STORE_DEGRADED",
      () => (store()?.rejectedRows ?? 0) + (store()?.rejectedChanges ?? 0),
      (rows) => ({
        what: `the database refused ${rows} rows for their content`,
        advice:
          "they are set aside with the reason, in the table telemetry_rejected or the folder spool/rejected; look at them there",
        cause: store()?.rejectedCause,
      }),
      limits,
    ),
    eventCheck(
      "STORE_DEGRADED",
      () => store()?.foreignSegments ?? 0,
      (files) => ({
        what: `${files} files of the spool were of another database or not readable, and are moved into spool/foreign`,
        advice:
          "what they hold is not written; start with the database that they are for, or delete them",
      }),
      limits,
    ),
    eventCheck(
      "STORE_DEGRADED",
      () => store()?.refusedSums ?? 0,
      (sums) => ({
        what: `${sums} times the minutes of an asset, a site or the fleet were left out, because the database does not sum up its samples`,
        advice: "its samples stay; look for values among them that are hardly numbers",
      }),
      limits,
    ),
    eventCheck(
      "CLOCK_AHEAD",
      () => store()?.aheadSamples ?? 0,
      (samples) => ({
        what: `${samples} samples lay in the future at the start, and are set aside in the table telemetry_ahead`,
        advice:
          "the fleet continues from the newest of them; set the clock of the machine where it is wrong",
      }),
      limits,
    ),
  ];
}
