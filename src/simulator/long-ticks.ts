// Ticks of the assets of one site, of the length of the grid or longer, beside those of the simulator.
import type {
  BatteryModel,
  BatteryState,
  PartForecast,
  ProfilePart,
} from "../domain/battery/model.ts";
import type { Asset, Site } from "../domain/fleet/asset.ts";
import { createFleetTable } from "../domain/fleet/fleet-table.ts";
import type { Frame } from "../domain/telemetry/frame.ts";
import { createFleetModels, type FleetModels, type FleetState } from "./fleet-models.ts";
import { makeFrame } from "./new-frame.ts";
import { limitedSites, limitSites } from "./site-limits.ts";

/** An asset of the site at the first point. */
export interface AheadAsset {
  readonly asset: Asset;
  readonly model: BatteryModel;
  readonly battery: BatteryState;
  /** Its setpoints from the first point on; the last one lasts beyond the grid. */
  readonly profile: readonly ProfilePart[];
}

export type LongTicks = ReturnType<typeof createLongTicks>;

/** As a share of the rating: less change of power from one tick to the next is none. */
const STEADY_RATIO = 1e-12;

/** Models of ticks of one length, with two states to write by turns. */
interface Length {
  readonly models: FleetModels;
  readonly states: readonly [FleetState, FleetState];
}

/** @param dtS Length of a tick of the grid, in s. */
export function createLongTicks(site: Site, assets: readonly AheadAsset[], dtS: number) {
  const table = createFleetTable(
    [site],
    assets.map(({ asset }) => asset),
  );
  const modelById = new Map(assets.map(({ asset, model }) => [asset.id, model]));
  const modelOf = ({ id }: Asset) => modelById.get(id) as BatteryModel;
  const sites = limitedSites(table);
  const lengths = new Map<number, Length>();
  const steadyMw = assets.map(
    ({ asset: { maxMw, minMw } }) => STEADY_RATIO * Math.max(maxMw, -minMw),
  );

  function lengthOf(ticks: number): Length {
    const known = lengths.get(ticks);
    if (known !== undefined) return known;
    const models = createFleetModels(table, ticks * dtS, modelOf);
    const stateOf = () => models.stateWith(makeFrame(table, 0, ticks * dtS));
    const made: Length = { models, states: [stateOf(), stateOf()] };
    lengths.set(ticks, made);
    return made;
  }

  const { models, states } = lengthOf(1);
  let state = states[0];
  for (const [index, { battery }] of assets.entries()) {
    state.frame.socMwhr[index] = battery.socMwhr;
    state.frame.currentMw[index] = battery.powerMw;
    models.setOwn(state, index, battery.own);
  }

  return {
    frame: (): Frame => state.frame,
    /** Runs a tick as long as some of the grid; whether every asset holds the power of the tick before. */
    tick(ticks: number, setpointsMw: Float64Array): boolean {
      const length = lengthOf(ticks);
      const last = state;
      const next = length.states[last === length.states[0] ? 1 : 0];
      next.frame.setpointMw.set(setpointsMw);
      length.models.step(last, next);
      limitSites(sites, length.models, last, next);
      state = next;
      const [before, after] = [last.frame.currentMw, next.frame.currentMw];
      return steadyMw.every(
        (most, i) => Math.abs((after[i] as number) - (before[i] as number)) <= most,
      );
    },
    /** What becomes of an asset that holds its power for some ticks of the grid. */
    hold(index: number, ticks: number): PartForecast {
      const { asset, model } = assets[index] as AheadAsset;
      const mw = state.frame.currentMw[index] as number;
      const socMwhr = state.frame.socMwhr[index] as number;
      const battery = { socMwhr, powerMw: mw, own: models.ownAt(state, index) };
      const { parts } = model.forecast(asset, battery, [{ id: "", mw, ticks }], dtS);
      return parts[0] as PartForecast;
    },
    /** Takes what became of every asset as its state. */
    skip(runs: readonly PartForecast[]): void {
      const { socMwhr, energyOutMwhr, energyInMwhr } = state.frame;
      for (const [index, run] of runs.entries()) {
        socMwhr[index] = run.socMwhr;
        const meter = run.deliveredMwhr > 0 ? energyOutMwhr : energyInMwhr;
        meter[index] = (meter[index] as number) + Math.abs(run.deliveredMwhr);
        models.setOwn(state, index, run.own);
      }
    },
  };
}
