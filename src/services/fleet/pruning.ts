// What went from the assets file, on its way out of the store: behind, so that nobody waits for it.
import type { FleetStore } from "../../domain/ports/fleet-store.ts";
import type { Log } from "../../domain/ports/log.ts";

export interface FleetPruning {
  /** Removes assets, and sites without any, once they are shown no more; where that fails, the next start does. */
  start(goneIds: readonly string[], isGone: Promise<unknown>): void;
  /** Resolves once none of these is still to be removed. */
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
  let last: Promise<void> = Promise.resolve();

  async function prune(
    before: Promise<void>,
    goneIds: readonly string[],
    isGone: Promise<unknown>,
  ) {
    await Promise.all([before, isGone]);
    try {
      if (isRunning()) await store.prune(goneIds);
    } catch (error) {
      log.warn({ err: error }, "what went from the assets file is removed at the next start");
    }
    for (const id of goneIds) ids.delete(id);
  }

  return {
    start(goneIds, isGone) {
      for (const id of goneIds) ids.add(id);
      last = prune(last, goneIds, isGone);
    },
    async over(assets) {
      if (assets.some(({ id }) => ids.has(id))) await last;
    },
  };
}
