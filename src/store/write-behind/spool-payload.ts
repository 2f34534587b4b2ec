// The payload of a record of the spool: the rows of a frame, changes of dispatches, or alarms.
import type { Alarm } from "../../domain/alarm/alarm.ts";
import type { DispatchProgress } from "../../domain/dispatch/dispatch.ts";
import type { DispatchChange } from "../../domain/ports/dispatch-store.ts";

/**
 * The first byte of changes and alarms, which are JSON. Rows begin with the count of their columns, whose first byte is 0. A spool
 * of an older version is read the same way; an older version that reads ours sets changes aside, because they are no rows.
 */
export const CHANGES_BEGIN = "{".charCodeAt(0);

export interface SpoolContent {
  /** Rows of frames, each of one record. */
  readonly rows: readonly Uint8Array[];
  readonly changes: readonly DispatchChange[];
  readonly alarms: readonly Alarm[];
}

/** Changes as the payload of one record. */
export function encodeChanges(changes: readonly DispatchChange[]): Uint8Array {
  return Buffer.from(JSON.stringify({ changes }));
}

/** Alarms as the payload of one record. */
export function encodeAlarms(alarms: readonly Alarm[]): Uint8Array {
  return Buffer.from(JSON.stringify({ alarms }));
}

/** Whether a payload that begins with this byte holds changes or alarms. */
export function holdsChanges(firstByte: number | undefined): boolean {
  return firstByte === CHANGES_BEGIN;
}

/** The content of payloads, each kind in its order. */
export function contentOf(payloads: readonly Uint8Array[]): SpoolContent {
  const rows: Uint8Array[] = [];
  const changes: DispatchChange[] = [];
  const alarms: Alarm[] = [];
  for (const payload of payloads)
    if (holdsChanges(payload[0])) {
      const decoded = decode(payload);
      changes.push(...decoded.changes);
      alarms.push(...decoded.alarms);
    } else rows.push(payload);
  return { rows, changes, alarms };
}

function decode(payload: Uint8Array): Pick<SpoolContent, "changes" | "alarms"> {
  const { changes = [], alarms = [] }: Partial<SpoolContent> = JSON.parse(
    Buffer.from(payload).toString(),
    (key, value) => (key === "reason" ? presentReason(value) : value),
  );
  const whole = changes.map((it) => ({ ...it, progress: wholeProgress(it.progress) }));
  return { changes: whole, alarms };
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
