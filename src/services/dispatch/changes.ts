// Renewals and cancellations of open dispatches.
import type { Dispatch } from "../../domain/dispatch/dispatch.ts";
import {
  type DispatchRefusal,
  dispatchEnded,
  dispatchUnknown,
  noLease,
} from "../../domain/dispatch/request.ts";
import { isOpen } from "../../domain/dispatch/status.ts";
import type { Clock } from "../../domain/ports/clock.ts";
import type { DispatchBatch } from "./batch.ts";
import type { EventLog } from "./events.ts";
import type { DispatchOutcomes } from "./outcomes.ts";
import type { AssetPlans } from "./plans.ts";
import type { DispatchResult } from "./requests.ts";

export interface DispatchChanges {
  /** Renews the lease of an open dispatch. */
  renew(id: string): Promise<DispatchResult>;
  /** Ends an open dispatch: it holds no tick that starts from now on. */
  cancel(id: string): Promise<DispatchResult>;
}

export function createChanges(deps: {
  readonly clock: Clock;
  readonly presentMs: () => number;
  readonly runDue: () => void;
  readonly plans: AssetPlans;
  readonly batch: DispatchBatch;
  readonly events: EventLog;
  readonly find: (id: string) => Promise<Dispatch | undefined>;
  readonly outcomes: DispatchOutcomes;
}): DispatchChanges {
  const { clock, presentMs, runDue, plans, batch, events, find, outcomes } = deps;

  /**
   * Changes an open dispatch, and answers once the change is stored.
   *
   * @param before What comes first: ticks that are due, or earlier requests for the asset.
   */
  async function change(
    id: string,
    before: Promise<void>,
    work: (open: Dispatch, receivedMs: number) => Promise<void> | DispatchRefusal,
  ): Promise<DispatchResult> {
    const receivedMs = presentMs();
    await before;
    runDue();
    const found = plans.find(id.toLowerCase()) ?? (await find(id));
    if (found === undefined) return outcomes.refuse(dispatchUnknown(id), { id });
    if (!isOpen(found)) return outcomes.refuse(dispatchEnded(found.id, found.status), { id });
    const changed = work(found, receivedMs);
    if ("code" in changed) return outcomes.refuse(changed, { id });
    const dispatch = events.latest(found);
    await changed;
    return { accepted: true, dispatch };
  }

  return {
    renew: (id) =>
      change(id, clock.turn(), (open, receivedMs) => {
        if (open.validForS === null) return noLease(open.id);
        return plans.renew(open.id, receivedMs) ?? dispatchEnded(open.id, "expired");
      }),
    cancel: (id) => {
      const assetId = plans.find(id.toLowerCase())?.assetId;
      const before = assetId === undefined ? clock.turn() : batch.afterRequestsFor([assetId]);
      return change(id, before, (open, receivedMs) => plans.cancel(open.id, receivedMs));
    },
  };
}
