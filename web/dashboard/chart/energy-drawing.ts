// The drawing of energy as bars on a canvas: discharged above zero, charged below it.
import { type Colour, cleared, faded } from "../parts/colours.ts";
import { formats } from "../text/format.ts";
import type { EnergyPeriod } from "./energy-periods.ts";

const LEFT_PX = 84;
const RIGHT_PX = 8;
const TOP_PX = 10;
const BOTTOM_PX = 24;
/** Space that a label below a bar takes, in px. */
const LABEL_PX = 64;
/** Lines of the axis. */
const LINES = 6;

export function drawEnergy(
  canvas: HTMLCanvasElement,
  periods: readonly EnergyPeriod[],
  labelOf: (period: EnergyPeriod) => string,
  colour: Colour,
): void {
  const ctx = cleared(canvas);
  if (ctx === undefined) return;
  const { clientWidth, clientHeight } = canvas;
  ctx.font = "12px system-ui, sans-serif";
  const most = Math.max(...periods.map(({ outMwhr }) => outMwhr), 0);
  const least = -Math.max(...periods.map(({ inMwhr }) => inMwhr), 0);
  const everyMwhr = roundStep((most - least || 1) / LINES);
  const high = Math.ceil(most / everyMwhr) * everyMwhr || everyMwhr;
  const low = Math.floor(least / everyMwhr) * everyMwhr;
  const heightPx = clientHeight - TOP_PX - BOTTOM_PX;
  const y = (mwhr: number) => TOP_PX + ((high - mwhr) / (high - low)) * heightPx;
  drawLines(ctx, { low, high, everyMwhr, y, right: clientWidth - RIGHT_PX }, colour);

  const slotPx = (clientWidth - LEFT_PX - RIGHT_PX) / periods.length;
  const barPx = Math.max(2, slotPx * 0.7);
  const everyLabel = Math.ceil(LABEL_PX / slotPx);
  ctx.textAlign = "center";
  periods.forEach((period, index) => {
    const x = LEFT_PX + (index + 0.5) * slotPx;
    bar(ctx, x - barPx / 2, barPx, y(0), y(period.outMwhr), colour("discharge"));
    bar(ctx, x - barPx / 2, barPx, y(0), y(-period.inMwhr), colour("charge"));
    ctx.fillStyle = colour("muted");
    if ((periods.length - 1 - index) % everyLabel === 0)
      ctx.fillText(labelOf(period), x, clientHeight - 8);
  });
}

interface Axis {
  readonly low: number;
  readonly high: number;
  readonly everyMwhr: number;
  readonly right: number;
  y(mwhr: number): number;
}

function drawLines(
  ctx: CanvasRenderingContext2D,
  { low, high, everyMwhr, right, y }: Axis,
  colour: Colour,
): void {
  ctx.textAlign = "right";
  ctx.textBaseline = "middle";
  const count = Math.round((high - low) / everyMwhr) + 1;
  const values = Array.from({ length: count }, (_, n) => low + n * everyMwhr);
  const labels = formats.axis(values, "MWh");
  values.forEach((mwhr, n) => {
    ctx.fillStyle = colour("muted");
    ctx.fillText(labels[n] as string, LEFT_PX - 8, y(mwhr));
    const isZero = Math.abs(mwhr) < everyMwhr / 2;
    ctx.fillStyle = isZero ? colour("muted") : colour("line");
    ctx.fillRect(LEFT_PX, y(mwhr), right - LEFT_PX, 1);
  });
  ctx.textBaseline = "alphabetic";
}

function bar(
  ctx: CanvasRenderingContext2D,
  x: number,
  width: number,
  zero: number,
  end: number,
  fill: string,
): void {
  ctx.fillStyle = faded(fill, 75);
  ctx.fillRect(x, Math.min(zero, end), width, Math.abs(end - zero));
}

/** The next of 1, 2, 5, 10, … */
function roundStep(least: number): number {
  const ten = 10 ** Math.floor(Math.log10(least));
  return ([1, 2, 5].find((one) => one * ten >= least) ?? 10) * ten;
}
