// Cuts the assets of a site where together they would pass what its meter may carry.
import type { FleetTable } from "../domain/fleet/fleet-table.ts";
import type { FleetModels, FleetState } from "./fleet-models.ts";

/** A site with a limit, and a column to work in. */
interface LimitedSite {
  readonly maxExportMw: number;
  readonly maxImportMw: number;
  /** Positions of its assets. */
  readonly indexes: Int32Array;
  /** What the stages before energy leave of their setpoints, in MW; written anew where the site cuts. */
  readonly aimMw: Float64Array;
}

/** The sites of a fleet that have a limit at their meter. */
export function limitedSites(table: FleetTable): readonly LimitedSite[] {
  return table.sites
    .filter(({ maxExportMw, maxImportMw }) => (maxExportMw ?? maxImportMw) !== undefined)
    .map(({ id, maxExportMw = Infinity, maxImportMw = Infinity }) => {
      const indexes = Int32Array.from(table.indexesOfSite(id));
      return { maxExportMw, maxImportMw, indexes, aimMw: new Float64Array(indexes.length) };
    });
}

/**
 * Keeps the net power of each site within its limits, in a tick in which every asset was stepped by
 * itself. Where too much would leave, the assets that discharge are cut; where too much would come in, those
 * that charge. All are cut by the same factor of what ramp and rating left them, before energy
 * binds; the factor is such that the meter carries its limit, so what assets short of energy leave goes
 * to the others.
 *
 * @param last The fleet before the tick.
 * @param next The fleet after it: the assets that a site cuts are written again.
 */
export function limitSites(
  sites: readonly LimitedSite[],
  models: FleetModels,
  last: FleetState,
  next: FleetState,
): void {
  const { currentMw } = next.frame;
  for (const site of sites) {
    let [outMw, inMw] = [0, 0];
    for (const i of site.indexes) {
      const mw = currentMw[i] as number;
      if (mw > 0) outMw += mw;
      else inMw -= mw;
    }
    if (outMw - inMw > site.maxExportMw) cut(site, 1, site.maxExportMw + inMw, models, last, next);
    else if (inMw - outMw > site.maxImportMw)
      cut(site, -1, site.maxImportMw + outMw, models, last, next);
  }
}

/** Steps the assets of a site that go one way again, so that together they deliver `mostMw`. */
function cut(
  site: LimitedSite,
  sign: 1 | -1,
  mostMw: number,
  models: FleetModels,
  last: FleetState,
  next: FleetState,
): void {
  const { indexes, aimMw } = site;
  for (let n = 0; n < indexes.length; n++)
    aimMw[n] = sign * Math.max(0, sign * models.aimedMw(last, next, indexes[n] as number));
  const ratio = cutRatio(site, sign, mostMw, next.frame.currentMw);
  for (let n = 0; n < indexes.length; n++)
    if (aimMw[n] !== 0)
      models.deliver(last, next, indexes[n] as number, (aimMw[n] as number) * ratio);
}

/**
 * The ratio `r` at which the sum of `min(r × aim, what its energy allows)` is `mostMw`. Each round takes
 * the assets whose energy ends first out of the sum, which only raises the ratio, until no more are found.
 */
function cutRatio(
  { indexes, aimMw }: LimitedSite,
  sign: 1 | -1,
  mostMw: number,
  deliveredMw: Float64Array,
): number {
  let ratio = 0;
  for (let round = 0; round <= indexes.length; round++) {
    let [leftMw, wantedMw] = [mostMw, 0];
    for (let n = 0; n < indexes.length; n++) {
      const wants = sign * (aimMw[n] as number);
      const has = sign * (deliveredMw[indexes[n] as number] as number);
      if (wants === 0) continue;
      if (has < ratio * wants) leftMw -= has;
      else wantedMw += wants;
    }
    const better = wantedMw === 0 ? ratio : Math.max(0, leftMw / wantedMw);
    if (better <= ratio) break;
    ratio = better;
  }
  return ratio;
}
