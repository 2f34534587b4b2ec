// What assets could deliver, by what they reported.

import type { Availability } from "../battery/model.ts";
import { modelOf } from "../battery/registry.ts";
import type { Asset } from "../fleet/asset.ts";
import type { Frame } from "./frame.ts";
import type { Telemetry } from "./telemetry.ts";

/** Of the asset at this position of a frame. */
export function availabilityAt(frame: Frame, index: number): Availability {
  const asset = frame.table.assets[index];
  if (asset === undefined) throw new RangeError(`bug: a frame has no asset ${index}`);
  const { socMwhr, currentMw, dtS } = frame;
  return reported(asset, socMwhr[index] as number, currentMw[index] as number, dtS);
}

/** Of an asset at the instant of a sample, by the rating that it had then. */
export function availabilityOfSample(sample: Telemetry): Availability {
  const { asset, minMw, maxMw, capacityMwhr, socMwhr, currentMw, dtS } = sample;
  return reported({ ...asset, minMw, maxMw, capacityMwhr }, socMwhr, currentMw, dtS);
}

/** Adds up what the assets at these positions of a frame, or all of them, could deliver in the next tick; in MW. */
export function availableOf(
  frame: Frame,
  indexes?: readonly number[],
): { readonly minMw: number; readonly maxMw: number } {
  const { dtS, socMwhr, currentMw, table } = frame;
  const count = indexes?.length ?? table.assets.length;
  let [low, high] = [0, 0];
  for (let n = 0; n < count; n++) {
    const i = indexes === undefined ? n : (indexes[n] as number);
    const asset = table.assets[i];
    if (asset === undefined) continue;
    const one = reported(asset, socMwhr[i] as number, currentMw[i] as number, dtS);
    high += one.maxMw;
    low += one.minMw;
  }
  return { minMw: low, maxMw: high };
}

/** A report has no own state of a model: it counts as that of a first start. */
function reported(asset: Asset, socMwhr: number, powerMw: number, dtS: number): Availability {
  const model = modelOf(asset);
  return model.availability(asset, { socMwhr, powerMw, own: model.initialState(asset) }, dtS);
}
