// The fleet in columns. A frame holds the whole state, so that one tick reads a frame and writes the next.
import { assert } from "../domain/assert.ts";
import { stepBattery } from "../domain/battery-law.ts";
import type { FleetTable } from "../domain/fleet-table.ts";
import type { Frame } from "../domain/frame.ts";
import { tickInstantMs } from "../domain/grid.ts";
import type { AssetGateway } from "../domain/ports/asset-gateway.ts";
import { type LimitColumns, limitColumns, makeFrame } from "./columns.ts";
import { limitedSites, limitSites } from "./site-limits.ts";

export interface Simulator extends AssetGateway {
  /** The newest frame; before the first tick the fleet at rest at its initial SoC. */
  latest(): Frame;
  /** Goes on from where assets were left, at the instant of a tick. Assets without a state start at rest. */
  restore(tick: number, stateOf: (assetId: string) => RestoredState | undefined): Frame;
  /** Has every asset hold a power from now on, in MW by position, which the newest frame shows. Before the first tick. */
  hold(setpointsMw: readonly number[]): void;
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

/** Where an asset was left. */
export interface RestoredState {
  /** Stored energy in MWh, cut to what the asset can hold now. */
  readonly socMwhr: number;
  /** Terminal power in MW from which the ramp goes on. */
  readonly currentMw: number;
  /** Requested power in MW that is in force. */
  readonly setpointMw: number;
  readonly energyInMwhr: number;
  readonly energyOutMwhr: number;
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
export function createSimulator(table: FleetTable, dtS: number, startTick: number): Simulator {
  const limits = limitColumns(table, dtS);
  const sites = limitedSites(table);
  const inForceMw = new Float64Array(table.assets.length);
  let pending: PendingSetpoint[] = [];
  let latest = restFrame(table, startTick, dtS);

  function applyPending(startMs: number): void {
    let applied = 0;
    for (const setpoint of pending) {
      if (setpoint.instantMs > startMs) break;
      inForceMw[setpoint.index] = setpoint.mw;
      applied++;
    }
    if (applied > 0) pending = pending.slice(applied);
  }

  return {
    table,
    latest: () => latest,
    restore(tick, stateOf) {
      latest = restFrame(table, tick, dtS);
      table.assets.forEach(({ id, capacityMwhr }, i) => {
        const state = stateOf(id);
        if (state === undefined) return;
        latest.socMwhr[i] = Math.min(Math.max(0, state.socMwhr), capacityMwhr);
        latest.currentMw[i] = state.currentMw;
        latest.setpointMw[i] = state.setpointMw;
        latest.energyInMwhr[i] = state.energyInMwhr;
        latest.energyOutMwhr[i] = state.energyOutMwhr;
        inForceMw[i] = state.setpointMw;
      });
      return latest;
    },
    hold(setpointsMw) {
      inForceMw.set(setpointsMw);
      latest.setpointMw.set(setpointsMw);
    },
    tick(tick, spare) {
      assert(tick > latest.tick, "ticks only go forward");
      applyPending(tickInstantMs(tick - 1, dtS));
      const next = makeFrame(table, tick, dtS, spare);
      next.setpointMw.set(inForceMw);
      stepFleet(limits, latest, next);
      limitSites(sites, limits, latest, next);
      latest = next;
      return next;
    },
    setSetpoint(index, mw, instantMs) {
      assert(Number.isFinite(mw), "a setpoint is a finite number");
      assert(index >= 0 && index < table.assets.length, "a setpoint is for an asset of the table");
      pending.push({ index, mw, instantMs });
    },
  };
}

function restFrame(table: FleetTable, tick: number, dtS: number): Frame {
  const frame = makeFrame(table, tick, dtS);
  table.assets.forEach((asset, i) => {
    frame.socMwhr[i] = (asset.initialSocPct / 100) * asset.capacityMwhr;
  });
  return frame;
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
