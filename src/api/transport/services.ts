// The services that the API uses.
import type { AlarmService } from "../../services/alarm/alarms.ts";
import type { ClientDispatch } from "../../services/dispatch/client-requests.ts";
import type { FleetFileService } from "../../services/fleet/file.ts";
import type { FleetService } from "../../services/fleet/fleet.ts";
import type { Registration } from "../../services/fleet/registration.ts";
import type { Health } from "../../services/health/health.ts";
import type { StoreStatus } from "../../services/health/store-checks.ts";
import type { Authenticator } from "../../services/identity/authenticator.ts";
import type { Identities } from "../../services/identity/identities.ts";
import type { HistoryQueries } from "../../services/telemetry/history-queries.ts";
import type { TelemetryService } from "../../services/telemetry/telemetry.ts";
import type { TickerStats } from "../../services/telemetry/ticker.ts";
import type { WorkTurns } from "../../services/work-turns.ts";

/** The services behind the API. */
export interface Services {
  readonly telemetry: TelemetryService;
  readonly history: HistoryQueries;
  readonly dispatch: ClientDispatch;
  readonly alarms: AlarmService;
  readonly fleet: FleetService;
  readonly registration: Registration;
  readonly fleetFile: FleetFileService;
  readonly authenticator: Authenticator;
  readonly identities: Identities;
  /** What pages need to sign in by OpenID Connect; null without it. */
  readonly signIn: SignInOptions;
  readonly health: Health;
  readonly workTurns: WorkTurns;
  readonly tickerStats: () => TickerStats;
  /** Calls as each tick begins, with how long after its instant that is, in s. */
  readonly onTick: (listener: (latenessS: number) => void) => void;
  /** The pending writes of the store; undefined without one. */
  readonly writerStats: () => StoreStatus | undefined;
  /** How much is stored; undefined without a store, and until it is open. */
  readonly storeUsage: () => StoreUsage | undefined;
  /** Whether the fleet runs. */
  readonly isReady: () => boolean;
}

export interface SignInOptions {
  readonly issuer: string | null;
  readonly clientId: string | null;
  /** Scopes that are requested, separated by spaces. */
  readonly scope: string | null;
}

/** How much is stored, as it was measured last. */
export interface StoreUsage {
  /** Bytes on disk by table. */
  readonly bytes: Readonly<Record<string, number>>;
  /** Samples before this were removed, in ms since the epoch; -Infinity where none was. */
  readonly rawFromMs: number;
}
