// The fleet that ticks: put into the order of another table where one tick ends and the next begins.
import type { Clamp } from "../../domain/fleet/change.ts";
import { type FleetTable, indexesIn } from "../../domain/fleet/fleet-table.ts";
import type { OpenedFleet } from "../../domain/ports/fleet-store.ts";
import type { Frame } from "../../domain/telemetry/frame.ts";
import { tickAt } from "../../domain/time/grid.ts";
import type { Simulator } from "../../simulator/simulator.ts";
import type { RestoredState } from "../../simulator/state.ts";
import type { DispatchService } from "../dispatch/dispatch.ts";
import type { OwnedFleet } from "./reload.ts";

export interface FleetInForce {
  readonly table: FleetTable;
  /**
   * Puts a fleet where it was left; the time that the server was away is not simulated. Called before the first
   * tick.
   *
   * @returns The instant of its newest sample in ms since the epoch, 0 where there is none.
   */
  begin(opened: OpenedFleet, nowMs: number): number;
  /**
   * Goes on with another fleet from the tick that starts now.
   *
   * @returns What stored energy was brought to, by asset.
   */
  replace(next: OwnedFleet, startMs: number): ReadonlyMap<string, Clamp>;
  /** Whether it is known where an asset that was retired was left. */
  knows(assetId: string): boolean;
  /** Notes where assets were left that come back. */
  remember(states: ReadonlyMap<string, RestoredState>): void;
}

export function createFleetInForce(
  simulator: Simulator,
  dispatch: Pick<DispatchService, "replaceTable">,
): FleetInForce {
  /** Where those that may come back were left. */
  const left = new Map<string, RestoredState>();

  /** What came by the API is retired for ever. */
  function rememberRetired({ table, origins }: OwnedFleet): void {
    const frame = simulator.latest();
    for (const [index, nextIndex] of indexesIn(table, simulator.table).entries()) {
      const { id } = simulator.table.assets[index] as (typeof table.assets)[0];
      if (nextIndex >= 0 || table.findAsset(id) === undefined || origins.get(id) === "api")
        continue;
      left.set(id, stateAt(frame, index));
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
      const { timestampMs } = simulator.restore(tick, (assetId) => states.get(assetId));
      dispatch.replaceTable(table, simulator.latest(), timestampMs);
      return newestMs;
    },
    replace(next, startMs) {
      rememberRetired(next);
      const { state, clamps } = simulator.replaceTable(next.table, (id) => left.get(id));
      for (const id of left.keys()) if (!next.table.findAsset(id)?.retired) left.delete(id);
      dispatch.replaceTable(next.table, state, startMs);
      return new Map(clamps.map((clamp) => [clamp.assetId, clamp]));
    },
    knows: (assetId) => left.has(assetId),
    remember(states) {
      for (const [id, state] of states) left.set(id, state);
    },
  };
}

function stateAt(frame: Frame, index: number): RestoredState {
  const at = (column: Float64Array) => column[index] as number;
  return {
    socMwhr: at(frame.socMwhr),
    currentMw: at(frame.currentMw),
    setpointMw: at(frame.setpointMw),
    energyInMwhr: at(frame.energyInMwhr),
    energyOutMwhr: at(frame.energyOutMwhr),
  };
}
