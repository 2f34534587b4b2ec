// The columns of the table of history, its order, and its CSV.
import { formats } from "../text/format.ts";
import type { TracePoint } from "./trace.ts";

export type HistoryColumn = keyof TracePoint;

interface ColumnOfHistory {
  readonly column: HistoryColumn;
  readonly title: string;
  readonly csv: string;
  readonly show: (value: number) => string;
}

export const HISTORY_COLUMNS: readonly ColumnOfHistory[] = [
  { column: "atMs", title: "Time", csv: "timestamp", show: formats.moment },
  { column: "meanMw", title: "Mean power", csv: "mean_mw", show: formats.signedPower },
  { column: "minMw", title: "Lowest", csv: "min_mw", show: formats.signedPower },
  { column: "maxMw", title: "Highest", csv: "max_mw", show: formats.signedPower },
  { column: "setpointMw", title: "Setpoint", csv: "setpoint_mw", show: formats.signedPower },
  { column: "socPct", title: "SoC", csv: "soc_pct", show: formats.percent },
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
