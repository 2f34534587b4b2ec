// Random plans, and requests that energy refuses on them.
import { makePlan, type Plan, withDispatches } from "../../src/domain/dispatch/asset-plan.ts";
import { cancel, replaceSchedule } from "../../src/domain/dispatch/asset-plan-changes.ts";
import type { AssetState } from "../../src/domain/dispatch/asset-state.ts";
import { decideDispatch } from "../../src/domain/dispatch/decision.ts";
import type { DispatchRefusal, DispatchRequest } from "../../src/domain/dispatch/request.ts";
import { decideSchedule } from "../../src/domain/dispatch/schedule-decision.ts";
import type { Asset } from "../../src/domain/fleet/asset.ts";
import { wholeDispatchDecision } from "./decide.ts";
import { ASSET, DT_S, LINEAR } from "./tick-tables.ts";

const TICK = 1000;
export const NOW_MS = TICK * DT_S * 1000;

export interface RefusedCase {
  readonly state: AssetState;
  readonly request: DispatchRequest;
  readonly refusal: DispatchRefusal;
}

type Chance = () => number;

/** Numbers in [0, 1) from a seed (mulberry32). */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Requests that energy refuses, on plans within a horizon, without an end. */
export function* refusedCases(chance: Chance, horizonTicks: number): Generator<RefusedCase> {
  for (;;) {
    const plan = chance() < 0.6 ? tensePlan(chance, horizonTicks) : anyPlan(chance, horizonTicks);
    const { state, request } = plan;
    const decision = wholeDispatchDecision(state, request, NOW_MS);
    if (!decision.accepted && decision.refusal.limitedBy === "energy")
      yield { state, request, refusal: decision.refusal };
  }
}

interface Situation {
  readonly state: AssetState;
  readonly request: DispatchRequest;
}

const between = (chance: Chance, low: number, high: number) => low + chance() * (high - low);
const wholeS = (chance: Chance, low: number, high: number) =>
  Math.round(between(chance, low, high));
const powerMw = (chance: Chance, sign: number) =>
  sign * (Math.round(between(chance, 50, 3000)) / 100);

/** A charge that a promised discharge needs, and a stronger one that is to take its place. The same with signs changed. */
function tensePlan(chance: Chance, horizonTicks: number): Situation {
  const sign = chance() < 0.5 ? 1 : -1;
  const horizonS = horizonTicks * DT_S;
  const asset = assetFor(chance, horizonS);
  const storedMwhr = between(chance, 0.1, 0.7) * asset.capacityMwhr;
  let state = startState(chance, asset, sign > 0 ? storedMwhr : asset.capacityMwhr - storedMwhr);
  const firstS = wholeS(chance, 0, horizonS / 8);
  const firstForS = wholeS(chance, horizonS / 4, horizonS / 2);
  const chargeMw = powerMw(chance, -sign);
  const laterS = firstS + firstForS;
  const laterForS = wholeS(chance, horizonS / 10, horizonS - laterS);
  state = joined(state, chance, {
    ...{ mw: chargeMw, durationS: firstForS, onShortfall: "curtail" },
    startAtMs: NOW_MS + firstS * 1000,
  });
  // Nearly all that the charge leaves for it.
  const keptMwhr = (Math.abs(chargeMw) * firstForS * 0.92) / 3600;
  const leftMwhr = Math.min(asset.capacityMwhr, storedMwhr + keptMwhr);
  const leftMw = (leftMwhr * 0.92 * 3600) / laterForS;
  const laterMw = Math.min(30, Math.round(leftMw * between(chance, 85, 99)) / 100);
  state = joined(state, chance, {
    ...{ mw: sign * laterMw, durationS: laterForS, onShortfall: "refuse" },
    startAtMs: NOW_MS + laterS * 1000,
  });
  const request = {
    ...{ assetId: ASSET.id, mw: powerMw(chance, -sign), onShortfall: "refuse" as const },
    durationS: wholeS(chance, firstForS / 2, firstForS),
    startAtMs: NOW_MS + Math.round((firstS + between(chance, 0, firstForS / 4)) * 1000),
  };
  return { state, request };
}

