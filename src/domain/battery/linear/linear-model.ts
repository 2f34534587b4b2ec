// The linear model: an energy reservoir with one efficiency for each leg, at every power and SoC.
import type { Asset } from "../../fleet/asset.ts";
import { type BatteryModel, NO_OWN_STATE } from "../model.ts";
import { availabilityOf } from "./availability.ts";
import { forecastBattery, forecastProfile, startOf } from "./forecast.ts";
import { batteryLimits } from "./law.ts";
import { createLinearStepper } from "./stepper.ts";

/** Bounds of a battery without a bottom or a top, in MWh. */
const BOUNDLESS = { floorMwhr: -1e12, ceilingMwhr: 1e12 };

/**
 * Exact: a forecast meets a lack of energy at the tick at which the law does.
 *
 * @source Energy reservoir model: Rosewater et al. 2019, doi:10.1109/ACCESS.2019.2957698.
 */
export const linearModel: BatteryModel = {
  name: "linear",
  version: 1,
  ownColumns: [],
  limits({ minMw, maxMw, socMinRatio, socMaxRatio, capacityMwhr }: Asset) {
    return {
      minMw,
      maxMw,
      floorMwhr: socMinRatio * capacityMwhr,
      ceilingMwhr: socMaxRatio * capacityMwhr,
    };
  },
  initialState: () => NO_OWN_STATE,
  stepper: createLinearStepper,
  availability: (asset, { socMwhr }, dtS) =>
    availabilityOf(batteryLimits(asset, dtS), socMwhr, dtS),
  forecast: (asset, state, profile, dtS, isKnown) =>
    forecastProfile(forecastBattery(asset, dtS), startOf(state), profile, isKnown),
  demandMwhr(asset, state, profile, dtS) {
    const battery = forecastBattery(asset, dtS);
    const boundless = { ...battery, limits: { ...battery.limits, ...BOUNDLESS } };
    const { parts } = forecastProfile(boundless, startOf(state), profile);
    return parts.map(({ deliveredMwhr }) => deliveredMwhr);
  },
};
