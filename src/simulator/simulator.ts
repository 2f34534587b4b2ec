// The fleet in columns. A frame holds the whole state, so that one tick reads a frame and writes the next.
import { assert } from "../domain/base/assert.ts";
import { stepBattery } from "../domain/battery/battery-law.ts";
import { type FleetTable, indexesIn } from "../domain/fleet/fleet-table.ts";
import type { AssetGateway } from "../domain/ports/asset-gateway.ts";
import type { Frame } from "../domain/telemetry/frame.ts";
import { tickInstantMs } from "../domain/time/grid.ts";
import { type LimitColumns, limitColumns, makeFrame } from "./columns.ts";
import { type Moved, moveFleet } from "./move.ts";
import { limitedSites, limitSites } from "./site-limits.ts";
import { putState, restFrame, type StateOf } from "./state.ts";

export interface Simulator extends AssetGateway {
  /** The newest frame; before the first tick the fleet at rest at its initial SoC. */
  latest(): Frame;
  /** Goes on from where assets were left, at the instant of a tick. Assets without a state start at rest. */
  restore(tick: number, stateOf: StateOf): Frame;
  /** Has every asset hold a power from now on, in MW by position, which the newest frame shows. Before the first tick. */
  hold(setpointsMw: readonly number[]): void;
  /**
   * From the next tick on the fleet is this table, and so is `table` at once. Each asset goes on with its
   * energy, power, meters and setpoints, also those that are not in force yet; an asset that is new starts
   * at rest. The newest frame stays what it was.
   *
   * @param stateOf Where assets were left that ran before, and come back.
   */
  replaceTable(table: FleetTable, stateOf?: StateOf): Moved;
  /**
   * Runs a tick of the grid and returns its frame. Ticks between the last one and this are left out, as
   * if the fleet had been away; each tick is one `dt` long all the same.
   *
   * @param tick  Number of the tick, above that of the newest frame. It starts at the instant of `tick - 1`.
   * @param spare A frame that nobody reads any more: its columns are overwritten instead of making new
   *              ones. With new ones, every other tick of a million assets took about five times as long.
   */
  tick(tick: number, spare?: Frame): Frame;
}

interface PendingSetpoint {
  readonly index: number;
  readonly mw: number;
  readonly instantMs: number;
}

/**
 * A fleet that behaves as `stepBattery` says. Deterministic: the same table, setpoints and ticks give
 * byte-equal frames.
 *
 * @param dtS       Length of a tick in s; whole ms.
 * @param startTick The number on the grid at whose instant the fleet starts, at rest.
 */
export function createSimulator(firstTable: FleetTable, dtS: number, startTick: number): Simulator {
  let table = firstTable;
  let limits = limitColumns(table, dtS);
  let sites = limitedSites(table);
  let inForceMw = new Float64Array(table.assets.length);
  let pending: PendingSetpoint[] = [];
  let latest = restFrame(table, startTick, dtS);
  /** What the next tick starts from: the newest frame, or that in the order of a newer table. */
  let state = latest;

  function applyPending(startMs: number): void {
    let applied = 0;
    for (const setpoint of pending) {
      if (setpoint.instantMs > startMs) break;
      inForceMw[setpoint.index] = setpoint.mw;
      applied++;
    }
    if (applied > 0) pending = pending.slice(applied);
  }

  /** Puts setpoints into the order of another table; those of assets that are gone are dropped. */
  function moveSetpoints(indexes: Int32Array, restMw: Float64Array): void {
    const moved = new Int32Array(inForceMw.length).fill(-1);
    const beforeMw = inForceMw;
    inForceMw = restMw.map((mw, i) => beforeMw[indexes[i] as number] ?? mw);
    for (const [i, at] of indexes.entries()) if (at >= 0) moved[at] = i;
    pending = pending
      .map((setpoint) => ({ ...setpoint, index: moved[setpoint.index] as number }))
      .filter(({ index }) => index >= 0);
  }

  return {
    get table() {
      return table;
    },
    latest: () => latest,
    restore(tick, stateOf) {
      latest = restFrame(table, tick, dtS);
      state = latest;
      table.assets.forEach(({ id }, i) => {
        const left = stateOf(id);
        if (left === undefined) return;
        putState(latest, i, left);
        inForceMw[i] = left.setpointMw;
      });
      return latest;
    },
    hold(setpointsMw) {
      pending = [];
      inForceMw.set(setpointsMw);
      latest.setpointMw.set(setpointsMw);
    },
    replaceTable(next, stateOf = () => undefined) {
      const indexes = indexesIn(table, next);
      const moved = moveFleet(state, next, indexes, stateOf);
      state = moved.state;
      moveSetpoints(indexes, state.setpointMw);
      table = next;
      limits = limitColumns(table, dtS);
      sites = limitedSites(table);
      return moved;
    },
    tick(tick, spare) {
      assert(tick > latest.tick, "ticks only go forward");
      applyPending(tickInstantMs(tick - 1, dtS));
      const next = makeFrame(table, tick, dtS, spare);
      next.setpointMw.set(inForceMw);
      stepFleet(limits, state, next);
      limitSites(sites, limits, state, next);
      latest = next;
      state = next;
      return next;
    },
    setSetpoint(index, mw, instantMs) {
      assert(Number.isFinite(mw), "a setpoint is a finite number");
      assert(index >= 0 && index < table.assets.length, "a setpoint is for an asset of the table");
      pending.push({ index, mw, instantMs });
    },
  };
}

/** The hot loop: `last` and the setpoints of `next` in, the rest of `next` out. */
function stepFleet(limits: LimitColumns, last: Frame, next: Frame): void {
  const { rampStepMw, minMw, maxMw, floorMwhr, ceilingMwhr, efficiency } = limits;
  const {
    socMwhr: lastSoc,
    currentMw: lastMw,
    energyInMwhr: lastIn,
    energyOutMwhr: lastOut,
  } = last;
  const { dtS, socMwhr, currentMw, setpointMw, energyInMwhr, energyOutMwhr, limit } = next;
  for (let i = 0; i < socMwhr.length; i++) {
    // The optimising compiler inlines the law and keeps both objects in registers: none is made.
    const step = stepBattery(
      {
        rampStepMw: rampStepMw[i] as number,
        minMw: minMw[i] as number,
        maxMw: maxMw[i] as number,
        floorMwhr: floorMwhr[i] as number,
        ceilingMwhr: ceilingMwhr[i] as number,
        efficiency: efficiency[i] as number,
      },
      lastSoc[i] as number,
      lastMw[i] as number,
      setpointMw[i] as number,
      dtS,
    );
    const terminalMwhr = (step.powerMw * dtS) / 3600;
    socMwhr[i] = step.socMwhr;
    currentMw[i] = step.powerMw;
    limit[i] = step.limit;
    energyOutMwhr[i] = (lastOut[i] as number) + Math.max(0, terminalMwhr);
    energyInMwhr[i] = (lastIn[i] as number) + Math.max(0, -terminalMwhr);
  }
}