/** Some dispatches, sometimes over a schedule, of which one may have been cancelled. */
function anyPlan(chance: Chance, horizonTicks: number): Situation {
  const asset = assetFor(chance, horizonTicks * DT_S);
  let state = startState(chance, asset, between(chance, 0, asset.capacityMwhr));
  const count = 1 + Math.floor(chance() * 6);
  if (chance() < 0.3) state = withSchedule(state, chance, horizonTicks);
  for (let n = 0; n < count; n++) state = joined(state, chance, anyRequest(chance, horizonTicks));
  const first = state.plan.waiting[0];
  if (first !== undefined && chance() < 0.3)
    state = { ...state, plan: cancel(state.plan, first.id, NOW_MS)?.plan ?? state.plan };
  return { state, request: anyRequest(chance, horizonTicks) };
}

/** A battery that is full or empty within the horizon. */
function assetFor(chance: Chance, horizonS: number): Asset {
  const capacityMwhr = (ASSET.maxMw * horizonS * between(chance, 0.1, 0.5)) / 3600;
  return { ...ASSET, capacityMwhr, rampRateMwPerMin: between(chance, 30, 300) };
}

function startState(chance: Chance, asset: Asset, socMwhr: number): AssetState {
  const currentMw = chance() < 0.5 ? 0 : powerMw(chance, chance() < 0.5 ? 1 : -1);
  return { asset, ...LINEAR, plan: makePlan([]), socMwhr, currentMw, tick: TICK, dtS: DT_S };
}

function anyRequest(chance: Chance, horizonTicks: number, sign = chance() < 0.5 ? 1 : -1) {
  const horizonS = horizonTicks * DT_S;
  const startS = chance() < 0.2 ? 0 : between(chance, 0, horizonS / 2);
  return {
    assetId: ASSET.id,
    mw: powerMw(chance, sign),
    durationS: wholeS(chance, 1, horizonS - startS),
    startAtMs: NOW_MS + Math.round(startS * 1000),
    onShortfall: chance() < 0.7 ? ("refuse" as const) : ("curtail" as const),
  };
}

let ids = 0;

function joined(
  state: AssetState,
  chance: Chance,
  given: Omit<DispatchRequest, "assetId">,
): AssetState {
  const outcome = decideDispatch(state, { ...given, assetId: ASSET.id }, NOW_MS);
  if (!outcome.accepted) return state;
  const { mw, startMs, endMs, onShortfall } = outcome;
  const leaseUntilMs = chance() < 0.1 ? startMs + 60_000 : null;
  const plan: Plan = withDispatches(state.plan, [
    {
      ...{ id: `${ids++}`, scheduleId: null, mw, startMs, endMs, onShortfall, leaseUntilMs },
      validForS: leaseUntilMs === null ? null : 60,
      status: "accepted",
    },
  ]);
  return { ...state, plan };
}

function withSchedule(state: AssetState, chance: Chance, horizonTicks: number): AssetState {
  const stepMs = wholeS(chance, 1, horizonTicks / 4) * DT_S * 1000;
  const intervals = Array.from({ length: 1 + Math.floor(chance() * 5) }, (_, n) => ({
    fromMs: NOW_MS + (n + 1) * stepMs,
    untilMs: NOW_MS + (n + 2) * stepMs,
    mw: powerMw(chance, chance() < 0.5 ? 1 : -1),
  }));
  const policy = chance() < 0.5 ? ("refuse" as const) : ("curtail" as const);
  const outcome = decideSchedule(state, intervals, policy, NOW_MS);
  if (!outcome.accepted) return state;
  const dispatches = outcome.intervals.map(({ fromMs, untilMs, mw }) => ({
    ...{
      id: `${ids++}`,
      scheduleId: "S",
      mw,
      startMs: fromMs,
      endMs: untilMs,
      onShortfall: policy,
    },
    ...{ leaseUntilMs: null, validForS: null, status: "accepted" as const },
  }));
  return { ...state, plan: replaceSchedule(state.plan, dispatches, NOW_MS).plan };
}
