// Which records of the audit log are shown, and the form of that in the address.
import type { AuditLogQueryVariables, AuditPartsFragment } from "../api/operations.ts";
import type { Params } from "../route/place.ts";

export type AuditRecord = AuditPartsFragment;

/** What the server selects by. A field that is left out selects any. */
export interface AuditFilter {
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly target?: string | undefined;
  readonly channel?: string | undefined;
  readonly outcome?: string | undefined;
  /** In RFC 3339; the first one included, the last one not. */
  readonly from?: string | undefined;
  readonly until?: string | undefined;
}

const EQUAL = ["actor", "action", "target", "channel", "outcome"] as const;
const FIELDS = [...EQUAL, "from", "until"] as const;

/** The filter of an address. */
export function filterOf(params: Params): AuditFilter {
  const filter: Record<string, string> = {};
  for (const field of FIELDS) {
    const value = params[field];
    const isInstant = field === "from" || field === "until";
    if (value !== undefined && !(isInstant && Number.isNaN(Date.parse(value))))
      filter[field] = value;
  }
  return filter;
}

/** No choice, for an address. */
export const NO_FILTER: Readonly<Record<string, undefined>> = Object.fromEntries(
  [...FIELDS, "find"].map((field) => [field, undefined]),
);

export function variablesOf(filter: AuditFilter, after: string | null): AuditLogQueryVariables {
  const { actor, action, target, channel, outcome, from, until } = filter;
  return { actor, action, target, channel, outcome, from, until, after };
}

/** The address of the records as CSV, relative to the server. */
export function csvAddress(filter: AuditFilter): string {
  const query = new URLSearchParams({ format: "csv" });
  for (const field of FIELDS) {
    const value = filter[field];
    if (value !== undefined) query.set(field, value);
  }
  return `audit_logs?${query}`;
}

/** Whether the server would select a record. */
export function isSelected(record: AuditRecord, filter: AuditFilter): boolean {
  const atMs = Date.parse(record.timestamp);
  return (
    EQUAL.every((field) => filter[field] === undefined || record[field] === filter[field]) &&
    (filter.from === undefined || atMs >= Date.parse(filter.from)) &&
    (filter.until === undefined || atMs < Date.parse(filter.until))
  );
}

/** Whether each word of a search is in a record, in its names, or in what it changed. */
export function isFound(record: AuditRecord, names: string, search: string): boolean {
  const text = `${names} ${JSON.stringify(record)}`.toLocaleLowerCase();
  return search
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** Records that were read, newest first, and the cursor of those after them; null: there are none. */
export interface AuditPage {
  readonly records: readonly AuditRecord[];
  readonly next: string | null;
}

/** With a record that was just made. */
export function withRecord(page: AuditPage, record: AuditRecord): AuditPage {
  if (page.records.some(({ id }) => id === record.id)) return page;
  return { ...page, records: [record, ...page.records] };
}

/** With the page after it. */
export function withPage(page: AuditPage, more: AuditPage): AuditPage {
  return { records: eachOnce([...page.records, ...more.records]), next: more.next };
}

/** The newest page, read again: what was read further down stays where the two meet. */
export function withNewest(page: AuditPage | undefined, newest: AuditPage): AuditPage {
  const known = new Set(page?.records.map(({ id }) => id));
  if (page === undefined || !newest.records.some(({ id }) => known.has(id))) return newest;
  return { records: eachOnce([...newest.records, ...page.records]), next: page.next };
}

function eachOnce(records: readonly AuditRecord[]): readonly AuditRecord[] {
  return [...new Map(records.map((record) => [record.id, record])).values()];
}
