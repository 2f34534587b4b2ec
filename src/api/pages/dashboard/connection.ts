// Whether what the page shows is live, and what was missed while it was not.
import type { Report } from "./frame-reader.ts";

/** For how long it is said that the connection came back, in ms. */
const RESUMED_MS = 30_000;
/** What comes so soon after the first frame was missed, and is caught up; in ms. */
const CATCH_UP_MS = 1000;

export type ConnectionState =
  | { readonly kind: "connecting" }
  | { readonly kind: "live" }
  | { readonly kind: "reconnecting" }
  | {
      readonly kind: "resumed";
      readonly caughtUpTicks: number;
      /** Ticks that the server no longer gave; null where it cannot say. */
      readonly missedTicks: number | null;
    };

export interface Connection {
  state(): ConnectionState;
  received(report: Pick<Report, "missedTicks">): void;
  lost(): void;
}

/**
 * @param nowMs A clock that never goes back.
 * @param changed Is told where the state may have changed.
 */
export function createConnection(nowMs: () => number, changed: () => void): Connection {
  let current: ConnectionState = { kind: "connecting" };
  let resumedAtMs = 0;

  function received({ missedTicks }: Pick<Report, "missedTicks">): ConnectionState {
    if (current.kind === "connecting") return { kind: "live" };
    if (current.kind === "reconnecting") {
      resumedAtMs = nowMs();
      return { kind: "resumed", caughtUpTicks: missedTicks === null ? 0 : 1, missedTicks };
    }
    if (current.kind === "live") return current;
    const sinceMs = nowMs() - resumedAtMs;
    if (sinceMs > RESUMED_MS) return { kind: "live" };
    if (sinceMs > CATCH_UP_MS || current.missedTicks === null || missedTicks === null)
      return current;
    const { caughtUpTicks } = current;
    return {
      kind: "resumed",
      caughtUpTicks: caughtUpTicks + 1,
      missedTicks: current.missedTicks + missedTicks,
    };
  }

  return {
    state: () => current,
    received(report) {
      current = received(report);
      changed();
    },
    lost() {
      if (current.kind !== "connecting") current = { kind: "reconnecting" };
      changed();
    },
  };
}
