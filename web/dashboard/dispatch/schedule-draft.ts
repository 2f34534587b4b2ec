// The draft of a schedule, typed or read from CSV, and its intervals.
import type { ScheduleInput } from "../api/operations.ts";
import { formats } from "../text/format.ts";
import { draftOf, type InstantDraft, readInstant } from "../text/instant.ts";
import { fieldText } from "../text/number.ts";
import { words } from "../text/words.ts";
import { type Draft, readPower } from "./draft.ts";
import type { CsvInterval } from "./schedule-csv.ts";

/** One row as typed. */
export interface DraftInterval extends Pick<Draft, "direction" | "power"> {
  /** Identifies the row while it changes. */
  readonly key: number;
  readonly from: InstantDraft;
  readonly until: InstantDraft;
}

export type IntervalErrors = Partial<Record<"from" | "until" | "power", string>>;

export interface ReadInterval {
  /** undefined while a field is wrong. */
  readonly interval: ScheduleInput["intervals"][number] | undefined;
  readonly errors: IntervalErrors;
}

/** The row that the server refused, and why. */
export interface RefusedRow {
  readonly index: number;
  readonly errors: IntervalErrors;
}

const LENGTH_MS = 900_000;

/** A row that begins where the last one ends, or with the next quarter of an hour. */
export function nextInterval(
  rows: readonly DraftInterval[],
  nowMs: number,
  timeZone = formats.timeZone,
): DraftInterval {
  const last = rows.at(-1);
  const end = last && readInstant(last.until, timeZone);
  const fromMs = end && "ms" in end ? end.ms : (Math.floor(nowMs / LENGTH_MS) + 1) * LENGTH_MS;
  return {
    key: rows.reduce((next, { key }) => Math.max(next, key + 1), 0),
    from: draftOf(fromMs, timeZone),
    until: draftOf(fromMs + LENGTH_MS, timeZone),
    direction: last?.direction ?? "discharge",
    power: last?.power ?? "",
  };
}

/** Rows of the intervals of a CSV. */
export function rowsOf(
  intervals: readonly CsvInterval[],
  timeZone = formats.timeZone,
): DraftInterval[] {
  return intervals.map(({ fromMs, untilMs, mw }, key) => ({
    key,
    from: draftOf(fromMs, timeZone),
    until: draftOf(untilMs, timeZone),
    direction: mw < 0 ? "charge" : "discharge",
    power: fieldText(Math.abs(mw)),
  }));
}

/** What was read of rows: a row never changes, and thousands are not read again with each key. */
const known = new WeakMap<DraftInterval, ReadInterval>();

export function readInterval(row: DraftInterval, timeZone = formats.timeZone): ReadInterval {
  let read = known.get(row);
  if (read === undefined) {
    read = freshInterval(row, timeZone);
    known.set(row, read);
  }
  return read;
}

function freshInterval(row: DraftInterval, timeZone: string): ReadInterval {
  const [from, until] = [readInstant(row.from, timeZone), readInstant(row.until, timeZone)];
  const power = readPower(row);
  const isOrdered = "wrong" in from || "wrong" in until || from.ms < until.ms;
  const errors: IntervalErrors = {
    ...("wrong" in from && { from: from.wrong }),
    ...("wrong" in until && { until: until.wrong }),
    ...(!isOrdered && { until: words.schedule.notLater }),
    ...("wrong" in power && { power: power.wrong }),
  };
  if ("wrong" in from || "wrong" in until || "wrong" in power || !isOrdered)
    return { interval: undefined, errors };
  const instant = (ms: number) => new Date(ms).toISOString();
  return { interval: { from: instant(from.ms), until: instant(until.ms), mw: power.mw }, errors };
}
