// The payload of a record of the spool: the rows of a frame; or changes of dispatches, alarms, and records of the audit log.
import type { Alarm } from "../../domain/alarm/alarm.ts";
import type { DispatchProgress } from "../../domain/dispatch/dispatch.ts";
import type { DispatchChange } from "../../domain/ports/dispatch-store.ts";

/**
 * The first byte of what is no frame, which is JSON. Rows begin with the count of their columns, whose first byte is 0. A spool
 * of an older version is read the same way; an older version that reads ours sets changes aside, because they are no rows.
 */
export const CHANGES_BEGIN = "{".charCodeAt(0);

export interface SpoolContent {
  /** Rows of frames, each of one record. */
  readonly rows: readonly Uint8Array[];
  readonly changes: readonly DispatchChange[];
  readonly alarms: readonly Alarm[];
  /** Texts of records of the audit log. */
  readonly audit: readonly string[];
}

/** What one record holds beside frames: all of it is stored in one transaction. */
export type SpoolChanges = Omit<SpoolContent, "rows">;

/** Changes, alarms and records of the audit log as the payload of one record. */
export function encodeChanges(given: Partial<SpoolChanges>): Uint8Array {
  const filled = Object.entries(given).filter(([, items]) => items.length > 0);
  return Buffer.from(JSON.stringify(Object.fromEntries(filled)));
}

/** Whether a payload that begins with this byte holds no frame. */
export function holdsChanges(firstByte: number | undefined): boolean {
  return firstByte === CHANGES_BEGIN;
}

/** The content of payloads, each kind in its order. */
export function contentOf(payloads: readonly Uint8Array[]): SpoolContent {
  const rows: Uint8Array[] = [];
  const changes: DispatchChange[] = [];
  const alarms: Alarm[] = [];
  const audit: string[] = [];
  for (const payload of payloads)
    if (holdsChanges(payload[0])) {
      const decoded = decode(payload);
      changes.push(...decoded.changes);
      alarms.push(...decoded.alarms);
      audit.push(...decoded.audit);
    } else rows.push(payload);
  return { rows, changes, alarms, audit };
}

function decode(payload: Uint8Array): SpoolChanges {
  const {
    changes = [],
    alarms = [],
    audit = [],
  }: Partial<SpoolContent> = JSON.parse(Buffer.from(payload).toString(), (key, value) =>
    key === "reason" ? presentReason(value) : value,
  );
  const whole = changes.map((it) => ({ ...it, progress: wholeProgress(it.progress) }));
  return { changes: whole, alarms, audit };
}

/** The progress that an older version stored knows nothing of demand: it lacks nothing up to then. */
function wholeProgress(stored: DispatchProgress): DispatchProgress {
  if (stored.demandedMwhr !== undefined) return stored;
  const { deliveredMwhr: demandedMwhr } = stored;
  return { ...stored, heldFromMs: null, heldFromMw: null, demandedMwhr, shortfall: null };
}

/** A stored reason by its present name. Version 0.1 called SERVER_DOWN otherwise. */
function presentReason(reason: unknown): unknown {
  return reason === "AWAY" ? "SERVER_DOWN" : reason;
}
