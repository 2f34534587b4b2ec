// Changes on their way to the store: nobody reads it before they are there.
import type { DispatchChange, DispatchStore } from "../domain/ports/dispatch-store.ts";

export interface DispatchKeeping {
  /** Keeps what happened; settles as the store says. It need not be waited for. */
  keep(changes: readonly DispatchChange[]): Promise<void>;
  /** Resolves once what was given before is kept, or the store gave up waiting. */
  settled(): Promise<void>;
}

export function createDispatchKeeping(store: DispatchStore): DispatchKeeping {
  const underWay = new Set<Promise<void>>();
  return {
    keep(changes) {
      if (changes.length === 0) return Promise.resolve();
      const kept = store.record(changes);
      underWay.add(kept);
      const end = () => void underWay.delete(kept);
      kept.then(end, end);
      return kept;
    },
    async settled() {
      await Promise.allSettled(underWay);
    },
  };
}
