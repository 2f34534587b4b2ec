// All checks of the health of the server, in the order in which their reasons are reported.
import type { Clock } from "../../domain/ports/clock.ts";
import type { SignInFailure } from "../../domain/ports/token-verifier.ts";
import type { TickerStats } from "../telemetry/ticker.ts";
import type { HealthCheck } from "./health.ts";
import { signInCheck } from "./sign-in-check.ts";
import { type StoreStatus, storeChecks } from "./store-checks.ts";
import { clockChecks, tickChecks } from "./tick-checks.ts";

interface Checked {
  readonly clock: Clock;
  readonly ticker: () => TickerStats;
  /** Undefined without a store, and until it is open. */
  readonly store: () => StoreStatus | undefined;
  /** Why the keys of the sign-in could not be renewed; left out: there are none. */
  readonly signIn?: (() => SignInFailure | undefined) | undefined;
}

export function healthChecks({ clock, ticker, store, signIn }: Checked): readonly HealthCheck[] {
  return [
    ...storeChecks(store),
    ...tickChecks(ticker),
    ...clockChecks(clock, ticker),
    ...(signIn ? [signInCheck(signIn)] : []),
  ];
}
