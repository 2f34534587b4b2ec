// Which version of a value is seen: the one that was written last, of those that could be known.
import type { DataPointMode, DataPointSource } from "./data-point.ts";
import type { AsOf, PointVersion } from "./write.ts";

/** Sources of which a mode reads values. */
export const SOURCES_OF: Readonly<Record<DataPointMode, readonly DataPointSource[]>> = {
  original: ["original"],
  override: ["override"],
  merged: ["original", "override"],
};

interface Written {
  readonly knownMs: number;
  readonly recordedMs: number;
}

/** Whether a read sees what was written. */
export function isSeen({ knownMs, recordedMs }: Written, asOf: AsOf): boolean {
  return knownMs <= (asOf.knownMs ?? Infinity) && recordedMs <= (asOf.recordedMs ?? Infinity);
}

/** Whether an override is in force; what does not expire always is. An older one does not return for one that has expired. */
export function isInForce(expiresAtMs: number | null, asOf: AsOf, nowMs: number): boolean {
  return expiresAtMs === null || expiresAtMs > (asOf.knownMs ?? nowMs);
}

type Ordered = Pick<PointVersion, "atMs" | "knownMs"> & { readonly sequence: number };

/** The order of versions in a history: by instant, those that were known last first, then those that were written last. */
export function byInstantAndKnown(a: Ordered, b: Ordered): number {
  return a.atMs - b.atMs || b.knownMs - a.knownMs || b.sequence - a.sequence;
}
