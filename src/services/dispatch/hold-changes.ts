// How dispatches hold their assets: each change is made in the open dispatches, with what they delivered and demanded.
import type { BatteryModel } from "../../domain/battery/model.ts";
import type { Span } from "../../domain/dispatch/asset-plan.ts";
import type { Dispatch } from "../../domain/dispatch/dispatch.ts";
import { roundingMwhr, type ShortfallReason } from "../../domain/dispatch/shortfall.ts";
import type { StatusChange } from "../../domain/dispatch/status.ts";
import type { Asset } from "../../domain/fleet/asset.ts";
import type { Frame } from "../../domain/telemetry/frame.ts";
import { createFirstCuts } from "./first-cuts.ts";
import { holdAfter } from "./holds.ts";
import type { OpenDispatches, ReportedHold } from "./open-dispatches.ts";
import type { PlanInstant } from "./plan-instant.ts";

/** The meters of the assets by position, as of the newest frame. */
export function createMeters(latest: () => Frame) {
  const read = (index: number) => {
    const { energyInMwhr, energyOutMwhr } = latest();
    return { inMwhr: energyInMwhr[index] as number, outMwhr: energyOutMwhr[index] as number };
  };
  return {
    /** Net energy, in MWh, discharge positive. */
    meterMwhr(index: number): number {
      const { inMwhr, outMwhr } = read(index);
      return outMwhr - inMwhr;
    },
    /** The sum of both meters, in MWh. */
    meteredMwhr(index: number): number {
      const { inMwhr, outMwhr } = read(index);
      return outMwhr + inMwhr;
    },
  };
}

export interface HoldChangesDeps {
  readonly open: OpenDispatches;
  readonly grid: PlanInstant;
  readonly meters: ReturnType<typeof createMeters>;
  readonly latest: () => Frame;
  /** The model of the asset at a position of the table of the newest frame. */
  readonly modelAt: (index: number) => BatteryModel;
}

export function createHoldChanges({ open, grid, meters, latest, modelAt }: HoldChangesDeps) {
  const firstCuts = createFirstCuts();
  /** Why the promises of an asset were checked the last time. */
  const lastReasons = new Map<string, ShortfallReason>();

  /** Why a dispatch lacks energy, where that was not expected. */
  function reasonOf(assetId: string, id: string, spans: readonly Span[]): ShortfallReason {
    if (spans.length > 1) return "SERVER_DOWN";
    const cut = firstCuts.of(id);
    if (cut?.limitedBy === "site") return "SITE";
    const { heldFromMs } = open.get(id);
    if (cut === undefined && (heldFromMs ?? Infinity) < grid.gap().untilMs) return "SERVER_DOWN";
    return lastReasons.get(assetId) ?? "LIMIT";
  }

  return {
    firstCuts,
    lastReasons,
    /**
     * Advances an open dispatch of an asset, where it holds the asset otherwise than before, or its status changes.
     *
     * @param fromMs From when on the change counts, an instant of the grid in ms since the epoch.
     */
    advance(
      index: number,
      id: string,
      spans: readonly Span[],
      fromMs: number,
      change?: StatusChange,
    ): void {
      const dispatch = open.get(id);
      if (neverHeld(dispatch) && !spans.some((span) => span.id === id)) {
        if (change !== undefined) open.advance(id, { ...NOT_HELD, fromMs }, change);
        return;
      }
      const { table, dtS, currentMw } = latest();
      const asset = table.assets[index] as Asset;
      const { heldFromMs, startMs } = dispatch;
      const state = { asset, model: modelAt(index), dtS, currentMw: currentMw[index] as number };
      const hold = holdAfter(state, dispatch, spans);
      const isSame = (hold.since?.fromMs ?? null) === heldFromMs;
      if (change === undefined && isSame && hold.demandedMwhr === 0) return;
      const beganMs = heldFromMs ?? startMs;
      const ticks = Math.max(0, ((spans.at(-1)?.fromMs ?? 0) - beganMs) / (dtS * 1000));
      const leastMwhr = roundingMwhr(asset.capacityMwhr, meters.meteredMwhr(index), ticks);
      const reason = reasonOf(asset.id, id, spans);
      const gapMs = Math.max(beganMs, grid.gap().fromMs);
      const leftOut = reason === "SERVER_DOWN" ? { fromMs: gapMs, limitedBy: null } : null;
      const firstCut = firstCuts.of(id) ?? leftOut;
      const meterMwhr = meters.meterMwhr(index);
      const { since, demandedMwhr } = hold;
      const reported = { since, demandedMwhr, meterMwhr, fromMs, leastMwhr, firstCut, reason };
      open.advance(id, reported, change);
      if (open.find(id) === undefined) firstCuts.forget(id);
    },
  };
}

/** Most dispatches that a new schedule replaces, which are thousands at once. */
function neverHeld({ heldFromMs, demandedMwhr, deliveredMwhr }: Dispatch): boolean {
  return heldFromMs === null && demandedMwhr === 0 && deliveredMwhr === 0;
}

const NOT_HELD: Omit<ReportedHold, "fromMs"> = {
  ...{ since: null, demandedMwhr: 0, meterMwhr: 0 },
  ...{ leastMwhr: 0, firstCut: null, reason: "LIMIT" },
};
