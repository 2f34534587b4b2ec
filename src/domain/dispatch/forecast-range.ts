// The range of a forecast: its points on the grid of ticks, and the rules on it.
import type { RefusalCode } from "../base/codes.ts";
import { tickAt, tickInstantMs } from "../time/grid.ts";
import { utcText } from "../time/instant-text.ts";
import type { DispatchRefusal, RequestField } from "./request.ts";

/** How far ahead a forecast reaches, in s: 31 days, as far as a dispatch may begin. */
export const FORECAST_HORIZON_S = 31 * 24 * 3600;
/** Points of a forecast at most. */
export const MOST_POINTS = 3000;
/** Points at most where no step is given. */
export const DEFAULT_POINTS = 300;
/** Points of all assets of a site together, at most. */
const MOST_ASSET_POINTS = 1_000_000;

/** What a forecast is requested for. */
export interface ForecastRange {
  /** The last point is at or before it; in ms since the epoch. */
  readonly untilMs: number;
  /** From one point to the next, in whole s, rounded up to whole ticks; left out: the smallest of 300 points at most. */
  readonly stepS?: number | undefined;
}

/** The points of a forecast: `tick + n × stepTicks` for `n` in `0..count - 1`. */
export interface ForecastGrid {
  /** Number of the tick that ended last: the first point. */
  readonly tick: number;
  readonly dtS: number;
  /** 1 or more. */
  readonly stepTicks: number;
  /** 1 or more. */
  readonly count: number;
}

/** Why there is no forecast. */
export interface ForecastRefusal {
  readonly code: RefusalCode | "BAD_INPUT" | "TOO_MANY_STEPS";
  readonly message: string;
  /** `id`: the asset or the site. */
  readonly field: "id" | "untilMs" | "stepS" | "with";
  /** The supposed dispatch at fault; left out where there is none. */
  readonly dispatch?: {
    /** Its place in `with`. */
    readonly index: number;
    readonly field: RequestField;
    /** Why it would be refused; left out where it is not even decided. */
    readonly refusal?: DispatchRefusal;
  };
}

/** The instant from which a forecast begins. */
interface Present {
  /** In ms since the epoch, not before the end of `tick`. */
  readonly nowMs: number;
  /** Number of the tick that ended last. */
  readonly tick: number;
  readonly dtS: number;
}

/** The points of a range, or why it is refused. @param assets How many assets are foreseen together. */
export function forecastGrid(
  range: ForecastRange,
  present: Present,
  assets: number,
): ForecastGrid | ForecastRefusal {
  const refused = refuseUntil(range, present) ?? refuseStep(range);
  if (refused !== undefined) return refused;
  const { tick, dtS } = present;
  const ticks = tickAt(range.untilMs, dtS) - tick;
  const most = Math.min(MOST_POINTS, Math.max(2, Math.floor(MOST_ASSET_POINTS / assets)));
  const leastTicks = (points: number) => Math.floor(ticks / points) + 1;
  const stepTicks =
    range.stepS === undefined
      ? leastTicks(Math.min(DEFAULT_POINTS, most))
      : Math.max(1, Math.ceil(range.stepS / dtS - 1e-9));
  const count = Math.floor(ticks / stepTicks) + 1;
  if (count <= most) return { tick, dtS, stepTicks, count };
  const leastS = Math.ceil(leastTicks(most) * dtS);
  return {
    code: "TOO_MANY_STEPS",
    field: "stepS",
    message: `the forecast has ${count} points, and at most ${most} are answered: use steps of ${leastS} s or an earlier until`,
  };
}

function refuseUntil({ untilMs }: ForecastRange, { nowMs }: Present): ForecastRefusal | undefined {
  const latestMs = nowMs + FORECAST_HORIZON_S * 1000;
  if (untilMs > nowMs && untilMs <= latestMs) return undefined;
  const message =
    untilMs > nowMs
      ? `a forecast reaches 31 days ahead, up to ${utcText(latestMs)}, and not to ${utcText(untilMs)}: use an earlier until`
      : `a forecast ends after now, ${utcText(nowMs)}, and not at ${utcText(untilMs)}: use a later until, and the history for what is past`;
  return { code: "BAD_INPUT", field: "untilMs", message };
}

function refuseStep({ stepS }: ForecastRange): ForecastRefusal | undefined {
  if (stepS === undefined) return undefined;
  if (Number.isInteger(stepS) && stepS >= 1 && stepS <= FORECAST_HORIZON_S) return undefined;
  const message = `a step lasts 1 to ${FORECAST_HORIZON_S} whole s, not ${stepS}: leave it out for ${DEFAULT_POINTS} points at most`;
  return { code: "BAD_INPUT", field: "stepS", message };
}

/** The instant of a point, in ms since the epoch. */
export function pointInstantMs({ tick, stepTicks, dtS }: ForecastGrid, n: number): number {
  return tickInstantMs(tick + n * stepTicks, dtS);
}

/** As a share of a power: less is rounding. */
const ROUNDING_RATIO = 1e-9;

/**
 * The mean power over a step, in MW: the power at its end where it was held throughout, but for rounding.
 *
 * @param deliveredMwhr Terminal energy over the step, discharge positive.
 * @param lastMw        Power in its last tick.
 */
export function meanMwOf(
  { stepTicks, dtS }: ForecastGrid,
  deliveredMwhr: number,
  lastMw: number,
): number {
  const meanMw = (deliveredMwhr / (stepTicks * dtS)) * 3600;
  const isHeld = Math.abs(meanMw - lastMw) <= ROUNDING_RATIO * Math.abs(lastMw);
  // Adding 0 writes -0 as 0.
  return (isHeld ? lastMw : meanMw) + 0;
}
