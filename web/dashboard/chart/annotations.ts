// What a chart shows beside its lines: now, the bounds of SoC, and promises at risk.
import type uPlot from "uplot";
import type { TimelinePartsFragment } from "../api/operations.ts";
import { type Colour, faded } from "../parts/colours.ts";
import { formats } from "../text/format.ts";
import { words } from "../text/words.ts";
import type { Bounds } from "./span.ts";

export interface ShadedTime extends Bounds {
  readonly label: string;
}

export interface Annotations {
  /** Where the past ends; undefined where nothing ahead is shown. */
  readonly nowMs?: number;
  /** Beyond which an asset does not discharge or charge, in per cent; from now on. */
  readonly socBoundsPct?: readonly number[];
  /** When promises will not be kept in full. */
  readonly risks: readonly Bounds[];
  /** What a typed dispatch would not deliver, or keep another one from. */
  readonly shaded?: readonly ShadedTime[];
}

/** When open dispatches will fall short of what they promised. */
export function risksOf(dispatches: readonly TimelinePartsFragment[]): Annotations["risks"] {
  return dispatches
    .filter(
      ({ status, shortfall }) =>
        shortfall !== null && (status === "ACCEPTED" || status === "ACTIVE"),
    )
    .map(({ shortfall, startAt, endAt }) => ({
      fromMs: Date.parse(shortfall?.from ?? startAt),
      untilMs: endAt === null ? Number.POSITIVE_INFINITY : Date.parse(endAt),
    }));
}

/** Width of the lines and letters in px of the screen. */
const FONT = "11px system-ui, sans-serif";

/** Draws the shaded times below the lines. */
export function drawRisks(plot: uPlot, { risks, shaded = [] }: Annotations, colour: Colour): void {
  const atRisk = risks.map((bounds) => ({ ...bounds, label: words.chart.atRisk }));
  drawShaded(plot, atRisk, 0, colour);
  drawShaded(plot, shaded, risks.length === 0 ? 0 : 1, colour);
}

/** @param row The row of their labels, from 0 at the top. */
function drawShaded(plot: uPlot, shaded: readonly ShadedTime[], row: number, colour: Colour): void {
  const { ctx, bbox } = plot;
  const bad = colour("bad");
  ctx.save();
  clipToPlot(plot);
  ctx.setLineDash([]);
  for (const { fromMs, untilMs, label } of shaded) {
    const edge = bbox.left + bbox.width;
    const left = Math.max(plot.valToPos(fromMs / 1000, "x", true), bbox.left);
    const right = Math.min(plot.valToPos(untilMs / 1000, "x", true), edge);
    if (right <= left) continue;
    ctx.fillStyle = faded(bad, 12);
    ctx.fillRect(left, bbox.top, right - left, bbox.height);
    drawStripes(plot, left, right, bad);
    ctx.fillStyle = bad;
    ctx.font = scaledFont();
    drawLabel(plot, `⚠ ${label}`, left, right, bbox.top + (12 + 14 * row) * ratio());
  }
  ctx.restore();
}

/** A label within a shaded time, or, where that is too narrow, on the side with more room. */
function drawLabel({ ctx, bbox }: uPlot, text: string, left: number, right: number, y: number) {
  const gap = 4 * ratio();
  const isWithin = ctx.measureText(text).width + 2 * gap <= right - left;
  const isBefore = !isWithin && (left + right) / 2 > bbox.left + bbox.width / 2;
  ctx.textAlign = isBefore ? "right" : "left";
  ctx.fillText(text, isWithin ? left + gap : isBefore ? left - gap : right + gap, y);
}

/** A pattern beside the colour. */
function drawStripes({ ctx, bbox }: uPlot, left: number, right: number, stroke: string): void {
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, bbox.top, right - left, bbox.height);
  ctx.clip();
  ctx.strokeStyle = faded(stroke, 33);
  ctx.lineWidth = ratio();
  ctx.beginPath();
  const bottom = bbox.top + bbox.height;
  for (let x = left - bbox.height; x < right; x += 12 * ratio()) {
    ctx.moveTo(x, bottom);
    ctx.lineTo(x + bbox.height, bbox.top);
  }
  ctx.stroke();
  ctx.restore();
}

/** Draws the line of now and the bounds of SoC above the lines. */
export function drawNow(plot: uPlot, annotations: Annotations, colour: Colour): void {
  const { nowMs, socBoundsPct = [] } = annotations;
  if (nowMs === undefined) return;
  const { ctx, bbox } = plot;
  const x = plot.valToPos(nowMs / 1000, "x", true);
  const right = bbox.left + bbox.width;
  if (x < bbox.left || x > right) return;
  ctx.save();
  clipToPlot(plot);
  ctx.lineWidth = ratio();
  ctx.setLineDash([]);
  ctx.font = scaledFont();
  ctx.strokeStyle = colour("muted");
  ctx.fillStyle = colour("muted");
  line(ctx, x, bbox.top, x, bbox.top + bbox.height);
  ctx.textAlign = "left";
  ctx.fillText(words.chart.now, x + 4 * ratio(), bbox.top + bbox.height - 6 * ratio());
  ctx.strokeStyle = colour("soc");
  ctx.fillStyle = colour("soc");
  ctx.setLineDash([2 * ratio(), 4 * ratio()]);
  ctx.textAlign = "right";
  for (const pct of socBoundsPct) {
    const y = plot.valToPos(pct, "pct", true);
    line(ctx, x, y, right, y);
    const isLow = y > bbox.top + bbox.height / 2;
    ctx.fillText(
      words.chart.socBound(formats.plain(pct)),
      right - 4 * ratio(),
      y + (isLow ? -4 : 12) * ratio(),
    );
  }
  ctx.restore();
}

function clipToPlot({ ctx, bbox }: uPlot): void {
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
}

function line(
  ctx: CanvasRenderingContext2D,
  ...[x1, y1, x2, y2]: [number, number, number, number]
) {
  ctx.beginPath();
  ctx.moveTo(x1, y1);
  ctx.lineTo(x2, y2);
  ctx.stroke();
}

const ratio = () => devicePixelRatio;
const scaledFont = () => FONT.replace("11", String(11 * ratio()));
