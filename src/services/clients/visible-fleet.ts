// The parts of the fleet that clients may see: one table, and one frame, for each scope.

import { partOf } from "../../domain/fleet/fleet-part.ts";
import type { FleetTable } from "../../domain/fleet/fleet-table.ts";
import { hasAsset, hasSite, type Scope } from "../../domain/identity/scope.ts";
import type { Frame } from "../../domain/telemetry/frame.ts";
import { frameOf } from "../../domain/telemetry/frame-part.ts";

export interface VisibleFleet {
  /** The part of a table that a scope has. */
  tableOf(scope: Scope, table: FleetTable): FleetTable;
  /** The part of the latest frame. */
  frameOf(scope: Scope, latest: Frame): Frame;
}

/** Scopes whose parts are retained: beyond that all are made anew. */
const MOST_PARTS = 1_000;

export function createVisibleFleet(): VisibleFleet {
  const tables = new WeakMap<FleetTable, Map<string, FleetTable>>();
  let frames = new Map<string, Frame>();
  let framed: Frame | undefined;

  function tableOf(scope: Scope, table: FleetTable): FleetTable {
    if (scope.isWhole) return table;
    const parts = tables.get(table) ?? new Map<string, FleetTable>();
    tables.set(table, parts);
    const found = parts.get(scope.key);
    if (found !== undefined) return found;
    if (parts.size >= MOST_PARTS) parts.clear();
    const part = partOf(table, {
      hasSite: ({ id }) => hasSite(scope, id),
      hasAsset: (asset) => hasAsset(scope, asset),
    });
    parts.set(scope.key, part);
    return part;
  }

  return {
    tableOf,
    frameOf(scope, latest) {
      if (scope.isWhole) return latest;
      if (framed !== latest) {
        framed = latest;
        frames = new Map();
      }
      const found = frames.get(scope.key);
      // A frame that is no longer among the recent ones is written over.
      if (found?.timestampMs === latest.timestampMs) return found;
      if (frames.size >= MOST_PARTS) frames.clear();
      const part = frameOf(latest, tableOf(scope, latest.table));
      frames.set(scope.key, part);
      return part;
    },
  };
}
