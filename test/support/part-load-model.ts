// A second battery model for tests, unlike the linear one: losses grow with the square of the power and begin with a
// share of the rating, stored energy does not land on a bound in every case, and forecasts take steps of 60 s.
import { type ModelColumns, writeReport } from "../../src/domain/battery/columns.ts";
import { LIMIT, type Limit } from "../../src/domain/battery/limit.ts";
import type {
  BatteryModel,
  BatteryState,
  Forecast,
  IsKnown,
  PartForecast,
  ProfilePart,
} from "../../src/domain/battery/model.ts";
import type { Asset } from "../../src/domain/fleet/asset.ts";

/**
 * Losses as shares of the rating: `P0 + K × p²`, where `p` is the power as a share of the rating.
 *
 * @source Notton 2010, doi:10.1016/j.renene.2009.07.013, type 1.
 */
const P0 = 0.0145;
const K = 0.0437;

/** Length of a step of a forecast in s, at least one tick. */
const STEP_S = 60;

/** Of a sum of stored energy: each tick rounds it once. */
const ROUNDING = 4 * Number.EPSILON;

const ratingMwOf = ({ minMw, maxMw }: Asset) => Math.max(maxMw, -minMw);

/** A power nearer to 0, as a share of the rating, is what rounding leaves of a ramp to 0. */
const STANDBY = 1e-9;

/** Losses at a terminal power, in MW; 0 at standby. Charging loses no more than it takes. */
export function lossMw(asset: Asset, mw: number): number {
  const ratingMw = ratingMwOf(asset);
  if (Math.abs(mw) < STANDBY * ratingMw) return 0;
  const wholeMw = ratingMw * (P0 + K * (mw / ratingMw) ** 2);
  return mw > 0 ? wholeMw : Math.min(wholeMw, -mw);
}

/** What a terminal power adds to the stored energy, in MW. It falls as the power rises. */
const storingMw = (asset: Asset, mw: number) => -mw - lossMw(asset, mw);

/** The discharge power at which the cells give a power, in MW. */
function emptyingMw(asset: Asset, cellsMw: number): number {
  const ratingMw = ratingMwOf(asset);
  const share = cellsMw / ratingMw - P0;
  return share <= 0 ? 0 : (ratingMw * (Math.sqrt(1 + 4 * K * share) - 1)) / (2 * K);
}

/** The charge power at which the cells keep a power above 0, in MW, negative. */
function fillingMw(asset: Asset, cellsMw: number): number {
  const ratingMw = ratingMwOf(asset);
  return (-ratingMw * (1 - Math.sqrt(1 - 4 * K * (P0 + cellsMw / ratingMw)))) / (2 * K);
}

function limitsOf({ minMw, maxMw, socMinRatio, socMaxRatio, capacityMwhr }: Asset) {
  const [floorMwhr, ceilingMwhr] = [socMinRatio * capacityMwhr, socMaxRatio * capacityMwhr];
  return { minMw, maxMw, floorMwhr, ceilingMwhr };
}

const rated = ({ minMw, maxMw }: Asset, mw: number) => Math.min(Math.max(mw, minMw), maxMw);
const rampStepMw = ({ rampRateMwPerMin }: Asset, dtS: number) => (rampRateMwPerMin / 60) * dtS;

function ramped(asset: Asset, powerMw: number, setpointMw: number, dtS: number): number {
  const stepMw = rampStepMw(asset, dtS);
  return Math.min(Math.max(setpointMw, powerMw - stepMw), powerMw + stepMw);
}

