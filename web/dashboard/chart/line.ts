// A line of a chart: its points, its name and its look.
import { formats } from "../text/format.ts";

type Values = readonly (number | null)[];

export interface Line {
  /** Identifies it among the lines of a chart, also in the address. What is foreseen of another line may have its key: both are shown and hidden together. */
  readonly key: string;
  readonly label: string;
  /** Its name in a CSV, without the unit; left out: its key. */
  readonly name?: string;
  readonly scale: "mw" | "pct";
  /** A colour of the page by its name. */
  readonly colour: string;
  /** One colour above zero and another one below, with the area between. */
  readonly isSplit?: boolean;
  readonly dash?: readonly number[];
  /** Whether a value holds since the previous point, and does not move there. */
  readonly isStepped?: boolean;
  /** Whether it is what is foreseen, and begins now. */
  readonly isAhead?: boolean;
  /** In the order of time. */
  readonly atMs: readonly number[];
  /** One for each instant; null where there is none. */
  readonly values: Values;
  /** Upper and lower edges of an area, drawn in place of the values. */
  readonly stacked?: { readonly above: Values; readonly below: Values };
}

/** A value of a line with its unit. */
export function figureOf({ scale }: Line, value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  return scale === "mw" ? formats.signedPower(value) : formats.percent(value);
}

/** The value of a line at an instant: of its next point where it is stepped, else of its nearest; undefined beyond its ends. */
export function valueAt(line: Line, ms: number): number | null | undefined {
  const { atMs, values, isStepped } = line;
  const last = atMs.length - 1;
  if (last < 0) return undefined;
  const gapMs = last === 0 ? 0 : ((atMs[last] as number) - (atMs[0] as number)) / last;
  if (ms < (atMs[0] as number) - gapMs || ms > (atMs[last] as number) + gapMs) return undefined;
  const next = Math.min(firstFrom(atMs, ms), last);
  const before = Math.max(next - 1, 0);
  const isNextNearer = (atMs[next] as number) - ms <= ms - (atMs[before] as number);
  return values[isStepped || isNextNearer ? next : before];
}

/** The newest point of a line with a value; undefined where it has none. */
export function newestOf({ atMs, values }: Line): { atMs: number; value: number } | undefined {
  const index = values.findLastIndex((value) => value !== null);
  const value = values[index];
  if (value === null || value === undefined) return undefined;
  return { atMs: atMs[index] as number, value };
}

/** The index of the first instant that is not before another one. */
export function firstFrom(atMs: readonly number[], ms: number): number {
  let [low, high] = [0, atMs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((atMs[middle] as number) < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The lines as one table: each instant of any of them once, with the values of all; null where one has none. */
export function rowsOfLines(lines: readonly Line[]): { atMs: number; values: (number | null)[] }[] {
  const rows = new Map<number, (number | null)[]>();
  lines.forEach(({ atMs, values }, place) => {
    atMs.forEach((ms, index) => {
      let row = rows.get(ms);
      if (row === undefined) {
        row = lines.map(() => null);
        rows.set(ms, row);
      }
      row[place] = values[index] ?? null;
    });
  });
  return [...rows]
    .map(([atMs, values]) => ({ atMs, values }))
    .filter(({ values }) => values.some((value) => value !== null))
    .sort((a, b) => a.atMs - b.atMs);
}
