// Metrics of what the batteries do: of the fleet, and of each site and each asset where there are few enough of them.
// Names and units are those that Prometheus recommends: W, J and ratios.
import type { BatterySums, FleetSums } from "../../../services/telemetry/fleet-sums.ts";
import type { Meters } from "./meters.ts";

interface Figure {
  /** The end of the name of its metric. */
  readonly name: string;
  readonly kind: "gauges" | "counters";
  readonly help: string;
  readonly of: (sums: BatterySums) => number;
}

const WATTS_PER_MW = 1e6;
const JOULES_PER_MWHR = 3.6e9;

const FIGURES: readonly Figure[] = [
  {
    ...{ name: "power_watts", kind: "gauges" },
    help: "Power at the grid terminal over the last tick, in W, discharge positive.",
    of: ({ powerMw }) => powerMw * WATTS_PER_MW,
  },
  {
    ...{ name: "setpoint_watts", kind: "gauges" },
    help: "Requested power, in W, discharge positive.",
    of: ({ setpointMw }) => setpointMw * WATTS_PER_MW,
  },
  {
    ...{ name: "available_min_watts", kind: "gauges" },
    help: "Lowest power that it could deliver in the next tick where no ramp and no site binds, in W: negative is charge.",
    of: ({ availableMinMw }) => availableMinMw * WATTS_PER_MW,
  },
  {
    ...{ name: "available_max_watts", kind: "gauges" },
    help: "Highest power that it could deliver in the next tick where no ramp and no site binds, in W.",
    of: ({ availableMaxMw }) => availableMaxMw * WATTS_PER_MW,
  },
  {
    ...{ name: "stored_joules", kind: "gauges" },
    help: "Stored energy, in J.",
    of: ({ socMwhr }) => socMwhr * JOULES_PER_MWHR,
  },
  {
    ...{ name: "capacity_joules", kind: "gauges" },
    help: "Energy at 100 % SoC, in J.",
    of: ({ capacityMwhr }) => capacityMwhr * JOULES_PER_MWHR,
  },
  {
    ...{ name: "soc_ratio", kind: "gauges" },
    help: "Stored energy as a share of the capacity, 0 to 1.",
    of: ({ socMwhr, capacityMwhr }) => (capacityMwhr === 0 ? 0 : socMwhr / capacityMwhr),
  },
  {
    ...{ name: "charged_joules_total", kind: "counters" },
    help: "Energy charged at the grid terminal, in J. It does not fall where an asset leaves.",
    of: ({ inMwhr }) => inMwhr * JOULES_PER_MWHR,
  },
  {
    ...{ name: "discharged_joules_total", kind: "counters" },
    help: "Energy discharged at the grid terminal, in J. It does not fall where an asset leaves.",
    of: ({ outMwhr }) => outMwhr * JOULES_PER_MWHR,
  },
];

/** @param sums What the next collection shows; undefined where nothing is known yet. */
export function meterBatteries(meters: Meters, sums: () => FleetSums | undefined): void {
  for (const { name, kind, help, of } of FIGURES) {
    meters[kind](`mando_fleet_${name}`, `Of the fleet. ${help}`, [], () => {
      const fleet = sums()?.fleet;
      return fleet === undefined ? [] : [[{}, of(fleet)]];
    });
    meters[kind](`mando_site_${name}`, `Of a site. ${help}`, ["site_id", "site"], () =>
      (sums()?.sites ?? []).map(([{ id, name }, site]) => [{ site_id: id, site: name }, of(site)]),
    );
    const labels = ["asset_id", "asset", "site_id"];
    meters[kind](`mando_asset_${name}`, `Of an asset. ${help}`, labels, () =>
      (sums()?.assets ?? []).map(([{ id, name, siteId }, asset]) => [
        { asset_id: id, asset: name, site_id: siteId },
        of(asset),
      ]),
    );
  }
}
