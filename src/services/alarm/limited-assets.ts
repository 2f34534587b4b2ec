// The alarm of assets that are limited for long: ASSET_LIMITED.
import { SERVER } from "../../domain/alarm/alarm.ts";
import { LIMITED_S } from "../../domain/alarm/codes.ts";
import { createLimitedRuns, type LimitedRuns } from "../../domain/alarm/limited-runs.ts";
import { type Frame, telemetryAt } from "../../domain/telemetry/frame.ts";
import type { Alarms } from "./alarms.ts";

export interface LimitedAssets {
  /** Reads the next frame. */
  read(frame: Frame): void;
}

/** @param dtS Length of a tick in s. */
export function createLimitedAssets(
  alarms: Pick<Alarms, "raise" | "clear" | "openOf">,
  dtS: number,
): LimitedAssets {
  let runs: LimitedRuns | undefined;

  /** At the first frame: the alarms that were open before are restored by then. */
  function begin(): LimitedRuns {
    const ids = alarms.openOf("ASSET_LIMITED").flatMap(({ assetId }) => assetId ?? []);
    return createLimitedRuns(Math.ceil(LIMITED_S / dtS), ids);
  }

  return {
    read(frame) {
      runs ??= begin();
      runs.read(
        frame,
        (index) => {
          const { asset, site, ...sample } = telemetryAt(frame, index);
          alarms.raise(
            "ASSET_LIMITED",
            { ...SERVER, assetId: asset.id, siteId: site.id },
            `${asset.name} was limited in every sample of an hour, now by ${sample.limitedBy?.toUpperCase()}: it has ${sample.currentMw} MW of its setpoint of ${sample.setpointMw} MW, at a SoC of ${sample.socPct.toFixed(1)} %; give it a setpoint that it can hold`,
          );
        },
        (assetId) => alarms.clear("ASSET_LIMITED", { ...SERVER, assetId }),
      );
    },
  };
}
