// The stores of a kernel in memory, with their bounds.
import { createMemoryAlarmStore } from "../adapters/memory/alarm-store.ts";
import { createMemoryAuditStore } from "../adapters/memory/audit-store.ts";
import { createMemoryDispatchStore } from "../adapters/memory/dispatch-store.ts";
import { createMemoryTelemetryStore } from "../adapters/memory/telemetry-store.ts";
import type { AuditRecord } from "../domain/audit/record.ts";
import type { AlarmStore } from "../domain/ports/alarm-store.ts";
import type { Clock } from "../domain/ports/clock.ts";
import type { DispatchStore } from "../domain/ports/dispatch-store.ts";
import type { StoredHistory } from "../services/telemetry/history.ts";
import type { TelemetryService } from "../services/telemetry/telemetry.ts";
import { createDigests } from "../store/audit/digest.ts";

/** Closed dispatches, and cleared alarms, that a memory store retains. */
const RETAINED_DISPATCHES = 20_000;
const RETAINED_ALARMS = 20_000;
const RETAINED_AUDIT = 20_000;
/** More events than happen in a ms. */
const EVENTS_PER_MS = 1_000;

/** What records of the audit log go to, of stores in memory. */
export type AuditSink = (records: readonly AuditRecord[]) => void;

/** The history of the recent frames, each of which is stored at once. */
export function memoryHistory({ recent }: TelemetryService): StoredHistory {
  return {
    store: createMemoryTelemetryStore(recent),
    flush: async () => {},
    waitingFrames: () => 0,
    oldestMs: () => recent()[0]?.timestampMs ?? Infinity,
  };
}

export function createMemoryAudit(clock: Clock) {
  return createMemoryAuditStore({
    ...{ capacity: RETAINED_AUDIT, lastNumber: eventsBefore(clock), digests: createDigests() },
  });
}

export function createMemoryDispatches(clock: Clock, audit: AuditSink): DispatchStore {
  return createMemoryDispatchStore(RETAINED_DISPATCHES, eventsBefore(clock), audit);
}

export function createMemoryAlarms(clock: Clock, audit: AuditSink): AlarmStore {
  return createMemoryAlarmStore(RETAINED_ALARMS, eventsBefore(clock), audit);
}

/** Events are numbered from now on, so that their numbers lie above those of earlier runs. */
function eventsBefore(clock: Clock): number {
  return Math.floor(clock.nowMs()) * EVENTS_PER_MS;
}
