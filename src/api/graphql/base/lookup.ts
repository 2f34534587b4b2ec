// Where something is found that may have gone from the assets file since it was told of.
import type { FleetTable } from "../../../domain/fleet/fleet-table.ts";
import type { Services } from "../../transport/services.ts";

/** Finds something in the newest table, or in that of a recent frame: older frames are still sent. */
export function findRecent<T>(
  { telemetry }: Pick<Services, "telemetry">,
  find: (table: FleetTable) => T | undefined,
): T | undefined {
  const found = find(telemetry.latest().table);
  if (found !== undefined) return found;
  const frame = telemetry.recent().findLast(({ table }) => find(table) !== undefined);
  return frame && find(frame.table);
}