/** Holds a power for a tick, or what energy leaves of it. */
function held(asset: Asset, socMwhr: number, aimMw: number, limit: Limit, dtS: number) {
  const { floorMwhr, ceilingMwhr } = limitsOf(asset);
  const hours = dtS / 3600;
  const storedMwhr = Math.max(0, socMwhr - floorMwhr);
  const headroomMwhr = Math.max(0, ceilingMwhr - socMwhr);
  const addedMwhr = storingMw(asset, aimMw) * hours;
  if (aimMw > 0 && -addedMwhr > storedMwhr) {
    const powerMw = emptyingMw(asset, storedMwhr / hours);
    const after = powerMw === 0 ? socMwhr : Math.min(socMwhr, floorMwhr);
    return { powerMw, socMwhr: after, limit: LIMIT.ENERGY };
  }
  if (aimMw < 0 && (addedMwhr > headroomMwhr || headroomMwhr === 0)) {
    const powerMw = headroomMwhr === 0 ? 0 : fillingMw(asset, headroomMwhr / hours);
    return { powerMw, socMwhr: Math.max(socMwhr, ceilingMwhr), limit: LIMIT.ENERGY };
  }
  const after = socMwhr + addedMwhr;
  return {
    powerMw: aimMw + 0,
    socMwhr:
      aimMw > 0 ? Math.max(after, floorMwhr) : Math.min(after, Math.max(socMwhr, ceilingMwhr)),
    limit,
  };
}

function stepOne(asset: Asset, socMwhr: number, powerMw: number, setpointMw: number, dtS: number) {
  const rampedMw = ramped(asset, powerMw, setpointMw, dtS);
  const aimMw = rated(asset, rampedMw);
  let limit: Limit = LIMIT.NONE;
  if (rampedMw !== setpointMw) limit = LIMIT.RAMP;
  if (aimMw !== rampedMw) limit = LIMIT.POWER;
  return held(asset, socMwhr, aimMw, limit, dtS);
}

function write(
  asset: Asset,
  last: ModelColumns,
  next: ModelColumns,
  i: number,
  step: ReturnType<typeof held>,
) {
  writeReport(last.report, next.report, i, step.powerMw, step.socMwhr, step.limit);
  const lossMwhr = (lossMw(asset, step.powerMw) * next.report.dtS) / 3600;
  (next.own[0] as Float64Array)[i] = (last.own[0]?.[i] as number) + lossMwhr;
}

/** Ticks over which the power stays, or moves by whole steps of the ramp on one side of 0. */
interface Chunk {
  readonly ticks: number;
  readonly firstMw: number;
  readonly lastMw: number;
}

/** Nearer to 0, as a share of the rating, ticks are taken one by one: losses begin with a jump there. */
const NEAR_REST = 0.02;

function chunkOf(
  asset: Asset,
  powerMw: number,
  setpointMw: number,
  left: number,
  dtS: number,
): Chunk {
  const most = Math.min(left, Math.max(1, Math.floor(STEP_S / dtS)));
  const goalMw = rated(asset, setpointMw);
  if (powerMw === goalMw) return { ticks: most, firstMw: goalMw, lastMw: goalMw };
  const firstMw = rated(asset, ramped(asset, powerMw, setpointMw, dtS));
  const one = { ticks: 1, firstMw, lastMw: firstMw };
  const stepMw = firstMw - powerMw;
  const ticks = Math.min(most, Math.floor((goalMw - powerMw) / stepMw));
  const lastMw = powerMw + ticks * stepMw;
  const nearMw = NEAR_REST * ratingMwOf(asset);
  const isNear = Math.min(Math.abs(firstMw), Math.abs(lastMw)) < nearMw || firstMw * lastMw < 0;
  const isPartial = Math.abs(stepMw) < rampStepMw(asset, dtS) * (1 - 1e-9);
  return ticks < 2 || isNear || isPartial ? one : { ticks, firstMw, lastMw };
}

type Run = { -readonly [K in keyof PartForecast]: PartForecast[K] };

interface Point {
  readonly next: number;
  /** Between these lies the stored energy, in MWh. */
  readonly lowMwhr: number;
  readonly highMwhr: number;
  readonly powerMw: number;
  readonly lossesMwhr: number;
  readonly tick: number;
  readonly owner: number;
  readonly runs: readonly PartForecast[];
}

const movesToRest = (mw: number, aimMw: number) => (mw > 0 ? aimMw < mw : mw < 0 && aimMw > mw);

