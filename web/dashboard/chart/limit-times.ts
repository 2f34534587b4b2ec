// How long an asset was at each limit.
import type { PowerLimit } from "../api/operations.ts";
import type { TracePoint } from "./trace-source.ts";

/** Seconds at each limit, the longest first; undefined where some limits are not known. */
export function limitTimes(
  points: readonly TracePoint[],
  tickS: number,
): { readonly limit: PowerLimit; readonly lengthS: number }[] | undefined {
  const byLimit = new Map<PowerLimit, number>();
  for (const { limitedBy, meanMw } of points) {
    if (meanMw === null || limitedBy === null) continue;
    if (limitedBy === undefined) return undefined;
    byLimit.set(limitedBy, (byLimit.get(limitedBy) ?? 0) + tickS);
  }
  return [...byLimit]
    .map(([limit, lengthS]) => ({ limit, lengthS }))
    .sort((a, b) => b.lengthS - a.lengthS);
}
