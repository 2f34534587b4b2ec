// The columns of the table of history, its order, and its CSV.
import { formats } from "../text/format.ts";
import type { Limited } from "./limit-times.ts";
import type { TracePoint } from "./trace-source.ts";

export type HistoryColumn = Exclude<keyof TracePoint, keyof Limited>;

interface ColumnOfHistory {
  readonly column: HistoryColumn;
  readonly title: "time" | "meanPower" | "lowest" | "highest" | "setpoint" | "soc";
  readonly csv: string;
  readonly show: (value: number) => string;
}

export const HISTORY_COLUMNS: readonly ColumnOfHistory[] = [
  { column: "atMs", title: "time", csv: "timestamp", show: (ms) => formats.moment(ms) },
  { column: "meanMw", title: "meanPower", csv: "mean_mw", show: (mw) => formats.signedPower(mw) },
  { column: "minMw", title: "lowest", csv: "min_mw", show: (mw) => formats.signedPower(mw) },
  { column: "maxMw", title: "highest", csv: "max_mw", show: (mw) => formats.signedPower(mw) },
  {
    column: "setpointMw",
    title: "setpoint",
    csv: "setpoint_mw",
    show: (mw) => formats.signedPower(mw),
  },
  { column: "socPct", title: "soc", csv: "soc_pct", show: (pct) => formats.percent(pct) },
];

/** Sorts points by a column; points without a value come last. */
export function sortPoints(
  points: readonly TracePoint[],
  column: HistoryColumn,
  isDescending: boolean,
): readonly TracePoint[] {
  const sign = isDescending ? -1 : 1;
  return points.toSorted(({ [column]: a }, { [column]: b }) => {
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    return sign * (a - b);
  });
}

/** Oldest first, with instants in UTC and a point for the decimals, as every other CSV of the server. */
export function csvOf(points: readonly TracePoint[]): string {
  const head = HISTORY_COLUMNS.map(({ csv }) => csv).join(",");
  const lines = points.map((point) =>
    HISTORY_COLUMNS.map(({ column }) =>
      column === "atMs" ? new Date(point.atMs).toISOString() : (point[column] ?? ""),
    ).join(","),
  );
  return `${[head, ...lines].join("\n")}\n`;
}
