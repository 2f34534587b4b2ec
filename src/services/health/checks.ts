// All checks of the health of the server, in the order in which their reasons are reported.
import type { Clock } from "../../domain/ports/clock.ts";
import type { SignInFailure } from "../../domain/ports/token-verifier.ts";
import type { TickerStats } from "../telemetry/ticker.ts";
import type { EventLimits } from "./event-check.ts";
import type { HealthCheck } from "./health.ts";
import { signInCheck } from "./sign-in-check.ts";
import { type StoreStatus, storeChecks } from "./store-checks.ts";
import { clockChecks, type TickLimits, tickChecks } from "./tick-checks.ts";

interface Checked {
  readonly clock: Clock;
  readonly ticker: () => TickerStats;
  /** Undefined without a store, and until it is open. */
  readonly store: () => StoreStatus | undefined;
  /** Why the keys of the sign-in could not be renewed; left out: there are none. */
  readonly signIn?: (() => SignInFailure | undefined) | undefined;
  readonly limits: EventLimits & TickLimits;
}

export function healthChecks(checked: Checked): readonly HealthCheck[] {
  const { clock, ticker, store, signIn, limits } = checked;
  return [
    ...storeChecks(store, limits),
    ...tickChecks(ticker, limits),
    ...clockChecks(clock, ticker),
    ...(signIn ? [signInCheck(signIn)] : []),
  ];
}
