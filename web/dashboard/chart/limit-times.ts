// How long an asset was at each limit.
import type { AtLimitsFragment, PowerLimit } from "../api/operations.ts";

/** Seconds at each limit; a limit that is left out: none. */
export type LimitTimes = Readonly<Partial<Record<PowerLimit, number>>>;

/** A part of time. */
export interface Limited {
  /** Null where the limits are not stored; left out where they are not read, or nothing was reported. */
  readonly atLimitsS?: LimitTimes | null;
}

/** The figure of a step for each limit. */
const FIGURES = {
  RAMP: "limitedByRampS",
  POWER: "limitedByPowerS",
  ENERGY: "limitedByEnergyS",
  SITE: "limitedBySiteS",
} as const satisfies Record<PowerLimit, keyof AtLimitsFragment>;
export const POWER_LIMITS = Object.keys(FIGURES) as readonly PowerLimit[];

/** The times of a step of history. */
export function limitedOfStep(step: AtLimitsFragment): Limited {
  if (step.sampleCount === 0) return {};
  const times: Partial<Record<PowerLimit, number>> = {};
  for (const limit of POWER_LIMITS) {
    const lengthS = step[FIGURES[limit]];
    if (lengthS === null) return { atLimitsS: null };
    times[limit] = lengthS;
  }
  return { atLimitsS: times };
}

/** The times of one tick. */
export function limitedOfTick(limit: PowerLimit | null, tickS: number): Limited {
  return { atLimitsS: limit === null ? {} : { [limit]: tickS } };
}

/** The times of two parts together: not known where one of them is not. */
export function addTimes(a: Limited["atLimitsS"], b: Limited["atLimitsS"]): Limited["atLimitsS"] {
  if (a === undefined || b === undefined) return a === undefined ? b : a;
  if (a === null || b === null) return null;
  const sums = POWER_LIMITS.map((limit) => [limit, (a[limit] ?? 0) + (b[limit] ?? 0)]);
  return Object.fromEntries(sums);
}

/** The times of all parts together. */
interface TotalTimes {
  /** The longest first, without those that are 0. */
  readonly times: readonly { readonly limit: PowerLimit; readonly lengthS: number }[];
  /** Whether the limits of some part are not stored. */
  readonly isPartial: boolean;
}

/** Undefined where no part has limits. */
export function totalTimes(parts: readonly Limited[]): TotalTimes | undefined {
  const byLimit = new Map<PowerLimit, number>();
  let [isRead, isPartial] = [false, false];
  for (const { atLimitsS } of parts) {
    if (atLimitsS === undefined) continue;
    isRead = true;
    if (atLimitsS === null) isPartial = true;
    for (const [limit, lengthS] of Object.entries(atLimitsS ?? {}))
      byLimit.set(limit as PowerLimit, (byLimit.get(limit as PowerLimit) ?? 0) + lengthS);
  }
  if (!isRead) return undefined;
  const times = [...byLimit]
    .filter(([, lengthS]) => lengthS > 0)
    .map(([limit, lengthS]) => ({ limit, lengthS }))
    .sort((a, b) => b.lengthS - a.lengthS);
  return { times, isPartial };
}
