// How long each asset has been limited without a break: a fold over frames, in typed arrays.
import { LIMIT } from "../battery/limit.ts";
import type { FleetTable } from "../fleet/fleet-table.ts";
import type { Frame } from "../telemetry/frame.ts";

/** What a frame changed. */
export interface RunChanges {
  /** Positions of the assets whose samples have all counted for their number of ticks now. */
  readonly begun: readonly number[];
  /** Ids of such assets at their first sample that does not count, where their number of ticks has become larger, and of those that left the fleet. */
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

/** Counts end here: of a run that began before the first frame it is not known how long it is. */
const MOST_COUNT = 2 ** 32 - 1;

/**
 * @param ticksOf  How many samples in a row begin a run, by position. May change.
 * @param begunIds Assets whose run has begun before the first frame.
 */
export function createLimitedRuns(
  ticksOf: (table: FleetTable) => Uint32Array,
  begunIds: readonly string[],
): LimitedRuns {
  let table: FleetTable | undefined;
  /** Samples in a row that count, by position. */
  let counts = new Uint32Array(0);
  /** 1: the run has begun. */
  let isBegun = new Uint8Array(0);
  const begunBefore = new Set(begunIds);

  /** @returns Ids of the assets with a run that are not in the next table. */
  function replaceTable(next: FleetTable): string[] {
    const old = table;
    const known = old?.assets.filter((_, index) => isBegun[index] === 1).map(({ id }) => id);
    const nextCounts = new Uint32Array(next.assets.length);
    const nextBegun = new Uint8Array(next.assets.length);
    for (const [index, { id }] of next.assets.entries()) {
      const before = old?.indexOf(id);
      if (before !== undefined) {
        nextCounts[index] = counts[before] as number;
        nextBegun[index] = isBegun[before] as number;
      } else if (old === undefined && begunBefore.has(id)) {
        nextCounts[index] = MOST_COUNT;
        nextBegun[index] = 1;
      }
    }
    counts = nextCounts;
    isBegun = nextBegun;
    table = next;
    return (known ?? begunIds).filter((id) => next.indexOf(id) === undefined);
  }

  return {
    read(frame) {
      const endedIds = frame.table === table ? [] : replaceTable(frame.table);
      const { begun, ended } = countSamples(frame, counts, isBegun, ticksOf(frame.table));
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
function countSamples(
  { limit, setpointMw }: Frame,
  counts: Uint32Array,
  isBegun: Uint8Array,
  ticks: Uint32Array,
) {
  const begun: number[] = [];
  const ended: number[] = [];
  const length = counts.length;
  for (let index = 0; index < length; index++) {
    const count = counts[index] as number;
    if ((limit[index] as number) >= LEAST_LIMIT && setpointMw[index] !== 0) {
      if (count < MOST_COUNT) counts[index] = count + 1;
      const has = count + 1 >= (ticks[index] as number) ? 1 : 0;
      if (has === isBegun[index]) continue;
      isBegun[index] = has;
      (has === 1 ? begun : ended).push(index);
    } else if (count !== 0) {
      counts[index] = 0;
      if (isBegun[index] === 1) ended.push(index);
      isBegun[index] = 0;
    }
  }
  return { begun, ended };
}
