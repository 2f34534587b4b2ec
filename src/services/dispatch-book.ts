// What every asset is committed to: plans that move on as ticks begin, and tell the assets what to hold.
import { createAgenda } from "../domain/agenda.ts";
import { assert } from "../domain/assert.ts";
import { commitmentOf, type Dispatch } from "../domain/dispatch.ts";
import type { AssetState } from "../domain/energy-check.ts";
import type { Frame } from "../domain/frame.ts";
import { type Advanced, makePlan, type Plan } from "../domain/plan.ts";
import { addDispatch, cancel, renew, replaceSchedule, resume } from "../domain/plan-changes.ts";
import type { AssetGateway } from "../domain/ports/asset-gateway.ts";
import type { DispatchChange } from "../domain/ports/dispatch-store.ts";
import type { DispatchLedger } from "./dispatch-ledger.ts";

/** What comes to be a commitment of an asset: a dispatch, or a schedule in the place of the one it has. */
export type Joining = {
  /** Position of the asset in the table. */
  readonly index: number;
} & ({ readonly dispatch: Dispatch } | { readonly schedule: readonly Dispatch[] });

/** The dispatches that join. */
export function dispatchesOf(joining: Joining): readonly Dispatch[] {
  return "schedule" in joining ? joining.schedule : [joining.dispatch];
}

/** Each call returns what it changed, to be kept. */
export interface DispatchBook {
  /** An asset as it stands, with its plan. */
  stateOf(index: number): AssetState;
  /** Takes in dispatches that were accepted and kept. */
  join(joining: Joining, nowMs: number): readonly DispatchChange[];
  /** A dispatch that is open, with what it has delivered up to now. */
  find(id: string): Dispatch | undefined;
  /** Ends an open dispatch. */
  cancel(id: string, nowMs: number): readonly DispatchChange[];
  /** Renews the lease of an open dispatch; undefined where it is over. */
  renew(id: string, nowMs: number): readonly DispatchChange[] | undefined;
  /** Brings what is due to the start of a tick, and tells the assets what to hold from then on. */
  beginTick(startMs: number): readonly DispatchChange[];
  /**
   * Goes on with what was open when a server ended. Called before the first tick.
   *
   * @param open            In the order of acceptance.
   * @param expiredAssetIds Assets that hold their fallback where nothing else is open.
   * @param endedMs         When the last tick of that server ended.
   */
  takeUp(
    open: readonly Dispatch[],
    expiredAssetIds: readonly string[],
    endedMs: number,
  ): readonly DispatchChange[];
  /** What every asset is to hold now, in MW by position. */
  setpointsMw(): readonly number[];
}

/** A plan once they have joined it. */
export function withJoining(plan: Plan, joining: Joining, nowMs: number): Advanced {
  return "schedule" in joining
    ? replaceSchedule(plan, joining.schedule.map(commitmentOf), nowMs)
    : addDispatch(plan, commitmentOf(joining.dispatch), nowMs);
}

