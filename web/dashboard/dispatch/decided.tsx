// The decision that a typed dispatch would get, as one sentence.
import { formats } from "../text/format.ts";
import { words } from "../text/words.ts";
import type { Decision } from "./use-preview.ts";

interface DecidedProps {
  readonly decision: Decision | undefined;
  readonly isTyped: boolean;
}

/** The decision that the typed dispatch would get. */
export function Decided({ decision, isTyped }: DecidedProps) {
  if (!isTyped) return <p className="outcome muted">{words.dispatch.typePower}</p>;
  if (decision === undefined) return <p className="outcome muted">{words.dispatch.requesting}</p>;
  if (decision.refused)
    return (
      <p className="outcome bad" role="status">
        {words.dispatch.wouldBeRefused(decision.refused.message)}
      </p>
    );
  return (
    <p className={decision.shortfall ? "outcome fair" : "outcome good"} role="status">
      {wordsOf(decision)}
    </p>
  );
}

function wordsOf({ endAt, shortfall }: Decision): string {
  const end = endAt === null ? "" : words.dispatch.until(formats.time(Date.parse(endAt)));
  if (!shortfall) return words.dispatch.wouldBeAccepted(end);
  const from = formats.moment(Date.parse(shortfall.from));
  const missing =
    shortfall.missingMwhr === null
      ? ""
      : words.dispatch.wouldMiss(formats.energy(shortfall.missingMwhr));
  return words.dispatch.wouldFallShort(end, from, missing);
}
