// The fleet in force: its table is replaced between two ticks.
import type { Clamp } from "../../domain/fleet/change.ts";
import { type FleetTable, indexesIn } from "../../domain/fleet/fleet-table.ts";
import type { OpenedFleet } from "../../domain/ports/fleet-store.ts";
import type { Log } from "../../domain/ports/log.ts";
import { tickAt } from "../../domain/time/grid.ts";
import type { Simulator } from "../../simulator/simulator.ts";
import type { RestoredState } from "../../simulator/state.ts";
import type { DispatchService } from "../dispatch/dispatch.ts";
import type { TelemetryService } from "../telemetry/telemetry.ts";
import type { OwnedFleet } from "./reload.ts";

export interface FleetInForce {
  readonly table: FleetTable;
  /**
   * Restores a fleet in its last state; the time in which no server ran is not simulated. Called before the first
   * tick.
   *
   * @returns The instant of its newest sample in ms since the epoch, 0 where there is none.
   */
  begin(opened: OpenedFleet, nowMs: number): number;
  /**
   * Replaces the fleet at an instant of the grid, once the tick that ends there has run: from then on all services
   * have the new table.
   *
   * @returns The energy that was clamped, by asset.
   */
  replace(next: OwnedFleet, instantMs: number): ReadonlyMap<string, Clamp>;
  /** Whether the last state of a retired asset is in memory. */
  hasState(assetId: string): boolean;
  /** Adds the last states of assets that run again. */
  remember(states: ReadonlyMap<string, RestoredState>): void;
}

interface FleetInForceDeps {
  readonly simulator: Simulator;
  readonly telemetry: Pick<TelemetryService, "replaceTable">;
  readonly dispatch: Pick<DispatchService, "replaceTable">;
  readonly log: Log;
}

export function createFleetInForce(deps: FleetInForceDeps): FleetInForce {
  const { simulator, telemetry, dispatch, log } = deps;
  /** The last states of the assets that may run again. */
  const left = new Map<string, RestoredState>();

  /** Assets of the API never run again. */
  function rememberRetired({ table, origins }: OwnedFleet): void {
    for (const [index, nextIndex] of indexesIn(table, simulator.table).entries()) {
      const { id } = simulator.table.assets[index] as (typeof table.assets)[0];
      if (nextIndex >= 0 || table.findAsset(id) === undefined || origins.get(id) === "api")
        continue;
      left.set(id, simulator.stateAt(index));
    }
  }

  return {
    get table() {
      return simulator.table;
    },
    begin({ table, states }, nowMs) {
      let newestMs = 0;
      for (const { timestampMs } of states.values()) newestMs = Math.max(newestMs, timestampMs);
      const { dtS } = simulator.latest();
      const tick = Math.max(tickAt(nowMs, dtS), Math.ceil(newestMs / (dtS * 1000)));
      simulator.replaceTable(table);
      const { frame, unreadableIds } = simulator.restore(tick, (assetId) => states.get(assetId));
      warnOfUnreadable(unreadableIds, log);
      dispatch.replaceTable(table, frame.timestampMs);
      return newestMs;
    },
    replace(next, instantMs) {
      rememberRetired(next);
      const { state, clamps, unreadableIds } = simulator.replaceTable(next.table, (id) =>
        left.get(id),
      );
      warnOfUnreadable(unreadableIds, log);
      for (const id of left.keys()) if (!next.table.findAsset(id)?.retired) left.delete(id);
      // What is retired ends with the meters of the newest frame, and so before that frame is replaced.
      dispatch.replaceTable(next.table, instantMs);
      telemetry.replaceTable(state);
      return new Map(clamps.map((clamp) => [clamp.assetId, clamp]));
    },
    hasState: (assetId) => left.has(assetId),
    remember(states) {
      for (const [id, state] of states) left.set(id, state);
    },
  };
}

/** An operator changed the version of the program, or the row: the fleet runs on, and the log names the assets. */
function warnOfUnreadable(assetIds: readonly string[], log: Log): void {
  if (assetIds.length === 0) return;
  log.warn(
    { assets: assetIds.length, assetIds: assetIds.slice(0, MOST_NAMED) },
    `${assetIds.length} assets were stored with a model state that this version cannot read: they continue with their stored SoC and power, and with the rest of their state as at a first start`,
  );
}

/** Ids in one line of the log at most. */
const MOST_NAMED = 20;
