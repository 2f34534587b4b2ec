// The dispatches that are open, and what each has delivered: moved on with every change, which is told.
import { assert } from "../domain/assert.ts";
import {
  type Dispatch,
  type DispatchEvent,
  type DispatchProgress,
  isOpen,
  withProgress,
} from "../domain/dispatch.ts";
import type { LifeChange } from "../domain/life.ts";
import type { DispatchChange } from "../domain/ports/dispatch-store.ts";
import type { EventLog } from "./dispatch-events.ts";

export interface DispatchLedger {
  /** A dispatch that is open, or holds its asset until the tick under way ends. */
  find(id: string): Dispatch | undefined;
  /** Takes in one that was open when a server ended. */
  put(dispatch: Dispatch): void;
  /** Takes in one that was just accepted. */
  enter(dispatch: Dispatch): DispatchChange;
  /**
   * Puts one forward.
   *
   * @param holds     Whether it holds its asset from now on.
   * @param meterMwhr What the meters of the asset say, given less taken.
   * @param change    What became of it; left out where it lives on.
   */
  moveOn(id: string, holds: boolean, meterMwhr: number, change?: LifeChange): DispatchChange;
  renew(id: string, leaseUntilMs: number): DispatchChange;
  openCount(): number;
}

export function createDispatchLedger(events: EventLog): DispatchLedger {
  const kept = new Map<string, Dispatch>();

  function tell(change: Omit<LifeChange, "from" | "reason"> & Story, dispatch: Dispatch) {
    const { from, to, reason, byId } = change;
    const atMs = events.notBefore(change.atMs);
    const [number, dispatchId] = [events.nextNumber(), dispatch.id];
    events.tell({ number, atMs, dispatchId, from, to, reason, byId, dispatch });
    return { number, atMs, dispatchId, from, to, reason, byId };
  }

  function get(id: string): Dispatch {
    const dispatch = kept.get(id);
    assert(dispatch !== undefined, "only what is kept is changed");
    return dispatch;
  }

  function put(dispatch: Dispatch, holds: boolean): void {
    if (holds || isOpen(dispatch)) kept.set(dispatch.id, dispatch);
    else kept.delete(dispatch.id);
  }

  return {
    find: (id) => kept.get(id),
    put: (dispatch) => void kept.set(dispatch.id, dispatch),
    enter(dispatch) {
      const { id, submittedAtMs: atMs, status: to } = dispatch;
      put(dispatch, false);
      const event = tell({ id, atMs, from: null, to, reason: null, byId: null }, dispatch);
      return { id, progress: progressOf(dispatch), event };
    },
    moveOn(id, holds, meterMwhr, change) {
      const before = get(id);
      const { heldFromMwhr, deliveredMwhr } = before;
      const gainedMwhr = heldFromMwhr === null ? 0 : meterMwhr - heldFromMwhr;
      const status = change?.to ?? before.status;
      const isOver = change !== undefined && !isOpen({ status });
      const progress: DispatchProgress = {
        status,
        reason: change?.reason ?? before.reason,
        leaseUntilMs: before.leaseUntilMs,
        endedAtMs: isOver ? events.notBefore(change.atMs) : before.endedAtMs,
        deliveredMwhr: deliveredMwhr + gainedMwhr,
        heldFromMwhr: holds ? meterMwhr : null,
      };
      const next = withProgress(before, progress);
      put(next, holds);
      return { id, progress, event: change === undefined ? null : tell(change, next) };
    },
    renew(id, leaseUntilMs) {
      const before = get(id);
      const progress = { ...progressOf(before), leaseUntilMs };
      put(withProgress(before, progress), before.heldFromMwhr !== null);
      return { id, progress, event: null };
    },
    openCount() {
      let count = 0;
      for (const dispatch of kept.values()) if (isOpen(dispatch)) count++;
      return count;
    },
  };
}

function progressOf(dispatch: Dispatch): DispatchProgress {
  const { status, reason, leaseUntilMs, endedAtMs, deliveredMwhr, heldFromMwhr } = dispatch;
  return { status, reason, leaseUntilMs, endedAtMs, deliveredMwhr, heldFromMwhr };
}

/** An event's part of a change: an acceptance comes from nothing. */
type Story = Pick<DispatchEvent, "from" | "reason">;
