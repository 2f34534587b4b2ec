// Sites and assets, as they are described.
import { pctOf } from "../base/per-cent.ts";

/** A grid connection with assets behind it. */
export interface Site {
  /** UUID, lower case. */
  readonly id: string;
  readonly name: string;
  /** Its place as text: "Valkeakoski, Finland". */
  readonly location: string;
  /** Highest net discharge of its assets at the meter in MW, 0 or more; left out: no limit. */
  readonly maxExportMw?: number;
  /** Highest net charge of its assets at the meter in MW, 0 or more; left out: no limit. */
  readonly maxImportMw?: number;
  /** Whether it is no longer in use: no asset runs at it, and its history stays. Left out: false. */
  readonly retired?: boolean;
}

/** One battery system with its inverter, the unit that is dispatched. Power is at the grid terminal. */
export interface Asset {
  /** UUID, lower case. */
  readonly id: string;
  readonly siteId: string;
  readonly name: string;
  /** Usable energy at 100 % SoC, in MWh, at least 1 Wh. */
  readonly capacityMwhr: number;
  /** Highest discharge power in MW, 0 or more. */
  readonly maxMw: number;
  /** Highest charge power in MW, negative or 0. */
  readonly minMw: number;
  /** Rate at which power moves toward the setpoint, in MW per minute, at least 1 W per minute. */
  readonly rampRateMwPerMin: number;
  /** Efficiency of each leg, 0.01 to 1: the round trip is its square. */
  readonly efficiency: number;
  /** Share of the capacity below which it does not discharge, 0 to 1. */
  readonly socMinRatio: number;
  /** Share of the capacity above which it does not charge, 0 to 1. */
  readonly socMaxRatio: number;
  /** SoC at the first start, in per cent of the capacity. */
  readonly initialSocPct: number;
  /** Whether it is retired: it is not simulated, and its history stays. */
  readonly retired: boolean;
  /** Setpoint in MW where a dispatch was not renewed in time, within the rating; left out: 0. */
  readonly fallbackMw?: number;
}

/** Defaults of fields that a description leaves out. */
export const ASSET_DEFAULTS = { socMinRatio: 0, socMaxRatio: 1, retired: false } as const;

/** SoC at the first start where none is given: half full, or the nearest the asset's bounds allow. In per cent. */
export function defaultInitialSocPct(socMinRatio: number, socMaxRatio: number): number {
  return Math.min(Math.max(50, pctOf(socMinRatio)), pctOf(socMaxRatio));
}
