// The energy that a dispatch demands of its asset while it holds it.
import type { BatteryModel } from "../battery/model.ts";
import type { Asset } from "../fleet/asset.ts";

/** An asset with its model, and the length of its ticks in s. */
interface Demanded {
  readonly asset: Asset;
  readonly model: BatteryModel;
  readonly dtS: number;
}

/**
 * Net energy at the terminal, in MWh, discharge positive, that the asset would deliver along a setpoint if neither
 * energy nor its rating nor its site bound it: its ramp alone does.
 *
 * @param mw     The setpoint, in MW.
 * @param fromMw The power of the asset at the begin, in MW.
 * @param ticks  0 or more, finite.
 */
export function demandMwhr(
  { asset, model, dtS }: Demanded,
  mw: number,
  fromMw: number,
  ticks: number,
): number {
  if (ticks <= 0) return 0;
  const widened = {
    ...asset,
    minMw: Math.min(asset.minMw, mw, fromMw),
    maxMw: Math.max(asset.maxMw, mw, fromMw),
  };
  const state = {
    socMwhr: asset.capacityMwhr / 2,
    powerMw: fromMw,
    own: model.initialState(asset),
  };
  return model.demandMwhr(widened, state, [{ id: "", mw, ticks }], dtS)[0] ?? 0;
}
