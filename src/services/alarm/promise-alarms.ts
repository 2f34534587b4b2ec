// The alarm of dispatches whose promise can no longer be kept: PROMISE_AT_RISK.
import { type AlarmSubject, SERVER } from "../../domain/alarm/alarm.ts";
import type { Dispatch } from "../../domain/dispatch/dispatch.ts";
import { isOpen } from "../../domain/dispatch/status.ts";
import type { FleetTable } from "../../domain/fleet/fleet-table.ts";
import { utcText } from "../../domain/time/instant-text.ts";
import type { DispatchService } from "../dispatch/dispatch.ts";
import type { AnnouncedEvent } from "../dispatch/events.ts";
import type { Alarms } from "./alarms.ts";

export interface PromiseAlarms {
  /** Reads the next event of a dispatch. */
  read(event: AnnouncedEvent): void;
  /** Takes the alarms that were open at a start. Called before events are read. */
  restore(): void;
  /** Clears those of them whose dispatch is not at risk any more. Called once dispatches are restored. */
  check(): Promise<void>;
}

interface PromiseAlarmsDeps {
  readonly alarms: Pick<Alarms, "raise" | "clear" | "openOf">;
  readonly dispatch: Pick<DispatchService, "find">;
  readonly table: () => FleetTable;
}

export function createPromiseAlarms({ alarms, dispatch, table }: PromiseAlarmsDeps): PromiseAlarms {
  const atRisk = new Set<string>();

  function clear(dispatchId: string): void {
    if (atRisk.delete(dispatchId)) alarms.clear("PROMISE_AT_RISK", { ...SERVER, dispatchId });
  }

  return {
    read({ dispatch: of, reason }) {
      if (reason === "SHORTFALL_EXPECTED") {
        atRisk.add(of.id);
        alarms.raise("PROMISE_AT_RISK", subjectOf(of, table()), messageOf(of, table()));
      } else if (reason === "SHORTFALL_AVERTED" || !isOpen(of)) clear(of.id);
    },
    restore() {
      for (const { dispatchId } of alarms.openOf("PROMISE_AT_RISK"))
        if (dispatchId !== null) atRisk.add(dispatchId);
    },
    async check() {
      for (const id of [...atRisk]) {
        const found = await dispatch.find(id);
        if (found === undefined || !isOpen(found) || found.shortfall === null) clear(id);
      }
    },
  };
}

function subjectOf({ id, assetId }: Dispatch, table: FleetTable): AlarmSubject {
  const siteId = table.findAsset(assetId)?.siteId ?? null;
  return { ...SERVER, dispatchId: id, assetId, siteId };
}

function messageOf({ id, assetId, mw, shortfall }: Dispatch, table: FleetTable): string {
  const name = table.findAsset(assetId)?.name ?? assetId;
  const { fromMs, missingMwhr, limitedBy } = shortfall ?? {};
  const missing = missingMwhr == null ? "energy" : `${Number(missingMwhr.toPrecision(4))} MWh`;
  const from = fromMs === undefined ? "" : ` from ${utcText(fromMs)} on`;
  const by = limitedBy == null ? "" : `, limited by ${limitedBy.toUpperCase()}`;
  return `the dispatch ${id} of ${mw} MW by ${name} will lack ${missing} of its promise${from}${by}: cancel it, or what takes its energy, and dispatch another asset`;
}
