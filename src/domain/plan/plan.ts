// What the optimiser answers: what batteries should do, what it earns, and why not more.
import type { Bids } from "./bids.ts";

/** Money of a plan, in EUR. What is paid is negative. */
export interface Revenue {
  /** Of energy that is traded, without fees. */
  readonly energyEur: number;
  readonly feesEur: number;
  /** By product: what holding it brings. */
  readonly reserveEur: Readonly<Record<string, number>>;
  /** By product: what its expected activation brings. */
  readonly activationEur: Readonly<Record<string, number>>;
  readonly wearEur: number;
  /** The prices of what was broken that had a price. */
  readonly breachEur: number;
  /** The worth of what is stored at the end; it is not earned yet. */
  readonly endValueEur: number;
  /** All of these together. */
  readonly totalEur: number;
}

/** What one battery does in a scenario, by period. */
export interface AssetPlan {
  readonly assetId: string;
  /** The setpoint, discharge positive. */
  readonly mw: readonly number[];
  /** Energy at the terminal, discharge positive; with a ramp, that of moving to the setpoint. */
  readonly energyMwhr: readonly number[];
  /** Stored energy at the end of the period. */
  readonly socMwhr: readonly number[];
  /** What another MWh would bring that was stored at the end of the period. */
  readonly energyWorthEurPerMwhr: readonly number[];
  /** Energy that the cells give, with that of expected activation, per capacity. */
  readonly cycleCount: number;
}

/** A reserve that a battery holds, by period. */
export interface ReserveShare {
  readonly assetId: string;
  readonly product: string;
  readonly mw: readonly number[];
}

/** The plan where one course of prices comes. */
export interface ScenarioPlan {
  readonly weightRatio: number;
  readonly assets: readonly AssetPlan[];
  /** What is traded in each period beside what was sold before, sold positive. */
  readonly tradedMw: readonly number[];
  /** What another MW of the connection would bring in each period, outward and inward; 0 where it does not bind. */
  readonly exportWorthEurPerMw: readonly number[];
  readonly importWorthEurPerMw: readonly number[];
  /** By period: energy, fees, reserves and activation. */
  readonly periodRevenueEur: readonly number[];
  readonly revenue: Revenue;
}

export interface Plan {
  /** Where the time was over it is the best that was found, within `gapRatio` of the optimum. */
  readonly status: "optimal" | "timeOver";
  readonly gapRatio: number;
  /** How long the solver computed. */
  readonly solveS: number;
  readonly scenarios: readonly ScenarioPlan[];
  readonly reserves: readonly ReserveShare[];
  /** Over all scenarios by their weights. */
  readonly expectedEur: number;
  /** What rounding to lots costs; null: nothing was rounded. */
  readonly roundingEur: number | null;
  readonly bids: Bids;
}
