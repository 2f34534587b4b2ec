// What can be wrong with what is kept: it waits, is set aside, or is lost.
import { utcText } from "../../domain/time/instant-text.ts";
import { eventCheck } from "./event-check.ts";
import type { HealthCheck } from "./health.ts";

/** Telemetry, and what happens to dispatches, on their way to the database. Counts are since the server began. */
export interface StoreStatus {
  /** Whether the database could not be written to the last time, and why. */
  readonly degraded: boolean;
  readonly degradedCause: unknown;
  readonly waitingRecords: number;
  readonly waitingBytes: number;
  /** Records that were deleted unread, because the spool was full. */
  readonly droppedRecords: number;
  /** Records that the disk had damaged. */
  readonly lostRecords: number;
  /** Records that the database refused for their content. */
  readonly rejectedRecords: number;
  /** Frames that never reached the disk. */
  readonly unspooledFrames: number;
  /** Samples that lay in the future at the start, and were set aside. */
  readonly aheadSamples: number;
  /** Why minutes are not summed up, or what is too old is not removed. */
  readonly maintenanceFailure: { readonly sinceMs: number; readonly cause: unknown } | undefined;
}

type Counted =
  | "unspooledFrames"
  | "droppedRecords"
  | "lostRecords"
  | "rejectedRecords"
  | "aheadSamples";

const SPOOL_BROKEN = "free space on its disk, or look why it cannot be written to";

export function storeChecks(store: () => StoreStatus | undefined): readonly HealthCheck[] {
  const count = (name: Counted) => () => store()?.[name] ?? 0;
  return [
    {
      code: "STORE_DEGRADED",
      find() {
        const status = store();
        if (!status?.degraded) return undefined;
        return {
          what: "the database cannot be written to",
          advice: `${status.waitingRecords} records wait in the spool until it can, and dispatches are refused meanwhile; start the database, or look why it does not answer`,
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
    eventCheck("STORE_DEGRADED", count("unspooledFrames"), (frames) => ({
      what: `${frames} frames could not be written to the spool and are lost from history`,
      advice: SPOOL_BROKEN,
    })),
    eventCheck("STORE_DEGRADED", count("droppedRecords"), (records) => ({
      what: `the spool is full, and ${records} records were dropped, oldest first`,
      advice: "they are lost from history; start the database, or give the spool more room",
    })),
    eventCheck("STORE_DEGRADED", count("lostRecords"), (records) => ({
      what: `the spool was damaged, and ${records} records are lost from history`,
      advice: "look after the disk that it lies on",
    })),
    eventCheck("CLOCK_AHEAD", count("aheadSamples"), (samples) => ({
      what: `${samples} samples lay in the future at the start, and are set aside in the table telemetry_ahead`,
      advice:
        "the fleet goes on from the newest of them; set the clock of the machine where it is wrong",
    })),
    eventCheck("STORE_DEGRADED", count("rejectedRecords"), (records) => ({
      what: `the database refused ${records} records for their content`,
      advice: "they are kept in the folder spool/rejected, with the reason; look at them there",
    })),
  ];
}
