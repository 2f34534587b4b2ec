// The fields of sites and assets, each described once: types, ranges, REST, GraphQL, the assets file and rows are derived from this list.
import { LEAST_EFFICIENCY, LEAST_MW, LEAST_MWHR } from "../base/least-values.ts";
import { type NameIn, type NumberFields, outerNamesIn } from "../base/number-field.ts";

/** Larger than any battery that is built; keeps sums and products of a fleet exact enough. */
const LARGEST = 1e6;

/** In the order of the answers and of the assets file. A name ends with its unit. */
export const ASSET_NUMBERS = {
  capacityMwhr: {
    description: "Energy at 100 % SoC, in MWh, at least 1 Wh",
    range: [LEAST_MWHR, LARGEST, "MWh"],
    onChange: "Its stored energy stays the same in MWh, not in per cent.",
  },
  maxMw: {
    description: "Highest discharge power in MW, 0 or more",
    range: [0, LARGEST, "MW"],
  },
  minMw: {
    description: "Highest charge power in MW, negative or 0",
    range: [-LARGEST, 0, "MW"],
  },
  rampRateMwPerMin: {
    description: "How fast power moves toward the setpoint, in MW per minute, at least 1 W",
    range: [LEAST_MW, LARGEST, "MW/min"],
  },
  efficiency: {
    description: "Efficiency of each leg, 0.01 to 1: the round trip is its square",
    range: [LEAST_EFFICIENCY, 1, ""],
  },
  socMinRatio: {
    description: "Share of the capacity below which it does not discharge, 0 to 1",
    default: 0,
  },
  socMaxRatio: {
    description: "Share of the capacity above which it does not charge, 0 to 1",
    default: 1,
  },
  initialSocPct: {
    description: "SoC at its first start, in per cent of the capacity, within its bounds",
    default: 50,
    absent: "50, or the nearest bound",
    isInitial: true,
  },
  fallbackMw: {
    description:
      "Fallback power where a dispatch is not renewed in time, in MW, within the rating, discharge positive",
    absent: "0",
  },
} as const satisfies NumberFields;

export const SITE_NUMBERS = {
  maxExportMw: {
    description: "Highest net discharge of its assets at the meter, in MW, 0 or more",
    range: [0, LARGEST, "MW"],
    absent: "no limit",
  },
  maxImportMw: {
    description: "Highest net charge of its assets at the meter, in MW, 0 or more",
    range: [0, LARGEST, "MW"],
    absent: "no limit",
  },
} as const satisfies NumberFields;

/** The meaning of the other fields. */
export const ASSET_TEXTS = {
  id: "UUID of the asset.",
  siteId: "UUID of its site.",
  name: "Its name.",
  dataPath:
    "Path below which it is read as data points, such as Asset/BESS-1. It stays where the name changes.",
  location: "The place of its site, as text.",
  retired: "it is not simulated any more, and its history stays.",
} as const;
export const SITE_TEXTS = {
  id: "UUID of the site.",
  name: "Its name.",
  location: "Its place, as text.",
  retired: "no asset runs at it, and its history stays.",
} as const;
/** The data path of a new asset. */
export const NEW_DATA_PATH_TEXT =
  "Path below which it is read as data points, neither that of another asset nor above or below one; left out: Asset/ and the name in letters of ASCII, with the id where that is taken.";
/** The id of a new site or asset. */
export const NEW_ID_TEXT =
  "UUID that was never used; left out: the server makes one. With an id, a repeated request is refused, not applied twice.";

export type AssetNumber = NameIn<typeof ASSET_NUMBERS>;

/** The names of the numbers, each with its name outside of the program. */
export const ASSET_KEYS = outerNamesIn(ASSET_NUMBERS);
export const SITE_KEYS = outerNamesIn(SITE_NUMBERS);
