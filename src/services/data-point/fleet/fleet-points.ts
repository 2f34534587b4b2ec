// The data points that are answered from the fleet: their catalogue and their values.

import { readOnlyPath } from "../../../domain/data-point/fleet-series.ts";
import type { DataRefusal } from "../../../domain/data-point/refusal.ts";
import type { Asset } from "../../../domain/fleet/asset.ts";
import type { HistoryService } from "../../telemetry/history.ts";
import type { SampleSeries } from "../../telemetry/sample-series.ts";
import type { TelemetryService } from "../../telemetry/telemetry.ts";
import type { WorkTurns } from "../../work-turns.ts";
import { createFleetCatalogue, type FleetCatalogue } from "./fleet-catalogue.ts";
import { createFleetReads, type FleetReads } from "./fleet-reads.ts";
import { createInForce, type ReadWindows } from "./in-force.ts";

export interface FleetPoints extends FleetReads {
  readonly catalogue: FleetCatalogue;
  /** The asset that a path of the fleet is of; undefined of another path. */
  assetOf(path: string): Asset | undefined;
  /** Why a path is not written to, nor described; undefined where it is none of the fleet. */
  refuse(path: string): DataRefusal | undefined;
}

interface FleetPointsDeps {
  readonly telemetry: Pick<TelemetryService, "latest">;
  readonly history: Pick<HistoryService, "samplePages">;
  readonly series: SampleSeries;
  readonly windows: ReadWindows;
  readonly turns: WorkTurns;
}

export function createFleetPoints(deps: FleetPointsDeps): FleetPoints {
  const { latest } = deps.telemetry;
  const catalogue = createFleetCatalogue(latest, deps.turns);
  const { history, series } = deps;
  const inForce = createInForce(deps.windows, () => latest().dtS);
  return {
    ...createFleetReads({ catalogue, series, history, latest, inForce }),
    catalogue,
    assetOf: (path) => catalogue.find(path)?.asset,
    refuse(path) {
      const entry = catalogue.find(path);
      return entry && readOnlyPath(entry.asset, entry.name);
    },
  };
}
