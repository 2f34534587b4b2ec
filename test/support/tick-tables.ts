// Rows computed in exact rational arithmetic: delivered MW, SoC in MWh after the tick, limited by, status.

import { linearModel } from "../../src/domain/battery/linear/linear-model.ts";
import { NO_OWN_STATE } from "../../src/domain/battery/model.ts";
import type { Asset, Site } from "../../src/domain/fleet/asset.ts";
import { createFleetTable, type FleetTable } from "../../src/domain/fleet/fleet-table.ts";
import type { GivenFleet } from "../../src/domain/fleet/reconcile.ts";
import type { AssetStatus, PowerLimit } from "../../src/domain/telemetry/telemetry.ts";

export const SITE: Site = {
  id: "5d0c7a52-6a3e-4c0b-9d54-0f6b1f2a7c01",
  name: "Valkeakoski",
  location: "Valkeakoski, Finland",
};

export const ASSET: Asset = {
  id: "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01",
  siteId: SITE.id,
  name: "VALKEAKOSKI-1",
  dataPath: "Asset/VALKEAKOSKI-1",
  capacityMwhr: 36,
  maxMw: 30,
  minMw: -30,
  rampRateMwPerMin: 30,
  efficiency: 0.92,
  socMinRatio: 0,
  socMaxRatio: 1,
  initialSocPct: 50,
  retired: false,
};

export const DT_S = 4;

/** The battery of an asset of the linear model. */
export const LINEAR = { model: linearModel, own: NO_OWN_STATE };

/** The data path of another battery of the tables. */
const pathOf = (n: number) => ({ dataPath: `Asset/VALKEAKOSKI-${n + 1}` });

/** A fleet of one battery, with what differs from the one of the tables. */
export const tableOf = (...differences: Partial<Asset>[]) =>
  createFleetTable(
    [SITE],
    differences.map((difference, n) => ({ ...ASSET, ...(n > 0 && pathOf(n)), ...difference })),
  );

/** A fleet as a file gives it. */
export const givenOf = ({ sites, retiredSites, assets, retired }: FleetTable): GivenFleet => ({
  sites: [...sites, ...retiredSites],
  assets: [...assets, ...retired],
});

export interface TickRow {
  readonly setpointMw: number;
  readonly powerMw: number;
  readonly socMwhr: number;
  readonly limitedBy: PowerLimit | null;
  readonly status: AssetStatus;
}

const row = (
  setpointMw: number,
  powerMw: number,
  socMwhr: number,
  limitedBy: PowerLimit | null,
  status: AssetStatus,
): TickRow => ({ setpointMw, powerMw, socMwhr, limitedBy, status });

export interface TickTable {
  readonly name: string;
  readonly socMwhr: number;
  readonly powerMw: number;
  readonly rows: readonly TickRow[];
}

export const TICK_TABLES: readonly TickTable[] = [
  {
    name: "A, ramp",
    socMwhr: 18,
    powerMw: 0,
    rows: [
      row(5, 2, 17.9975845411, "ramp", "discharging"),
      row(5, 4, 17.9927536232, "ramp", "discharging"),
      row(5, 5, 17.9867149758, null, "discharging"),
      row(5, 5, 17.9806763285, null, "discharging"),
    ],
  },
  {
    name: "B, empty in mid-tick",
    socMwhr: 0.05,
    powerMw: 30,
    rows: [
      row(30, 30, 0.013768115942, null, "discharging"),
      row(30, 11.4, 0, "energy", "discharging"),
      row(30, 0, 0, "energy", "idle"),
      row(-30, -2, 0.00204444444444, "ramp", "charging"),
      row(-30, -4, 0.00613333333333, "ramp", "charging"),
    ],
  },
  {
    name: "B2, empty while ramping",
    socMwhr: 0.005,
    powerMw: 0,
    rows: [
      row(30, 2, 0.0025845410628, "ramp", "discharging"),
      row(30, 2.14, 0, "energy", "discharging"),
      row(30, 0, 0, "energy", "idle"),
    ],
  },
  {
    name: "C, full",
    socMwhr: 35.9,
    powerMw: -30,
    rows: [
      row(-30, -30, 35.9306666667, null, "charging"),
      row(-30, -30, 35.9613333333, null, "charging"),
      row(-30, -30, 35.992, null, "charging"),
      row(-30, -180 / 23, 36, "energy", "charging"),
      row(-30, 0, 36, "energy", "idle"),
    ],
  },
  {
    name: "D, through zero",
    socMwhr: 18,
    powerMw: 3,
    rows: [
      row(-3, 1, 17.9987922705, "ramp", "discharging"),
      row(-3, -1, 17.9998144928, "ramp", "charging"),
      row(-3, -3, 18.0028811594, null, "charging"),
      row(-3, -3, 18.0059478261, null, "charging"),
    ],
  },
];

/** Table E: a dispatch of 4 MW for 10 s, from rest. */
export const TABLE_E = {
  mw: 4,
  durationS: 10,
  socMwhr: 18,
  rows: [
    row(4, 2, 17.9975845411, "ramp", "discharging"),
    row(4, 4, 17.9927536232, null, "discharging"),
    row(4, 4, 17.9879227053, null, "discharging"),
    row(0, 2, 17.9855072464, "ramp", "discharging"),
    row(0, 0, 17.9855072464, null, "idle"),
  ],
};
