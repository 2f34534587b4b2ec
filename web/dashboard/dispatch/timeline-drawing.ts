// The drawing of a timeline on a canvas: colour, pattern and sign say the status of each bar.
import type { DispatchStatus } from "../api/operations.ts";
import { type Colour, cleared, faded } from "../parts/colours.ts";
import { ARROWS, formats } from "../text/format.ts";
import { type Bar, type Lanes, SIGNS } from "./timeline-bars.ts";

/** The place of a bar on the canvas, in px of the page. */
export interface DrawnBar {
  readonly bar: Bar;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Scale {
  readonly leftPx: number;
  readonly widthPx: number;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly nowMs: number;
}

/** Heights of a lane, in px. */
const LANE_PX = 20;
const LEAST_LANE_PX = 6;
/** Height of all lanes beyond which they get lower, in px. */
const MOST_PX = 180;
const EDGE_PX = 3;
/** Widths from which a bar shows its sign, and its power too, in px. */
const SIGN_PX = 16;
const POWER_PX = 70;
/** Height of a lane from which a bar has letters, in px. */
const LETTER_PX = 14;

export function heightOf({ dischargeLanes, chargeLanes }: Lanes): number {
  const count = Math.max(dischargeLanes + chargeLanes, 2);
  return 2 * EDGE_PX + count * lanePx(count);
}

const lanePx = (count: number) => Math.min(LANE_PX, Math.max(LEAST_LANE_PX, MOST_PX / count));

/** Where each bar lies. */
export function placeBars(lanes: Lanes, scale: Scale): DrawnBar[] {
  const { leftPx, widthPx, fromMs, untilMs } = scale;
  const height = lanePx(Math.max(lanes.dischargeLanes + lanes.chargeLanes, 2));
  const zero = EDGE_PX + Math.max(lanes.dischargeLanes, lanes.chargeLanes === 0 ? 1 : 0) * height;
  const pxPerMs = widthPx / (untilMs - fromMs);
  const place = (bar: Bar, y: number): DrawnBar => {
    const x = leftPx + Math.max(0, (bar.fromMs - fromMs) * pxPerMs);
    const right = leftPx + Math.min(widthPx, (bar.untilMs - fromMs) * pxPerMs);
    return { bar, x, y, width: Math.max(right - x, 2), height: height - 2 };
  };
  return [
    ...lanes.discharge.map((bar) => place(bar, zero - (bar.lane + 1) * height + 1)),
    ...lanes.charge.map((bar) => place(bar, zero + bar.lane * height + 1)),
  ];
}

/** @param openId The dispatch that is looked at. */
export function drawTimeline(
  canvas: HTMLCanvasElement,
  bars: readonly DrawnBar[],
  scale: Scale,
  colour: Colour,
  openId: string | undefined,
): void {
  const ctx = cleared(canvas);
  if (ctx === undefined) return;
  const { clientHeight } = canvas;
  const looks = looksOf(ctx, colour);
  ctx.font = "11px system-ui, sans-serif";
  ctx.textBaseline = "middle";
  for (const [status, look] of Object.entries(looks))
    drawBodies(
      ctx,
      bars.filter(({ bar }) => bar.dispatch.status === status),
      look,
    );
  drawDirections(ctx, bars, colour);
  for (const one of bars) drawLetters(ctx, one, looks[one.bar.dispatch.status], colour);
  drawNowLine(ctx, scale, clientHeight, colour("muted"));
  const open = bars.find(({ bar }) => bar.dispatch.id === openId);
  if (open === undefined) return;
  ctx.lineWidth = 2;
  ctx.strokeStyle = colour("text");
  ctx.strokeRect(open.x - 1, open.y - 1, open.width + 2, open.height + 2);
}

interface BarLook {
  readonly fill: string | CanvasPattern;
  readonly edge: string;
  readonly letters: string;
}

function looksOf(ctx: CanvasRenderingContext2D, colour: Colour): Record<DispatchStatus, BarLook> {
  const [good, bad, idle, muted, card] = ["good", "bad", "idle", "muted", "card"].map(colour) as [
    string,
    string,
    string,
    string,
    string,
  ];
  const open = colour("text");
  return {
    ACCEPTED: { fill: striped(ctx, good, 8), edge: good, letters: open },
    ACTIVE: { fill: good, edge: good, letters: colour("on-accent") },
    COMPLETED: { fill: faded(idle, 25), edge: idle, letters: open },
    SUPERSEDED: { fill: striped(ctx, idle, 4), edge: idle, letters: open },
    CANCELLED: { fill: card, edge: muted, letters: open },
    EXPIRED: { fill: striped(ctx, bad, 4), edge: bad, letters: open },
    FAILED: { fill: faded(bad, 22), edge: bad, letters: open },
  };
}

const patterns = new Map<string, CanvasPattern>();

/** Slanting lines so many px apart. */
function striped(ctx: CanvasRenderingContext2D, stroke: string, gapPx: number) {
  const known = patterns.get(`${stroke} ${gapPx}`);
  if (known !== undefined) return known;
  const tile = document.createElement("canvas");
  tile.width = gapPx;
  tile.height = gapPx;
  const pen = tile.getContext("2d");
  if (pen === null) return stroke;
  pen.strokeStyle = faded(stroke, 40);
  pen.lineWidth = 1.5;
  for (const shift of [-gapPx, 0, gapPx]) {
    pen.moveTo(shift, gapPx);
    pen.lineTo(shift + gapPx, 0);
  }
  pen.stroke();
  const pattern = ctx.createPattern(tile, "repeat");
  if (pattern !== null) patterns.set(`${stroke} ${gapPx}`, pattern);
  return pattern ?? stroke;
}

/** The bars of one look: thousands of them are one area and one line. */
function drawBodies(
  ctx: CanvasRenderingContext2D,
  bars: readonly DrawnBar[],
  { fill, edge }: BarLook,
): void {
  ctx.fillStyle = fill;
  ctx.beginPath();
  for (const { x, y, width, height } of bars) ctx.rect(x, y, width, height);
  ctx.fill();
  ctx.strokeStyle = edge;
  ctx.lineWidth = 1;
  ctx.beginPath();
  for (const { x, y, width, height } of bars)
    if (width > 4) ctx.rect(x + 0.5, y + 0.5, width - 1, height - 1);
  ctx.stroke();
}

/** A line at the side of discharge, above, or of charge, below. */
function drawDirections(
  ctx: CanvasRenderingContext2D,
  bars: readonly DrawnBar[],
  colour: Colour,
): void {
  for (const sign of [1, -1]) {
    ctx.fillStyle = colour(sign > 0 ? "discharge" : "charge");
    ctx.beginPath();
    for (const { bar, x, y, width, height } of bars)
      if (bar.dispatch.mw * sign > 0) ctx.rect(x, sign > 0 ? y : y + height - 2, width, 2);
    ctx.fill();
  }
}

/** Its sign, with its power where it is wide; and the part that will be missing. */
function drawLetters(
  ctx: CanvasRenderingContext2D,
  drawn: DrawnBar,
  { fill, letters }: BarLook,
  colour: Colour,
): void {
  const { bar, x, y, width, height } = drawn;
  const { mw, status, shortfall } = bar.dispatch;
  if (shortfall !== null) drawShortfall(ctx, drawn, colour("bad"));
  if (height < LETTER_PX - 2 || width < SIGN_PX) return;
  const arrow = mw === 0 ? ARROWS.idle : mw < 0 ? ARROWS.charge : ARROWS.discharge;
  const sign = `${shortfall === null ? "" : "⚠"}${SIGNS[status]}`;
  const text = width < POWER_PX ? sign : `${sign} ${arrow}${formats.power(mw)}`;
  if (typeof fill !== "string") {
    ctx.fillStyle = faded(colour("card"), 82);
    ctx.fillRect(x + 2, y + 3, Math.min(ctx.measureText(text).width + 4, width - 4), height - 6);
  }
  ctx.fillStyle = letters;
  ctx.fillText(text, x + 4, y + height / 2 + 1, width - 6);
}

/** The part that will be missing, from where it begins. */
function drawShortfall(ctx: CanvasRenderingContext2D, drawn: DrawnBar, bad: string): void {
  const { bar, x, y, width, height } = drawn;
  const fromMs = Date.parse(bar.dispatch.shortfall?.from ?? "");
  const part = (fromMs - bar.fromMs) / (bar.untilMs - bar.fromMs);
  const left = x + width * Math.min(Math.max(part, 0), 1);
  ctx.fillStyle = faded(bad, 33);
  ctx.fillRect(left, y, x + width - left, height);
}

function drawNowLine(
  ctx: CanvasRenderingContext2D,
  { leftPx, widthPx, fromMs, untilMs, nowMs }: Scale,
  height: number,
  stroke: string,
): void {
  const x = leftPx + ((nowMs - fromMs) / (untilMs - fromMs)) * widthPx;
  if (nowMs <= fromMs || nowMs >= untilMs) return;
  ctx.strokeStyle = stroke;
  ctx.lineWidth = 1;
  ctx.beginPath();
  ctx.moveTo(x, 0);
  ctx.lineTo(x, height);
  ctx.stroke();
}
