// Changes on their way to the store, which keeps them in their order.
import type { DispatchChange, DispatchStore } from "../../domain/ports/dispatch-store.ts";
import type { PendingChanges } from "./pending-changes.ts";

export interface PendingWrites {
  /** Keeps what happened; settles as the store says. It need not be waited for. */
  keep(changes: readonly DispatchChange[]): Promise<void>;
  /** Resolves once what was given before is kept, or the store gave up waiting. */
  flushed(): Promise<void>;
}

/** @param pending What was announced; what is kept is dropped from it. */
export function createPendingWrites(store: DispatchStore, pending: PendingChanges): PendingWrites {
  const underWay = new Set<Promise<void>>();
  return {
    keep(changes) {
      if (changes.length === 0) return Promise.resolve();
      const count = pending.count();
      const kept = store.record(changes);
      underWay.add(kept);
      // Those before them are kept as well, though a call for them may have been given up.
      kept.then(
        () => pending.drop(count),
        () => {},
      );
      const end = () => void underWay.delete(kept);
      kept.then(end, end);
      return kept;
    },
    async flushed() {
      await Promise.allSettled(underWay);
    },
  };
}
