import type { DispatchService } from "../services/dispatch.ts";
import type { TelemetryService } from "../services/telemetry.ts";
import type { TickerStats } from "../services/ticker.ts";

/** What the doors of the house ask of it. */
export interface Services {
  readonly telemetry: TelemetryService;
  readonly dispatch: DispatchService;
  readonly tickerStats: () => TickerStats;
  /** Whether the fleet runs and answers are current. */
  readonly isReady: () => boolean;
}
