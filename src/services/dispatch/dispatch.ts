// The use cases of dispatch: each request is decided, stored, acted on, and only then answered.
import type { RefusalCode } from "../../domain/base/codes.ts";
import { type DispatchDecision, decideDispatch } from "../../domain/dispatch/decision.ts";
import {
  asAccepted,
  type Dispatch,
  type DispatchEvent,
  isOpen,
  withProgress,
} from "../../domain/dispatch/dispatch.ts";
import {
  type DispatchRequest,
  dispatchOver,
  dispatchUnknown,
  leaseNone,
} from "../../domain/dispatch/request.ts";
import type { FleetTable } from "../../domain/fleet/fleet-table.ts";
import type { AssetGateway } from "../../domain/ports/asset-gateway.ts";
import type { Chance } from "../../domain/ports/chance.ts";
import type { Clock } from "../../domain/ports/clock.ts";
import type {
  DispatchChange,
  DispatchFilter,
  DispatchStore,
  ListedDispatch,
} from "../../domain/ports/dispatch-store.ts";
import type { Log } from "../../domain/ports/log.ts";
import type { Frame } from "../../domain/telemetry/frame.ts";
import { createAssetPlans } from "./asset-plans.ts";
import { type BatchView, createDispatchBatcher } from "./batcher.ts";
import {
  createDispatchDecisions,
  type DispatchResult,
  type Refused,
  type ScheduleRequest,
  type ScheduleResult,
  type SiteDispatchResult,
  type SiteRequest,
} from "./decisions.ts";
import { createEventLog, type DispatchEvents } from "./events.ts";
import { createIdempotency } from "./idempotency.ts";
import { createOpenDispatches } from "./open-dispatches.ts";
import { createPendingChanges, mergedEvents } from "./pending-changes.ts";
import { createPendingWrites } from "./pending-writes.ts";

/**
 * Every request that may name itself gets its first answer when it is repeated, and `REQUEST_ID_REUSED`
 * where another had that name. Where the store is away, they and changes reject with STORE_UNAVAILABLE.
 */
export interface DispatchService {
  /** Decides, stores, acts, and only then answers. A refusal changes nothing. */
  dispatch(request: DispatchRequest): Promise<DispatchResult>;
  /** Each decided by itself, in their order. */
  dispatchMany(requests: readonly DispatchRequest[]): Promise<readonly DispatchResult[]>;
  /** Splits a power over the assets of a site: all shares or none. */
  dispatchSite(request: SiteRequest): Promise<SiteDispatchResult>;
  /** Gives an asset a schedule in the place of the one it has: all intervals or none. */
  setSchedule(request: ScheduleRequest): Promise<ScheduleResult>;
  /** The decision on a request, as if it came now; changes nothing. @throws Fault STORE_UNAVAILABLE where it would be accepted and could not be kept. */
  preview(request: DispatchRequest): DispatchDecision;
  /** Renews the lease of an open dispatch. */
  renew(id: string): Promise<DispatchResult>;
  /** Ends an open dispatch: from the next tick on it holds nothing. */
  cancel(id: string): Promise<DispatchResult>;
  /** The dispatch of this id; undefined where there is none, or its asset is not in the fleet. */
  find(id: string): Promise<Dispatch | undefined>;
  /** Dispatches, newest first. */
  list(filter: DispatchFilter): Promise<readonly ListedDispatch[]>;
  /** The events of a dispatch, oldest first. */
  eventsOf(dispatchId: string): Promise<readonly DispatchEvent[]>;
  readonly events: DispatchEvents;
  /** How many requests ended in each way. */
  outcomes(): ReadonlyMap<"accepted" | RefusalCode, number>;
  /** Open dispatches of an asset whose power lies outside its rating: as long as it does, they are cut to it. */
  cutOf(assetId: string): readonly Dispatch[];
  /** How many dispatches are open. */
  openCount(): number;
  /** Brings every plan to the start of a tick. */
  beginTick(startMs: number): void;
  /**
   * Goes on with what was open when a server ended. Called before the first tick.
   *
   * @param   endedMs When the last tick of that server ended, in ms since the epoch.
   * @returns What every asset is to hold now, in MW by position.
   */
  restore(endedMs: number): Promise<readonly number[]>;
  /**
   * Goes on with another table, which `gateway` has already: open dispatches of assets that run no more fail
   * with RETIRED. Called in one turn with the tick that follows, before `beginTick`; at a start before `restore`.
   *
   * @param state   Where the assets of the table stand until `latest` is a frame of it.
   * @param startMs When that tick starts, in ms since the epoch.
   */
  replaceTable(table: FleetTable, state: Frame, startMs: number): void;
}

