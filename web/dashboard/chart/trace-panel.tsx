// A panel with the chart of a trace and its controls of time.
import { type ReactNode, useEffect, useMemo, useReducer, useState } from "react";
import { useLive } from "../live/use-live.ts";
import type { Params } from "../route/place.ts";
import { useParams } from "../route/use-place.ts";
import { formats } from "../text/format.ts";
import { words } from "../text/words.ts";
import { Chart } from "./chart.tsx";
import { boundsOf, move, RANGES_S, type Span, zoom } from "./span.ts";
import { spanOf, spanParams } from "./span-params.ts";
import { startTrace, type Trace, type TracePoint, type TraceSource } from "./trace.ts";

interface TracePanelProps {
  readonly title: string;
  /** The same object as long as it is the same source. */
  readonly source: TraceSource;
  /** The content below the chart. */
  readonly children?: (trace: Trace) => ReactNode;
}

/** The shortest span of a chart up to now. */
const SHORTEST_MS = 60_000;

/** A chart of the past up to now, with controls to move through time. */
export function TracePanel({ title, source, children }: TracePanelProps) {
  const live = useLive();
  const [params, changeParams] = useParams();
  const { last, from, until } = params;
  const span = useMemo(() => spanOf({ last, from, until } as Params), [last, from, until]);
  const setSpan = (next: Span) => changeParams(spanParams(next));
  const trace = useTrace(source, span);
  const nowMs = live.fleet?.totals?.timestampMs ?? Date.now();
  const points = trace?.points() ?? [];
  const { fromMs, untilMs } = shownBounds(span, points, nowMs);
  const state = trace?.state() ?? "loading";
  const isEmpty = state === "loaded" && points.every(({ meanMw }) => meanMw === null);

  return (
    <section className="card trace" aria-label={title}>
      <div className="panel-head">
        <h2>{title}</h2>
        <Ranges span={span} setSpan={setSpan} nowMs={nowMs} />
      </div>
      <div className="chart-holder">
        <Chart
          label={words.chart.label(title)}
          points={points}
          hasSetpoint={source.readTicks !== undefined}
          fromMs={fromMs}
          untilMs={untilMs}
          onPick={(from, until) => setSpan({ kind: "window", fromMs: from, untilMs: until })}
        />
        {state === "loading" && points.length === 0 && <p className="veil">{words.page.loading}</p>}
        {typeof state === "object" && (
          <p className="veil" role="alert">
            {state.error}
          </p>
        )}
        {isEmpty && <p className="veil">{words.chart.empty}</p>}
      </div>
      <p className="hint muted">{words.chart.hint}</p>
      {trace && children?.(trace)}
    </section>
  );
}

/** The span of a chart whose history is short: a new fleet is not shown at the edge of an empty chart. */
function shownBounds(span: Span, points: readonly TracePoint[], nowMs: number) {
  const { fromMs, untilMs } = boundsOf(span, nowMs);
  if (span.kind === "window") return { fromMs, untilMs };
  const firstMs = points.find(({ meanMw }) => meanMw !== null)?.atMs ?? fromMs;
  return { fromMs: Math.max(fromMs, Math.min(firstMs, untilMs - SHORTEST_MS)), untilMs };
}

function useTrace(source: TraceSource, span: Span): Trace | undefined {
  const live = useLive();
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const [trace, setTrace] = useState<Trace>();
  useEffect(() => {
    const started = startTrace(live, source, span, redraw);
    setTrace(started);
    return started.stop;
  }, [live, source, span]);
  return trace;
}

interface RangesProps {
  readonly span: Span;
  readonly setSpan: (span: Span) => void;
  readonly nowMs: number;
}

function Ranges({ span, setSpan, nowMs }: RangesProps) {
  return (
    <div className="tools">
      <fieldset className="segments" aria-label={words.chart.range}>
        {RANGES_S.map((lengthS) => (
          <button
            type="button"
            key={lengthS}
            title={words.chart.last(formats.duration(lengthS))}
            aria-pressed={span.kind === "latest" && span.lengthS === lengthS}
            onClick={() => setSpan({ kind: "latest", lengthS })}
          >
            {formats.duration(lengthS)}
          </button>
        ))}
      </fieldset>
      <fieldset className="segments" aria-label={words.chart.move}>
        <button
          type="button"
          aria-label={words.chart.earlier}
          onClick={() => setSpan(move(span, -0.5, nowMs))}
        >
          ‹
        </button>
        <button
          type="button"
          aria-label={words.chart.later}
          onClick={() => setSpan(move(span, 0.5, nowMs))}
        >
          ›
        </button>
        <button
          type="button"
          aria-label={words.chart.zoomIn}
          onClick={() => setSpan(zoom(span, 0.5, nowMs))}
        >
          +
        </button>
        <button
          type="button"
          aria-label={words.chart.zoomOut}
          onClick={() => setSpan(zoom(span, 2, nowMs))}
        >
          −
        </button>
      </fieldset>
    </div>
  );
}
