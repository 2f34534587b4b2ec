// The use cases of dispatch: each request is decided, stored, acted on, and only then answered.
import type { RefusalCode } from "../../domain/base/codes.ts";
import { type DispatchDecision, decideDispatch } from "../../domain/dispatch/decision.ts";
import type { Dispatch, DispatchEvent } from "../../domain/dispatch/dispatch.ts";
import {
  type DispatchRefusal,
  type DispatchRequest,
  dispatchEnded,
  dispatchUnknown,
  noLease,
} from "../../domain/dispatch/request.ts";
import { isOpen } from "../../domain/dispatch/status.ts";
import type { FleetTable } from "../../domain/fleet/fleet-table.ts";
import type { AssetGateway } from "../../domain/ports/asset-gateway.ts";
import type { Chance } from "../../domain/ports/chance.ts";
import type { Clock } from "../../domain/ports/clock.ts";
import type {
  DispatchFilter,
  DispatchStore,
  ListedDispatch,
} from "../../domain/ports/dispatch-store.ts";
import type { Log } from "../../domain/ports/log.ts";
import type { Frame } from "../../domain/telemetry/frame.ts";
import { createDispatchBatch } from "./batch.ts";
import {
  type Answer,
  answerDispatch,
  answerSchedule,
  answerSite,
  type FleetView,
  type Refused,
  runningIndex,
  type ScheduleRequest,
  type SiteRequest,
} from "./decide.ts";
import { createEventLog, type DispatchEvents, type EventLog } from "./events.ts";
import { createIdempotency } from "./idempotency.ts";
import { type AssetPlans, createAssetPlans } from "./plans.ts";

export type DispatchResult = { readonly accepted: true; readonly dispatch: Dispatch } | Refused;

/** A power for a site: its shares, one for each asset, in their order. */
export type SiteDispatchResult =
  | { readonly accepted: true; readonly dispatches: readonly Dispatch[] }
  | Refused;

export type ScheduleResult =
  | {
      readonly accepted: true;
      /** How many intervals of the request, the first ones, were over and left out. */
      readonly pastCount: number;
      /** One for each of the others, in their order. */
      readonly dispatches: readonly Dispatch[];
    }
  | Refused;

/**
 * A request with a `requestId` gets its first answer when it is repeated, and `REQUEST_ID_REUSED` where another
 * request had that id. Where the store is unavailable, requests and changes reject with STORE_UNAVAILABLE.
 */
export interface DispatchService {
  /** Decides, stores, acts, and only then answers. A refusal changes nothing. */
  dispatch(request: DispatchRequest): Promise<DispatchResult>;
  /** Each decided by itself, in their order. */
  dispatchMany(requests: readonly DispatchRequest[]): Promise<readonly DispatchResult[]>;
  /** Splits a power over the assets of a site: all shares or none. */
  dispatchSite(request: SiteRequest): Promise<SiteDispatchResult>;
  /** Replaces the schedule of an asset: all intervals or none. */
  setSchedule(request: ScheduleRequest): Promise<ScheduleResult>;
  /** The decision on a request, as if it came now; changes nothing. @throws Fault STORE_UNAVAILABLE where it would be accepted and could not be stored. */
  preview(request: DispatchRequest): DispatchDecision;
  /** Renews the lease of an open dispatch. */
  renew(id: string): Promise<DispatchResult>;
  /** Ends an open dispatch: it holds no tick that starts from now on. */
  cancel(id: string): Promise<DispatchResult>;
  /** The dispatch of this id; undefined where there is none, or its asset is not in the fleet. */
  find(id: string): Promise<Dispatch | undefined>;
  /** Dispatches, newest first. */
  list(filter: DispatchFilter): Promise<readonly ListedDispatch[]>;
  /** The events of a dispatch, oldest first. */
  eventsOf(dispatchId: string): Promise<readonly DispatchEvent[]>;
  readonly events: DispatchEvents;
  /** How many requests had each outcome. */
  outcomes(): ReadonlyMap<"accepted" | RefusalCode, number>;
  /** Open dispatches of an asset whose power lies outside its rating: as long as it does, they are cut to it. */
  cutOf(assetId: string): readonly Dispatch[];
  /** How many dispatches are open. */
  openCount(): number;
  /** Brings every plan to an instant of the grid, once the tick that ends there has run. */
  bringTo(instantMs: number): void;
  /**
   * Restores the dispatches that were open when a server ended. Called before the first tick.
   *
   * @param   endedMs When the last tick of that server ended, in ms since the epoch.
   * @returns The power that each asset is to hold now, in MW by position.
   */
  restore(endedMs: number): Promise<readonly number[]>;
  /**
   * Replaces the table by another one, which `gateway` has already: open dispatches of assets that run no more fail
   * with RETIRED. `latest` follows in the same turn. At a start it is called before `restore`.
   *
   * @param instantMs From when on the table is in force: an instant of the grid, in ms since the epoch.
   */
  replaceTable(table: FleetTable, instantMs: number): void;
}

