// The columns that models of batteries read and write: one value for each asset of a fleet, by position.

import type { StateColumns } from "../telemetry/columns.ts";

/** What every asset reports of a tick. A frame is one. */
export interface ReportColumns extends StateColumns {
  /** Length of the tick in s. */
  readonly dtS: number;
  /** `LIMIT` of each asset. */
  readonly limit: Uint8Array;
}

/** What one model needs of a fleet: the report, and its own state in the order of its `ownColumns`. */
export interface ModelColumns {
  readonly report: ReportColumns;
  readonly own: readonly Float64Array[];
}

/** Writes what an asset did in a tick, and its meters. */
export function writeReport(
  last: ReportColumns,
  next: ReportColumns,
  index: number,
  powerMw: number,
  socMwhr: number,
  limit: number,
): void {
  const terminalMwhr = (powerMw * next.dtS) / 3600;
  next.socMwhr[index] = socMwhr;
  next.currentMw[index] = powerMw;
  next.limit[index] = limit;
  next.energyOutMwhr[index] = (last.energyOutMwhr[index] as number) + Math.max(0, terminalMwhr);
  next.energyInMwhr[index] = (last.energyInMwhr[index] as number) + Math.max(0, -terminalMwhr);
}
