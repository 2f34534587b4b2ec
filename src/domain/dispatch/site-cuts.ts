// What the limits of a site leave of a power profile, as far as the setpoints of its assets tell.
import type { ProfilePart } from "../battery/model.ts";
import { type LoadStep, ROUNDING_RATIO, type SiteLoad } from "./site-load.ts";

/** Ticks of one part of a profile with one power that the site leaves. */
export interface SiteCut extends ProfilePart {
  /** The place of the part in the profile. */
  readonly part: number;
  /** Whether the site leaves less than the setpoint. */
  readonly isCut: boolean;
}

/**
 * A profile cut to the limits of a site: where the net of all setpoints passes one, all that go its way keep the same
 * share. It is exact where the others are at their setpoints.
 *
 * @param tick Number on the grid of the tick at whose end the profile begins.
 */
export function withinSite(
  profile: readonly ProfilePart[],
  tick: number,
  site: SiteLoad | undefined,
): readonly SiteCut[] {
  if (site === undefined) return profile.map((it, part) => ({ ...it, part, isCut: false }));
  const cuts: SiteCut[] = [];
  let [from, next] = [tick, 0];
  for (const [part, it] of profile.entries()) {
    for (let left = it.ticks; left > 0; ) {
      while ((site.others[next]?.tick ?? Infinity) <= from) next++;
      const ticks = Math.min(left, (site.others[next]?.tick ?? Infinity) - from);
      const mw = it.mw * leftRatio(it.mw, site, site.others[next - 1]);
      const last = cuts.at(-1);
      if (last?.part === part && last.mw === mw)
        cuts[cuts.length - 1] = { ...last, ticks: last.ticks + ticks };
      else cuts.push({ id: it.id, mw, ticks, part, isCut: mw !== it.mw });
      from += ticks;
      left -= ticks;
    }
  }
  return cuts;
}

/** The share of a setpoint that the site leaves beside the others, in 0..1. */
function leftRatio(mw: number, site: SiteLoad, others: LoadStep | undefined): number {
  const [outMw, inMw] = [others?.outMw ?? 0, others?.inMw ?? 0];
  const [sameMw, againstMw] = mw > 0 ? [outMw, inMw] : [inMw, outMw];
  const mostMw = (mw > 0 ? site.maxExportMw : site.maxImportMw) + againstMw;
  const sumMw = Math.abs(mw) + sameMw;
  return mw === 0 || sumMw <= mostMw * (1 + ROUNDING_RATIO) ? 1 : Math.max(0, mostMw / sumMw);
}
