// The decision that a typed dispatch would get, as one sentence.
import { formats } from "../text/format.ts";
import type { Decision } from "./use-preview.ts";

interface DecidedProps {
  readonly decision: Decision | undefined;
  readonly isTyped: boolean;
}

/** The decision that the typed dispatch would get. */
export function Decided({ decision, isTyped }: DecidedProps) {
  if (!isTyped) return <p className="outcome muted">Type a power to preview the decision.</p>;
  if (decision === undefined) return <p className="outcome muted">Requesting the decision</p>;
  if (decision.refused)
    return (
      <p className="outcome bad" role="status">
        Would be refused: {decision.refused.message}
      </p>
    );
  return (
    <p className={decision.shortfall ? "outcome fair" : "outcome good"} role="status">
      {wordsOf(decision)}
    </p>
  );
}

function wordsOf({ endAt, shortfall }: Decision): string {
  const end = endAt === null ? "" : `, until ${formats.time(Date.parse(endAt))}`;
  if (!shortfall) return `Would be accepted${end}, and delivered in full.`;
  const from = formats.moment(Date.parse(shortfall.from));
  const missing =
    shortfall.missingMwhr === null
      ? ""
      : `; ${formats.energy(shortfall.missingMwhr)} would be missing`;
  return `Would be accepted${end}. Its energy runs short from ${from}${missing}.`;
}
