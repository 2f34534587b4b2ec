// The energy that the fleet and its sites have charged and discharged, as totals that only rise: an asset that leaves
// takes its meters with it, and one that joins brings some, and neither moves the total.
import type { FleetTable } from "../../domain/fleet/fleet-table.ts";
import type { Frame } from "../../domain/telemetry/frame.ts";

/** In MWh. */
export interface EnergyTotal {
  readonly inMwhr: number;
  readonly outMwhr: number;
}

export interface EnergyTotals {
  /** Notes every frame of the fleet. */
  note(frame: Frame): void;
  /** What is to be added to the meters of the present assets of a site, or without one of the fleet. */
  beside(siteId?: string): EnergyTotal;
}

const NONE: EnergyTotal = { inMwhr: 0, outMwhr: 0 };
const FLEET = "";

export function createEnergyTotals(): EnergyTotals {
  let last: Frame | undefined;
  const besides = new Map<string, EnergyTotal>();

  function add(key: string, { energyInMwhr, energyOutMwhr }: Frame, index: number, sign: 1 | -1) {
    const { inMwhr, outMwhr } = besides.get(key) ?? NONE;
    besides.set(key, {
      inMwhr: inMwhr + sign * (energyInMwhr[index] as number),
      outMwhr: outMwhr + sign * (energyOutMwhr[index] as number),
    });
  }

  /** Adds the meters of the assets of a frame that another table does not have. */
  function addMissing(frame: Frame, other: FleetTable, sign: 1 | -1): void {
    for (const [index, { id, siteId }] of frame.table.assets.entries()) {
      const otherIndex = other.indexOf(id);
      if (otherIndex === undefined) add(FLEET, frame, index, sign);
      if (otherIndex === undefined || other.assets[otherIndex]?.siteId !== siteId)
        add(siteId, frame, index, sign);
    }
  }

  return {
    note(frame) {
      if (last !== undefined && last.table !== frame.table) {
        addMissing(last, frame.table, 1);
        addMissing(frame, last.table, -1);
        for (const key of besides.keys())
          if (key !== FLEET && frame.table.siteOf(key) === undefined) besides.delete(key);
      }
      last = frame;
    },
    beside: (siteId = FLEET) => besides.get(siteId) ?? NONE,
  };
}
