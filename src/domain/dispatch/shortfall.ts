// What a dispatch will not deliver.
import type { PartForecast } from "../battery/model.ts";
import { tickInstantMs } from "../time/grid.ts";
import type { AssetState } from "./asset-state.ts";
import { batteryOf } from "./plan-forecast.ts";
import type { ProfileSegment } from "./power-profile.ts";

/** What a dispatch that was accepted will not deliver, as far as it can be known now. */
export interface Shortfall {
  /** The start of the first tick in which its power is cut, in ms since the epoch, UTC. */
  readonly fromMs: number;
  /**
   * What it lacks at the terminal over its window, in MWh: what a battery without bounds would have delivered along
   * the same setpoints, less what is delivered. null where it has no end.
   */
  readonly missingMwhr: number | null;
}

/** As a share of the capacity: less than this is rounding. */
const LEAST_MISSING_RATIO = 1e-9;

/**
 * What each dispatch lacks along a profile.
 *
 * @param found What becomes of its parts, in their order.
 */
export function shortfallsOf(
  state: AssetState,
  profile: readonly ProfileSegment[],
  found: readonly PartForecast[],
): ReadonlyMap<string, Shortfall> {
  const shortfalls = new Map<string, Shortfall>();
  const isCut = ({ id, mw }: ProfileSegment, n: number) =>
    id !== null && mw !== 0 && found[n]?.shortTick != null;
  if (!profile.some(isCut)) return shortfalls;
  const { asset, model, dtS, tick } = state;
  const wantedMwhr = model.demandMwhr(asset, batteryOf(state), profile, dtS);
  for (const [n, part] of profile.entries()) {
    const run = found[n];
    if (part.id === null || run?.shortTick == null || !isCut(part, n)) continue;
    const before = shortfalls.get(part.id);
    const lackMwhr = Math.sign(part.mw) * ((wantedMwhr[n] ?? 0) - run.deliveredMwhr);
    shortfalls.set(part.id, {
      fromMs: before?.fromMs ?? tickInstantMs(tick + run.shortTick, dtS),
      missingMwhr:
        part.ticks === Infinity ? null : Math.max(0, lackMwhr) + (before?.missingMwhr ?? 0),
    });
  }
  const leastMwhr = LEAST_MISSING_RATIO * asset.capacityMwhr;
  for (const [id, { missingMwhr }] of shortfalls)
    if (missingMwhr !== null && missingMwhr <= leastMwhr) shortfalls.delete(id);
  return shortfalls;
}
