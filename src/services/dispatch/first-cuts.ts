// The first tick in which a limit cut each dispatch in force: read from each frame, before the plans go on.
import { LIMIT } from "../../domain/battery/limit.ts";
import type { Plan } from "../../domain/dispatch/asset-plan.ts";
import type { FirstCut } from "../../domain/dispatch/dispatch.ts";
import { type Frame, limitNameOf } from "../../domain/telemetry/frame.ts";
import { tickInstantMs } from "../../domain/time/grid.ts";

export interface FirstCuts {
  /** Adds or removes the position of an asset, as its plan has a dispatch in force or not. */
  put(index: number, plan: Plan): void;
  /** Forgets all positions: those of another table follow. */
  clear(): void;
  of(dispatchId: string): FirstCut | undefined;
  forget(dispatchId: string): void;
  /**
   * Reads a frame whose ticks the plans were in force in; each once.
   *
   * @returns The positions of the assets of which a dispatch was cut for the first time.
   */
  read(frame: Frame, planAt: (index: number) => Plan): readonly number[];
}

export function createFirstCuts(): FirstCuts {
  /** Positions of the assets of which a dispatch is in force and was not cut yet: what was cut is read no more. */
  const watched = new Set<number>();
  const byId = new Map<string, FirstCut>();
  let readMs = -Infinity;

  return {
    put(index, { inForceId }) {
      if (inForceId === null || byId.has(inForceId)) watched.delete(index);
      else watched.add(index);
    },
    clear: () => watched.clear(),
    of: (dispatchId) => byId.get(dispatchId),
    forget: (dispatchId) => void byId.delete(dispatchId),
    read(frame, planAt) {
      if (frame.timestampMs <= readMs) return [];
      readMs = frame.timestampMs;
      const { limit } = frame;
      const found: number[] = [];
      for (const index of watched) {
        if ((limit[index] as number) <= LIMIT.RAMP || !isCut(frame, index)) continue;
        const { inForceId } = planAt(index);
        const limitedBy = limitNameOf(limit[index] as number);
        if (inForceId === null || limitedBy === null) continue;
        byId.set(inForceId, { fromMs: tickInstantMs(frame.tick - 1, frame.dtS), limitedBy });
        watched.delete(index);
        found.push(index);
      }
      return found;
    },
  };
}

/** Whether a limit that is no ramp took of the setpoint of an asset. */
function isCut({ setpointMw, currentMw }: Frame, index: number): boolean {
  const [wantedMw, mw] = [setpointMw[index] as number, currentMw[index] as number];
  return wantedMw > 0 ? mw >= 0 && mw < wantedMw : wantedMw < 0 && mw <= 0 && mw > wantedMw;
}
