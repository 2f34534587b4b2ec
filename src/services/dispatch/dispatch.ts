// The use cases of dispatch: each request is decided, stored, acted on, and only then answered.
import type { RefusalCode } from "../../domain/base/codes.ts";
import type { Dispatch, DispatchEvent } from "../../domain/dispatch/dispatch.ts";
import { isOpen, type OpenStatus } from "../../domain/dispatch/status.ts";
import type { FleetTable } from "../../domain/fleet/fleet-table.ts";
import type { AssetGateway } from "../../domain/ports/asset-gateway.ts";
import type { Chance } from "../../domain/ports/chance.ts";
import type { Clock } from "../../domain/ports/clock.ts";
import type {
  DispatchFilter,
  DispatchStore,
  ListedDispatch,
  WindowRange,
} from "../../domain/ports/dispatch-store.ts";
import type { Log } from "../../domain/ports/log.ts";
import type { SpanContext, Tracing } from "../../domain/ports/tracing.ts";
import type { Frame } from "../../domain/telemetry/frame.ts";
import type { Audit } from "../audit/audit.ts";
import type { WorkTurns } from "../work-turns.ts";
import { createDispatchBatch } from "./batch.ts";
import { createChanges, type DispatchChanges } from "./changes.ts";
import { createDemo, type Demo, type DemoStart } from "./demo.ts";
import { createEventLog, type DispatchEvents, type EventLog } from "./events.ts";
import { createForecasts, type Forecasts } from "./forecast.ts";
import { createIdempotency } from "./idempotency.ts";
import { createOutcomes } from "./outcomes.ts";
import { type AssetPlans, createAssetPlans } from "./plans.ts";
import { createPreviews, type DispatchPreviews } from "./previews.ts";
import { createRequests, type DispatchRequests } from "./requests.ts";
import { createSlices } from "./slices.ts";
import { createDispatchTraces } from "./traces.ts";

/** Where the store is unavailable, requests and changes reject with STORE_UNAVAILABLE. */
export interface DispatchService
  extends DispatchRequests,
    DispatchChanges,
    DispatchPreviews,
    Forecasts {
  /** The dispatch of this id; undefined where there is none, or its asset is not in the fleet. */
  find(id: string): Promise<Dispatch | undefined>;
  /** Dispatches, newest first. */
  list(filter: DispatchFilter): Promise<readonly ListedDispatch[]>;
  /** Dispatches of an asset by their windows, in the order of their starts. */
  windows(assetId: string, range: WindowRange): Promise<readonly ListedDispatch[]>;
  /** The events of a dispatch, oldest first. */
  eventsOf(dispatchId: string): Promise<readonly DispatchEvent[]>;
  readonly events: DispatchEvents;
  readonly demo: Demo;
  /** How many requests had each outcome. */
  outcomes(): ReadonlyMap<"accepted" | RefusalCode, number>;
  /** Open dispatches of an asset whose power lies outside its rating: as long as it does, they are cut to it. */
  cutOf(assetId: string): readonly Dispatch[];
  /** How many dispatches have each open status. */
  openCounts(): ReadonlyMap<OpenStatus, number>;
  /** The commits of dispatches that came in force since the last call, for the trace of the tick that they begin in. */
  begunSpans(): readonly SpanContext[];
  /** Brings every plan to an instant of the grid, once the tick that ends there has run. */
  bringTo(instantMs: number): void;
  /**
   * Restores the dispatches that were open when a server ended. Called before the first tick.
   *
   * @param   endedMs   When the last tick of that server ended, in ms since the epoch.
   * @param   demoStart Left out: no demo runs.
   * @returns The power that each asset is to hold now, in MW by position.
   */
  restore(endedMs: number, demoStart?: DemoStart): Promise<readonly number[]>;
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
  readonly workTurns: WorkTurns;
  readonly chance: Chance;
  readonly audit: Audit;
  readonly log: Log;
  readonly tracing: Tracing;
}

export function createDispatch(deps: DispatchDeps): DispatchService {
  const { gateway, latest, runDue, store, clock, workTurns, chance, audit, tracing } = deps;
  const table = () => gateway.table;
  /** Where the fleet waits for an instant in the future, that is its present: nothing happens before. */
  const presentMs = () => Math.max(clock.nowMs(), latest().timestampMs);
  const outcomes = createOutcomes(deps.log);
  const traces = createDispatchTraces(tracing);
  const events = createEventLog(store, KEEP_COUNT, traces.note);
  const slices = createSlices(clock, workTurns);
  const plans = createAssetPlans(gateway, latest, events, slices);
  const { newId } = chance;
  const batch = createDispatchBatch({
    ...{ plans, store, clock, workTurns, slices, table, presentMs, runDue, newId, traces },
    onDemoEnding: () => demo.noteEnding(),
  });
  const demo = createDemo({
    ...{ plans, batch, store, outcomes, audit, table, presentMs, runDue },
    log: deps.log,
  });
  const idempotency = createIdempotency(store, KEEP_COUNT, outcomes.refuse);
  const reads = createReads(store, events, plans, table);

  return {
    ...createRequests(batch, idempotency, outcomes, audit, table),
    ...createPreviews({ gateway, runDue, store, clock, presentMs, plans, slices }),
    ...createChanges({
      clock,
      presentMs,
      runDue,
      plans,
      batch,
      events,
      find: reads.find,
      outcomes,
      audit,
    }),
    ...reads,
    ...createForecasts({ gateway, latest, runDue, clock, presentMs, plans, slices }),
    events,
    demo,
    outcomes: outcomes.counts,
    openCounts: plans.openCounts,
    begunSpans: traces.begun,
    bringTo(instantMs) {
      plans.bringTo(instantMs);
      demo.bringTo(instantMs);
    },
    async restore(endedMs, demoStart = "none") {
      const { lastEventNumber, ...stored } = await store.open();
      events.begin(lastEventNumber);
      await plans.restore(stored, endedMs);
      await demo.restore(stored.dispatches, demoStart);
      return plans.setpointsMw();
    },
    replaceTable: plans.replaceTable,
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

  const newest = (listed: readonly ListedDispatch[]) =>
    listed.map(({ cursor, dispatch }) => ({
      cursor,
      dispatch: plans.find(dispatch.id) ?? events.latest(dispatch),
    }));

  return {
    find: async (id: string) => plans.find(id.toLowerCase()) ?? stored(id),
    async list(filter: DispatchFilter): Promise<readonly ListedDispatch[]> {
      // The store selects by status: what was announced must be there.
      await events.flushed();
      return newest(await store.list(filter));
    },
    async windows(assetId: string, range: WindowRange): Promise<readonly ListedDispatch[]> {
      await events.flushed();
      return newest(await store.windows(assetId, range));
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
