// The alarm of assets that are limited for long: ASSET_LIMITED.
import { SERVER } from "../../domain/alarm/alarm.ts";
import { LIMITED_S } from "../../domain/alarm/codes.ts";
import {
  createLimitedRuns,
  type LimitedRuns,
  type RunChanges,
} from "../../domain/alarm/limited-runs.ts";
import type { FleetTable } from "../../domain/fleet/fleet-table.ts";
import type { Frame } from "../../domain/telemetry/frame.ts";
import type { TelemetryService } from "../telemetry/telemetry.ts";
import type { Alarms } from "./alarms.ts";
import type { AlarmChange } from "./changes.ts";

export interface LimitedAssets {
  /** Reads the next frame. */
  read(frame: Frame): void;
}

interface LimitedAssetsDeps {
  readonly alarms: Pick<Alarms, "change" | "openOf">;
  readonly telemetry: Pick<TelemetryService, "of">;
  /** Length of a tick in s. */
  readonly dtS: number;
}

export function createLimitedAssets({ alarms, telemetry, dtS }: LimitedAssetsDeps): LimitedAssets {
  let runs: LimitedRuns | undefined;

  /** At the first frame: the alarms that were open before are restored by then. */
  function begin(): LimitedRuns {
    const ids = alarms.openOf("ASSET_LIMITED").flatMap(({ assetId }) => assetId ?? []);
    return createLimitedRuns(Math.ceil(LIMITED_S / dtS), ids);
  }

  /** By the newest sample: the frame may be written over once it is the turn of the alarm. */
  function messageOf(assetId: string): string {
    const now = telemetry.of(assetId);
    if (now === undefined) return "the asset was limited in every sample of an hour";
    const by = now.limitedBy === null ? "" : `, now by ${now.limitedBy.toUpperCase()}`;
    return `${now.asset.name} was limited in every sample of an hour${by}: it has ${now.currentMw} MW of its setpoint of ${now.setpointMw} MW, at a SoC of ${now.socPct.toFixed(1)} %; give it a setpoint that it can hold`;
  }

  function* changesOf({ begun, endedIds }: RunChanges, table: FleetTable): Iterable<AlarmChange> {
    const code = "ASSET_LIMITED";
    for (const assetId of endedIds) yield { code, subject: { ...SERVER, assetId }, message: null };
    for (const index of begun) {
      const assetId = table.assets[index]?.id ?? "";
      const subject = { ...SERVER, assetId, siteId: table.siteAt(index).id };
      yield { code, subject, message: messageOf(assetId) };
    }
  }

  return {
    read(frame) {
      runs ??= begin();
      const changes = runs.read(frame);
      if (changes !== undefined) alarms.change(changesOf(changes, frame.table));
    },
  };
}
