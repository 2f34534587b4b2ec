// What open promises will lack, as things stand: along the plan of their asset, within the limits of its site.
import type { PartForecast } from "../battery/model.ts";
import { tickInstantMs } from "../time/grid.ts";
import type { AssetState } from "./asset-state.ts";
import { demandMwhr } from "./demand.ts";
import type { Dispatch } from "./dispatch.ts";
import { batteryOf, planForecast } from "./plan-forecast.ts";
import { roundingMwhr, type Shortfall } from "./shortfall.ts";
import { type SiteCut, withinSite } from "./site-cuts.ts";

/** What a promise will lack; its reason is that of the check. */
export type ExpectedShortfall = Omit<Shortfall, "reason">;

/** What is known of a promise along the plan. */
interface Lack {
  /** In MWh, in its own direction. */
  missingMwhr: number;
  /** Ticks over which it is compared. */
  ticks: number;
  cut: Cut | undefined;
}

/** The first tick, counted from now, in which a limit cuts a power. */
interface Cut {
  readonly tick: number;
  readonly limitedBy: "power" | "energy" | "site";
}

/**
 * What each promise will lack.
 *
 * @param promises    Open promises of the asset, with what they delivered up to now.
 * @param meteredMwhr The sum of both meters of the asset.
 */
export function expectedShortfalls(
  state: AssetState,
  promises: ReadonlyMap<string, Dispatch>,
  meteredMwhr: number,
): ReadonlyMap<string, ExpectedShortfall> {
  const lacks = new Map<string, Lack>();
  for (const [id, dispatch] of promises) {
    const demandedMwhr = dispatch.demandedMwhr + heldDemandMwhr(state, dispatch, 0);
    const missingMwhr = Math.sign(dispatch.mw) * (demandedMwhr - dispatch.deliveredMwhr);
    lacks.set(id, { missingMwhr, ticks: 0, cut: undefined });
  }
  addPlan(state, promises, lacks);
  const expected = new Map<string, ExpectedShortfall>();
  for (const [id, dispatch] of promises) {
    const { missingMwhr, ticks, cut } = lacks.get(id) as Lack;
    if (missingMwhr <= roundingMwhr(state.asset.capacityMwhr, meteredMwhr, ticks)) continue;
    expected.set(id, {
      fromMs:
        cut === undefined
          ? (dispatch.heldFromMs ?? dispatch.startMs)
          : tickInstantMs(state.tick + cut.tick, state.dtS),
      missingMwhr: dispatch.endMs === null ? null : missingMwhr,
      limitedBy: cut?.limitedBy ?? null,
    });
  }
  return expected;
}

/** Adds what the promises demand of the plan, less what the forecast gives them. */
function addPlan(
  state: AssetState,
  promises: ReadonlyMap<string, Dispatch>,
  lacks: ReadonlyMap<string, Lack>,
): void {
  const { profile, cuts, found } = forecastWithinSite(state);
  let [place, begin, powerMw] = [0, 0, state.currentMw];
  for (const [n, { id, mw, ticks }] of profile.entries()) {
    const [dispatch, lack] = [promises.get(id ?? ""), lacks.get(id ?? "")];
    const demandedMwhr =
      dispatch === undefined ? 0 : demandOf(state, dispatch, powerMw, ticks, n === 0);
    let deliveredMwhr = 0;
    for (; cuts[place]?.part === n; place++) {
      const [cut, run] = [cuts[place] as SiteCut, found[place] as PartForecast | undefined];
      if (lack !== undefined) lack.cut ??= cutOf(state, mw, powerMw, cut, run, begin);
      deliveredMwhr += run?.deliveredMwhr ?? 0;
      powerMw = run?.powerMw ?? powerMw;
      begin += cut.ticks;
    }
    if (lack === undefined) continue;
    lack.missingMwhr += Math.sign(mw) * (demandedMwhr - deliveredMwhr);
    lack.ticks += ticks;
  }
}

/** What a promise demands in a part; in the first one it continues the hold under way. */
function demandOf(
  state: AssetState,
  dispatch: Dispatch,
  powerMw: number,
  ticks: number,
  isFirst: boolean,
): number {
  const isUnderWay = isFirst && dispatch.heldFromMs !== null;
  if (!isUnderWay) return demandMwhr(state, dispatch.mw, powerMw, ticks);
  return heldDemandMwhr(state, dispatch, ticks) - heldDemandMwhr(state, dispatch, 0);
}

/** What the hold under way demands up to now, and over some ticks more; 0 where there is none. */
function heldDemandMwhr(
  state: AssetState,
  { mw, heldFromMs, heldFromMw }: Dispatch,
  ticks: number,
): number {
  if (heldFromMs === null) return 0;
  const passed = state.tick - Math.round(heldFromMs / (state.dtS * 1000));
  return demandMwhr(state, mw, heldFromMw ?? state.currentMw, passed + ticks);
}

/** The forecast along the plan of an asset, with the power that its site leaves. */
function forecastWithinSite(state: AssetState) {
  const { profile, forecast } = planForecast(state);
  const cuts = withinSite(profile, state.tick, state.site);
  if (cuts.some(({ isCut }) => isCut)) return { profile, cuts, found: forecastOfCuts(state, cuts) };
  const whole = profile.map((it, part) => ({ ...it, part, isCut: false }));
  return { profile, cuts: whole, found: forecast.parts };
}

/** The forecast along what a site leaves: unlike a setpoint it cuts at once, and not by the ramp. */
function forecastOfCuts(state: AssetState, cuts: readonly SiteCut[]): readonly PartForecast[] {
  const { asset, model, dtS } = state;
  const found: PartForecast[] = [];
  let [at, begin] = [batteryOf(state), 0];
  for (const cut of cuts) {
    const { mw, ticks, isCut } = cut;
    const sign = Math.sign(mw);
    const isAbove = isCut && sign * at.powerMw > sign * mw;
    const from = isAbove ? { ...at, powerMw: mw } : at;
    const run = model.forecast(asset, from, [cut], dtS).parts[0];
    if (run === undefined) break;
    const shortTick = run.shortTick === null ? null : begin + run.shortTick;
    found.push({ ...run, shortTick });
    at = { socMwhr: run.socMwhr, powerMw: run.powerMw, own: run.own };
    begin += ticks;
  }
  return found;
}

/** The first tick in which a power is cut; undefined where none is. @param begin The first tick of these. */
function cutOf(
  { asset, dtS }: AssetState,
  mw: number,
  powerMw: number,
  { mw: siteMw, ticks, isCut }: SiteCut,
  run: PartForecast | undefined,
  begin: number,
): Cut | undefined {
  const sign = Math.sign(mw);
  const stepMw = (asset.rampRateMwPerMin / 60) * dtS;
  const ratedMw = sign > 0 ? asset.maxMw : -asset.minMw;
  /** The tick in which the ramp passes a power in the direction of the setpoint. */
  const passes = (mostMw: number) =>
    begin + Math.max(0, Math.floor((mostMw - sign * powerMw) / stepMw + 1e-9));
  const end = begin + ticks;
  const cuts: Cut[] = [];
  if (run?.shortTick != null) cuts.push({ tick: run.shortTick, limitedBy: "energy" });
  if (isCut && passes(Math.abs(siteMw)) < end)
    cuts.push({ tick: passes(Math.abs(siteMw)), limitedBy: "site" });
  if (sign * mw > ratedMw && passes(ratedMw) < end)
    cuts.push({ tick: passes(ratedMw), limitedBy: "power" });
  return cuts.sort((a, b) => a.tick - b.tick)[0];
}
