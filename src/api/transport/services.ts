// The services that the API uses.
import type { Principal } from "../../domain/identity/principal.ts";
import type { AlarmService } from "../../services/alarm/alarms.ts";
import type { Audit, AuditQueries } from "../../services/audit/audit.ts";
import type { ClientServices } from "../../services/clients/clients.ts";
import type { DispatchService } from "../../services/dispatch/dispatch.ts";
import type { FleetService } from "../../services/fleet/fleet.ts";
import type { Health } from "../../services/health/health.ts";
import type { StoreStatus } from "../../services/health/store-checks.ts";
import type { Authenticator } from "../../services/identity/authenticator.ts";
import type { TelemetryService } from "../../services/telemetry/telemetry.ts";
import type { TickerStats } from "../../services/telemetry/ticker.ts";
import type { WorkTurns } from "../../services/work-turns.ts";

/** The services behind the API. What requests read and change goes by `as` alone; the others are of the server itself. */
export interface Services {
  /** The services as one client uses them. */
  readonly as: (principal: Principal) => ClientServices;
  readonly authenticator: Authenticator;
  readonly signIn: SignInOptions;
  readonly audit: Audit & Pick<AuditQueries, "events" | "head" | "waitingRows">;
  readonly telemetry: TelemetryService;
  readonly dispatch: Pick<DispatchService, "events" | "outcomes" | "openCounts">;
  readonly alarms: Pick<AlarmService, "events" | "openCounts">;
  readonly fleet: Pick<FleetService, "outcomes">;
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

/** What pages need to sign in by OpenID Connect; null without it. */
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
