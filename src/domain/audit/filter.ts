// Which records of the audit log to list.
import type { LinkedRecord } from "./chain.ts";
import type { AuditOutcome } from "./record.ts";

/** A field that is undefined chooses any. */
export interface AuditFilter {
  /** The id of the principal. */
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly target?: string | undefined;
  readonly channel?: string | undefined;
  readonly outcome?: AuditOutcome | undefined;
  /** Instants in ms since the epoch: the first one included, the last one excluded. */
  readonly fromMs?: number | undefined;
  readonly untilMs?: number | undefined;
  /** Only records before the one of this number in the chain; undefined: from the newest on. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** The fields of a filter that must be equal to those of a record. */
export const EQUAL_FIELDS = ["actor", "action", "target", "channel", "outcome"] as const;

/** Whether a filter chooses a record. */
export function isChosen(
  { number, record }: LinkedRecord,
  { before = Infinity, fromMs = -Infinity, untilMs = Infinity, ...equal }: AuditFilter,
): boolean {
  return (
    number < before &&
    record.atMs >= fromMs &&
    record.atMs < untilMs &&
    EQUAL_FIELDS.every((field) => (equal[field] ?? record[field]) === record[field])
  );
}
