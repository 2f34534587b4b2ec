// The fleet of the assets file as it is shipped, known by its digest: a file of this name may be one's own.
import { createHash } from "node:crypto";
import type { FleetTable } from "../domain/fleet/fleet-table.ts";

/** The SHA-256 of its sites and assets, with all their fields. */
const SHIPPED = "c19f58ecb09bde182deebfe69fec8767fea2b5d468a0f82f665f2c52150164aa";

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
