import { formats } from "./format.ts";
import type { Decision } from "./use-preview.ts";

interface DecidedProps {
  readonly decision: Decision | undefined;
  readonly isTyped: boolean;
}

/** What the server would say to what is typed now. */
export function Decided({ decision, isTyped }: DecidedProps) {
  if (!isTyped) return <p className="verdict muted">Type a power to see what would come of it.</p>;
  if (decision === undefined) return <p className="verdict muted">Asking the fleet</p>;
  if (decision.refused)
    return (
      <p className="verdict bad" role="status">
        Would be refused: {decision.refused.message}
      </p>
    );
  return (
    <p className={decision.shortfall ? "verdict fair" : "verdict good"} role="status">
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
