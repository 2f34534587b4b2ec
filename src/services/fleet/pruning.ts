// The removal of assets from the store that the assets file no longer names: behind, so that no request waits for it.
import { createSerial } from "../../domain/base/serial.ts";
import type { FleetStore } from "../../domain/ports/fleet-store.ts";
import type { Log } from "../../domain/ports/log.ts";

export interface FleetPruning {
  /** Removes assets, and sites without assets, once they are shown no more; where that fails, at the next start. */
  start(goneIds: readonly string[], isGone: Promise<unknown>): void;
  /** Resolves once none of these assets is still to be removed. */
  over(assets: readonly { readonly id: string }[]): Promise<void>;
}

export interface FleetPruningDeps {
  readonly store: FleetStore;
  readonly isRunning: () => boolean;
  readonly log: Log;
}

export function createFleetPruning(deps: FleetPruningDeps): FleetPruning {
  const { store, isRunning, log } = deps;
  const ids = new Set<string>();
  const prunes = createSerial();

  async function prune(goneIds: readonly string[], isGone: Promise<unknown>) {
    await isGone;
    try {
      if (isRunning()) await store.prune(goneIds);
    } catch (error) {
      log.warn(
        { err: error },
        "assets that the file no longer names are removed at the next start",
      );
    }
    for (const id of goneIds) ids.delete(id);
  }

  return {
    start(goneIds, isGone) {
      for (const id of goneIds) ids.add(id);
      void prunes.run(() => prune(goneIds, isGone));
    },
    async over(assets) {
      if (assets.some(({ id }) => ids.has(id))) await prunes.ended();
    },
  };
}