function forecastFrom(
  asset: Asset,
  dtS: number,
  from: Point,
  profile: readonly ProfilePart[],
  isKnown: IsKnown = () => false,
): Forecast {
  const { floorMwhr, ceilingMwhr } = limitsOf(asset);
  const hours = dtS / 3600;
  const runs: Run[] = from.runs.map((run) => ({ ...run }));
  let { lowMwhr, highMwhr, powerMw, lossesMwhr, tick, owner } = from;

  function short(run: Run | undefined, aimMw: number): void {
    if (!run || run.shortTick !== null) return;
    run.shortTick = tick;
    run.lacks = aimMw > 0 ? "energy" : "headroom";
  }

  /**
   * Ticks that energy surely allows; false where it may not. As losses are convex, their mean over a ramp lies between
   * those at the mean power and the mean of those at its ends.
   */
  function advanced(run: Run, { ticks, firstMw, lastMw }: Chunk): boolean {
    const meanMw = (firstMw + lastMw) / 2;
    const slackMwhr = ticks * ROUNDING * ceilingMwhr;
    const mostLossMw = (lossMw(asset, firstMw) + lossMw(asset, lastMw)) / 2;
    const low = lowMwhr - ticks * hours * (meanMw + mostLossMw) - slackMwhr;
    const high = highMwhr + ticks * hours * storingMw(asset, meanMw) + slackMwhr;
    if (meanMw > 0 && low < floorMwhr) return false;
    if (meanMw < 0 && high >= ceilingMwhr) return false;
    const terminalMwhr = ticks * hours * meanMw;
    if (meanMw !== 0) {
      lossesMwhr += (lowMwhr + highMwhr - low - high) / 2 - terminalMwhr;
      [lowMwhr, highMwhr] = [low, high];
    }
    run.deliveredMwhr += terminalMwhr;
    powerMw = lastMw;
    tick += ticks;
    return true;
  }

  /** One tick, in which energy may cut the power. */
  function careful(run: Run, setpointMw: number): void {
    const aimMw = rated(asset, ramped(asset, powerMw, setpointMw, dtS));
    const step = held(asset, aimMw > 0 ? lowMwhr : highMwhr, aimMw, LIMIT.NONE, dtS);
    if (step.limit === LIMIT.ENERGY) {
      const wantedMw = rated(asset, setpointMw);
      if (aimMw * wantedMw > 0 && Math.abs(step.powerMw) < Math.abs(wantedMw)) short(run, aimMw);
      if (aimMw * powerMw > 0) short(runs[owner], aimMw);
      // Energy too small for the losses of the least power stays: which of both happens may lie within the margin.
      const [low, high] = [lowMwhr, highMwhr].map((mwhr) =>
        held(asset, mwhr, aimMw, LIMIT.NONE, dtS),
      );
      const others = [low, high].filter((it) => it?.limit === LIMIT.ENERGY);
      lowMwhr = Math.min(...others.map((it) => it?.socMwhr ?? Infinity));
      highMwhr = Math.max(...others.map((it) => it?.socMwhr ?? -Infinity));
    } else {
      lowMwhr += storingMw(asset, aimMw) * hours;
      highMwhr += storingMw(asset, aimMw) * hours;
    }
    lossesMwhr += lossMw(asset, step.powerMw) * hours;
    run.deliveredMwhr += step.powerMw * hours;
    powerMw = step.powerMw;
    tick++;
  }

  let next = from.next;
  for (; next < profile.length; next++) {
    const part = profile[next] as ProfilePart;
    if (next > 0 && profile[next - 1]?.id !== null) owner = next - 1;
    const run: Run = {
      ...{ shortTick: null, lacks: null, deliveredMwhr: 0 },
      ...{ socMwhr: 0, powerMw: 0, own: {}, marginMwhr: 0 },
    };
    runs.push(run);
    for (let left = part.ticks; left > 0; ) {
      if (!movesToRest(powerMw, rated(asset, part.mw))) owner = -1;
      if (owner === -1 && left === Infinity) break;
      const chunk = chunkOf(asset, powerMw, part.mw, left, dtS);
      const before = tick;
      if (!advanced(run, chunk)) careful(run, part.mw);
      left -= tick - before;
    }
    run.socMwhr = (lowMwhr + highMwhr) / 2;
    run.marginMwhr = (highMwhr - lowMwhr) / 2;
    run.powerMw = powerMw;
    run.own = { lossesMwhr };
    if (owner === -1 && isKnown(runs, next)) {
      next++;
      break;
    }
  }
  const point = { next, lowMwhr, highMwhr, powerMw, lossesMwhr, tick, owner, runs };
  return {
    parts: runs,
    extend: (longer, isEnough) => forecastFrom(asset, dtS, point, longer, isEnough),
  };
}

