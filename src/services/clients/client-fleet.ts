// The fleet as one client may see and change it.
import type { ChangeRefusal, FleetChange, Origin } from "../../domain/fleet/change.ts";
import { unknown } from "../../domain/fleet/change-rules.ts";
import type { FleetTable } from "../../domain/fleet/fleet-table.ts";
import type { Principal } from "../../domain/identity/principal.ts";
import type { Audit } from "../audit/audit.ts";
import { auditedChange } from "../fleet/audited.ts";
import type { FileRefused, FleetFileService } from "../fleet/file.ts";
import type { FleetService } from "../fleet/fleet.ts";
import type { FleetChangeResult } from "../fleet/queue.ts";
import { createRegistration, type Registration } from "../fleet/registration.ts";
import type { ClientTelemetry } from "./client-telemetry.ts";
import type { Rights } from "./rights.ts";
import type { VisibleFleet } from "./visible-fleet.ts";

/** Where the fleet does not run, changes reject with NOT_READY; where the store is unavailable, with STORE_UNAVAILABLE. */
export interface ClientFleet extends Registration {
  /** The origin of the site or asset of this id; `file` for an id that is gone, as only the file removes it. */
  originOf(id: string): Origin;
  /** All changes or none; resolves once they are stored and in force. */
  change(changes: readonly FleetChange[]): Promise<FleetChangeResult>;
  /** Reads the assets file again, and puts its fleet in force. */
  reload(): ReturnType<FleetFileService["reload"]>;
  /** The text of an assets file that gives the fleet, as far as it is visible. */
  fileText(): string;
}

interface ClientFleetDeps {
  readonly fleet: FleetService;
  readonly fleetFile: FleetFileService;
  readonly visibleFleet: VisibleFleet;
  readonly telemetry: ClientTelemetry;
  readonly rights: Rights;
  readonly by: Principal;
  readonly audit: Audit;
  readonly newId: () => string;
}

export function createClientFleet(deps: ClientFleetDeps): ClientFleet {
  const { fleet, fleetFile, visibleFleet, telemetry, rights, by, audit, newId } = deps;
  /** May be ahead of the newest frame by up to a tick. */
  const table = () => visibleFleet.tableOf(rights.visible, fleet.table());

  async function change(changes: readonly FleetChange[]): Promise<FleetChangeResult> {
    if (rights.refuse("administer", "fleet") === undefined) return fleet.change(changes, by);
    const refusals = changes.flatMap((it, index) => {
      const refusal = refuseChange(table(), rights, it);
      return refusal === undefined ? [] : [{ ...refusal, index }];
    });
    if (refusals.length === 0) return fleet.change(changes, by);
    for (const { index, code, message: reason } of refusals) {
      const audited = auditedChange(changes[index] as FleetChange, undefined);
      audit.refuse(by, { ...audited, code, reason });
    }
    return { accepted: false, refusals };
  }

  return {
    originOf: fleet.originOf,
    change,
    ...createRegistration({ change }, newId),
    async reload() {
      const refusal = rights.refuse("administer", "fleet");
      if (refusal === undefined) return fleetFile.reload(by);
      const { code, message } = refusal;
      audit.refuse(by, { action: "fleet.reload", target: "fleet", code, reason: message });
      return { accepted: false, code, message, errors: [] } satisfies FileRefused;
    },
    fileText: () => fleetFile.textOf(telemetry.table()),
  };
}

/** Why a change may not be made. What is not visible does not exist. */
function refuseChange(
  table: FleetTable,
  rights: Rights,
  change: FleetChange,
): ChangeRefusal | undefined {
  const ofSite = (siteId: string, field: "id" | "siteId"): ChangeRefusal | undefined => {
    const site = table.findSite(siteId);
    if (site === undefined) return { ...unknown("SITE_UNKNOWN", siteId), field };
    const refusal = rights.refuse("administer", { site });
    return refusal && { ...refusal, field };
  };
  switch (change.kind) {
    case "registerSite": {
      const refusal = rights.refuse("administer", "fleet");
      return refusal && { ...refusal, field: "id" };
    }
    case "updateSite":
    case "retireSite":
      return ofSite(change.siteId, "id");
    case "registerAsset":
      return ofSite(change.asset.siteId, "siteId");
    default: {
      const asset = table.findAsset(change.assetId);
      if (asset === undefined) return unknown("ASSET_UNKNOWN", change.assetId);
      const refusal = rights.refuse("administer", { asset });
      if (refusal !== undefined) return { ...refusal, field: "id" };
      const siteId = "update" in change ? change.update.siteId : undefined;
      return siteId === undefined ? undefined : ofSite(siteId, "siteId");
    }
  }
}
