// The points of forecasts: of an asset by itself, and of assets that share a site with limits, which are run together.
import type { Steps } from "../../domain/base/steps.ts";
import type { ProfilePart } from "../../domain/battery/model.ts";
import { type ForecastPoint, pointsAlong } from "../../domain/dispatch/asset-forecast.ts";
import type { AssetState } from "../../domain/dispatch/asset-state.ts";
import { type ForecastGrid, pointInstantMs } from "../../domain/dispatch/forecast-range.ts";
import { batteryOf } from "../../domain/dispatch/plan-forecast.ts";
import { unrenewedProfileOf } from "../../domain/dispatch/power-profile.ts";
import type { Site } from "../../domain/fleet/asset.ts";
import { limitNameOf } from "../../domain/telemetry/frame.ts";
import type { PowerLimit } from "../../domain/telemetry/telemetry.ts";
import { type AheadPoint, runAhead } from "../../simulator/run-ahead.ts";

/** An asset that is foreseen, as it is now. */
export interface Foreseen {
  readonly state: AssetState;
  /** The last limit that changed its power in the newest tick; null where none did. */
  readonly limitedBy: PowerLimit | null;
}

/** Setpoints to come, from now on. */
type Profile = readonly ProfilePart[];

/**
 * The points of one asset.
 *
 * @param foreseen All assets of the site in the order of their ids; of a site without limits, the asset alone.
 * @param place    That of the asset among them.
 */
export function* assetPoints(
  site: Site,
  foreseen: readonly Foreseen[],
  place: number,
  grid: ForecastGrid,
): Steps<readonly ForecastPoint[]> {
  const profiles = yield* profilesOf(foreseen);
  const { state, limitedBy } = foreseen[place] as Foreseen;
  const profile = profiles[place] as Profile;
  const first: ForecastPoint = {
    timestampMs: pointInstantMs(grid, 0),
    ...{ mw: state.currentMw, socMwhr: state.socMwhr, limitedBy },
    dispatchId: profile[0]?.id ?? null,
  };
  if (!mayCut(site, foreseen, profiles, grid))
    return [first, ...(yield* pointsAlong(state, profile, grid))];
  const points = [first];
  yield* runAhead(site, aheadOf(foreseen, profiles), grid, (n, ahead) => {
    points.push({
      timestampMs: pointInstantMs(grid, n),
      mw: ahead.meanMw[place] as number,
      socMwhr: ahead.socMwhr[place] as number,
      limitedBy: limitNameOf(ahead.limit[place] as number),
      dispatchId: ahead.idAt(place),
    });
  });
  return points;
}

/** The points of all assets of a site together. */
export function* sitePoints(
  site: Site,
  foreseen: readonly Foreseen[],
  grid: ForecastGrid,
): Steps<readonly ForecastPoint[]> {
  const sums = createSums(grid);
  for (const { state, limitedBy } of foreseen)
    sums.add(0, state.currentMw, state.socMwhr, limitedBy === "site");
  const profiles = yield* profilesOf(foreseen);
  if (mayCut(site, foreseen, profiles, grid))
    yield* runAhead(site, aheadOf(foreseen, profiles), grid, (n, ahead) => addAll(sums, n, ahead));
  else
    for (const [index, { state }] of foreseen.entries()) {
      const points = yield* pointsAlong(state, profiles[index] as Profile, grid);
      for (const [n, { mw, socMwhr }] of points.entries()) sums.add(n + 1, mw, socMwhr, false);
      yield;
    }
  return sums.points();
}

function addAll(sums: Sums, n: number, { meanMw, socMwhr, isCut }: AheadPoint): void {
  for (let i = 0; i < meanMw.length; i++)
    sums.add(n, meanMw[i] as number, socMwhr[i] as number, isCut);
}

type Sums = ReturnType<typeof createSums>;

function createSums(grid: ForecastGrid) {
  const sumMw = new Float64Array(grid.count);
  const sumMwhr = new Float64Array(grid.count);
  const isCut = new Uint8Array(grid.count);
  return {
    add(n: number, mw: number, socMwhr: number, isCutThere: boolean): void {
      sumMw[n] = (sumMw[n] as number) + mw;
      sumMwhr[n] = (sumMwhr[n] as number) + socMwhr;
      if (isCutThere) isCut[n] = 1;
    },
    points: (): readonly ForecastPoint[] =>
      Array.from({ length: grid.count }, (_, n) => ({
        timestampMs: pointInstantMs(grid, n),
        mw: sumMw[n] as number,
        socMwhr: sumMwhr[n] as number,
        limitedBy: isCut[n] === 1 ? "site" : null,
        dispatchId: null,
      })),
  };
}

function* profilesOf(foreseen: readonly Foreseen[]): Steps<readonly Profile[]> {
  const profiles: Profile[] = [];
  for (const { state } of foreseen) {
    profiles.push(yield* unrenewedProfileOf(state.plan, state.tick, state.dtS));
    yield;
  }
  return profiles;
}

/** Whether a site may cut a power before the last point: not where the largest powers of its assets stay within its limits. */
function mayCut(
  { maxExportMw = Infinity, maxImportMw = Infinity }: Site,
  foreseen: readonly Foreseen[],
  profiles: readonly Profile[],
  { stepTicks, count }: ForecastGrid,
): boolean {
  if (maxExportMw === Infinity && maxImportMw === Infinity) return false;
  let [outMw, inMw] = [0, 0];
  for (const [index, { state }] of foreseen.entries()) {
    // A power lies between those of the setpoints, the present one and 0.
    let [highMw, lowMw] = [Math.max(0, state.currentMw), Math.min(0, state.currentMw)];
    let left = stepTicks * (count - 1);
    for (const { mw, ticks } of profiles[index] as Profile) {
      if (left <= 0) break;
      [highMw, lowMw] = [Math.max(highMw, mw), Math.min(lowMw, mw)];
      left -= ticks;
    }
    outMw += highMw;
    inMw -= lowMw;
  }
  return outMw > maxExportMw || inMw > maxImportMw;
}

function aheadOf(foreseen: readonly Foreseen[], profiles: readonly Profile[]) {
  return foreseen.map(({ state }, index) => ({
    asset: state.asset,
    model: state.model,
    battery: batteryOf(state),
    profile: profiles[index] as Profile,
  }));
}
