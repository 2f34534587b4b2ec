// A hook for what is foreseen of a source.
import { useCallback, useEffect, useRef, useState } from "react";
import { isPassing } from "../api/api.ts";
import type { DispatchInput } from "../api/operations.ts";
import { useSteadyLive } from "../live/use-live.ts";
import { boundsOf, type Span } from "./span.ts";
import type { Foreseen, TraceSource } from "./trace-source.ts";

/** The pause after a change before it is read again, in ms: changes come in groups, and keys too. */
const REST_MS = 250;
/** Between readings, in ms: the shortest, and the longest. */
const LEAST_AGAIN_MS = 5000;
const MOST_AGAIN_MS = 60_000;
/** Readings while a length as long as the shown one passes. */
const READINGS = 100;

/**
 * What is foreseen up to the end of a span; undefined while unknown, and where nothing ahead is shown.
 *
 * @param typed   A dispatch to foresee with, the same object as long as it does not change.
 * @param version Changes with what the forecast depends on: it is read again then.
 */
export function useForecast(
  source: TraceSource,
  span: Span,
  typed: DispatchInput | undefined,
  version: number,
  isWanted: boolean,
): Foreseen | undefined {
  const read = useCallback((untilMs: number) => source.readAhead(untilMs, typed), [source, typed]);
  return useForecastBy(source, read, span, version, isWanted, typed !== undefined);
}

/**
 * @param of      What is foreseen, the same object as long as it is the same.
 * @param read    Reads it, the same function as long as the same is to be read.
 * @param isTyped Whether it changes with what is typed.
 */
export function useForecastBy<F>(
  of: object,
  read: (untilMs: number) => Promise<F | undefined>,
  span: Span,
  version: number,
  isWanted: boolean,
  isTyped = false,
): F | undefined {
  const live = useSteadyLive();
  const [foreseen, setForeseen] = useState<F>();
  const isFirst = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is foreseen of another source is void
  useEffect(() => {
    isFirst.current = true;
    setForeseen(undefined);
  }, [of, isWanted]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: version is a reason to read
  useEffect(() => {
    if (!isWanted) return;
    let isStopped = false;
    let timer: ReturnType<typeof setTimeout>;
    const look = async () => {
      const nowMs = live.fleet?.totals?.timestampMs ?? Date.now();
      const { fromMs, untilMs } = boundsOf(span, nowMs);
      let isFailed = false;
      // A dispatch that would be refused has no forecast: the form says why.
      const next =
        untilMs - nowMs < 1000 * live.tickS
          ? undefined
          : await read(untilMs).catch((error) => {
              isFailed = isPassing(error);
              return undefined;
            });
      if (isStopped) return;
      setForeseen(() => next);
      const againMs = isFailed ? 0 : (untilMs - Math.max(fromMs, nowMs)) / READINGS;
      timer = setTimeout(look, Math.min(Math.max(againMs, LEAST_AGAIN_MS), MOST_AGAIN_MS));
    };
    timer = setTimeout(look, isFirst.current && !isTyped ? 0 : REST_MS);
    isFirst.current = false;
    return () => {
      isStopped = true;
      clearTimeout(timer);
    };
  }, [live, read, span, version, isWanted]);
  return isWanted ? foreseen : undefined;
}
