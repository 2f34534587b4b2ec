// The lookup of assets and sites that may have left the assets file since they were sent.
import type { FleetTable } from "../../../domain/fleet/fleet-table.ts";
import type { ClientServices } from "../../../services/clients/clients.ts";

/** Finds an item in the newest table, or in that of a recent frame: older frames are still sent. */
export function findRecent<T>(
  { telemetry }: Pick<ClientServices, "telemetry">,
  find: (table: FleetTable) => T | undefined,
): T | undefined {
  return telemetry.findRecent(find);
}
