// A badge with the state of the connection.

import { formats } from "../text/format.ts";
import { words } from "../text/words.ts";
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
      return words.connection.connecting;
    case "obstructed":
      return words.connection.obstructed;
    case "live":
      return words.connection.live;
    case "reconnecting":
      return words.connection.reconnecting;
    case "resumed":
      return words.connection.resumed(missedWords(state.caughtUpTicks, state.missedTicks));
  }
}

function missedWords(caughtUpTicks: number, missedTicks: number | null): string {
  if (missedTicks === null) return words.connection.fromPresent;
  if (missedTicks > 0) return words.connection.ticksMissed(formats.count(missedTicks));
  return caughtUpTicks <= 1
    ? words.connection.nothingMissed
    : words.connection.caughtUp(formats.count(caughtUpTicks));
}
