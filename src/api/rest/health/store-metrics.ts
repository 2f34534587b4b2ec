// Metrics of the store and of its spool.
import type { StoreStatus } from "../../../services/health/store-checks.ts";
import type { Services } from "../../transport/services.ts";
import type { Meters } from "./meters.ts";

/** Counters of the store by their field in its status. */
const COUNTERS: readonly (readonly [field: keyof StoreStatus, name: string, help: string])[] = [
  [
    "droppedRecords",
    "spool_dropped_records",
    "Records dropped, oldest first, because the spool was full.",
  ],
  ["droppedFrames", "spool_dropped_frames", "Those of them that were frames."],
  [
    "lostRecords",
    "spool_lost_records",
    "Records that the disk had damaged, as far as they are known.",
  ],
  [
    "cutSegments",
    "spool_cut_segments",
    "Times that the end of the spool was cut off, with an unknown number of records.",
  ],
  [
    "unspooledFrames",
    "spool_unspooled_frames",
    "Frames that reached neither the disk nor the database.",
  ],
  [
    "unspooledChanges",
    "spool_unspooled_changes",
    "Changes of dispatches and alarms that reached neither.",
  ],
  [
    "rejectedRecords",
    "spool_rejected_records",
    "Records of which the database refused a part that is kept in a file.",
  ],
  [
    "rejectedRows",
    "store_rejected_rows",
    "Rows of telemetry that the database refused for their content.",
  ],
  [
    "refusedSums",
    "store_refused_sums",
    "Times that minutes were left out, because the database does not sum up samples.",
  ],
  [
    "foreignSegments",
    "spool_foreign_segments",
    "Files of the spool of another database, or not readable, that were moved aside.",
  ],
  [
    "rejectedChanges",
    "store_rejected_changes",
    "Changes of dispatches and alarms that it refused likewise.",
  ],
];

export function meterStore(
  { counter, gauge, gauges }: Meters,
  { writerStats, storeUsage, audit }: Pick<Services, "writerStats" | "storeUsage" | "audit">,
): void {
  const stored = (field: keyof StoreStatus) => Number(writerStats()?.[field] ?? 0);
  gauge("mando_store_degraded", "1 while the database is unavailable.", () => stored("degraded"));
  gauge(
    "mando_store_maintenance_failed",
    "1 while minutes are not summed up, or old samples are not removed.",
    () => Number(writerStats()?.maintenanceFailure !== undefined),
  );
  gauge(
    "mando_spool_records",
    "Records that wait for the database: frames, and events of dispatches and alarms.",
    () => stored("waitingRecords"),
  );
  gauge("mando_spool_bytes", "Bytes that wait for the database.", () => stored("waitingBytes"));
  for (const [field, name, help] of COUNTERS)
    counter(`mando_${name}_total`, help, () => stored(field));
  gauge(
    "mando_spool_memory_records",
    "Records that wait in memory, because the disk does not accept them.",
    () => stored("memoryRecords"),
  );
  counter(
    "mando_store_ahead_samples_total",
    "Samples that lay in the future at the start, and were set aside in telemetry_ahead.",
    () => stored("aheadSamples"),
  );
  gauge(
    "mando_audit_head_number",
    "Number of the newest link of the audit log.",
    () => audit.head().number,
  );
  gauges("mando_audit_head_info", "The hash of that link.", ["hash"], () => [
    [{ hash: audit.head().hash }, 1],
  ]);
  gauge("mando_audit_waiting_rows", "Records of the audit log that wait for their link.", () =>
    audit.waitingRows(),
  );
  gauge(
    "mando_audit_put_in_rows",
    "Records of the audit log that were put in by another, as far as the server knows.",
    () => stored("auditPutInRows"),
  );
  gauges("mando_store_bytes", "Bytes of a table on disk, measured once a minute.", ["table"], () =>
    Object.entries(storeUsage()?.bytes ?? {}).map(([table, bytes]) => [{ table }, bytes] as const),
  );
  gauge(
    "mando_store_raw_from_timestamp_seconds",
    "Samples before this instant were removed for their age or number; 0 where none was.",
    () => Math.max(0, (storeUsage()?.rawFromMs ?? 0) / 1000),
  );
}
