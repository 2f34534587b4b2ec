// A power profile run tick by tick: what a forecast is compared with.
import { LIMIT } from "../../src/domain/battery/limit.ts";
import type { BatteryModel, BatteryState, ProfilePart } from "../../src/domain/battery/model.ts";
import type { Asset } from "../../src/domain/fleet/asset.ts";
import { oneBattery, type Ticked } from "./one-battery.ts";

/** What the ticks made of one part, as `PartForecast`. */
export interface TickedPart extends BatteryState {
  shortTick: number | null;
  lacks: "energy" | "headroom" | null;
  /** Whether energy cuts any of its ticks, that of an earlier ramp too. */
  isCut: boolean;
  /** Whether the cut is as small as rounding. */
  byRounding: boolean;
  deliveredMwhr: number;
}

export interface TickedProfile {
  readonly parts: readonly TickedPart[];
  /** Stored energy after each tick, in MWh. */
  readonly socMwhr: readonly number[];
}

export function tickProfile(
  model: BatteryModel,
  asset: Asset,
  start: BatteryState,
  profile: readonly ProfilePart[],
  dtS: number,
): TickedProfile {
  const step = oneBattery(model, asset, start, dtS);
  const { minMw, maxMw } = model.limits(asset);
  const parts: TickedPart[] = [];
  const socMwhr: number[] = [];
  let state: BatteryState = start;
  let owner: TickedPart | undefined;
  for (const [n, { mw, ticks }] of profile.entries()) {
    const part: TickedPart = {
      ...{ shortTick: null, lacks: null, isCut: false, byRounding: false, deliveredMwhr: 0 },
      ...state,
    };
    if (n > 0 && profile[n - 1]?.id !== null) owner = parts[n - 1];
    parts.push(part);
    const ratedMw = Math.min(Math.max(mw, minMw), maxMw);
    for (let left = ticks; left > 0; left--) {
      if (!movesToRest(state.powerMw, ratedMw)) owner = undefined;
      if (owner === undefined && left === Infinity) break;
      const before = state.powerMw;
      const ticked = step(mw);
      if (ticked.limit === LIMIT.ENERGY) {
        part.isCut = true;
        // The ramp out of what was held before belongs to that.
        if (ticked.aimMw * ratedMw > 0 && Math.abs(ticked.powerMw) < Math.abs(ratedMw))
          note(part, socMwhr.length, ticked);
        if (owner !== undefined && ticked.aimMw * before > 0) note(owner, socMwhr.length, ticked);
      }
      part.deliveredMwhr += (ticked.powerMw * dtS) / 3600;
      socMwhr.push(ticked.socMwhr);
      state = ticked;
    }
    Object.assign(part, { socMwhr: state.socMwhr, powerMw: state.powerMw, own: state.own });
  }
  return { parts, socMwhr };
}

function note(part: TickedPart, tick: number, { aimMw, powerMw }: Ticked): void {
  if (part.shortTick !== null) return;
  part.shortTick = tick;
  part.lacks = aimMw > 0 ? "energy" : "headroom";
  part.byRounding = Math.abs(aimMw - powerMw) < 1e-6 * Math.abs(aimMw);
}

function movesToRest(mw: number, aimMw: number): boolean {
  return mw > 0 ? aimMw < mw : mw < 0 && aimMw > mw;
}
