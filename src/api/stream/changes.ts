// Which assets changed from one frame of a rate to the next.
import type { FleetTable } from "../../domain/fleet/fleet-table.ts";
import type { Frame } from "../../domain/telemetry/frame.ts";
import type { Indexes } from "./stream.ts";

/** Remembers a frame, and says what differs in the next. */
export interface Changes {
  /** The changed ones among these positions; undefined where the assets themselves changed. */
  among(frame: Frame, indexes: Indexes): readonly number[] | undefined;
  /** Remembers a frame in place of the one before. */
  remember(frame: Frame): void;
}

/** Keeps copies: columns of frames are written over once they are no longer among the recent ones. */
export function createChanges(first: Frame): Changes {
  let table: FleetTable;
  let before: readonly Column[];

  function remember(frame: Frame): void {
    table = frame.table;
    before = columnsOf(frame).map((column) => column.slice());
  }

  remember(first);
  return {
    among(frame, indexes) {
      if (frame.table !== table) return undefined;
      const now = columnsOf(frame);
      const changed: number[] = [];
      const count = indexes?.length ?? table.assets.length;
      for (let n = 0; n < count; n++) {
        const i = indexes === undefined ? n : (indexes[n] as number);
        if (now.some((column, c) => column[i] !== before[c]?.[i])) changed.push(i);
      }
      return changed;
    },
    remember,
  };
}

type Column = Float64Array | Uint8Array;

function columnsOf(frame: Frame): readonly Column[] {
  const { socMwhr, currentMw, setpointMw, energyInMwhr, energyOutMwhr, limit } = frame;
  return [socMwhr, currentMw, setpointMw, energyInMwhr, energyOutMwhr, limit];
}
