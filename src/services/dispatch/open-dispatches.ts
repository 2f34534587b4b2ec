// The open dispatches: each change of one is announced, with what it lacks once it is over.
import { assert } from "../../domain/base/assert.ts";
import {
  advanceDispatch,
  type Dispatch,
  endedShortfall,
  type FirstCut,
  type Hold,
  isOfDemo,
  progressOf,
  type Rationale,
  withProgress,
  withRationale,
  withShortfall,
} from "../../domain/dispatch/dispatch.ts";
import type { Shortfall, ShortfallReason } from "../../domain/dispatch/shortfall.ts";
import {
  isOpen,
  OPEN_STATUSES,
  type OpenStatus,
  type StatusChange,
} from "../../domain/dispatch/status.ts";
import type { EventLog } from "./events.ts";

export type OpenDispatches = ReturnType<typeof createOpenDispatches>;

/** How a dispatch holds its asset at a change, and what is known of it where it lacks energy. */
export interface ReportedHold extends Hold {
  /** Missing energy up to this is rounding, in MWh. */
  readonly leastMwhr: number;
  /** null where no tick was cut, as far as it is known. */
  readonly firstCut: FirstCut | null;
  /** Why it lacks energy, where that was not expected. */
  readonly reason: ShortfallReason;
}

/** The dispatches that are open, or hold an asset until the tick under way ends. */
export function createOpenDispatches(events: EventLog) {
  const { byId, demoIds, put } = createEntries();

  function get(id: string): Dispatch {
    const dispatch = byId.get(id);
    assert(dispatch !== undefined, "only an open dispatch is changed");
    return dispatch;
  }

  /** @param atMs When it became known, in ms since the epoch. */
  function report(id: string, shortfall: Shortfall | null, atMs: number): void {
    const before = get(id);
    const next = withShortfall(before, shortfall);
    byId.set(id, next);
    const isNews = (before.shortfall === null) !== (shortfall === null);
    const reason = shortfall === null ? "SHORTFALL_AVERTED" : "SHORTFALL_EXPECTED";
    const { status: from } = before;
    const change = { dispatchId: id, atMs, from, to: from, reason, byId: null } as const;
    events.announce(next, isNews ? events.number(change) : null);
  }

  /** @param change The change of its status; left out where that stays. */
  function advance(id: string, hold: ReportedHold, change?: StatusChange): void {
    const status = change?.to ?? get(id).status;
    const isOver = hold.since === null && !isOpen({ status });
    const { leastMwhr, firstCut, reason } = hold;
    const ended = isOver ? endedShortfall(get(id), hold, leastMwhr, firstCut, reason) : undefined;
    if (ended === null && get(id).shortfall !== null && change?.to === "completed")
      report(id, null, change.atMs);
    const named = ended && change?.to === "completed" ? { ...change, reason: SHORT } : change;
    const event = named === undefined ? null : events.number(named);
    const isKnown = ended === undefined || ended === get(id).shortfall;
    const before = isKnown ? get(id) : withShortfall(get(id), ended);
    const next = advanceDispatch(before, hold, event);
    put(next);
    if (isOver) byId.delete(id);
    events.announce(next, event);
  }

  return {
    find: (id: string) => byId.get(id),
    get,
    advance,
    report,
    put,
    /** The ids of the open dispatches of the demo. */
    demoIds: (): ReadonlySet<string> => demoIds,
    all: () => byId.values(),
    /** @param atMs When its acceptance is announced, in ms since the epoch. */
    accept(dispatch: Dispatch, atMs = dispatch.submittedAtMs): void {
      const { id, status: to } = dispatch;
      put(dispatch);
      const reason = isOfDemo(dispatch) ? "DEMO" : null;
      const accepted = { dispatchId: id, atMs, from: null, to, reason, byId: null } as const;
      events.announce(dispatch, events.number(accepted));
    },
    renew(id: string, leaseUntilMs: number): void {
      const renewed = withProgress(get(id), { ...progressOf(get(id)), leaseUntilMs });
      byId.set(id, renewed);
      events.announce(renewed, null);
    },
    /** Records why a dispatch was accepted as it was; one that is over stays as it is. */
    explain(id: string, rationale: Rationale): void {
      const known = byId.get(id);
      if (known === undefined) return;
      const explained = withRationale(known, rationale);
      byId.set(id, explained);
      events.announce(explained, null, rationale);
    },
    /** Ends a dispatch of an asset that runs no more, or its hold where it has ended already. @param fromMs From when on it holds nothing. */
    fail(dispatch: Dispatch, atMs: number, fromMs: number): void {
      const { id: dispatchId, status: from } = dispatch;
      const retired = { to: "failed", reason: "RETIRED", byId: null } as const;
      const change = isOpen(dispatch) ? { dispatchId, atMs, from, ...retired } : undefined;
      advance(dispatchId, lastHoldOf(dispatch, fromMs), change);
    },
    counts: (): ReadonlyMap<OpenStatus, number> => openCounts(byId.values()),
  };
}

/** The dispatches by their ids, and which of them are open and of the demo. */
function createEntries() {
  const byId = new Map<string, Dispatch>();
  const demoIds = new Set<string>();
  return {
    byId,
    demoIds,
    put(dispatch: Dispatch): void {
      byId.set(dispatch.id, dispatch);
      if (isOfDemo(dispatch)) demoIds.add(dispatch.id);
      else demoIds.delete(dispatch.id);
    },
  };
}

function openCounts(dispatches: Iterable<Dispatch>): ReadonlyMap<OpenStatus, number> {
  const counts = { accepted: 0, active: 0 };
  for (const dispatch of dispatches) if (isOpen(dispatch)) counts[dispatch.status]++;
  return new Map(OPEN_STATUSES.map((status) => [status, counts[status]]));
}

const SHORT = "ENDED_SHORT" as const;

/** The end of a dispatch of an asset that runs no more: what it demanded since it holds the asset is not known. */
function lastHoldOf({ heldFromMwhr, mw }: Dispatch, fromMs: number): ReportedHold {
  const meterMwhr = heldFromMwhr ?? 0;
  return {
    ...{ since: null, meterMwhr, demandedMwhr: 0, fromMs },
    ...{ leastMwhr: Math.abs(mw) * 1e-9, firstCut: null, reason: "ASSET_CHANGED" },
  };
}
