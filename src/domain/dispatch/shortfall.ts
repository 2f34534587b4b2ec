// What a dispatch will not deliver, or did not deliver.
import type { PartForecast } from "../battery/model.ts";
import type { PowerLimit } from "../telemetry/telemetry.ts";
import { tickInstantMs } from "../time/grid.ts";
import type { AssetState } from "./asset-state.ts";
import { batteryOf } from "./plan-forecast.ts";
import type { ProfileSegment } from "./power-profile.ts";

/** Why a dispatch lacks energy, with its meaning. Stable, for programs. */
export const SHORTFALL_REASONS = {
  LIMIT: "The limit cuts it, as decided or as the ticks showed.",
  SITE: "Its site cut a tick.",
  LEASE: "A dispatch lost its lease.",
  CANCEL: "A dispatch was cancelled, or a schedule replaced.",
  ASSET_CHANGED: "An asset, or the site, was changed.",
  SERVER_DOWN: "No tick ran for a while.",
} as const;

export type ShortfallReason = keyof typeof SHORTFALL_REASONS;

/** What an accepted dispatch will not deliver, as far as it is known, or did not deliver once it ended. */
export interface Shortfall {
  /** The start of the first tick in which its power is cut, in ms since the epoch, UTC. */
  readonly fromMs: number;
  /**
   * What it lacks at the terminal over its window, in MWh: what a battery without bounds at a site without limits
   * would deliver along the same setpoints, less what is delivered. The ramp is never missing. null where the
   * dispatch has no end.
   */
  readonly missingMwhr: number | null;
  /** The limit that cuts it first; null where none does, as no tick ran. */
  readonly limitedBy: PowerLimit | null;
  readonly reason: ShortfallReason;
}

/** A decision of an older version has neither a limit nor a reason: energy alone was checked. */
export function shortfallOf(
  stored: Pick<Shortfall, "fromMs" | "missingMwhr"> & Partial<Shortfall>,
): Shortfall {
  const { fromMs, missingMwhr, limitedBy = "energy", reason = "LIMIT" } = stored;
  return { fromMs, missingMwhr, limitedBy, reason };
}

/** As a share of the capacity: less than this is rounding. */
const LEAST_MISSING_RATIO = 1e-9;

/**
 * Energy that rounding may leave missing, in MWh.
 *
 * @param meteredMwhr The sum of both meters of the asset: each tick rounds it once.
 * @param ticks       The ticks over which it is compared.
 */
export function roundingMwhr(capacityMwhr: number, meteredMwhr = 0, ticks = 0): number {
  return LEAST_MISSING_RATIO * capacityMwhr + Number.EPSILON * meteredMwhr * ticks;
}

/**
 * What each dispatch lacks of energy along a profile, to be decided.
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
      limitedBy: "energy",
      reason: "LIMIT",
    });
  }
  const leastMwhr = roundingMwhr(asset.capacityMwhr);
  for (const [id, { missingMwhr }] of shortfalls)
    if (missingMwhr !== null && missingMwhr <= leastMwhr) shortfalls.delete(id);
  return shortfalls;
}
