// Totals over the assets of a frame.

import type { PowerWindow } from "../../../domain/dispatch/windows.ts";
import { availableOf } from "../../../domain/telemetry/availability.ts";
import type { Frame } from "../../../domain/telemetry/frame.ts";
import { type Totals as Sums, totalsOf } from "../../../domain/telemetry/totals.ts";
import { builder } from "../base/builder.ts";

interface TotalsItem extends Sums {
  /** The powers that the assets could hold in the next tick, in MW: added up once, where they are selected. */
  available(): PowerWindow;
}

/** The totals of a frame over the assets at these positions, or over all. */
export function readTotals(frame: Frame, indexes?: readonly number[]): TotalsItem {
  let added: PowerWindow | undefined;
  return {
    ...totalsOf(frame, indexes),
    available() {
      added ??= availableOf(frame, indexes);
      return added;
    },
  };
}

export const Totals = builder.objectRef<TotalsItem>("Totals").implement({
  description: "Sums over the assets of a site or of the fleet, at one instant.",
  fields: (t) => ({
    timestamp: t.field({
      type: "DateTime",
      description: "End of the tick that the sums report.",
      resolve: (totals) => totals.timestampMs,
    }),
    assetCount: t.exposeInt("assetCount", { description: "How many assets there are." }),
    capacityMwhr: t.exposeFloat("capacityMwhr", { description: "Energy at 100 % SoC, in MWh." }),
    socMwhr: t.exposeFloat("socMwhr", { description: "Stored energy in MWh." }),
    socPct: t.exposeFloat("socPct", {
      description: "Stored energy in per cent of the capacity; 0 where there is no asset.",
    }),
    currentMw: t.exposeFloat("currentMw", {
      description: "Net power at the terminals in MW, discharge positive.",
    }),
    setpointMw: t.exposeFloat("setpointMw", {
      description: "Net requested power in MW, discharge positive.",
    }),
    chargingCount: t.exposeInt("chargingCount", { description: "How many assets charge." }),
    dischargingCount: t.exposeInt("dischargingCount", { description: "How many discharge." }),
    idleCount: t.exposeInt("idleCount", { description: "How many do neither." }),
    availableMinMw: t.float({
      description:
        "Sum of the highest charge powers that the assets could hold throughout the next tick, in MW, 0 or negative; the limit of the site left aside.",
      resolve: ({ available }) => available().minMw,
    }),
    availableMaxMw: t.float({
      description:
        "Sum of the highest discharge powers that the assets could hold throughout the next tick, in MW, 0 or more; the limit of the site left aside.",
      resolve: ({ available }) => available().maxMw,
    }),
  }),
});
