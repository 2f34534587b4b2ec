// Cuts the assets of a site where together they would pass what its meter may carry.
import { aimedMw, deliver, LIMIT } from "../domain/battery/battery-law.ts";
import type { FleetTable } from "../domain/fleet/fleet-table.ts";
import type { Frame } from "../domain/telemetry/frame.ts";
import { type LimitColumns, limitsAt } from "./columns.ts";

/** A site with a limit, and room to work in. */
interface LimitedSite {
  readonly maxExportMw: number;
  readonly maxImportMw: number;
  /** Positions of its assets. */
  readonly indexes: Int32Array;
  /** What ramp and rating leave of their setpoints, in MW; written anew where the site cuts. */
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
 * Keeps the net power of each site within its limits, in a frame whose assets have been stepped each by
 * itself. Where too much would leave, those that discharge are cut; where too much would come in, those
 * that charge. All are cut by the same factor of what ramp and rating left them, before their energy is
 * asked; the factor is such that the meter carries its limit, so what those short of energy leave goes
 * to the others.
 *
 * @param last The frame before, from which the assets were stepped.
 * @param next The frame that is being written: the assets that a site cuts are written again.
 */
export function limitSites(
  sites: readonly LimitedSite[],
  limits: LimitColumns,
  last: Frame,
  next: Frame,
): void {
  for (const site of sites) {
    let [outMw, inMw] = [0, 0];
    for (const i of site.indexes) {
      const mw = next.currentMw[i] as number;
      if (mw > 0) outMw += mw;
      else inMw -= mw;
    }
    if (outMw - inMw > site.maxExportMw) cut(site, 1, site.maxExportMw + inMw, limits, last, next);
    else if (inMw - outMw > site.maxImportMw)
      cut(site, -1, site.maxImportMw + outMw, limits, last, next);
  }
}

/** Steps those of a site that go one way again, so that together they deliver `mostMw`. */
function cut(
  site: LimitedSite,
  sign: 1 | -1,
  mostMw: number,
  limits: LimitColumns,
  last: Frame,
  next: Frame,
): void {
  const { indexes, aimMw } = site;
  for (let n = 0; n < indexes.length; n++) {
    const i = indexes[n] as number;
    const [powerMw, setpointMw] = [last.currentMw[i] as number, next.setpointMw[i] as number];
    aimMw[n] = sign * Math.max(0, sign * aimedMw(limitsAt(limits, i), powerMw, setpointMw));
  }
  const ratio = cutRatio(site, sign, mostMw, next.currentMw);
  for (let n = 0; n < indexes.length; n++) {
    if (aimMw[n] === 0) continue;
    const i = indexes[n] as number;
    const mw = (aimMw[n] as number) * ratio;
    const soc = last.socMwhr[i] as number;
    const step = deliver(limitsAt(limits, i), soc, mw, LIMIT.SITE, next.dtS);
    writeStep(last, next, i, step.powerMw, step.socMwhr, step.limit);
  }
}

/**
 * The ratio `r` at which the sum of `min(r × aim, what its energy allows)` is `mostMw`. Each round takes
 * those whose energy ends first out of the sum, which only raises the ratio, until no more are found.
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

/** Writes what an asset did in a tick, and its meters. */
function writeStep(
  last: Frame,
  next: Frame,
  i: number,
  powerMw: number,
  socMwhr: number,
  limit: number,
): void {
  const terminalMwhr = (powerMw * next.dtS) / 3600;
  next.socMwhr[i] = socMwhr;
  next.currentMw[i] = powerMw;
  next.limit[i] = limit;
  next.energyOutMwhr[i] = (last.energyOutMwhr[i] as number) + Math.max(0, terminalMwhr);
  next.energyInMwhr[i] = (last.energyInMwhr[i] as number) + Math.max(0, -terminalMwhr);
}
