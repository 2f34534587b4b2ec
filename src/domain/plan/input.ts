// What the optimiser is given: batteries, prices, limits, and what was sold already.
import type { ReserveProduct } from "./reserve-product.ts";

/** Periods of equal length, one after the other. */
export interface PlanPeriods {
  /** The start of the first, in ms since 1970. */
  readonly startMs: number;
  readonly count: number;
  /** 15, 30 or 60. */
  readonly lengthMin: number;
  /** The zone of the market, by its name of IANA: days begin at its midnights. */
  readonly timeZone: string;
}

/** What counts against a limit of cycles: energy that the cells take, that they give, or each by itself. */
export type CycleSide = "charge" | "discharge" | "both";

/** A part of the capacity, and the price of each MWh that the cells give out of it. */
export interface WearBand {
  readonly capacityRatio: number;
  readonly eurPerMwhr: number;
}

/** What cycling costs. */
export interface Wear {
  /** Of each MWh at the terminal, half of it where it is charged and half where it is discharged. */
  readonly eurPerMwhr: number;
  /** Bands from the shallowest cycle to the deepest, with rising prices, that fill the capacity; none: linear wear alone. */
  readonly bands: readonly WearBand[];
}

/** One battery. Power is at the grid terminal, energy in the cells. */
export interface PlanAsset {
  /** UUID, or any other name. */
  readonly id: string;
  readonly capacityMwhr: number;
  /** Highest charge power, negative or 0. */
  readonly minMw: number;
  /** Highest discharge power. */
  readonly maxMw: number;
  readonly chargeEfficiencyRatio: number;
  readonly dischargeEfficiencyRatio: number;
  /** The share of the stored energy that is left after an hour at rest; 1: no loss. */
  readonly hourlyRetentionRatio: number;
  readonly minSocMwhr: number;
  readonly maxSocMwhr: number;
  readonly startSocMwhr: number;
  /** The least at the end; null: any. */
  readonly endSocMwhr: number | null;
  /** What a MWh that is stored at the end is worth. */
  readonly endValueEurPerMwhr: number;
  readonly wear: Wear;
  /** Full cycles of the capacity in a day of the zone; null: any number. */
  readonly cycleLimit: { readonly dailyCount: number; readonly side: CycleSide } | null;
  /** null: power steps from period to period. */
  readonly ramp: PlanRamp | null;
}

/** How the power of a battery moves at the start of a period. */
export interface PlanRamp {
  readonly rateMwPerMin: number;
  /** The power before the first period. */
  readonly startMw: number;
  /** The length of a tick of the fleet, which divides a period; 0: power moves evenly. */
  readonly tickS: number;
}

/** One course of prices that is possible. */
export interface Scenario {
  /** Its probability; those of all scenarios sum up to 1. */
  readonly weightRatio: number;
  /** What a MWh costs that is bought, per period. */
  readonly buyEurPerMwhr: readonly number[];
  /** What a MWh brings that is sold, per period: never more than it costs. */
  readonly sellEurPerMwhr: readonly number[];
}

/** A reserve product that may be sold. */
export interface ReserveOffer {
  readonly product: ReserveProduct;
  /** What a MW brings per hour that it is held, per period. */
  readonly eurPerMwPerHr: readonly number[];
  /** What a MWh of activation is paid, upward and downward, per period; null: the prices of energy. */
  readonly activationEurPerMwhr: readonly number[] | null;
}

/** Some time, `[fromMs, untilMs)`: all periods that it touches. */
export interface Window {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** A limit beside those of the batteries. */
export type PlanLimit =
  /** Stored energy of a battery at the ends of periods. */
  | (Window & {
      readonly kind: "soc";
      readonly assetId: string;
      readonly minSocMwhr?: number;
      readonly maxSocMwhr?: number;
    })
  /** Power of the connection, 0 or more. */
  | (Window & {
      readonly kind: "connection";
      readonly maxImportMw?: number;
      readonly maxExportMw?: number;
    })
  /** Nothing is traded; with a price, trading costs that much. */
  | (Window & { readonly kind: "noTrade"; readonly breachEurPerMwhr?: number })
  /** Stored energy of a battery at an instant; with a price, each MWh that is missing costs that much. */
  | {
      readonly kind: "socTarget";
      readonly assetId: string;
      readonly atMs: number;
      readonly minSocMwhr: number;
      readonly breachEurPerMwhr?: number;
    }
  /** A reserve that was sold already: at least so much is held. */
  | (Window & { readonly kind: "obligation"; readonly product: string; readonly mw: number });

/** What was sold of energy already, in MW: sold is positive, bought negative. */
export interface FixedPosition extends Window {
  readonly mw: number;
}

/** How volumes are rounded. */
export interface Lots {
  /** The lot of energy, in MW; null: any volume. Those of reserves are in their products. */
  readonly energyLotMw: number | null;
  /** Whether reserves are rounded to the lots of their products. */
  readonly roundsReserves: boolean;
  /** Whether the best rounding is searched for, which may take long; otherwise volumes are rounded and the rest solved anew. */
  readonly isExact: boolean;
}

export interface PlanInput {
  readonly periods: PlanPeriods;
  /** Batteries behind one connection. */
  readonly assets: readonly PlanAsset[];
  readonly scenarios: readonly Scenario[];
  /** Of each MWh that is traded. */
  readonly feeEurPerMwhr: number;
  readonly reserves: readonly ReserveOffer[];
  readonly limits: readonly PlanLimit[];
  readonly fixedPositions: readonly FixedPosition[];
  readonly lots: Lots;
  /** How long may be computed. */
  readonly timeLimitS: number;
  /** Profiles in the exclusive group of blocks; 0: none. */
  readonly profileCount: number;
}
