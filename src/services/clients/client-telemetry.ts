// Telemetry as one client may see it: of its part of the fleet.
import type { FleetTable } from "../../domain/fleet/fleet-table.ts";
import type { Scope } from "../../domain/identity/scope.ts";
import { type Frame, telemetryAt } from "../../domain/telemetry/frame.ts";
import type { Telemetry } from "../../domain/telemetry/telemetry.ts";
import type { TelemetryService } from "../telemetry/telemetry.ts";
import type { VisibleFleet } from "./visible-fleet.ts";

export interface ClientTelemetry {
  /** What the client may see. */
  readonly visible: Scope;
  /** The table of the newest frame. */
  table(): FleetTable;
  /** The newest frame. */
  latest(): Frame;
  /** The newest telemetry of an asset, or undefined for an unknown one. */
  of(assetId: string): Telemetry | undefined;
  /** The newest telemetry of every asset, or of a site's; undefined for an unknown site. */
  all(siteId?: string): Telemetry[] | undefined;
  /** Finds an item in the newest table, or in that of a recent frame: older frames are still sent. */
  findRecent<T>(find: (table: FleetTable) => T | undefined): T | undefined;
}

export function createClientTelemetry(
  telemetry: TelemetryService,
  fleet: VisibleFleet,
  visible: Scope,
): ClientTelemetry {
  const latest = () => fleet.frameOf(visible, telemetry.latest());
  const table = () => fleet.tableOf(visible, telemetry.latest().table);

  function all(siteId?: string): Telemetry[] | undefined {
    const frame = latest();
    if (siteId === undefined) return frame.table.assets.map((_, at) => telemetryAt(frame, at));
    if (frame.table.siteOf(siteId) === undefined) return undefined;
    return frame.table.indexesOfSite(siteId).map((at) => telemetryAt(frame, at));
  }

  return {
    visible,
    table,
    latest,
    of: (assetId) => (table().assetOf(assetId) === undefined ? undefined : telemetry.of(assetId)),
    all,
    findRecent(find) {
      const found = find(table());
      if (found !== undefined) return found;
      const parts = telemetry.recent().toReversed();
      for (const frame of parts) {
        const older = find(fleet.tableOf(visible, frame.table));
        if (older !== undefined) return older;
      }
      return undefined;
    },
  };
}
