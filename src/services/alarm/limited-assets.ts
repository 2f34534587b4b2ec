// The alarm of assets that are limited for long: ASSET_LIMITED.
import { SERVER } from "../../domain/alarm/alarm.ts";
import {
  createLimitedRuns,
  type LimitedRuns,
  type RunChanges,
} from "../../domain/alarm/limited-runs.ts";
import type { FleetTable } from "../../domain/fleet/fleet-table.ts";
import { chainOfAsset } from "../../domain/settings/scope.ts";
import type { Frame } from "../../domain/telemetry/frame.ts";
import type { SettingValues } from "../settings/values.ts";
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
  readonly settings: SettingValues;
}

/** The setting with the time for which an asset must be limited, in s. */
const LIMITED_S = "asset_limited_s";

export function createLimitedAssets(deps: LimitedAssetsDeps): LimitedAssets {
  const { alarms, telemetry, settings, dtS } = deps;
  const ticksOf = createLimitedTicks(settings, dtS);
  let runs: LimitedRuns | undefined;

  /** At the first frame: the alarms that were open before are restored by then. */
  function begin(): LimitedRuns {
    const ids = alarms.openOf("ASSET_LIMITED").flatMap(({ assetId }) => assetId ?? []);
    return createLimitedRuns(ticksOf, ids);
  }

  /** By the newest sample: the frame may be written over once it is the turn of the alarm. */
  function messageOf(assetId: string): string {
    const now = telemetry.of(assetId);
    if (now === undefined) return "the asset was limited for long, and has left the fleet";
    const by = now.limitedBy === null ? "" : `, now by ${now.limitedBy.toUpperCase()}`;
    const limitedS = settings.of(LIMITED_S, chainOfAsset(now.asset));
    return `${now.asset.name} was limited in every sample of ${limitedS} s${by}: it has ${now.currentMw} MW of its setpoint of ${now.setpointMw} MW, at a SoC of ${now.socPct.toFixed(1)} %; give it a setpoint that it can hold`;
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

/** For how many ticks each asset must be limited: computed where the fleet or the settings changed. */
function createLimitedTicks(settings: SettingValues, dtS: number) {
  let known: { readonly table: FleetTable; readonly changeCount: number } | undefined;
  let ticks = new Uint32Array(0);
  const ticksFor = (limitedS: unknown) => Math.ceil(Number(limitedS) / dtS);

  return (table: FleetTable): Uint32Array => {
    const changeCount = settings.changeCount();
    if (known?.table === table && known.changeCount === changeCount) return ticks;
    known = { table, changeCount };
    ticks = new Uint32Array(table.assets.length).fill(ticksFor(settings.ofPlatform(LIMITED_S)));
    if (settings.isScoped(LIMITED_S))
      for (const [index, asset] of table.assets.entries())
        ticks[index] = ticksFor(settings.of(LIMITED_S, chainOfAsset(asset)));
    return ticks;
  };
}
