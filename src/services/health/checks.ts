// All checks of the health of the server, in the order in which their reasons are reported.
import type { Clock } from "../../domain/ports/clock.ts";
import type { TickerStats } from "../telemetry/ticker.ts";
import type { HealthCheck } from "./health.ts";
import { type StoreStatus, storeChecks } from "./store-checks.ts";
import { clockChecks, tickChecks } from "./tick-checks.ts";

interface Checked {
  readonly clock: Clock;
  readonly ticker: () => TickerStats;
  /** Undefined without a store, and until it is open. */
  readonly store: () => StoreStatus | undefined;
}

export function healthChecks({ clock, ticker, store }: Checked): readonly HealthCheck[] {
  return [...storeChecks(store), ...tickChecks(ticker), ...clockChecks(clock, ticker)];
}
