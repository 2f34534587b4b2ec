// How long each asset has been limited without a break: a fold over frames, in typed arrays.
import { LIMIT } from "../battery/limit.ts";
import type { FleetTable } from "../fleet/fleet-table.ts";
import type { Frame } from "../telemetry/frame.ts";

export interface LimitedRuns {
  /**
   * Reads the next frame. A sample counts where its limit is POWER, ENERGY or SITE and its setpoint is not 0; a ramp is
   * on its way to the setpoint.
   *
   * @param onBegin Is called with the position of each asset whose samples have all counted for so many ticks now.
   * @param onEnd   Is called with the id of each such asset at its first sample that does not count, and where it left
   *                the fleet.
   */
  read(frame: Frame, onBegin: (index: number) => void, onEnd: (assetId: string) => void): void;
}

/** By the byte of a limit: whether a sample counts. */
const COUNTS = Uint8Array.from(Object.values(LIMIT), (limit) =>
  Number(limit === LIMIT.POWER || limit === LIMIT.ENERGY || limit === LIMIT.SITE),
);

/**
 * @param ticks   How many samples in a row begin a run.
 * @param begunIds Assets whose run has begun before the first frame.
 */
export function createLimitedRuns(ticks: number, begunIds: readonly string[]): LimitedRuns {
  let table: FleetTable | undefined;
  /** Samples in a row that count, by position; no more than `ticks`. */
  let counts = new Uint32Array(0);
  const begunBefore = new Set(begunIds);

  function countIn(old: FleetTable | undefined, id: string): number {
    if (old === undefined) return begunBefore.has(id) ? ticks : 0;
    const index = old.indexOf(id);
    return index === undefined ? 0 : (counts[index] as number);
  }

  function replaceTable(next: FleetTable, onEnd: (assetId: string) => void): void {
    const known = table?.assets.filter((_, index) => counts[index] === ticks) ?? [];
    const begun = table === undefined ? begunIds : known.map(({ id }) => id);
    for (const id of begun) if (next.indexOf(id) === undefined) onEnd(id);
    counts = Uint32Array.from(next.assets, ({ id }) => countIn(table, id));
    table = next;
  }

  return {
    read(frame, onBegin, onEnd) {
      if (frame.table !== table) replaceTable(frame.table, onEnd);
      const { limit, setpointMw } = frame;
      for (let index = 0; index < counts.length; index++) {
        const count = counts[index] as number;
        const isCounted = COUNTS[limit[index] as number] === 1 && setpointMw[index] !== 0;
        if (isCounted && count < ticks) {
          counts[index] = count + 1;
          if (count + 1 === ticks) onBegin(index);
        } else if (!isCounted && count > 0) {
          counts[index] = 0;
          if (count === ticks) onEnd(frame.table.assets[index]?.id ?? "");
        }
      }
    },
  };
}
