// Alarms as one client may see and acknowledge them: those of its assets, and those of the server.
import type { Alarm, AlarmEvent } from "../../domain/alarm/alarm.ts";
import type { AlarmFilter } from "../../domain/alarm/listing.ts";
import type { Principal } from "../../domain/identity/principal.ts";
import { type AcknowledgeResult, type AlarmService, alarmUnknown } from "../alarm/alarms.ts";
import type { Audit } from "../audit/audit.ts";
import type { EventFeed } from "../recent-events.ts";
import type { ClientTelemetry } from "./client-telemetry.ts";
import type { Rights } from "./rights.ts";

export interface ClientAlarms {
  /** Those that were raised last first. @throws Fault STORE_UNAVAILABLE, not where only open ones are listed. */
  list(filter: AlarmFilter): Promise<readonly Alarm[]>;
  /** The alarm of this id, in either case; undefined where there is none. @throws Fault STORE_UNAVAILABLE */
  find(id: string): Promise<Alarm | undefined>;
  /** Acknowledges an alarm. @throws Fault STORE_UNAVAILABLE */
  acknowledge(id: string): Promise<AcknowledgeResult>;
  /** Events of all alarms: an edge chooses among them by `isVisible`. */
  readonly events: EventFeed<AlarmEvent>;
  isVisible(alarm: Alarm): boolean;
}

interface ClientAlarmsDeps {
  readonly alarms: AlarmService;
  readonly telemetry: ClientTelemetry;
  readonly rights: Rights;
  readonly by: Principal;
  readonly audit: Audit;
}

export function createClientAlarms(deps: ClientAlarmsDeps): ClientAlarms {
  const { alarms, telemetry, rights, by, audit } = deps;
  const { table, visible } = telemetry;

  function isVisible({ assetId }: Alarm): boolean {
    return visible.isWhole || assetId === null || table().findAsset(assetId) !== undefined;
  }

  async function find(id: string): Promise<Alarm | undefined> {
    const found = await alarms.find(id);
    return found && isVisible(found) ? found : undefined;
  }

  function refusalOf(alarm: Alarm | undefined, id: string) {
    if (alarm === undefined) return alarmUnknown(id);
    const asset = alarm.assetId === null ? undefined : table().findAsset(alarm.assetId);
    return rights.refuse("operate", asset ? { asset } : "fleet");
  }

  return {
    list(filter) {
      if (visible.isWhole) return alarms.list(filter);
      const { assets, retired } = table();
      const assetIds = new Set([...assets, ...retired].map(({ id }) => id));
      return alarms.list({ ...filter, assetIds });
    },
    find,
    async acknowledge(id) {
      if (rights.refuse("operate", "fleet") === undefined) return alarms.acknowledge(id, by);
      const refusal = refusalOf(await find(id), id);
      if (refusal === undefined) return alarms.acknowledge(id, by);
      const { code, message: reason } = refusal;
      const target = `alarm:${id.toLowerCase()}`;
      audit.refuse(by, { action: "alarm.acknowledge", target, code, reason });
      return { accepted: false, refusal };
    },
    events: alarms.events,
    isVisible,
  };
}
