// Renewals and cancellations of open dispatches.
import type { AuditRecord } from "../../domain/audit/record.ts";
import type { Dispatch } from "../../domain/dispatch/dispatch.ts";
import {
  type DispatchRefusal,
  dispatchEnded,
  dispatchUnknown,
  noLease,
} from "../../domain/dispatch/request.ts";
import { isOpen } from "../../domain/dispatch/status.ts";
import type { Principal } from "../../domain/identity/principal.ts";
import type { Clock } from "../../domain/ports/clock.ts";
import type { Audit } from "../audit/audit.ts";
import { dispatchJson } from "./audited.ts";
import type { DispatchBatch } from "./batch.ts";
import type { EventLog } from "./events.ts";
import type { DispatchOutcomes } from "./outcomes.ts";
import type { AssetPlans } from "./plans.ts";
import type { DispatchResult } from "./requests.ts";

export interface DispatchChanges {
  /** Renews the lease of an open dispatch. */
  renew(id: string, by: Principal): Promise<DispatchResult>;
  /** Ends an open dispatch: it holds no tick that starts from now on. */
  cancel(id: string, by: Principal): Promise<DispatchResult>;
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
  readonly audit: Audit;
}): DispatchChanges {
  const { clock, presentMs, runDue, plans, batch, events, find, outcomes, audit } = deps;

  function refuse(by: Principal, action: ChangeAction, id: string, refusal: DispatchRefusal) {
    const { code, message: reason } = refusal;
    audit.refuse(by, { action, target: targetOf(id), code, reason });
    return outcomes.refuse(refusal, { id });
  }

  /**
   * Changes an open dispatch, and answers once the change is stored.
   *
   * @param before What comes first: ticks that are due, or earlier requests for the asset.
   */
  async function change(
    action: ChangeAction,
    id: string,
    by: Principal,
    before: Promise<void>,
    work: (
      open: Dispatch,
      receivedMs: number,
      recordOf: () => AuditRecord,
    ) => Promise<void> | DispatchRefusal,
  ): Promise<DispatchResult> {
    const receivedMs = presentMs();
    await before;
    runDue();
    const found = plans.find(id.toLowerCase()) ?? (await find(id));
    if (found === undefined) return refuse(by, action, id, dispatchUnknown(id));
    if (!isOpen(found)) return refuse(by, action, id, dispatchEnded(found.id, found.status));
    const recordOf = () => {
      const [earlier, after] = [dispatchJson(found), dispatchJson(events.latest(found))];
      return audit.done(by, { action, target: targetOf(found.id), before: earlier, after });
    };
    const changed = work(found, receivedMs, recordOf);
    if ("code" in changed) return refuse(by, action, id, changed);
    const dispatch = events.latest(found);
    await changed;
    return { accepted: true, dispatch };
  }

  return {
    renew: (id, by) =>
      change("dispatch.renew", id, by, clock.turn(), (open, receivedMs, recordOf) => {
        if (open.validForS === null) return noLease(open.id);
        const renewed = plans.renew(open.id, receivedMs, recordOf);
        return renewed ?? dispatchEnded(open.id, "expired");
      }),
    cancel: (id, by) => {
      const assetId = plans.find(id.toLowerCase())?.assetId;
      const before = assetId === undefined ? clock.turn() : batch.afterRequestsFor([assetId]);
      return change("dispatch.cancel", id, by, before, (open, receivedMs, recordOf) =>
        plans.cancel(open.id, receivedMs, recordOf),
      );
    },
  };
}

type ChangeAction = "dispatch.renew" | "dispatch.cancel";

const targetOf = (id: string) => `dispatch:${id.toLowerCase()}`;
