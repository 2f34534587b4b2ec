// The state of the connection: live, lost, or caught up, with the number of missed ticks.
import type { Report } from "./frame-reader.ts";

/** For how long a restored connection is shown, in ms. */
const RESUMED_MS = 30_000;
/** Frames that arrive this soon after the first were missed, and are caught up; in ms. */
const CATCH_UP_MS = 1000;

export type ConnectionState =
  | { readonly kind: "connecting" }
  /** The page never was connected, and cannot be before the obstacle is removed. */
  | { readonly kind: "obstructed"; readonly reason: string }
  | { readonly kind: "live" }
  | { readonly kind: "reconnecting" }
  | {
      readonly kind: "resumed";
      readonly caughtUpTicks: number;
      /** Ticks that the server no longer delivered; null where the number is unknown. */
      readonly missedTicks: number | null;
    };

export interface Connection {
  state(): ConnectionState;
  received(report: Pick<Report, "missedTicks">): void;
  lost(): void;
  /** Sets the obstacle of the connection; without effect where it was connected before. */
  obstructed(reason: string): void;
}

/**
 * @param nowMs A clock that never goes back.
 * @param changed Is called where the state may have changed.
 */
export function createConnection(nowMs: () => number, changed: () => void): Connection {
  let current: ConnectionState = { kind: "connecting" };
  let resumedAtMs = 0;

  function received({ missedTicks }: Pick<Report, "missedTicks">): ConnectionState {
    if (current.kind === "connecting" || current.kind === "obstructed") return { kind: "live" };
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
      if (current.kind !== "connecting" && current.kind !== "obstructed")
        current = { kind: "reconnecting" };
      changed();
    },
    obstructed(reason) {
      if (current.kind === "connecting") current = { kind: "obstructed", reason };
      changed();
    },
  };
}
