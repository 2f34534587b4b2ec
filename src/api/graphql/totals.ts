import type { Totals as TotalsItem } from "../../domain/totals.ts";
import { builder } from "./builder.ts";

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
  }),
});
