// A badge with the state of the connection.

import { formats } from "../text/format.ts";
import type { ConnectionState } from "./connection.ts";
import { useLive } from "./use-live.ts";

/** The state of the connection, with the missed ticks. */
export function ConnectionBadge() {
  const { connection, fleet } = useLive();
  const state = connection.state();
  const timestampMs = fleet?.totals?.timestampMs;
  return (
    <div className={`badge ${state.kind}`}>
      <span className="dot" aria-hidden="true" />
      <span role="status">{wordsOf(state)}</span>
      {timestampMs !== undefined && (
        <time className="muted" dateTime={new Date(timestampMs).toISOString()}>
          {formats.time(timestampMs)}
        </time>
      )}
    </div>
  );
}

function wordsOf(state: ConnectionState): string {
  switch (state.kind) {
    case "connecting":
      return "Connecting";
    case "obstructed":
      return "Not connected";
    case "live":
      return "Live";
    case "reconnecting":
      return "Reconnecting";
    case "resumed":
      return `Resumed, ${missedWords(state.caughtUpTicks, state.missedTicks)}`;
  }
}

function missedWords(caughtUpTicks: number, missedTicks: number | null): string {
  if (missedTicks === null) return "from the present state";
  if (missedTicks > 0) return `${formats.count(missedTicks)} ticks missed`;
  return caughtUpTicks <= 1 ? "nothing missed" : `${formats.count(caughtUpTicks)} ticks caught up`;
}
