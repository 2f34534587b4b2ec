// The grid of ticks: tick `k` ends at `k × dt` after the epoch, UTC.

/** The instant at which a tick of the grid ends, in ms since the epoch. */
export function tickInstantMs(tick: number, dtS: number): number {
  return Math.round(tick * dtS * 1000);
}

/** The last tick of the grid that ends at or before the instant. */
export function tickAt(instantMs: number, dtS: number): number {
  return Math.floor(instantMs / Math.round(dtS * 1000));
}

/** The first tick of the grid that ends at or after the instant: from which a change takes effect. */
export function tickFrom(instantMs: number, dtS: number): number {
  return Math.ceil(instantMs / Math.round(dtS * 1000));
}
