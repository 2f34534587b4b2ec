// A panel with the chart of a trace and its controls of time.
import { type ReactNode, useEffect, useReducer, useState } from "react";
import { useLive } from "../live/use-live.ts";
import { Chart } from "./chart.tsx";
import { boundsOf, move, RANGES, type Span, zoom } from "./span.ts";
import { startTrace, type Trace, type TracePoint, type TraceSource } from "./trace.ts";

interface TracePanelProps {
  readonly title: string;
  /** The same object as long as it is the same source. */
  readonly source: TraceSource;
  /** The content below the chart. */
  readonly children?: (trace: Trace) => ReactNode;
}

const START: Span = { kind: "latest", lengthS: 900 };
/** The shortest span of a chart up to now. */
const SHORTEST_MS = 60_000;

/** A chart of the past up to now, with controls to move through time. */
export function TracePanel({ title, source, children }: TracePanelProps) {
  const live = useLive();
  const [span, setSpan] = useState(START);
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
          label={`${title}: power in MW and state of charge in per cent over time`}
          points={points}
          hasSetpoint={source.readTicks !== undefined}
          fromMs={fromMs}
          untilMs={untilMs}
          onPick={(from, until) => setSpan({ kind: "window", fromMs: from, untilMs: until })}
        />
        {state === "loading" && points.length === 0 && <p className="veil">Loading</p>}
        {typeof state === "object" && (
          <p className="veil" role="alert">
            {state.error}
          </p>
        )}
        {isEmpty && <p className="veil">Nothing was kept of this time.</p>}
      </div>
      <p className="hint muted">
        Above zero it discharges, below zero it charges. Drag across the chart to look closer.
      </p>
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
      <fieldset className="segments" aria-label="Range">
        {RANGES.map(({ label, name, lengthS }) => (
          <button
            type="button"
            key={label}
            title={name}
            aria-pressed={span.kind === "latest" && span.lengthS === lengthS}
            onClick={() => setSpan({ kind: "latest", lengthS })}
          >
            {label}
          </button>
        ))}
      </fieldset>
      <fieldset className="segments" aria-label="Move through time">
        <button type="button" aria-label="Earlier" onClick={() => setSpan(move(span, -0.5, nowMs))}>
          ‹
        </button>
        <button type="button" aria-label="Later" onClick={() => setSpan(move(span, 0.5, nowMs))}>
          ›
        </button>
        <button type="button" aria-label="Zoom in" onClick={() => setSpan(zoom(span, 0.5, nowMs))}>
          +
        </button>
        <button type="button" aria-label="Zoom out" onClick={() => setSpan(zoom(span, 2, nowMs))}>
          −
        </button>
      </fieldset>
    </div>
  );
}
