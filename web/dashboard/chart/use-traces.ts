// A hook for the traces of several sources.
import { useEffect, useReducer, useState } from "react";
import { useSteadyLive } from "../live/use-live.ts";
import type { Span } from "./span.ts";
import { startTrace, type Trace } from "./trace.ts";
import type { TraceSource } from "./trace-source.ts";

/** @param sources The same object as long as they are the same ones. */
export function useTraces(sources: readonly TraceSource[], span: Span): readonly Trace[] {
  const live = useSteadyLive();
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const [traces, setTraces] = useState<readonly Trace[]>([]);
  useEffect(() => {
    const started = sources.map((source) => startTrace(live, source, span, redraw));
    setTraces(started);
    return () => {
      for (const { stop } of started) stop();
    };
  }, [live, sources, span]);
  return traces;
}
