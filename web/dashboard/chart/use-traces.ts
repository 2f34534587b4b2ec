// Hooks for the traces of sources.
import { useEffect, useMemo, useReducer } from "react";
import { useSteadyLive } from "../live/use-live.ts";
import type { Span } from "./span.ts";
import { createTrace, type Trace } from "./trace.ts";
import type { TraceSource } from "./trace-source.ts";

/** @param sources The same object as long as they are the same ones. */
export function useTraces(sources: readonly TraceSource[], span: Span): readonly Trace[] {
  const live = useSteadyLive();
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const traces = useMemo(
    () => sources.map((source) => createTrace(live, source, span)),
    [live, sources, span],
  );
  useEffect(() => {
    const stops = traces.map((trace) => trace.start(redraw));
    return () => {
      for (const stop of stops) stop();
    };
  }, [traces]);
  return traces;
}

/** @param source The same object as long as it is the same source. */
export function useTrace(source: TraceSource, span: Span): Trace {
  const sources = useMemo(() => [source], [source]);
  return useTraces(sources, span)[0] as Trace;
}
