// How long each asset has been limited without a break: a fold over frames, in typed arrays.
import { LIMIT } from "../battery/limit.ts";
import type { FleetTable } from "../fleet/fleet-table.ts";
import type { Frame } from "../telemetry/frame.ts";

/** What a frame changed. */
export interface RunChanges {
  /** Positions of the assets whose samples have all counted for so many ticks now. */
  readonly begun: readonly number[];
  /** Ids of such assets at their first sample that does not count, and of those that left the fleet. */
  readonly endedIds: readonly string[];
}

export interface LimitedRuns {
  /**
   * Reads the next frame. A sample counts where its limit is POWER, ENERGY or SITE and its setpoint is not 0; a ramp is
   * on its way to the setpoint.
   *
   * @returns undefined where nothing changed.
   */
  read(frame: Frame): RunChanges | undefined;
}

/** The least `LIMIT` that counts: POWER, ENERGY and SITE do, NONE and RAMP do not. */
const LEAST_LIMIT = LIMIT.POWER;

/**
 * @param ticks    How many samples in a row begin a run.
 * @param begunIds Assets whose run has begun before the first frame.
 */
export function createLimitedRuns(ticks: number, begunIds: readonly string[]): LimitedRuns {
  let table: FleetTable | undefined;
  /** Samples in a row that count, by position; no more than `ticks`. */
  let counts = new Uint32Array(0);
  const begunBefore = new Set(begunIds);

  /** @returns Ids of the assets with a run that are not in the next table. */
  function replaceTable(next: FleetTable): string[] {
    const old = table;
    const known = old?.assets.filter((_, index) => counts[index] === ticks).map(({ id }) => id);
    const nextCounts = new Uint32Array(next.assets.length);
    for (const [index, { id }] of next.assets.entries()) {
      const before = old?.indexOf(id);
      if (before !== undefined) nextCounts[index] = counts[before] as number;
      else if (old === undefined && begunBefore.has(id)) nextCounts[index] = ticks;
    }
    counts = nextCounts;
    table = next;
    return (known ?? begunIds).filter((id) => next.indexOf(id) === undefined);
  }

  return {
    read(frame) {
      const endedIds = frame.table === table ? [] : replaceTable(frame.table);
      const { begun, ended } = countSamples(frame, counts, ticks);
      for (const index of ended) endedIds.push(frame.table.assets[index]?.id ?? "");
      return begun.length + endedIds.length === 0 ? undefined : { begun, endedIds };
    },
  };
}

/**
 * Counts the samples of a frame. It is run over the whole fleet at every tick: its columns are parameters, which the
 * compiler keeps in registers, as it does not keep variables of the module or of a closure.
 *
 * @returns Positions at which a run has begun, and at which one has ended.
 */
function countSamples({ limit, setpointMw }: Frame, counts: Uint32Array, ticks: number) {
  const begun: number[] = [];
  const ended: number[] = [];
  const length = counts.length;
  for (let index = 0; index < length; index++) {
    const count = counts[index] as number;
    if ((limit[index] as number) >= LEAST_LIMIT && setpointMw[index] !== 0) {
      if (count === ticks) continue;
      counts[index] = count + 1;
      if (count + 1 === ticks) begun.push(index);
    } else if (count !== 0) {
      counts[index] = 0;
      if (count === ticks) ended.push(index);
    }
  }
  return { begun, ended };
}
