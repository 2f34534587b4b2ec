// The dispatches that are open, and what each has delivered: moved on with every change, which is told.
import { assert } from "../../domain/base/assert.ts";
import {
  type Dispatch,
  type DispatchEvent,
  type DispatchProgress,
  isOpen,
  withProgress,
} from "../../domain/dispatch/dispatch.ts";
import type { StatusChange } from "../../domain/dispatch/status.ts";
import type { DispatchChange } from "../../domain/ports/dispatch-store.ts";
import type { EventLog } from "./events.ts";
import type { PendingChanges } from "./pending-changes.ts";

export interface OpenDispatches {
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
  advance(id: string, holds: boolean, meterMwhr: number, change?: StatusChange): DispatchChange;
  renew(id: string, leaseUntilMs: number): DispatchChange;
  openCount(): number;
}

export function createOpenDispatches(events: EventLog, pending: PendingChanges): OpenDispatches {
  const kept = new Map<string, Dispatch>();

  /** Puts a dispatch in the place of the one of its id, and announces what happened to it. */
  function announce(dispatch: Dispatch, holds: boolean, event: DispatchEvent | null) {
    const change: DispatchChange = { id: dispatch.id, progress: progressOf(dispatch), event };
    put(dispatch, holds);
    pending.add(change, dispatch);
    if (event !== null) events.emit({ ...event, dispatch });
    return change;
  }

  function eventOf({ id: dispatchId, atMs, from, to, reason, byId }: StatusChange): DispatchEvent {
    const number = events.nextNumber();
    return { number, atMs: events.notBefore(atMs), dispatchId, from, to, reason, byId };
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
      const { id: dispatchId, submittedAtMs, status: to } = dispatch;
      const [number, atMs] = [events.nextNumber(), events.notBefore(submittedAtMs)];
      const event = { number, atMs, dispatchId, from: null, to, reason: null, byId: null };
      return announce(dispatch, false, event);
    },
    advance(id, holds, meterMwhr, change) {
      const before = get(id);
      const { heldFromMwhr, deliveredMwhr } = before;
      const gainedMwhr = heldFromMwhr === null ? 0 : meterMwhr - heldFromMwhr;
      const event = change === undefined ? null : eventOf(change);
      const status = event?.to ?? before.status;
      const isOver = event !== null && !isOpen({ status });
      const next = withProgress(before, {
        status,
        reason: event?.reason ?? before.reason,
        leaseUntilMs: before.leaseUntilMs,
        endedAtMs: isOver ? event.atMs : before.endedAtMs,
        deliveredMwhr: deliveredMwhr + gainedMwhr,
        heldFromMwhr: holds ? meterMwhr : null,
      });
      return announce(next, holds, event);
    },
    renew(id, leaseUntilMs) {
      const before = get(id);
      const renewed = withProgress(before, { ...progressOf(before), leaseUntilMs });
      return announce(renewed, before.heldFromMwhr !== null, null);
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