/** Answers, and events, that are kept in memory. */
const KEEP_COUNT = 10_000;

interface DispatchDeps {
  readonly gateway: AssetGateway;
  readonly latest: () => Frame;
  readonly store: DispatchStore;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
}

export function createDispatch(deps: DispatchDeps): DispatchService {
  const { gateway, latest, store, clock, chance, log } = deps;
  const pending = createPendingChanges();
  const { keep, flushed } = createPendingWrites(store, pending);
  const events = createEventLog(store, flushed, pending, KEEP_COUNT);
  const openDispatches = createOpenDispatches(events, pending);
  const assetPlans = createAssetPlans(gateway, latest, openDispatches);
  /** Where the fleet waits for an instant in the future, that is its present: nothing happens before. */
  const presentMs = () => Math.max(clock.nowMs(), latest().timestampMs);
  const batcher = createDispatchBatcher({ assetPlans, store, clock, presentMs, keep });
  const idempotency = createIdempotency(store, KEEP_COUNT);
  const decisions = createDispatchDecisions(() => gateway.table, chance, log);

  /** A request whose start has not passed by the clock, while the fleet waits: it begins when ticks go on. */
  function inPresent<R extends { readonly startAtMs?: number | undefined }>(request: R): R {
    const { startAtMs = Infinity } = request;
    const [earliestMs, thenMs] = [clock.nowMs() - latest().dtS * 1000, presentMs()];
    return startAtMs >= earliestMs && startAtMs < thenMs
      ? { ...request, startAtMs: thenMs }
      : request;
  }

  /** Has a request decided, once where its client named it. */
  function submit<R extends { readonly requestId?: string | undefined }, T>(
    kind: string,
    request: R,
    decide: (request: R, view: BatchView) => T,
    answer: (dispatches: readonly Dispatch[]) => T,
    reused: (refused: Refused) => T,
  ): Promise<T> {
    if (request.requestId === undefined) return batcher.submit((view) => decide(request, view));
    const { requestId: id, ...rest } = request;
    const named = { id, text: textOf(kind, rest) };
    return idempotency.once(
      named,
      () => batcher.submit((view) => decide(request, view), named),
      (dispatches) => answer(dispatches.map(asAccepted)),
      (refusal) => reused(decisions.refuse(refusal, { requestId: id })),
    );
  }

  function dispatch(request: DispatchRequest): Promise<DispatchResult> {
    const answer = ([first]: readonly Dispatch[]): DispatchResult => ({
      accepted: true,
      dispatch: first as Dispatch,
    });
    const decide = (it: DispatchRequest, view: BatchView) => decisions.one(inPresent(it), view);
    return submit("dispatch", request, decide, answer, (refused) => refused);
  }

  /** Changes a dispatch that is open, and answers once that is kept. */
  async function change(
    id: string,
    work: (open: Dispatch, nowMs: number) => readonly DispatchChange[] | Refused["refusal"],
  ): Promise<DispatchResult> {
    // Ticks that are due come first.
    await clock.turn();
    const nowMs = presentMs();
    void keep(assetPlans.beginUnderWay(nowMs));
    const found = assetPlans.find(id.toLowerCase()) ?? (await stored(id));
    if (found === undefined) return decisions.refuse(dispatchUnknown(id), { id });
    if (!isOpen(found)) return decisions.refuse(dispatchOver(found.id, found.status), { id });
    const changes = work(found, nowMs);
    if ("code" in changes) return decisions.refuse(changes, { id });
    const own = changes.find((it) => it.id === found.id);
    await keep(changes);
    return { accepted: true, dispatch: own ? withProgress(found, own.progress) : found };
  }

  /** A dispatch that is over, as it was kept. */
  async function stored(id: string): Promise<Dispatch | undefined> {
    await flushed();
    const found = await store.find(id);
    return found && gateway.table.findAsset(found.assetId) ? pending.brought(found) : undefined;
  }

  return {
    dispatch,
    // Those that come at once are decided in their order and kept together.
    dispatchMany: (requests) => Promise.all(requests.map(dispatch)),
    dispatchSite: (request) =>
      submit<SiteRequest, SiteDispatchResult>(
        "site",
        request,
        (it, view) => decisions.site(inPresent(it), view),
        (dispatches) => ({ accepted: true, dispatches }),
        (refused) => refused,
      ),
    setSchedule: (request) =>
      submit<ScheduleRequest, ScheduleResult>(
        "schedule",
        request,
        decisions.schedule,
        (dispatches) => ({
          accepted: true,
          pastCount: request.intervals.length - dispatches.length,
          dispatches,
        }),
        (refused) => ({ ...refused, index: null }),
      ),
    preview(request) {
      const index = decisions.placeOf(request.assetId);
      if (typeof index !== "number") return { accepted: false, refusal: index, windows: null };
      const decision = decideDispatch(assetPlans.stateOf(index), inPresent(request), presentMs());
      if (decision.accepted) store.checkAvailable();
      return decision;
    },
    renew: (id) =>
      change(id, (open, nowMs) => {
        if (open.validForS === null) return leaseNone(open.id);
        return assetPlans.renew(open.id, nowMs) ?? dispatchOver(open.id, "expired");
      }),
    cancel: (id) => change(id, (open, nowMs) => assetPlans.cancel(open.id, nowMs)),
    find: async (id) => assetPlans.find(id.toLowerCase()) ?? stored(id),
    async list(filter) {
      // The store chooses by status: what was announced must be there.
      await flushed();
      const listed = await store.list(filter);
      return listed.map(({ cursor, dispatch }) => ({
        cursor,
        dispatch: assetPlans.find(dispatch.id) ?? pending.brought(dispatch),
      }));
    },
    async eventsOf(dispatchId) {
      // Before the store is read: what is kept meanwhile is in both.
      const waiting = pending.eventsOf(dispatchId.toLowerCase());
      return mergedEvents(await store.eventsOf(dispatchId), waiting);
    },
    events,
    outcomes: decisions.outcomes,
    cutOf(assetId) {
      const asset = gateway.table.assetOf(assetId);
      if (asset === undefined) return [];
      const { running, waiting } = assetPlans.planOf(asset.id);
      const cut = [...running, ...waiting].filter(({ mw }) => mw < asset.minMw || mw > asset.maxMw);
      return cut.map(({ id }) => assetPlans.find(id) as Dispatch);
    },
    openCount: openDispatches.openCount,
    beginTick(startMs) {
      void keep(assetPlans.beginTick(startMs));
    },
    async restore(endedMs) {
      const { dispatches, expiredAssetIds, lastEventNumber } = await store.open();
      events.begin(lastEventNumber);
      void keep(assetPlans.restore(dispatches, expiredAssetIds, endedMs));
      return assetPlans.setpointsMw();
    },
    replaceTable(table, state, startMs) {
      void keep(assetPlans.replaceTable(table, state, startMs));
    },
  };
}

/** A request as text, the same for the same request: its fields in order, without those left out. */
function textOf(kind: string, request: object): string {
  const fields = Object.entries(request).filter(([, value]) => value !== undefined);
  return JSON.stringify([kind, fields.sort(([a], [b]) => (a < b ? -1 : 1))]);
}
