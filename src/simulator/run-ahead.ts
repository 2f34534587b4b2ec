// A site with limits run ahead: the ticks to come of all its assets, by the laws of the simulator. Where no power
// changes, many ticks are taken at once, by the forecasts of the models.
import type { Steps } from "../domain/base/steps.ts";
import { LIMIT } from "../domain/battery/limit.ts";
import type { PartForecast, ProfilePart } from "../domain/battery/model.ts";
import { type ForecastGrid, meanMwOf } from "../domain/dispatch/forecast-range.ts";
import type { Site } from "../domain/fleet/asset.ts";
import type { Frame } from "../domain/telemetry/frame.ts";
import { type AheadAsset, createLongTicks, type LongTicks } from "./long-ticks.ts";

/** The assets of the site at one of the later points, by position. To be read before the next one, which writes it anew. */
export interface AheadPoint {
  readonly socMwhr: Float64Array;
  /** Mean power from the point before up to this one, in MW, discharge positive. */
  readonly meanMw: Float64Array;
  /** The last `LIMIT` that changed the power from the point before up to this one. */
  readonly limit: Uint8Array;
  /** Whether the site cut a power from the point before up to this one. */
  readonly isCut: boolean;
  /** What holds the last tick up to this point. */
  idAt(index: number): string | null;
}

/**
 * Ticks of all assets together that are run at most, about. As soon as more than a share of them, and those that fall to
 * the time that is foreseen already, were run, several ticks are taken as one longer tick: ramps are then up to one
 * longer tick ahead.
 */
const MOST_ASSET_TICKS = 5_000_000;
const SHARE_AT_FIRST = 0.25;
/** Fewer ticks than these are run one by one. */
const LEAST_SKIPPED = 16;
/** Where energy ends soon, so many ticks at most are run before another look ahead. */
const LONGEST_WAIT = 1024;

/** Work between two pauses, some tenths of a ms: of a tick, and of each asset in it; and of the forecast of an asset. */
const PAUSE_WORK = 5_000;
const TICK_WORK = 20;
const FORECAST_WORK = 50;
/** Forecasts between two pauses. */
const FORECASTS_AT_ONCE = PAUSE_WORK / FORECAST_WORK;

/**
 * Runs the assets of a site up to the last point of a grid.
 *
 * @param assets  In the order of their ids.
 * @param onPoint Is called at each point after the first one.
 */
export function* runAhead(
  site: Site,
  assets: readonly AheadAsset[],
  grid: ForecastGrid,
  onPoint: (n: number, point: AheadPoint) => void,
): Steps<void> {
  const setpoints = createSetpoints(assets);
  const ticker = createLongTicks(site, assets, grid.dtS);
  const meter = createMeter(assets.length, grid);
  const longest = createLongest(assets.length, grid);
  let [isSteady, waits, wait, work] = [false, 0, 1, 0];
  for (let n = 1; n < grid.count; n++) {
    for (let left = grid.stepTicks; left > 0; ) {
      if (setpoints.begin()) [isSteady, waits, wait] = [false, 0, 1];
      const most = Math.min(left, setpoints.ticksLeft());
      let ticks = 0;
      if (isSteady && most >= LEAST_SKIPPED && waits <= 0) {
        const runs = yield* steadyRuns(ticker, assets.length, most);
        ticks = runs.ticks;
        work += FORECAST_WORK * assets.length;
        if (ticks > 0) ticker.skip(runs.found);
        else [waits, wait] = [wait, Math.min(2 * wait, LONGEST_WAIT)];
      }
      if (ticks === 0) {
        ticks = largestPower(Math.min(longest.ticks(), most));
        longest.note();
        isSteady = ticker.tick(ticks, setpoints.mw);
        waits -= ticks;
        work += TICK_WORK + assets.length;
      }
      meter.note(ticker.frame().limit);
      setpoints.pass(ticks);
      longest.pass(ticks);
      left -= ticks;
      if (work < PAUSE_WORK) continue;
      yield;
      work = 0;
    }
    onPoint(n, { ...meter.read(ticker.frame()), idAt: setpoints.idAt });
  }
}

/** Ticks over which every asset holds its power, and what becomes of each. */
interface SteadyRuns {
  /** 0 where they are too few. */
  readonly ticks: number;
  readonly found: readonly PartForecast[];
}

