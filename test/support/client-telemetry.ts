// Telemetry as a client sees it that may see everything, of tables that a test gives.

import type { FleetTable } from "../../src/domain/fleet/fleet-table.ts";
import { WHOLE } from "../../src/domain/identity/scope.ts";
import { createClientTelemetry } from "../../src/services/clients/client-telemetry.ts";
import { createVisibleFleet } from "../../src/services/clients/visible-fleet.ts";
import type { TelemetryService } from "../../src/services/telemetry/telemetry.ts";

/** @param recent The tables of recent frames, oldest first. */
export function clientTelemetry(table: () => FleetTable, recent: readonly FleetTable[] = []) {
  const frameOf = (of: FleetTable) => ({ table: of });
  const telemetry = { latest: () => frameOf(table()), recent: () => recent.map(frameOf) };
  return createClientTelemetry(
    telemetry as unknown as TelemetryService,
    createVisibleFleet(),
    WHOLE,
  );
}
