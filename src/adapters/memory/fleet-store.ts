// The fleet in memory, until the process ends: the reference version of the port.
import type { AuditRecord } from "../../domain/audit/record.ts";
import { Fault } from "../../domain/base/fault.ts";
import type { Origin } from "../../domain/fleet/change.ts";
import type { AssetLeft, FleetStore } from "../../domain/ports/fleet-store.ts";
import { stateValues } from "../../domain/telemetry/columns.ts";
import type { Frame } from "../../domain/telemetry/frame.ts";

/**
 * Stores the origin of each asset. The fleet service has the fleet itself in memory, and states are those of the frames.
 *
 * @param recent  The frames that are in memory, oldest first.
 * @param origins Those of the first assets.
 * @param audit   Is called with the records of the audit log.
 */
export function createMemoryFleetStore(
  recent: () => readonly Frame[],
  origins: Iterable<readonly [assetId: string, origin: Origin]> = [],
  audit: (records: readonly AuditRecord[]) => void = () => {},
): FleetStore {
  const stored = new Map(origins);
  /** The newest frame of each pruned asset, in ms since the epoch: it has no state from there or before. */
  const prunedAtMs = new Map<string, number>();

  function leftOf(assetId: string): AssetLeft | undefined {
    if (!stored.has(assetId)) return undefined;
    const frame = recent().findLast(({ table }) => table.indexOf(assetId) !== undefined);
    const index = frame?.table.indexOf(assetId);
    if (frame === undefined || index === undefined) return undefined;
    const { timestampMs } = frame;
    if (timestampMs <= (prunedAtMs.get(assetId) ?? -Infinity)) return undefined;
    const values = stateValues((field) => frame[field][index] as number);
    return { timestampMs, ...values, modelState: null };
  }

  return {
    async put({ assets, originOf }, records = []) {
      const other = assets.find(({ id }) => {
        const before = stored.get(id);
        return before !== undefined && (before === "api") !== (originOf(id) === "api");
      });
      if (other !== undefined)
        throw new Fault("STORE_UNAVAILABLE", `${other.id} is stored with another origin`, {
          retryable: true,
        });
      for (const { id } of assets) stored.set(id, originOf(id));
      audit(records);
    },
    async prune(goneIds) {
      const frames = recent();
      const oldestMs = frames[0]?.timestampMs ?? Infinity;
      for (const [id, atMs] of prunedAtMs) if (atMs < oldestMs) prunedAtMs.delete(id);
      for (const id of goneIds)
        if (stored.get(id) === "file" && stored.delete(id))
          prunedAtMs.set(id, frames.at(-1)?.timestampMs ?? -Infinity);
    },
    statesOf: async (assetIds) =>
      new Map(
        assetIds.flatMap((id) => {
          const left = leftOf(id);
          return left === undefined ? [] : [[id, left] as const];
        }),
      ),
  };
}