export function createDispatchBook(
  gateway: AssetGateway,
  latest: () => Frame,
  ledger: DispatchLedger,
): DispatchBook {
  const { table } = gateway;
  const plans: Plan[] = table.assets.map((asset) => makePlan([], 0, asset.fallbackMw));
  const agenda = createAgenda();
  const planAt = (index: number) => plans[index] as Plan;
  const meterMwhr = (index: number) => {
    const { energyInMwhr, energyOutMwhr } = latest();
    return (energyOutMwhr[index] as number) - (energyInMwhr[index] as number);
  };

  /** @param heldIds The dispatches that held the asset until now. */
  function goOver(
    index: number,
    { plan, changes }: Advanced,
    heldIds: readonly string[] = idsOf(planAt(index).inForceId),
  ): DispatchChange[] {
    plans[index] = plan;
    agenda.set(index, plan.nextChangeMs);
    const changeOf = new Map(changes.map((change) => [change.id, change]));
    const holders = idsOf(plan.inForceId);
    const released = heldIds.filter((id) => id !== plan.inForceId);
    const taken = holders.filter((id) => !heldIds.includes(id));
    const meterNowMwhr = meterMwhr(index);
    return [...new Set([...changeOf.keys(), ...released, ...taken])].map((id) =>
      ledger.moveOn(id, id === plan.inForceId, meterNowMwhr, changeOf.get(id)),
    );
  }

  function indexOfOpen(id: string): number {
    const index = table.indexOf(ledger.find(id)?.assetId ?? "");
    assert(index !== undefined, "only what is open is changed");
    return index;
  }

  /** Goes on with the open dispatches of one asset. */
  function goOn(index: number, open: readonly Dispatch[], setpointMw: number, endedMs: number) {
    const { timestampMs } = latest();
    const scheduleId = open.findLast((it) => it.scheduleId !== null)?.scheduleId ?? null;
    const [stale, alive] = divide(open, (it) => (it.scheduleId ?? scheduleId) !== scheduleId);
    const dropped = stale.map(({ id, status }) =>
      ledger.moveOn(id, false, meterMwhr(index), {
        ...{ id, atMs: timestampMs, from: status, to: "superseded" },
        ...{ reason: "NEWER_SCHEDULE", byId: null },
      }),
    );
    const plan = makePlan(alive.map(commitmentOf), setpointMw, table.assets[index]?.fallbackMw);
    const heldIds = alive.filter(({ heldFromMwhr }) => heldFromMwhr !== null).map(({ id }) => id);
    return [...dropped, ...goOver(index, resume(plan, endedMs, timestampMs), heldIds)];
  }

  return {
    stateOf(index) {
      const { socMwhr, currentMw, tick, dtS } = latest();
      const asset = table.assets[index];
      assert(asset !== undefined, "a state is of an asset of the table");
      return {
        asset,
        plan: planAt(index),
        socMwhr: socMwhr[index] as number,
        currentMw: currentMw[index] as number,
        tick,
        dtS,
      };
    },
    join(joining, nowMs) {
      const entered = dispatchesOf(joining).map(ledger.enter);
      const { index } = joining;
      return [...entered, ...goOver(index, withJoining(planAt(index), joining, nowMs))];
    },
    find(id) {
      const dispatch = ledger.find(id);
      const index = table.indexOf(dispatch?.assetId ?? "");
      if (dispatch === undefined || index === undefined || dispatch.heldFromMwhr === null)
        return dispatch;
      const deliveredMwhr = dispatch.deliveredMwhr + meterMwhr(index) - dispatch.heldFromMwhr;
      return { ...dispatch, deliveredMwhr };
    },
    cancel(id, nowMs) {
      const index = indexOfOpen(id);
      const step = cancel(planAt(index), id, nowMs);
      assert(step !== undefined, "what is open is in the plan");
      return goOver(index, step);
    },
    renew(id, nowMs) {
      const index = indexOfOpen(id);
      const renewed = renew(planAt(index), id, nowMs);
      if (renewed === undefined) return undefined;
      plans[index] = renewed.plan;
      return [ledger.renew(id, renewed.leaseUntilMs)];
    },
    beginTick(startMs) {
      const endedMs = latest().timestampMs;
      return agenda.takeDue(startMs).flatMap((index) => {
        const changes = goOver(index, resume(planAt(index), endedMs, startMs));
        gateway.setSetpoint(index, planAt(index).setpointMw, startMs);
        return changes;
      });
    },
    takeUp(open, expiredAssetIds, endedMs) {
      for (const dispatch of open) ledger.put(dispatch);
      const openOf = byAsset(open);
      const expired = new Set(expiredAssetIds);
      const changes = table.assets.flatMap(({ id, fallbackMw = 0 }, index) => {
        const setpointMw = expired.has(id) ? fallbackMw : 0;
        return goOn(index, openOf.get(id) ?? [], setpointMw, endedMs);
      });
      const orphans = open.filter(({ assetId }) => table.indexOf(assetId) === undefined);
      const failed = orphans.map(({ id, status, heldFromMwhr }) =>
        ledger.moveOn(id, false, heldFromMwhr ?? 0, {
          ...{ id, atMs: latest().timestampMs, from: status, to: "failed" },
          ...{ reason: "RETIRED", byId: null },
        }),
      );
      return [...changes, ...failed];
    },
    setpointsMw: () => plans.map(({ setpointMw }) => setpointMw),
  };
}

function idsOf(id: string | null): readonly string[] {
  return id === null ? [] : [id];
}

function byAsset(dispatches: readonly Dispatch[]): ReadonlyMap<string, readonly Dispatch[]> {
  const groups = new Map<string, Dispatch[]>();
  for (const dispatch of dispatches) {
    const group = groups.get(dispatch.assetId);
    if (group === undefined) groups.set(dispatch.assetId, [dispatch]);
    else group.push(dispatch);
  }
  return groups;
}

function divide<T>(items: readonly T[], isFirst: (item: T) => boolean): [T[], T[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}
