// Which assets changed from one frame of a rate to the next.
import type { FleetTable } from "../../domain/fleet/fleet-table.ts";
import { STATE_FIELDS } from "../../domain/telemetry/columns.ts";
import type { Frame } from "../../domain/telemetry/frame.ts";
import type { Indexes } from "./stream.ts";

/** The difference of a frame to the previous one. */
export interface Changes {
  /** The positions among these whose values changed; undefined where the table of assets changed. */
  among(frame: Frame, indexes: Indexes): readonly number[] | undefined;
  /** Replaces the frame to compare with. */
  replace(frame: Frame): void;
}

/** Copies the columns: those of a frame are overwritten once it is no longer among the recent frames. */
export function createChanges(first: Frame): Changes {
  let table: FleetTable;
  let before: readonly Column[];

  function replace(frame: Frame): void {
    table = frame.table;
    before = columnsOf(frame).map((column) => column.slice());
  }

  replace(first);
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
    replace,
  };
}

type Column = Float64Array | Uint8Array;

function columnsOf(frame: Frame): readonly Column[] {
  return [...STATE_FIELDS.map((field) => frame[field]), frame.limit];
}
