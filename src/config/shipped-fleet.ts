// The fleet of the assets file as it is shipped, known by its digest: a file of this name may be one's own.
import { createHash } from "node:crypto";
import type { FleetTable } from "../domain/fleet/fleet-table.ts";

/** The SHA-256 of its sites and assets, with all their fields. */
const SHIPPED = "f4a6ce2f8f85931f9e5ea0182573757030db34ae7688a0110477817250250336";

/** Whether a fleet is the one that the shipped assets file describes. */
export function isShippedFleet(table: FleetTable): boolean {
  return fleetDigest(table) === SHIPPED;
}

/** A digest of the sites and assets of a fleet, in hexadecimal. */
export function fleetDigest({ sites, assets }: FleetTable): string {
  return createHash("sha256")
    .update(JSON.stringify([sites, assets]))
    .digest("hex");
}
