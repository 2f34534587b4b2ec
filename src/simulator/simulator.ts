// The fleet in columns: one tick reads the state of a fleet and writes the next.
import { assert } from "../domain/base/assert.ts";
import { type ModelOf, modelOf as registeredModelOf } from "../domain/battery/registry.ts";
import { type AssetModelState, storedStateOf } from "../domain/battery/stored-state.ts";
import { type FleetTable, indexesIn } from "../domain/fleet/fleet-table.ts";
import type { AssetGateway } from "../domain/ports/asset-gateway.ts";
import { stateAt } from "../domain/telemetry/columns.ts";
import type { Frame } from "../domain/telemetry/frame.ts";
import { tickInstantMs } from "../domain/time/grid.ts";
import { createFleetModels, type FleetModels, type FleetState } from "./fleet-models.ts";
import { type Moved, moveFleet } from "./move.ts";
import { makeFrame } from "./new-frame.ts";
import { createSetpoints } from "./setpoints.ts";
import { limitedSites, limitSites } from "./site-limits.ts";
import { putState, type RestoredState, restState, type StateOf } from "./state.ts";

export interface Simulator extends AssetGateway {
  /** The newest frame, or the state of a newer table at its instant; before the first tick the fleet at rest. */
  latest(): Frame;
  /** Continues from the states in which assets were left, at the instant of a tick. Assets without a state start at rest. */
  restore(tick: number, stateOf: StateOf): Restored;
  /** Has every asset hold a power from now on, in MW by position, which the newest frame shows. Before the first tick. */
  hold(setpointsMw: readonly number[]): void;
  /**
   * Replaces the table between two ticks, and `latest` by its state. Each asset continues with its energy, power,
   * meters and setpoints, also those that are not in force yet; an asset that is new starts at rest. The frame of the
   * last tick stays what it was.
   *
   * @param stateOf The states in which assets were left that ran before, and come back.
   */
  replaceTable(table: FleetTable, stateOf?: StateOf): Replaced;
  /**
   * Runs a tick of the grid and returns its frame. Ticks between the last one and this are left out, as
   * if the fleet had been away; each tick is one `dt` long all the same.
   *
   * @param tick  Number of the tick, above that of the newest frame. It starts at the instant of `tick - 1`.
   * @param spare A frame that is not read any more: its columns are overwritten instead of making new
   *              ones. With new ones, every other tick of a million assets took about five times as long.
   */
  tick(tick: number, spare?: Frame): Frame;
  /** The state of the asset at a position of `table`, to continue from later. */
  stateAt(index: number): RestoredState;
  /** The own states of models to be stored, by asset; models that have none are left out. */
  modelStates(): readonly AssetModelState[];
}

/** A fleet that continues from the states in which it was left. */
export interface Restored {
  readonly frame: Frame;
  /** Ids of the assets with a model's state that cannot be read: those continue with their reported energy and power. */
  readonly unreadableIds: readonly string[];
}

/** A fleet in the order of another table. */
export interface Replaced extends Omit<Moved, "state"> {
  /** The fleet at the instant of the newest frame. */
  readonly state: Frame;
}

/**
 * A fleet that behaves by the models of its assets. Deterministic: the same table, setpoints and ticks give
 * byte-equal frames.
 *
 * @param dtS       Length of a tick in s; whole ms.
 * @param startTick The number on the grid at whose instant the fleet starts, at rest.
 */
export function createSimulator(
  firstTable: FleetTable,
  dtS: number,
  startTick: number,
  modelOf: ModelOf = registeredModelOf,
): Simulator {
  let models = createFleetModels(firstTable, dtS, modelOf);
  let sites = limitedSites(firstTable);
  const setpoints = createSetpoints(firstTable.assets.length);
  /** What the next tick starts from: the newest frame, or that in the order of a newer table. */
  let state = restState(models, startTick, dtS);
  /** A state before `state` whose own columns are written anew. */
  let spareState: FleetState | undefined;

  return {
    get table() {
      return models.table;
    },
    modelAt: (index) => models.modelAt(index),
    ownStateAt: (index) => models.ownAt(state, index),
    latest: () => state.frame,
    restore(tick, stateOf) {
      state = restState(models, tick, dtS);
      const unreadableIds: string[] = [];
      for (const [i, { id }] of models.table.assets.entries()) {
        const left = stateOf(id);
        if (left === undefined) continue;
        if (!putState(models, state, i, left)) unreadableIds.push(id);
        setpoints.inForceMw[i] = left.setpointMw;
      }
      return { frame: state.frame, unreadableIds };
    },
    hold(setpointsMw) {
      setpoints.hold(setpointsMw);
      state.frame.setpointMw.set(setpointsMw);
    },
    replaceTable(table, stateOf = () => undefined) {
      const next = createFleetModels(table, dtS, modelOf);
      const indexes = indexesIn(models.table, table);
      const moved = moveFleet(models, state, next, indexes, stateOf);
      setpoints.move(indexes, moved.state.frame.setpointMw);
      [models, state, spareState] = [next, moved.state, undefined];
      sites = limitedSites(table);
      return { ...moved, state: state.frame };
    },
    tick(tick, spare) {
      assert(tick > state.frame.tick, "ticks only go forward");
      setpoints.begin(tickInstantMs(tick - 1, dtS));
      const next = models.stateWith(makeFrame(models.table, tick, dtS, spare), spareState);
      next.frame.setpointMw.set(setpoints.inForceMw);
      models.step(state, next);
      limitSites(sites, models, state, next);
      [spareState, state] = [state, next];
      return next.frame;
    },
    setSetpoint: setpoints.set,
    stateAt: (index) => ({
      ...stateAt(state.frame, index),
      modelState: storedStateOf(models.modelAt(index), models.ownAt(state, index)),
    }),
    modelStates: () => (models.hasOwnState ? modelStatesOf(models, state) : []),
  };
}

function modelStatesOf(models: FleetModels, state: FleetState): AssetModelState[] {
  return models.table.assets.flatMap(({ id: assetId }, index) => {
    const modelState = storedStateOf(models.modelAt(index), models.ownAt(state, index));
    return modelState === null ? [] : { assetId, modelState };
  });
}
