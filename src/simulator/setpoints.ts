// The setpoints of a fleet: those in force, and those that take effect at a later tick.
import { assert } from "../domain/base/assert.ts";

interface PendingSetpoint {
  readonly index: number;
  readonly mw: number;
  readonly instantMs: number;
}

export interface Setpoints {
  /** In MW by position. */
  readonly inForceMw: Float64Array;
  /** As `AssetGateway.setSetpoint`. */
  set(index: number, mw: number, instantMs: number): void;
  /** Brings into force what was set for an instant up to the start of a tick. */
  begin(startMs: number): void;
  /** Puts these powers into force and drops what is pending. */
  hold(setpointsMw: readonly number[]): void;
  /**
   * Puts setpoints into the order of another table; those of assets that are gone are dropped.
   *
   * @param indexes The position before of each asset; -1: it is new.
   * @param restMw  The setpoints of new assets, by position.
   */
  move(indexes: Int32Array, restMw: Float64Array): void;
}

export function createSetpoints(size: number): Setpoints {
  let inForceMw = new Float64Array(size);
  let pending: PendingSetpoint[] = [];
  return {
    get inForceMw() {
      return inForceMw;
    },
    set(index, mw, instantMs) {
      assert(Number.isFinite(mw), "a setpoint is a finite number");
      assert(index >= 0 && index < inForceMw.length, "a setpoint is for an asset of the table");
      pending.push({ index, mw, instantMs });
    },
    begin(startMs) {
      let applied = 0;
      for (const setpoint of pending) {
        if (setpoint.instantMs > startMs) break;
        inForceMw[setpoint.index] = setpoint.mw;
        applied++;
      }
      if (applied > 0) pending = pending.slice(applied);
    },
    hold(setpointsMw) {
      pending = [];
      inForceMw.set(setpointsMw);
    },
    move(indexes, restMw) {
      const moved = new Int32Array(inForceMw.length).fill(-1);
      const beforeMw = inForceMw;
      inForceMw = restMw.map((mw, i) => beforeMw[indexes[i] as number] ?? mw);
      for (const [i, at] of indexes.entries()) if (at >= 0) moved[at] = i;
      pending = pending
        .map((setpoint) => ({ ...setpoint, index: moved[setpoint.index] as number }))
        .filter(({ index }) => index >= 0);
    },
  };
}
