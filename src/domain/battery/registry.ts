// Which model an asset has.
import type { Asset } from "../fleet/asset.ts";
import { linearModel } from "./linear/linear-model.ts";
import type { BatteryModel } from "./model.ts";

/** Finds the model of an asset. */
export type ModelOf = (asset: Asset) => BatteryModel;

/** Every model that an asset may have. */
export const MODELS: readonly BatteryModel[] = [linearModel];

/** The model of an asset: the linear one for every asset. */
export const modelOf: ModelOf = () => linearModel;
