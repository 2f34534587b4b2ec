// Frames to be written.
import { createColumn } from "../domain/base/column.ts";
import type { FleetTable } from "../domain/fleet/fleet-table.ts";
import { stateColumns } from "../domain/telemetry/columns.ts";
import type { Frame } from "../domain/telemetry/frame.ts";
import { tickInstantMs } from "../domain/time/grid.ts";

/**
 * A frame to be written: over the columns of `spare` where it belongs to the same table, else over new
 * ones, all 0.
 */
export function makeFrame(table: FleetTable, tick: number, dtS: number, spare?: Frame): Frame {
  const size = table.assets.length;
  const old = spare?.table === table ? spare : undefined;
  return {
    table,
    tick,
    timestampMs: tickInstantMs(tick, dtS),
    dtS,
    ...stateColumns((field, n) => old?.[field] ?? createColumn(size, n)),
    limit: old?.limit ?? new Uint8Array(size),
  };
}
