// What the batteries of a frame do, added up: by asset, by site, and of the fleet.
import type { Asset, Site } from "../../domain/fleet/asset.ts";
import { availabilityAt } from "../../domain/telemetry/availability.ts";
import type { Frame } from "../../domain/telemetry/frame.ts";
import type { EnergyTotal, EnergyTotals } from "./energy-totals.ts";

/** Power in MW, discharge positive, and energy in MWh. */
export interface BatterySums {
  readonly powerMw: number;
  readonly setpointMw: number;
  /** What the next tick could deliver where no ramp and no site binds. */
  readonly availableMinMw: number;
  readonly availableMaxMw: number;
  readonly socMwhr: number;
  readonly capacityMwhr: number;
  /** Meters: energy charged and discharged. */
  readonly inMwhr: number;
  readonly outMwhr: number;
}

export interface FleetSums {
  readonly fleet: BatterySums;
  /** Empty where there are more than were requested. */
  readonly sites: readonly (readonly [Site, BatterySums])[];
  readonly assets: readonly (readonly [Asset, BatterySums])[];
}

/** Assets that are added up in one turn. */
const MOST_IN_A_TURN = 5_000;

/**
 * @param most Sites, and assets, that have sums of their own at most: where there are more, none has.
 * @param turn Gives other work its turn.
 */
export async function fleetSums(
  frame: Frame,
  { beside }: Pick<EnergyTotals, "beside">,
  most: number,
  turn: () => Promise<void>,
): Promise<FleetSums> {
  const { table } = frame;
  const sites: [Site, BatterySums][] = [];
  const assets: [Asset, BatterySums][] = [];
  const fleet = noSums();
  let leftInTurn = MOST_IN_A_TURN;
  for (const site of table.sites) {
    const ofSite = noSums();
    for (const index of table.indexesOfSite(site.id)) {
      const one = sumsAt(frame, index);
      add(ofSite, one);
      if (table.assets.length <= most) assets.push([table.assets[index] as Asset, one]);
      if (--leftInTurn > 0) continue;
      await turn();
      leftInTurn = MOST_IN_A_TURN;
    }
    add(fleet, ofSite);
    addEnergy(ofSite, beside(site.id));
    if (table.sites.length <= most) sites.push([site, ofSite]);
  }
  addEnergy(fleet, beside());
  return { fleet, sites, assets };
}

type Sums = { -readonly [K in keyof BatterySums]: number };

function noSums(): Sums {
  return {
    ...{ powerMw: 0, setpointMw: 0, availableMinMw: 0, availableMaxMw: 0 },
    ...{ socMwhr: 0, capacityMwhr: 0, inMwhr: 0, outMwhr: 0 },
  };
}

function sumsAt(frame: Frame, index: number): BatterySums {
  const { minMw, maxMw } = availabilityAt(frame, index);
  return {
    powerMw: frame.currentMw[index] as number,
    setpointMw: frame.setpointMw[index] as number,
    availableMinMw: minMw,
    availableMaxMw: maxMw,
    socMwhr: frame.socMwhr[index] as number,
    capacityMwhr: (frame.table.assets[index] as Asset).capacityMwhr,
    inMwhr: frame.energyInMwhr[index] as number,
    outMwhr: frame.energyOutMwhr[index] as number,
  };
}

const NAMES = Object.keys(noSums()) as (keyof Sums)[];

function add(sums: Sums, more: BatterySums): void {
  for (const name of NAMES) sums[name] += more[name];
}

/** Adds what is to be added to the meters. */
function addEnergy(sums: Sums, { inMwhr, outMwhr }: EnergyTotal): void {
  sums.inMwhr += inMwhr;
  sums.outMwhr += outMwhr;
}