/** Answers, and events, that are retained in memory. */
const KEEP_COUNT = 10_000;

interface DispatchDeps {
  readonly gateway: AssetGateway;
  readonly latest: () => Frame;
  /** Runs the ticks that are due now, so that the plans are at the last instant of the grid. */
  readonly runDue: () => void;
  readonly store: DispatchStore;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
}

export function createDispatch(deps: DispatchDeps): DispatchService {
  const { gateway, latest, runDue, store, clock, chance } = deps;
  const table = () => gateway.table;
  /** Where the fleet waits for an instant in the future, that is its present: nothing happens before. */
  const presentMs = () => Math.max(clock.nowMs(), latest().timestampMs);
  const outcomes = createOutcomes(deps.log);
  const events = createEventLog(store, KEEP_COUNT);
  const plans = createAssetPlans(gateway, latest, events);
  const { newId } = chance;
  const batch = createDispatchBatch({ plans, store, clock, table, presentMs, runDue, newId });
  const idempotency = createIdempotency(store, KEEP_COUNT, outcomes.refuse);
  const reads = createReads(store, events, plans, table);

  /** Decides a request, once where its client named it. */
  const submit = (
    kind: string,
    request: { readonly requestId?: string | undefined },
    about: object,
    answer: (view: FleetView) => Answer,
  ) =>
    idempotency.once(kind, request, (named) =>
      batch.submit((view) => outcomes.note(answer(view), about), named),
    );

  async function dispatch(request: DispatchRequest): Promise<DispatchResult> {
    const { assetId } = request;
    const answer = await submit("dispatch", request, { assetId }, (view) =>
      answerDispatch(request, view),
    );
    return answer.accepted
      ? { accepted: true, dispatch: answer.dispatches[0] as Dispatch }
      : answer;
  }

  return {
    dispatch,
    // Requests that come at once are decided in their order and stored together.
    dispatchMany: (requests) => Promise.all(requests.map(dispatch)),
    async dispatchSite(request) {
      const { siteId } = request;
      const answer = await submit("site", request, { siteId }, (view) => answerSite(request, view));
      return answer.accepted ? { accepted: true, dispatches: answer.dispatches } : answer;
    },
    async setSchedule(request) {
      const { assetId, intervals } = request;
      const answer = await submit("schedule", request, { assetId }, (view) =>
        answerSchedule(request, view),
      );
      if (!answer.accepted) return answer;
      const { dispatches } = answer;
      return { accepted: true, pastCount: intervals.length - dispatches.length, dispatches };
    },
    preview(request) {
      runDue();
      const index = runningIndex(gateway.table, request.assetId);
      if (typeof index !== "number") return { accepted: false, refusal: index, windows: null };
      const state = plans.stateOf(index);
      const decision = decideDispatch(state, request, presentMs(), clock.nowMs());
      if (decision.accepted) store.checkAvailable();
      return decision;
    },
    ...createChanges({ clock, presentMs, runDue, plans, events, find: reads.find, outcomes }),
    ...reads,
    events,
    outcomes: outcomes.counts,
    openCount: plans.openCount,
    bringTo: plans.bringTo,
    async restore(endedMs) {
      const { dispatches, expiredAssetIds, lastEventNumber } = await store.open();
      events.begin(lastEventNumber);
      plans.restore(dispatches, expiredAssetIds, endedMs);
      return plans.setpointsMw();
    },
    replaceTable: plans.replaceTable,
  };
}

