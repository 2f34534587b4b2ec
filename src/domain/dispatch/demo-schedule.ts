// The schedule of the demo: a day of an ordinary trade, in constant powers between quarters of an hour. Pure.
import type { AssetState } from "./asset-state.ts";
import type { Interval } from "./schedule-decision.ts";

const QUARTER_MS = 900_000;
const HOUR_MS = 4 * QUARTER_MS;
const DAY_MS = 24 * HOUR_MS;

/** From which hour of the day on, UTC, how much is traded: charged at night and noon, discharged in the two peaks. */
const PATTERN = [
  { hour: 0, weight: -1 },
  { hour: 3, weight: -0.5 },
  { hour: 6, weight: 1 },
  { hour: 8, weight: 0.5 },
  { hour: 11, weight: -1 },
  { hour: 14, weight: -0.4 },
  { hour: 17, weight: 1 },
  { hour: 20, weight: 0.5 },
  { hour: 22, weight: -0.5 },
] as const;

/** The part of its usable energy that an asset holds after it was charged, and after it was discharged. */
const FULL_RATIO = 0.85;
const EMPTY_RATIO = 0.15;
/** The part of its rating that an asset uses at most. */
const RATING_RATIO = 0.8;
/** Powers below this part of the rating are left out. */
const LEAST_RATIO = 0.005;

interface Block {
  readonly fromMs: number;
  readonly untilMs: number;
  /** A part of the power, discharge positive. */
  readonly weight: number;
}

/**
 * The intervals of a day from now on, whose energy the asset has where nothing else holds it.
 *
 * @param place That of the asset in the fleet: the days of assets are shifted against each other.
 * @param nowMs In ms since the epoch, UTC.
 */
export function demoIntervals(
  { asset, model, socMwhr: nowMwhr }: Pick<AssetState, "asset" | "model" | "socMwhr">,
  place: number,
  nowMs: number,
): readonly Interval[] {
  const { floorMwhr, ceilingMwhr } = model.limits(asset);
  const levelMwhr = (ratio: number) => floorMwhr + ratio * (ceilingMwhr - floorMwhr);
  let socMwhr = nowMwhr;
  const intervals: Interval[] = [];
  for (const run of runsOf(blocksFrom(nowMs, shiftMs(place)))) {
    const isDischarge = (run[0]?.weight ?? 0) > 0;
    const toMwhr = levelMwhr(isDischarge ? EMPTY_RATIO : FULL_RATIO);
    const storedMwhr = Math.max(0, isDischarge ? socMwhr - toMwhr : toMwhr - socMwhr);
    /** Of what the terminal moves, what the cells do. */
    const cellRatio = isDischarge ? 1 / asset.efficiency : asset.efficiency;
    const weightedH = run.reduce((sum, it) => sum + Math.abs(it.weight) * hoursOf(it), 0);
    const ratingMw = isDischarge ? asset.maxMw : asset.minMw;
    for (const block of run) {
      const wantedMw = (Math.abs(block.weight) * storedMwhr) / cellRatio / weightedH;
      const sizeMw = rounded(Math.min(wantedMw, RATING_RATIO * Math.abs(ratingMw)));
      if (sizeMw === 0 || sizeMw < LEAST_RATIO * Math.abs(ratingMw)) continue;
      const mw = isDischarge ? sizeMw : -sizeMw;
      intervals.push({ fromMs: block.fromMs, untilMs: block.untilMs, mw });
      socMwhr -= mw * cellRatio * hoursOf(block);
    }
  }
  return untilDay(intervals, nowMs);
}

/** The intervals up to a day from now: those after it were there for what a night needs as a whole. */
function untilDay(intervals: readonly Interval[], nowMs: number): readonly Interval[] {
  const endMs = Math.floor((nowMs + DAY_MS) / QUARTER_MS) * QUARTER_MS;
  return intervals
    .filter(({ fromMs }) => fromMs < endMs)
    .map((it) => ({ ...it, untilMs: Math.min(it.untilMs, endMs) }));
}

/** Up to an hour earlier or later, so that assets do not change their powers at the same instants. */
function shiftMs(place: number): number {
  return (((place * 5) % 9) - 4) * QUARTER_MS;
}

const hoursOf = ({ fromMs, untilMs }: Block) => (untilMs - fromMs) / HOUR_MS;

/** Two digits, as powers are traded. */
const rounded = (mw: number) => Number(mw.toPrecision(2));

/** The blocks of the pattern from now on, for two days; none is shorter than a quarter of an hour. */
function blocksFrom(nowMs: number, shift: number): readonly Block[] {
  const dayMs = Math.floor((nowMs - shift) / DAY_MS) * DAY_MS + shift;
  const endMs = dayMs + 3 * DAY_MS;
  const starts = [0, 1, 2].flatMap((day) =>
    PATTERN.map(({ hour, weight }) => ({ fromMs: dayMs + day * DAY_MS + hour * HOUR_MS, weight })),
  );
  const blocks = starts
    .map(({ fromMs, weight }, n) => ({
      fromMs: Math.max(fromMs, nowMs),
      untilMs: starts[n + 1]?.fromMs ?? endMs,
      weight,
    }))
    .filter(({ fromMs, untilMs }) => untilMs - fromMs >= QUARTER_MS);
  return blocks.map((block, n) => (n === 0 ? { ...block, fromMs: nowMs } : block));
}

/** Blocks in a row with the same direction. */
function runsOf(blocks: readonly Block[]): readonly (readonly Block[])[] {
  const runs: Block[][] = [];
  for (const block of blocks) {
    const last = runs.at(-1);
    if (last?.[0] !== undefined && last[0].weight > 0 === block.weight > 0) last.push(block);
    else runs.push([block]);
  }
  return runs;
}
