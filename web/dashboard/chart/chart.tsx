// A chart of lines over time, drawn by uPlot, with a legend of their values.
import { useEffect, useRef, useState } from "react";
import uPlot from "uplot";
import type { Annotations } from "./annotations.ts";
import { type ChartEvents, chartOptions } from "./chart-options.ts";
import { Legend } from "./legend.tsx";
import type { Line } from "./line.ts";
import type { Bounds } from "./span.ts";

/** Where the area of a chart lies, in px from its left. */
export interface PlotArea {
  readonly leftPx: number;
  readonly widthPx: number;
}

export interface ChartProps {
  /** The accessible description of the chart. */
  readonly label: string;
  readonly lines: readonly Line[];
  /** Keys of the lines that are not shown. */
  readonly hidden: ReadonlySet<string>;
  readonly toggle: (key: string) => void;
  readonly annotations: Annotations;
  /** Whether the axis of SoC is 0 to 100 %, and not scaled to what is seen. */
  readonly isWholeSoc: boolean;
  /** Bounds of the axis of time. */
  readonly bounds: Bounds;
  /** Is called with a range of time that was selected with the pointer. */
  readonly onPick: (fromMs: number, untilMs: number) => void;
  readonly onArea: (area: PlotArea) => void;
}

export function Chart(props: ChartProps) {
  const holder = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const [pointedMs, setPointedMs] = useState<number>();
  const now = useRef(props);
  now.current = props;
  const shapeKey = shapeOf(props);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the shape says which lines there are
  useEffect(() => {
    const element = holder.current;
    if (!element) return;
    const events = eventsOf(() => now.current, setPointedMs);
    const make = () => {
      plot.current?.destroy();
      const { lines, hidden } = now.current;
      plot.current = new uPlot(chartOptions(element, lines, hidden, events), [[]], element);
      draw(plot.current, now.current);
    };
    make();
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", make);
    const resize = new ResizeObserver(() =>
      plot.current?.setSize({ width: element.clientWidth, height: element.clientHeight }),
    );
    resize.observe(element);
    return () => {
      dark.removeEventListener("change", make);
      resize.disconnect();
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, [shapeKey]);

  const { lines, bounds, annotations, isWholeSoc } = props;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is drawn depends on these alone
  useEffect(() => {
    if (plot.current) draw(plot.current, now.current);
  }, [lines, bounds.fromMs, bounds.untilMs, annotations, isWholeSoc]);

  return (
    <>
      <div className="chart" ref={holder} role="img" aria-label={props.label} />
      <Legend
        lines={lines}
        hidden={props.hidden}
        toggle={props.toggle}
        pointedMs={pointedMs}
        socBoundsPct={annotations.socBoundsPct}
      />
    </>
  );
}

/** Changes where the lines or their look do, and not with their points. */
function shapeOf({ lines, hidden }: ChartProps): string {
  return lines
    .map(({ key, colour, stacked }) => `${key} ${colour} ${hidden.has(key)} ${!stacked}`)
    .join();
}

function eventsOf(props: () => ChartProps, point: (atMs: number | undefined) => void): ChartEvents {
  let area = "";
  return {
    point,
    pick: (fromMs, untilMs) => props().onPick(fromMs, untilMs),
    annotations: () => props().annotations,
    isWholeSoc: () => props().isWholeSoc,
    drawn(leftPx, widthPx) {
      if (area === `${leftPx} ${widthPx}`) return;
      area = `${leftPx} ${widthPx}`;
      props().onArea({ leftPx, widthPx });
    },
  };
}

function draw(plot: uPlot, { lines, bounds }: ChartProps): void {
  plot.batch(() => {
    plot.setData(dataOf(lines), false);
    plot.setScale("x", { min: bounds.fromMs / 1000, max: bounds.untilMs / 1000 });
  });
}

/** The points of all lines on one axis of time. */
function dataOf(lines: readonly Line[]): uPlot.AlignedData {
  const tables = tablesOf(lines);
  const [only] = tables;
  if (only === undefined) return [[]];
  return tables.length === 1 ? only : uPlot.join(tables);
}

/** A table for each run of lines that share their instants. */
function tablesOf(lines: readonly Line[]): uPlot.AlignedData[] {
  const tables: [number[], ...(number | null)[][]][] = [];
  lines.forEach(({ atMs, values, stacked }, index) => {
    if (atMs !== lines[index - 1]?.atMs) tables.push([atMs.map((ms) => ms / 1000)]);
    const columns = stacked === undefined ? [values] : [stacked.above, stacked.below];
    tables.at(-1)?.push(...columns.map((column) => [...column]));
  });
  return tables;
}
