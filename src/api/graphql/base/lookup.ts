// The lookup of assets and sites that may have left the assets file since they were sent.
import type { FleetTable } from "../../../domain/fleet/fleet-table.ts";
import type { Services } from "../../transport/services.ts";

/** Finds an item in the newest table, or in that of a recent frame: older frames are still sent. */
export function findRecent<T>(
  { telemetry }: Pick<Services, "telemetry">,
  find: (table: FleetTable) => T | undefined,
): T | undefined {
  const found = find(telemetry.latest().table);
  if (found !== undefined) return found;
  const frame = telemetry.recent().findLast(({ table }) => find(table) !== undefined);
  return frame && find(frame.table);
}
