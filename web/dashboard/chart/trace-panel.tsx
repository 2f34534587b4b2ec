// A panel with the chart of an asset, a site or the fleet: what was, and what is foreseen.
import { type ReactNode, useMemo } from "react";
import { Timeline } from "../dispatch/timeline.tsx";
import { useTyped } from "../dispatch/typed-dispatch.ts";
import { type TimelineState, useTimeline } from "../dispatch/use-timeline.ts";
import { useLive } from "../live/use-live.ts";
import { words } from "../text/words.ts";
import { type Annotations, risksOf } from "./annotations.ts";
import { ChartPanel } from "./chart-panel.tsx";
import { HistoryTable } from "./history-table.tsx";
import type { Line } from "./line.ts";
import { LinesTable } from "./lines-table.tsx";
import { shownBounds } from "./shown-bounds.ts";
import { boundsOf, type Span } from "./span.ts";
import { TimesAtLimits } from "./times-at-limits.tsx";
import { linesAhead, linesOfPast } from "./trace-lines.ts";
import type { TraceSource } from "./trace-source.ts";
import { typedShortfall } from "./typed-shortfall.ts";
import { useForecast } from "./use-forecast.ts";
import { useSpan } from "./use-span.ts";
import { useTrace } from "./use-traces.ts";

interface TracePanelProps {
  readonly title: string;
  /** The same object as long as it is the same source. */
  readonly source: TraceSource;
  /** The name of the asset, site or fleet. */
  readonly name: string;
  readonly tools?: ReactNode;
}

export function TracePanel({ title, source, name, tools }: TracePanelProps) {
  const live = useLive("chart");
  const { firstAheadS } = source;
  const [span, setSpan] = useSpan(firstAheadS);
  const trace = useTrace(source, span);
  const nowMs = live.fleet?.totals?.timestampMs ?? Date.now();
  const points = trace.points();
  const firstMs = points.find(({ meanMw }) => meanMw !== null)?.atMs;
  const bounds = shownBounds(span, firstMs, nowMs);
  const isAhead = boundsOf(span, nowMs).untilMs > nowMs + 1000 * live.tickS;
  const dispatches = useTimeline(source.dispatchesOf);
  const ahead = useAhead(source, span, dispatches, nowMs, isAhead);
  const hasSetpoint = source.readTicks !== undefined;
  const past = useMemo(() => linesOfPast(points, hasSetpoint), [points, hasSetpoint]);
  const lines = useMemo(() => [...past, ...ahead.lines], [past, ahead.lines]);
  return (
    <ChartPanel
      title={title}
      name={name}
      span={span}
      setSpan={setSpan}
      firstAheadS={firstAheadS}
      bounds={bounds}
      lines={lines}
      annotations={ahead.annotations}
      state={trace.state()}
      tools={tools}
      strip={({ leftPx, widthPx }) => (
        <Timeline
          dispatches={dispatches}
          scale={{ leftPx, widthPx, ...bounds, nowMs }}
          hasNames={source.dispatchesOf.assetIds === undefined}
          onPick={(fromMs, untilMs) => setSpan({ kind: "window", fromMs, untilMs })}
        />
      )}
    >
      <TimesAtLimits parts={points} />
      <HistoryTable trace={trace} name={name} />
      {ahead.lines.length > 0 && (
        <LinesTable
          summary={words.chart.foreseenAsTable}
          lines={ahead.lines}
          fileName={words.chart.foreseenOf(name)}
        />
      )}
    </ChartPanel>
  );
}

/** What is foreseen, also with the typed dispatch. */
function useAhead(
  source: TraceSource,
  span: Span,
  { list, version }: TimelineState,
  nowMs: number,
  isAhead: boolean,
): { lines: readonly Line[]; annotations: Annotations } {
  const typed = useTyped(source.dispatchesOf.assetIds?.[0]);
  const foreseen = useForecast(source, span, undefined, version, isAhead);
  const withTyped = useForecast(source, span, typed, version, isAhead && typed !== undefined);
  const short = useMemo(
    () =>
      withTyped && typed
        ? typedShortfall(withTyped, typed, list, nowMs)
        : { lines: [], shaded: [] },
    [withTyped, typed, list, nowMs],
  );
  const lines = useMemo(
    () => [
      ...(foreseen === undefined ? [] : linesAhead(foreseen, nowMs, false)),
      ...(withTyped === undefined ? [] : linesAhead(withTyped, nowMs, true)),
      ...short.lines,
    ],
    [foreseen, withTyped, short, nowMs],
  );
  const risks = useMemo(() => risksOf(list), [list]);
  const annotations = useMemo(() => {
    const socBoundsPct = foreseen && [foreseen.socMinPct, foreseen.socMaxPct];
    const { shaded } = short;
    return { ...(isAhead && { nowMs }), ...(socBoundsPct && { socBoundsPct }), risks, shaded };
  }, [isAhead, nowMs, foreseen, risks, short]);
  return { lines, annotations };
}
