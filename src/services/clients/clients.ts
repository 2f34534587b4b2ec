// The services as one client uses them: reads show what it may see, and changes have it as their author.

import type { Principal } from "../../domain/identity/principal.ts";
import type { Chance } from "../../domain/ports/chance.ts";
import type { AlarmService } from "../alarm/alarms.ts";
import type { Audit, AuditQueries } from "../audit/audit.ts";
import type { DataPoints } from "../data-point/data-points.ts";
import type { DispatchService } from "../dispatch/dispatch.ts";
import type { FleetFileService } from "../fleet/file.ts";
import type { FleetService } from "../fleet/fleet.ts";
import type { Identities } from "../identity/identities.ts";
import type { SettingsService } from "../settings/settings.ts";
import type { HistoryService } from "../telemetry/history.ts";
import type { TelemetryService } from "../telemetry/telemetry.ts";
import type { Versions } from "../version/versions.ts";
import type { WorkTurns } from "../work-turns.ts";
import { type ClientAlarms, createClientAlarms } from "./client-alarms.ts";
import { type ClientAudit, createClientAudit } from "./client-audit.ts";
import { type ClientDataPoints, createClientDataPoints } from "./client-data-points.ts";
import { type ClientDispatch, createClientDispatch } from "./client-dispatch.ts";
import { type ClientFleet, createClientFleet } from "./client-fleet.ts";
import { type ClientHistory, createClientHistory } from "./client-history.ts";
import { type ClientIdentities, createClientIdentities } from "./client-identities.ts";
import { type ClientSettings, createClientSettings } from "./client-settings.ts";
import { type ClientTelemetry, createClientTelemetry } from "./client-telemetry.ts";
import { type Rights, rightsOf } from "./rights.ts";
import { createVisibleFleet } from "./visible-fleet.ts";

export interface ClientServices {
  readonly principal: Principal;
  readonly rights: Rights;
  readonly telemetry: ClientTelemetry;
  readonly history: ClientHistory;
  readonly dispatch: ClientDispatch;
  readonly fleet: ClientFleet;
  readonly alarms: ClientAlarms;
  readonly audit: ClientAudit;
  readonly identities: ClientIdentities;
  readonly dataPoints: ClientDataPoints;
  readonly settings: ClientSettings;
  /** The same for every client that may read anything. */
  readonly versions: Versions;
  readonly workTurns: WorkTurns;
}

interface ClientsDeps {
  readonly telemetry: TelemetryService;
  readonly history: HistoryService;
  readonly dispatch: DispatchService;
  readonly fleet: FleetService;
  readonly fleetFile: FleetFileService;
  readonly alarms: AlarmService;
  readonly audit: Audit & AuditQueries;
  readonly identities: Identities;
  readonly dataPoints: DataPoints;
  readonly settings: SettingsService;
  readonly versions: Versions;
  readonly workTurns: WorkTurns;
  readonly chance: Chance;
}

/** @returns What makes the services of a client: once for many requests, as it takes some µs. */
export function createClients(deps: ClientsDeps): (principal: Principal) => ClientServices {
  const visibleFleet = createVisibleFleet();
  const { audit, chance } = deps;
  return (by) => {
    const rights = rightsOf(by);
    const telemetry = createClientTelemetry(deps.telemetry, visibleFleet, rights.visible);
    const own = { telemetry, rights, by, audit };
    const { fleet, fleetFile } = deps;
    const { newId } = chance;
    return {
      ...{ principal: by, rights, telemetry, workTurns: deps.workTurns },
      versions: deps.versions,
      history: createClientHistory(deps.history, telemetry, rights),
      dispatch: createClientDispatch({ ...own, dispatch: deps.dispatch }),
      fleet: createClientFleet({ ...own, fleet, fleetFile, visibleFleet, newId }),
      audit: createClientAudit(audit, rights),
      identities: createClientIdentities(deps.identities, by),
      alarms: createClientAlarms({ ...own, alarms: deps.alarms }),
      dataPoints: createClientDataPoints({ ...own, dataPoints: deps.dataPoints }),
      settings: createClientSettings({ ...own, settings: deps.settings }),
    };
  };
}
