// The columns that models of batteries read and write: one value for each asset of a fleet, by position.

/** What every asset reports of a tick. A frame is one. */
export interface ReportColumns {
  /** Length of the tick in s. */
  readonly dtS: number;
  readonly socMwhr: Float64Array;
  readonly currentMw: Float64Array;
  readonly setpointMw: Float64Array;
  readonly energyInMwhr: Float64Array;
  readonly energyOutMwhr: Float64Array;
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
