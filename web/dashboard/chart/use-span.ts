// A hook for the span of a chart, which the address has.
import { useCallback, useMemo } from "react";
import type { Params } from "../route/place.ts";
import { useParams } from "../route/use-place.ts";
import type { Span } from "./span.ts";
import { spanOf, spanParams } from "./span-params.ts";

/**
 * The span of the address, the same object until it changes, and the function that changes it.
 *
 * @param firstAheadS How much of what is to come is shown at first, in s.
 */
export function useSpan(firstAheadS: number): readonly [Span, (span: Span) => void] {
  const [{ last, ahead, from, until }, changeParams] = useParams();
  const span = useMemo(
    () => spanOf({ last, ahead, from, until } as Params, firstAheadS),
    [last, ahead, from, until, firstAheadS],
  );
  const setSpan = useCallback(
    (next: Span) => changeParams(spanParams(next, firstAheadS)),
    [changeParams, firstAheadS],
  );
  return [span, setSpan];
}