/** The largest margin of a forecast along a profile with some changes of power, in MWh: by the bounds of `advanced`. */
export function mostMarginMwhr(asset: Asset, changes: number, dtS: number): number {
  const rampsMwhr = (changes * K * ratingMwOf(asset) * STEP_S) / 7200;
  const leastMwhr = (P0 * ratingMwOf(asset) * dtS) / 3600;
  return rampsMwhr + leastMwhr + 1e-9 * asset.capacityMwhr;
}

function startOf({ socMwhr, powerMw, own }: BatteryState): Point {
  const lossesMwhr = own.lossesMwhr ?? 0;
  return {
    ...{ next: 0, lowMwhr: socMwhr, highMwhr: socMwhr, powerMw, lossesMwhr },
    ...{ tick: 0, owner: -1, runs: [] },
  };
}

export const partLoadModel: BatteryModel = {
  name: "part-load",
  version: 3,
  ownColumns: [{ name: "lossesMwhr", meaning: "Energy lost since the first start, in MWh." }],
  limits: limitsOf,
  initialState: () => ({ lossesMwhr: 0 }),
  stepper(assets, segments, dtS) {
    const at = (i: number) => assets[i] as Asset;
    return {
      step(last, next) {
        for (let n = 0; n < segments.length; n += 2)
          for (let i = segments[n] as number; i < (segments[n + 1] as number); i++) {
            const { socMwhr, currentMw } = last.report;
            const setpointMw = next.report.setpointMw[i] as number;
            const [soc, mw] = [socMwhr[i] as number, currentMw[i] as number];
            write(at(i), last, next, i, stepOne(at(i), soc, mw, setpointMw, dtS));
          }
      },
      aimedMw: ({ report }, next, i) => {
        const setpointMw = next.report.setpointMw[i] as number;
        return rated(at(i), ramped(at(i), report.currentMw[i] as number, setpointMw, dtS));
      },
      deliver(last, next, i, mw) {
        const soc = last.report.socMwhr[i] as number;
        write(at(i), last, next, i, held(at(i), soc, mw, LIMIT.SITE, dtS));
      },
    };
  },
  availability(asset, { socMwhr }, dtS) {
    const { floorMwhr, ceilingMwhr } = limitsOf(asset);
    const maxMw = held(asset, socMwhr, asset.maxMw, LIMIT.NONE, dtS).powerMw;
    const minMw = held(asset, socMwhr, asset.minMw, LIMIT.NONE, dtS).powerMw;
    const lastsS = (mwhr: number, mw: number) =>
      mw === 0 ? null : (Math.max(0, mwhr) / Math.abs(storingMw(asset, mw))) * 3600;
    return {
      minMw,
      maxMw,
      chargeDurationS: lastsS(ceilingMwhr - socMwhr, minMw),
      dischargeDurationS: lastsS(socMwhr - floorMwhr, maxMw),
    };
  },
  forecast: (asset, state, profile, dtS, isKnown) =>
    forecastFrom(asset, dtS, startOf(state), profile, isKnown),
  demandMwhr(asset, state, profile, dtS) {
    const boundless = { ...asset, capacityMwhr: 2e12, socMinRatio: 0, socMaxRatio: 1 };
    const start = startOf({ ...state, socMwhr: 1e12 });
    return forecastFrom(boundless, dtS, start, profile).parts.map((part) => part.deliveredMwhr);
  },
};
