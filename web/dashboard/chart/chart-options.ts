// The options of the chart, in the colours of the page.
import uPlot from "uplot";
import { formats } from "../text/format.ts";
import { words } from "../text/words.ts";

type OnPick = (fromMs: number, untilMs: number) => void;
/** A colour of the page by its name. */
type Colour = (name: string) => string;

export function chartOptions(
  element: HTMLElement,
  hasSetpoint: boolean,
  onPick: OnPick,
): uPlot.Options {
  const colours = getComputedStyle(element);
  const colour = (name: string) => colours.getPropertyValue(`--${name}`).trim();
  return {
    width: element.clientWidth,
    height: element.clientHeight,
    padding: [12, 0, 0, 0],
    cursor: { drag: { x: true, y: false, setScale: false }, points: { size: 7 } },
    legend: {
      markers: {
        width: 0,
        fill: (_, index) =>
          [
            "none",
            `linear-gradient(${colour("discharge")} 50%, ${colour("charge")} 50%)`,
            colour("soc"),
            colour("text"),
          ][index] ?? "none",
      },
    },
    scales: {
      mw: { range: (_, min, max) => aroundZero(min, max) },
      pct: { range: [0, 100] },
    },
    axes: axesOf(colour),
    series: seriesOf(colour, hasSetpoint),
    hooks: { setSelect: [(plot) => pickSelection(plot, onPick)] },
  };
}

function axesOf(colour: Colour): uPlot.Axis[] {
  const axis = {
    stroke: colour("muted"),
    grid: { stroke: colour("line"), width: 1 },
    ticks: { show: false },
    font: "12px system-ui, sans-serif",
  };
  return [
    {
      ...axis,
      grid: { show: false },
      space: 80,
      values: (_, all, __, ___, everyS) => all.map((s) => formats.tick(s * 1000, everyS)),
    },
    {
      ...axis,
      scale: "mw",
      size: paddingFor,
      values: (_, all) => all.map((mw) => `${formats.plain(mw)} MW`),
    },
    {
      ...axis,
      scale: "pct",
      side: 1,
      size: 52,
      grid: { show: false },
      values: (_, all) => all.map((pct) => `${formats.plain(pct)} %`),
    },
  ];
}

function seriesOf(colour: Colour, hasSetpoint: boolean): uPlot.Series[] {
  const power = (plot: uPlot) =>
    splitAtZero(plot, colour("discharge"), colour("charge"), colour("charge"));
  const area = (plot: uPlot) =>
    splitAtZero(plot, `${colour("discharge")}38`, `${colour("charge")}38`, colour("card"));
  const setpoint: uPlot.Series = {
    label: words.chart.setpoint,
    scale: "mw",
    stroke: colour("text"),
    width: 1.5,
    dash: [5, 4],
    points: { show: false },
    ...stepped(),
    value: (_, mw) => (mw === null ? "–" : formats.signedPower(mw)),
  };
  return [
    { label: words.chart.time, value: (_, s) => (s === null ? "–" : formats.moment(s * 1000)) },
    {
      label: words.chart.power,
      scale: "mw",
      stroke: power,
      fill: area,
      fillTo: 0,
      width: 2,
      points: { show: false },
      value: (_, mw) => (mw === null ? "–" : formats.signedPower(mw)),
    },
    {
      label: words.chart.soc,
      scale: "pct",
      stroke: colour("soc"),
      width: 2,
      points: { show: false },
      value: (_, pct) => (pct === null ? "–" : formats.percent(pct)),
    },
    ...(hasSetpoint ? [setpoint] : []),
  ];
}

/** Picks the selected range, unless it is as narrow as a click. */
function pickSelection(plot: uPlot, onPick: OnPick): void {
  const { left, width } = plot.select;
  if (width < 8) return;
  onPick(plot.posToVal(left, "x") * 1000, plot.posToVal(left + width, "x") * 1000);
  plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
}

/** Width of the longest label of an axis, in px. */
function paddingFor(_: uPlot, labels: readonly string[] | null): number {
  const most = (labels ?? []).reduce((longest, { length }) => Math.max(longest, length), 0);
  return Math.max(64, 16 + most * 8);
}

/** A setpoint holds until the next one. */
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
