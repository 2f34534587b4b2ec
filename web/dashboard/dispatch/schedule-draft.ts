// The draft of a schedule, typed or read from CSV, and its intervals.

import type { ScheduleInput } from "../api/operations.ts";
import { type Draft, readPower } from "./draft.ts";

/** One row as typed. Times are local, as in a field for date and time. */
export interface DraftInterval extends Pick<Draft, "direction" | "power"> {
  /** Identifies the row while it changes. */
  readonly key: number;
  readonly from: string;
  readonly until: string;
}

const LENGTH_MS = 900_000;
const HEAD = "from,until,mw";

/** A row that begins where the last one ends, or with the next quarter of an hour. */
export function nextInterval(rows: readonly DraftInterval[], nowMs: number): DraftInterval {
  const last = rows.at(-1);
  const lastMs = last === undefined ? Number.NaN : Date.parse(last.until);
  const nextMs = (Math.floor(nowMs / LENGTH_MS) + 1) * LENGTH_MS;
  const fromMs = Number.isNaN(lastMs) ? nextMs : lastMs;
  return {
    key: freeKey(rows),
    from: localTime(fromMs),
    until: localTime(fromMs + LENGTH_MS),
    direction: last?.direction ?? "discharge",
    power: last?.power ?? "",
  };
}

/** The intervals of all rows; undefined while one of them is not valid. */
export function intervalsOf(
  rows: readonly DraftInterval[],
): ScheduleInput["intervals"] | undefined {
  const intervals = rows.flatMap(({ from, until, ...draft }) => {
    const [fromMs, untilMs, power] = [Date.parse(from), Date.parse(until), readPower(draft)];
    if (Number.isNaN(fromMs) || Number.isNaN(untilMs) || "wrong" in power) return [];
    const mw = power.mw;
    return [{ from: new Date(fromMs).toISOString(), until: new Date(untilMs).toISOString(), mw }];
  });
  return intervals.length === rows.length ? intervals : undefined;
}

/** Rows of a CSV as the server accepts it over REST; undefined where it is not valid. */
export function rowsOfCsv(text: string): DraftInterval[] | undefined {
  const [head, ...lines] = text.trim().split(/\r?\n/);
  if (head?.replaceAll(" ", "").toLowerCase() !== HEAD) return undefined;
  const rows = lines.flatMap((line, key) => {
    const [from = "", until = "", mw = ""] = line.split(",").map((cell) => cell.trim());
    const [fromMs, untilMs] = [Date.parse(from), Date.parse(until)];
    if (Number.isNaN(fromMs) || Number.isNaN(untilMs) || mw === "" || Number.isNaN(Number(mw)))
      return [];
    return [
      {
        key,
        from: localTime(fromMs),
        until: localTime(untilMs),
        direction: Number(mw) < 0 ? ("charge" as const) : ("discharge" as const),
        power: String(Math.abs(Number(mw))),
      },
    ];
  });
  return rows.length === lines.length ? rows : undefined;
}

const freeKey = (rows: readonly DraftInterval[]) =>
  rows.reduce((next, { key }) => Math.max(next, key + 1), 0);

function localTime(ms: number): string {
  const offsetMs = new Date(ms).getTimezoneOffset() * 60_000;
  return new Date(ms - offsetMs).toISOString().slice(0, 19);
}