/** Renewals and cancellations of open dispatches. */
function createChanges(deps: {
  readonly clock: Clock;
  readonly presentMs: () => number;
  readonly runDue: () => void;
  readonly plans: AssetPlans;
  readonly events: EventLog;
  readonly find: DispatchService["find"];
  readonly outcomes: ReturnType<typeof createOutcomes>;
}): Pick<DispatchService, "renew" | "cancel"> {
  const { clock, presentMs, runDue, plans, events, find, outcomes } = deps;

  /** Changes an open dispatch, and answers once the change is stored. */
  async function change(
    id: string,
    work: (open: Dispatch, receivedMs: number) => Promise<void> | DispatchRefusal,
  ): Promise<DispatchResult> {
    const receivedMs = presentMs();
    await clock.turn();
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
      change(id, (open, receivedMs) => {
        if (open.validForS === null) return noLease(open.id);
        return plans.renew(open.id, receivedMs) ?? dispatchEnded(open.id, "expired");
      }),
    cancel: (id) => change(id, (open, receivedMs) => plans.cancel(open.id, receivedMs)),
  };
}

/** Dispatches and their events, as they are read: never behind what was announced. */
function createReads(
  store: DispatchStore,
  events: EventLog,
  plans: AssetPlans,
  table: () => FleetTable,
) {
  /** A dispatch that has ended, as it was stored. */
  async function stored(id: string): Promise<Dispatch | undefined> {
    await events.flushed();
    const found = await store.find(id);
    return found && table().findAsset(found.assetId) ? events.latest(found) : undefined;
  }

  return {
    find: async (id: string) => plans.find(id.toLowerCase()) ?? stored(id),
    async list(filter: DispatchFilter): Promise<readonly ListedDispatch[]> {
      // The store selects by status: what was announced must be there.
      await events.flushed();
      const listed = await store.list(filter);
      return listed.map(({ cursor, dispatch }) => ({
        cursor,
        dispatch: plans.find(dispatch.id) ?? events.latest(dispatch),
      }));
    },
    eventsOf: events.ofDispatch,
    cutOf(assetId: string): readonly Dispatch[] {
      const asset = table().assetOf(assetId);
      if (asset === undefined) return [];
      const { running, waiting } = plans.planOf(asset.id);
      const isCut = ({ mw }: { readonly mw: number }) => mw < asset.minMw || mw > asset.maxMw;
      const cut = [...running, ...waiting].filter((it) => isOpen(it) && isCut(it));
      return cut.map(({ id }) => plans.find(id) as Dispatch);
    },
  };
}

/** How requests ended: counted, and logged with what they are about. */
function createOutcomes(log: Log) {
  const counts = new Map<"accepted" | RefusalCode, number>();
  const count = (outcome: "accepted" | RefusalCode, times: number) =>
    counts.set(outcome, (counts.get(outcome) ?? 0) + times);

  function refuse(refusal: DispatchRefusal, about: object, index: number | null = null): Refused {
    count(refusal.code, 1);
    log.info({ ...about, code: refusal.code }, `refused: ${refusal.message}`);
    return { accepted: false, refusal, index };
  }

  return {
    counts: (): ReadonlyMap<"accepted" | RefusalCode, number> => counts,
    refuse,
    note(answer: Answer, about: object): Answer {
      if (!answer.accepted) return refuse(answer.refusal, about, answer.index);
      count("accepted", answer.dispatches.length);
      for (const dispatch of answer.dispatches) log.debug({ dispatch }, "accepted");
      return answer;
    },
  };
}
