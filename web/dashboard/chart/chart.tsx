// A chart of power and SoC, drawn by uPlot.
import "uplot/dist/uPlot.min.css";
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import { chartOptions } from "./chart-options.ts";
import type { TracePoint } from "./trace.ts";

interface ChartProps {
  /** The accessible description of the chart. */
  readonly label: string;
  readonly points: readonly TracePoint[];
  readonly hasSetpoint: boolean;
  /** Bounds of the axis of time. */
  readonly fromMs: number;
  readonly untilMs: number;
  /** Is called with a range of time that was selected with the pointer. */
  readonly onPick: (fromMs: number, untilMs: number) => void;
}

export function Chart({ label, points, hasSetpoint, fromMs, untilMs, onPick }: ChartProps) {
  const holder = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const pick = useRef(onPick);
  pick.current = onPick;
  const shown = useRef<[uPlot.AlignedData, number, number]>([[[]], fromMs, untilMs]);
  shown.current = [dataOf(points, hasSetpoint), fromMs, untilMs];

  useEffect(() => {
    const element = holder.current;
    if (!element) return;
    const make = () => {
      plot.current?.destroy();
      const options = chartOptions(element, hasSetpoint, (from, until) =>
        pick.current(from, until),
      );
      plot.current = new uPlot(options, [[]], element);
      draw(plot.current, ...shown.current);
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
  }, [hasSetpoint]);

  useEffect(() => {
    if (plot.current) draw(plot.current, ...shown.current);
  });

  return <div className="chart" ref={holder} role="img" aria-label={label} />;
}

function draw(plot: uPlot, data: uPlot.AlignedData, fromMs: number, untilMs: number): void {
  plot.batch(() => {
    plot.setData(data, false);
    plot.setScale("x", { min: fromMs / 1000, max: untilMs / 1000 });
  });
}

function dataOf(points: readonly TracePoint[], hasSetpoint: boolean): uPlot.AlignedData {
  const data: uPlot.AlignedData = [
    points.map(({ atMs }) => atMs / 1000),
    points.map(({ meanMw }) => meanMw),
    points.map(({ socPct }) => socPct),
  ];
  if (hasSetpoint) data.push(points.map(({ setpointMw }) => setpointMw));
  return data;
}
