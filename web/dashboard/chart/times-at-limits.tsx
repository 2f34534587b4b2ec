// A line of text: how long an asset was at each limit.
import { useMemo } from "react";
import { formats } from "../text/format.ts";
import { termOf, words } from "../text/words.ts";
import { type Limited, totalTimes } from "./limit-times.ts";

interface TimesAtLimitsProps {
  /** The same list as long as it has the same parts. */
  readonly parts: readonly Limited[];
}

/** Nothing where the parts have no limits. */
export function TimesAtLimits({ parts }: TimesAtLimitsProps) {
  const total = useMemo(() => totalTimes(parts), [parts]);
  if (total === undefined) return null;
  const { times, isPartial } = total;
  const list = times.map(({ limit, lengthS }) => `${termOf(limit)} ${formats.duration(lengthS)}`);
  if (isPartial) list.push(words.chart.limitsPartial);
  return (
    <p className="hint">
      <span className="muted">{words.chart.atLimits}</span>{" "}
      {list.length === 0 ? words.page.none : list.join(" · ")}
    </p>
  );
}
