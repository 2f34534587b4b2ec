// The demo: an ordinary day of each asset, sent as schedules until a client dispatches or ends it.

import { demoIntervals } from "../../domain/dispatch/demo-schedule.ts";
import { type Dispatch, isOfDemo } from "../../domain/dispatch/dispatch.ts";
import { isOpen } from "../../domain/dispatch/status.ts";
import type { FleetTable } from "../../domain/fleet/fleet-table.ts";
import { type Principal, systemPrincipal } from "../../domain/identity/principal.ts";
import type { DispatchStore } from "../../domain/ports/dispatch-store.ts";
import type { Log } from "../../domain/ports/log.ts";
import type { Audit } from "../audit/audit.ts";
import type { DispatchBatch } from "./batch.ts";
import { type Decided, decideScheduleRequest, type FleetView, NOTHING } from "./decide.ts";
import type { DispatchOutcomes } from "./outcomes.ts";
import type { AssetPlans } from "./plans.ts";

/** What a start does about a demo: has none, continues the one that runs, or begins one in an empty store as well. */
export type DemoStart = "none" | "continue" | "begin";

export interface Demo {
  /** Whether the demo runs. Once it has ended it never begins again in the same store. */
  isOn(): boolean;
  /** Ends it, and cancels its open dispatches. Rejects with STORE_UNAVAILABLE where that is not stored yet. */
  end(by: Principal): Promise<void>;
}

export interface RunningDemo extends Demo {
  /** Called once the open dispatches of the store are in the plans. */
  restore(stored: readonly Dispatch[], start: DemoStart): Promise<void>;
  /** Sends the schedules that are due. Called with each instant of the grid, in ms since the epoch. */
  bringTo(instantMs: number): void;
  /** A client's request was accepted, which ends the demo once it is stored. */
  noteEnding(): void;
}

/** Schedules are for a day, and renewed after a half. */
const RENEW_MS = 12 * 3_600_000;
/** After this time it is tried again where the store was unavailable. */
const RETRY_MS = 60_000;
/** Assets that take part, the first ones of the fleet. */
const MOST_ASSETS = 100;

interface DemoDeps {
  readonly plans: AssetPlans;
  readonly batch: DispatchBatch;
  readonly store: DispatchStore;
  readonly outcomes: DispatchOutcomes;
  readonly audit: Audit;
  readonly table: () => FleetTable;
  readonly presentMs: () => number;
  readonly runDue: () => void;
  readonly log: Log;
}

/** The demo is sent by the server itself. */
const SYSTEM = systemPrincipal("demo");

export function createDemo(deps: DemoDeps): RunningDemo {
  const { plans, batch, store, outcomes, audit, table, presentMs, runDue, log } = deps;
  /** Whether schedules are sent. */
  let isSending = false;
  let nextMs = -Infinity;

  const assetIds = () =>
    table()
      .assets.slice(0, MOST_ASSETS)
      .map(({ id }) => id);

  function decide(assetId: string, view: FleetView): Decided {
    const index = view.table.indexOf(assetId);
    if (!isSending || index === undefined) return NOTHING;
    const intervals = demoIntervals(plans.stateOf(index), index, view.nowMs);
    const request = { assetId, intervals, onShortfall: "curtail" } as const;
    const { table, nowMs, clockMs, newId } = view;
    const { stateOf } = plans;
    return decideScheduleRequest(request, { table, nowMs, clockMs, newId, stateOf }, "DEMO");
  }

  async function sendTo(assetId: string): Promise<void> {
    const answer = await batch.submit({
      ...{ assetIds: [assetId], isStop: false },
      decide: (view) => decide(assetId, view),
      recordOf: ({ dispatches }) =>
        audit.done(SYSTEM, {
          ...{ action: "schedule.set", target: `asset:${assetId}` },
          after: { intervals: dispatches.length },
        }),
    });
    outcomes.note(answer, { assetId });
    // A client's stop is committed beside, and may be in force earlier.
    if (!isSending) await plans.endDemo(presentMs());
  }

  return {
    isOn: () => isSending || plans.hasDemo(),
    async end(by) {
      const wasOn = isSending || plans.hasDemo();
      isSending = false;
      // What is being stored of it is in the plans then.
      await batch.afterRequestsFor(assetIds());
      runDue();
      const recordOf = () => audit.done(by, { action: "demo.end", target: "fleet" });
      await plans.endDemo(presentMs(), wasOn ? recordOf : undefined);
    },
    async restore(stored, start) {
      const hasDemo = stored.some(isOfDemo);
      const hasOthers = stored.some((it) => isOpen(it) && !isOfDemo(it));
      const isEmpty = async () => (await store.list({ limit: 1 })).length === 0;
      if (hasDemo) isSending = start !== "none" && !hasOthers;
      else isSending = start === "begin" && (await isEmpty());
      if (isSending || !plans.hasDemo()) return;
      log.info(
        {},
        "the demo ends: a client has dispatched, DEMO is 0, or the fleet is another one",
      );
      await plans.endDemo(presentMs());
    },
    bringTo(instantMs) {
      if (!isSending || instantMs < nextMs) return;
      nextMs = instantMs + RENEW_MS;
      for (const id of assetIds())
        sendTo(id).catch(() => {
          nextMs = instantMs + RETRY_MS;
        });
    },
    noteEnding() {
      isSending = false;
    },
  };
}
