// The data points that are answered from the fleet: below the data path of each asset, what they are, and their values.
import type { Asset } from "../fleet/asset.ts";
import type { SampleValues } from "../telemetry/columns.ts";
import type { HistoryStep } from "../telemetry/history.ts";
import type { Stat } from "../telemetry/step-figures.ts";
import type { DataPoint } from "./data-point.ts";
import type { DataRefusal } from "./refusal.ts";

interface FleetSeries {
  readonly unit: "MWh" | "%" | "MW";
  /** Its meaning, as the begin of a sentence that ends with the name of the asset. */
  readonly meaning: string;
  /** By the rating. */
  range(asset: Asset): readonly [min: number | null, max: number | null];
  /** Its value in a sample; left out: samples have none. */
  readonly ofSample?: (sample: SampleValues) => number;
  /** Its values in a minute, where the samples are gone; left out: minutes have none. */
  readonly ofMinute?: (minute: HistoryStep, asset: Asset) => Stat | null;
  /** Of a meter: the direction of the energy that it counts. */
  readonly direction?: "in" | "out";
  /** Whether it is changed by a dispatch. */
  readonly isPower?: true;
}

const byRating = ({ minMw, maxMw }: Asset) => [minMw, maxMw] as const;
const meter = () => [0, null] as const;

export const FLEET_SERIES = {
  AvailableMax: { unit: "MW", meaning: "Highest power that could be held next", range: byRating },
  AvailableMin: { unit: "MW", meaning: "Lowest power that could be held next", range: byRating },
  EnergyIn: {
    ...{ unit: "MWh", meaning: "Meter of the energy charged at the terminal", range: meter },
    ofSample: (sample) => sample.energyInMwhr,
    direction: "in",
  },
  EnergyOut: {
    ...{ unit: "MWh", meaning: "Meter of the energy discharged at the terminal", range: meter },
    ofSample: (sample) => sample.energyOutMwhr,
    direction: "out",
  },
  Power: {
    ...{ unit: "MW", meaning: "Power at the terminal, discharge positive", range: byRating },
    ofSample: (sample) => sample.currentMw,
    ofMinute: (minute) => minute.currentMw,
    isPower: true,
  },
  "Schedule/InForce": {
    ...{ unit: "MW", meaning: "Power that dispatches and schedules put in force", range: byRating },
    isPower: true,
  },
  Setpoint: {
    ...{ unit: "MW", meaning: "Requested power, discharge positive", range: byRating },
    ofSample: (sample) => sample.setpointMw,
    ofMinute: (minute) => minute.setpointMw,
    isPower: true,
  },
  SoC: {
    ...{ unit: "MWh", meaning: "Stored energy", range: ({ capacityMwhr }) => [0, capacityMwhr] },
    ofSample: (sample) => sample.socMwhr,
    ofMinute: ({ socPct }, { capacityMwhr }) => socPct && scaled(socPct, capacityMwhr / 100),
  },
  SoCPct: {
    ...{ unit: "%", meaning: "Stored energy in per cent of the capacity", range: () => [0, 100] },
    ofSample: (sample) => sample.socPct,
    ofMinute: (minute) => minute.socPct,
  },
} as const satisfies Record<string, FleetSeries>;

export type FleetName = keyof typeof FLEET_SERIES;

/** In the order of paths. */
export const FLEET_NAMES = Object.keys(FLEET_SERIES).sort() as readonly FleetName[];

export function fleetSeries(name: FleetName): FleetSeries {
  return FLEET_SERIES[name];
}

/** The data path and the name of a path that ends like one of the fleet; undefined where it does not. */
export function splitFleetPath(
  path: string,
): { readonly dataPath: string; readonly name: FleetName } | undefined {
  const name = FLEET_NAMES.find((it) => path.endsWith(`/${it}`));
  return name && { dataPath: path.slice(0, -name.length - 1), name };
}

export const fleetPath = ({ dataPath }: Asset, name: FleetName) => `${dataPath}/${name}`;

/** The entry of the catalogue. @param dtS The length of a tick in s: samples are one a tick. */
export function fleetPoint(asset: Asset, name: FleetName, dtS: number): DataPoint {
  const { unit, meaning, range, ofSample } = fleetSeries(name);
  const [minValue, maxValue] = range(asset);
  return {
    ...{ path: fleetPath(asset, name), type: "time_series_double", unit, timeZone: "UTC" },
    resolution: ofSample ? `PT${dtS}S` : null,
    description: `${meaning}, of ${asset.name}.`,
    ...{ minValue, maxValue, jsonSchema: null, retention: null, isReadOnly: true },
  };
}

/** The refusal of a write to a path of the fleet, or of its description. */
export function readOnlyPath(asset: Asset, name: FleetName): DataRefusal {
  const path = fleetPath(asset, name);
  const instead = fleetSeries(name).isPower
    ? `dispatch the asset, or write what it is to do to ${asset.dataPath}/Schedule/Target`
    : "write to a path of another name";
  const message = `${path} is answered from the fleet, and nothing is written to it: ${instead}`;
  return { code: "READ_ONLY", message, path, column: "id" };
}

/** What a meter counted in the tick of a sample, in MWh. */
export function tickEnergyMwhr(
  { currentMw, dtS }: SampleValues & { readonly dtS: number },
  direction: "in" | "out",
): number {
  return (Math.max(direction === "in" ? -currentMw : currentMw, 0) * dtS) / 3600;
}

function scaled({ mean, min, max, last }: Stat, factor: number): Stat {
  return { mean: mean * factor, min: min * factor, max: max * factor, last: last * factor };
}
