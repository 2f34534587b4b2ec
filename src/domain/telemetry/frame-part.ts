// A part of a frame: the columns of some of its assets.
import { type FleetTable, indexesIn } from "../fleet/fleet-table.ts";
import { STATE_FIELDS, type StateField } from "./columns.ts";
import type { Frame } from "./frame.ts";

/** @param table A part of the table of the frame. */
export function frameOf(frame: Frame, table: FleetTable): Frame {
  const indexes = indexesIn(frame.table, table);
  const columns = Object.fromEntries(
    STATE_FIELDS.map((field) => [field, taken(frame[field], indexes)]),
  ) as Record<StateField, Float64Array>;
  const limit = Uint8Array.from(indexes, (index) => frame.limit[index] as number);
  const { tick, timestampMs, dtS } = frame;
  return { ...columns, limit, table, tick, timestampMs, dtS };
}

function taken(column: Float64Array, indexes: Int32Array): Float64Array {
  return Float64Array.from(indexes, (index) => column[index] as number);
}