/** The ticks, up to some, over which no lack of energy changes a power. */
function* steadyRuns(ticker: LongTicks, count: number, most: number): Steps<SteadyRuns> {
  const whole = yield* heldRuns(ticker, count, most);
  const ticks = whole.reduce((least, { shortTick }) => Math.min(least, shortTick ?? most), most);
  if (ticks === most) return { ticks, found: whole };
  if (ticks < LEAST_SKIPPED) return { ticks: 0, found: [] };
  return { ticks, found: yield* heldRuns(ticker, count, ticks) };
}

/** What becomes of each asset that holds its power for some ticks. */
function* heldRuns(ticker: LongTicks, count: number, ticks: number): Steps<PartForecast[]> {
  const found: PartForecast[] = [];
  for (let index = 0; index < count; index++) {
    found.push(ticker.hold(index, ticks));
    if (found.length % FORECASTS_AT_ONCE === 0) yield;
  }
  return found;
}

/** The length of the longest tick that may be run next. */
function createLongest(count: number, { stepTicks, count: points }: ForecastGrid) {
  const allTicks = Math.max(1, stepTicks * (points - 1));
  const mostTicks = MOST_ASSET_TICKS / Math.max(1, count);
  const long = Math.max(1, Math.ceil((2 * allTicks) / mostTicks));
  let [run, passed] = [0, 0];
  return {
    /** In ticks of the grid. */
    ticks(): number {
      const share = SHARE_AT_FIRST + (1 - SHARE_AT_FIRST) * (passed / allTicks);
      return run < share * mostTicks ? 1 : long;
    },
    /** Counts a tick that was run, of any length. */
    note(): void {
      run++;
    },
    /** Counts ticks of the grid that are foreseen. */
    pass(ticks: number): void {
      passed += ticks;
    },
  };
}

/** The largest power of two up to a whole number of 1 or more. */
function largestPower(most: number): number {
  return 2 ** Math.floor(Math.log2(most));
}

/** The setpoints of the assets along their profiles. */
function createSetpoints(assets: readonly AheadAsset[]) {
  const mw = new Float64Array(assets.length);
  const places = new Int32Array(assets.length).fill(-1);
  /** Ticks that are left of each part; none before the first. */
  const left = new Float64Array(assets.length);
  let ticksLeft = 0;
  const partAt = (index: number) => assets[index]?.profile[places[index] as number];
  return {
    /** In force, in MW by position. */
    mw,
    /** Until the next one begins. */
    ticksLeft: () => ticksLeft,
    idAt: (index: number) => partAt(index)?.id ?? null,
    pass(ticks: number): void {
      ticksLeft -= ticks;
      for (let i = 0; i < left.length; i++) left[i] = (left[i] as number) - ticks;
    },
    /** Brings those into force that begin now; true where there are any. */
    begin(): boolean {
      if (ticksLeft > 0) return false;
      ticksLeft = Infinity;
      for (let i = 0; i < left.length; i++) {
        if (left[i] === 0) {
          places[i] = (places[i] as number) + 1;
          const part = partAt(i) as ProfilePart;
          left[i] = part.ticks;
          mw[i] = part.mw;
        }
        ticksLeft = Math.min(ticksLeft, left[i] as number);
      }
      return true;
    },
  };
}

/** What the assets delivered, and what limited them, since the point before. */
function createMeter(size: number, grid: ForecastGrid) {
  const beforeMwhr = new Float64Array(size);
  const meanMw = new Float64Array(size);
  const limit = new Uint8Array(size);
  let isNew = false;
  let isCut = false;
  return {
    note(limits: Uint8Array): void {
      if (isNew) limit.fill(LIMIT.NONE);
      isCut = (!isNew && isCut) || limits.includes(LIMIT.SITE);
      isNew = false;
      for (let i = 0; i < size; i++) if (limits[i] !== LIMIT.NONE) limit[i] = limits[i] as number;
    },
    read({ energyOutMwhr, energyInMwhr, socMwhr, currentMw }: Frame): Omit<AheadPoint, "idAt"> {
      for (let i = 0; i < size; i++) {
        const netMwhr = (energyOutMwhr[i] as number) - (energyInMwhr[i] as number);
        const deliveredMwhr = netMwhr - (beforeMwhr[i] as number);
        meanMw[i] = meanMwOf(grid, deliveredMwhr, currentMw[i] as number);
        beforeMwhr[i] = netMwhr;
      }
      isNew = true;
      return { socMwhr, meanMw, limit, isCut };
    },
  };
}
