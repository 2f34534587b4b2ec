// The options of a chart, in the colours of the page.
import uPlot from "uplot";
import { type Colour, coloursAt, faded, paled } from "../parts/colours.ts";
import { formats } from "../text/format.ts";
import { offsetMs } from "../text/zone.ts";
import { type Annotations, drawNow, drawRisks } from "./annotations.ts";
import type { Line } from "./line.ts";
import { aroundSoc } from "./soc-range.ts";

export interface ChartEvents {
  /** A range of time was selected with the pointer. */
  pick(fromMs: number, untilMs: number): void;
  /** The pointer is at an instant; undefined where it is not over the chart. */
  point(atMs: number | undefined): void;
  /** It was drawn: where its area lies, in px from the left of the chart. */
  drawn(leftPx: number, widthPx: number): void;
  annotations(): Annotations;
  isWholeSoc(): boolean;
}

export function chartOptions(
  element: HTMLElement,
  lines: readonly Line[],
  hidden: ReadonlySet<string>,
  events: ChartEvents,
): uPlot.Options {
  const colour = coloursAt(element);
  const hasSoc = lines.some(({ scale }) => scale === "pct");
  return {
    width: element.clientWidth,
    height: element.clientHeight,
    padding: [12, hasSoc ? 0 : 24, 0, 0],
    cursor: { drag: { x: true, y: false, setScale: false }, points: { size: 7 } },
    legend: { show: false },
    ...zoneOf(formats.timeZone),
    scales: {
      mw: { range: (_, min, max) => aroundZero(min, max) },
      pct: { range: (_, min, max) => (events.isWholeSoc() ? [0, 100] : aroundSoc(min, max)) },
    },
    axes: axesOf(colour, hasSoc),
    series: [{}, ...lines.flatMap((line) => seriesOf(line, colour, !hidden.has(line.key)))],
    hooks: {
      setSelect: [(plot) => pickSelection(plot, events)],
      setCursor: [(plot) => events.point(pointedMs(plot))],
      drawAxes: [(plot) => drawRisks(plot, events.annotations(), colour)],
      draw: [
        (plot) => {
          drawNow(plot, events.annotations(), colour);
          events.drawn(plot.bbox.left / devicePixelRatio, plot.bbox.width / devicePixelRatio);
        },
      ],
    },
  };
}

/** The zone in which labels of the axis of time are round; left out where it is that of the browser. */
function zoneOf(timeZone: string): Pick<uPlot.Options, "tzDate"> {
  if (timeZone === Intl.DateTimeFormat().resolvedOptions().timeZone) return {};
  return {
    tzDate(s) {
      const ms = s * 1000;
      return new Date(ms + offsetMs(ms, timeZone) + new Date(ms).getTimezoneOffset() * 60_000);
    },
  };
}

function axesOf(colour: Colour, hasSoc: boolean): uPlot.Axis[] {
  const axis = {
    stroke: colour("muted"),
    grid: { stroke: colour("line"), width: 1 },
    ticks: { show: false },
    font: "12px system-ui, sans-serif",
  };
  const time: uPlot.Axis = {
    ...axis,
    grid: { show: false },
    size: 32,
    space: 80,
    values: (_, all, __, ___, everyS) =>
      formats.ticks(
        all.map((s) => s * 1000),
        everyS,
      ),
  };
  const power: uPlot.Axis = {
    ...axis,
    scale: "mw",
    size: paddingFor,
    values: (_, all) => formats.axis(all, "MW"),
  };
  const soc: uPlot.Axis = {
    ...axis,
    scale: "pct",
    side: 1,
    size: 60,
    grid: { show: false },
    values: (_, all) => all.map((pct) => `${formats.plain(pct)} %`),
  };
  return hasSoc ? [time, power, soc] : [time, power];
}

function seriesOf(line: Line, colour: Colour, show: boolean): uPlot.Series[] {
  const { scale, dash, isSplit, isStepped, isAhead, stacked } = line;
  const common: uPlot.Series = {
    ...{ scale, show, width: 2, points: { show: false } },
    ...(dash !== undefined && { dash: [...dash], width: 1.5 }),
    ...(isStepped && stepped()),
  };
  if (stacked !== undefined) {
    const area = {
      ...common,
      width: 1,
      stroke: colour("card"),
      fill: isAhead ? paled(colour(line.colour), 55, colour("card")) : colour(line.colour),
      fillTo: 0,
    };
    return [area, { ...area }];
  }
  if (!isSplit) return [{ ...common, stroke: colour(line.colour) }];
  const [up, down] = [colour("discharge"), colour("charge")];
  const faintPct = isAhead ? 11 : 22;
  return [
    {
      ...common,
      stroke: (plot) => splitAtZero(plot, up, down, down),
      fill: (plot) => splitAtZero(plot, faded(up, faintPct), faded(down, faintPct), colour("card")),
      fillTo: 0,
    },
  ];
}

/** Picks the selected range, unless it is as narrow as a click. */
function pickSelection(plot: uPlot, { pick }: ChartEvents): void {
  const { left, width } = plot.select;
  if (width < 8) return;
  pick(plot.posToVal(left, "x") * 1000, plot.posToVal(left + width, "x") * 1000);
  plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
}

function pointedMs({ cursor, posToVal }: uPlot): number | undefined {
  const { left } = cursor;
  return left === undefined || left < 0 ? undefined : posToVal(left, "x") * 1000;
}

/** Width of the longest label of an axis, in px. */
function paddingFor(_: uPlot, labels: readonly string[] | null): number {
  const most = (labels ?? []).reduce((longest, { length }) => Math.max(longest, length), 0);
  return Math.max(64, 16 + most * 8);
}

/** A value holds since the previous point. */
function stepped(): { paths?: uPlot.Series.PathBuilder } {
  const paths = uPlot.paths.stepped?.({ align: -1 });
  return paths === undefined ? {} : { paths };
}

/** Bounds with padding around the values, always with zero between them. */
function aroundZero(min: number | null, max: number | null): uPlot.Range.MinMax {
  const low = Math.min(min ?? 0, 0);
  const high = Math.max(max ?? 0, 0);
  const padding = Math.max((high - low) * 0.12, 0.5);
  return [low - padding, high + padding];
}

/** One colour above zero, another one below. */
function splitAtZero(
  plot: uPlot,
  above: string,
  below: string,
  beforeLayout: string,
): CanvasGradient | string {
  const { top, height } = plot.bbox;
  if (!Number.isFinite(top) || height <= 0) return beforeLayout;
  const zero = (plot.valToPos(0, "mw", true) - top) / height;
  if (!Number.isFinite(zero)) return beforeLayout;
  const gradient = plot.ctx.createLinearGradient(0, top, 0, top + height);
  const stop = Math.min(Math.max(zero, 0), 1);
  gradient.addColorStop(0, above);
  gradient.addColorStop(stop, above);
  gradient.addColorStop(stop, below);
  gradient.addColorStop(1, below);
  return gradient;
}
