// The battery model: what the rest of the program needs of the physics of an asset.
import type { Asset } from "../fleet/asset.ts";
import type { ModelColumns } from "./columns.ts";

/**
 * The physics of one kind of battery. Pure: the same arguments give the same results. Every model passes
 * test/domain/battery/model-suite.ts.
 */
export interface BatteryModel {
  /** Stored with the state of an asset, as `version` is: a state belongs to one version of one model. */
  readonly name: string;
  /** A whole number; higher where a stored state has another meaning than before. */
  readonly version: number;
  /** The columns of its own state, beside stored energy and power, which every model has. */
  readonly ownColumns: readonly OwnColumn[];

  limits(asset: Asset): AssetLimits;
  /** The own state of an asset at its first start, and of one that was left by another model. */
  initialState(asset: Asset): OwnState;
  /**
   * Prepares ticks of some assets of a fleet.
   *
   * @param assets   All assets of the fleet, by position.
   * @param segments The positions that this model steps: ascending pairs of a begin and an end, `[begin, end)`.
   * @param dtS      Length of a tick in s, above 0.
   */
  stepper(assets: readonly Asset[], segments: Int32Array, dtS: number): BatteryStepper;
  /** What an asset could deliver throughout the next tick of `dtS` seconds. */
  availability(asset: Asset, state: BatteryState, dtS: number): Availability;
  /**
   * What becomes of an asset along a power profile. A forecast meets every lack of energy or headroom that the ticks
   * would meet, at the same tick or earlier; where `marginMwhr` is 0, at the same tick. What follows on a lack
   * within the margin is the best estimate.
   *
   * @param isKnown Whether enough is known by what became of the parts up to place `n`; then the rest is not run.
   */
  forecast(
    asset: Asset,
    state: BatteryState,
    profile: readonly ProfilePart[],
    dtS: number,
    isKnown?: IsKnown,
  ): Forecast;
  /** Terminal energy of each part of a power profile in MWh, discharge positive, if energy and headroom had no end. */
  demandMwhr(
    asset: Asset,
    state: BatteryState,
    profile: readonly ProfilePart[],
    dtS: number,
  ): readonly number[];
}

/** One column of a model's own state. */
export interface OwnColumn {
  /** camelCase, with its unit as the last word. */
  readonly name: string;
  readonly meaning: string;
}

/** A model's own state of one asset: a finite value for each of its columns, by name. */
export type OwnState = Readonly<Record<string, number>>;

/** The own state of a model that has no own columns. */
export const NO_OWN_STATE: OwnState = Object.freeze({});

/** An asset at the end of a tick. */
export interface BatteryState {
  /** Stored energy in MWh. */
  readonly socMwhr: number;
  /** Terminal power over the tick in MW, discharge positive. The ramp starts from it. */
  readonly powerMw: number;
  readonly own: OwnState;
}

/** Between what an asset works. */
export interface AssetLimits {
  /** Highest charge power in MW, negative or 0. */
  readonly minMw: number;
  /** Highest discharge power in MW, 0 or more. */
  readonly maxMw: number;
  /** Stored energy below which it does not discharge, in MWh. */
  readonly floorMwhr: number;
  /** Stored energy above which it does not charge, in MWh. */
  readonly ceilingMwhr: number;
}

/** What an asset could deliver throughout the next tick, ramp and site left aside: rating and energy bind. */
export interface Availability {
  /** Highest charge power in MW, negative or 0. */
  readonly minMw: number;
  /** Highest discharge power in MW, 0 or more. */
  readonly maxMw: number;
  /** How long `minMw` would last, in s; null: for ever, being 0. */
  readonly chargeDurationS: number | null;
  /** How long `maxMw` would last, in s; null: for ever, being 0. */
  readonly dischargeDurationS: number | null;
}

/** Ticks of assets of one model, in columns: `last` is the end of the tick before, `next` is written. */
export interface BatteryStepper {
  /** One tick of all its assets: their setpoints are those of `next`, whose other columns are written. */
  step(last: ModelColumns, next: ModelColumns): void;
  /** The power that the stages before energy leave of the setpoint of an asset, in MW. */
  aimedMw(last: ModelColumns, next: ModelColumns, index: number): number;
  /** Writes the tick of one asset anew: `mw`, a part of `aimedMw`, is held, or what energy leaves of it. */
  deliver(last: ModelColumns, next: ModelColumns, index: number, mw: number): void;
}

/** Ticks with one setpoint. */
export interface ProfilePart {
  /** What holds the power; null: nothing does, and the ramp into this part belongs to the part before. */
  readonly id: string | null;
  /** The setpoint in MW, discharge positive. */
  readonly mw: number;
  /** 1 or more; infinite in the last part alone. */
  readonly ticks: number;
}

export type IsKnown = (parts: readonly PartForecast[], n: number) => boolean;

/** What becomes of one part of a power profile, with the state of the asset at its end. */
export interface PartForecast extends BatteryState {
  /**
   * The first tick, counted from the start of the profile, in which a lack of energy or headroom cuts its power,
   * ramp out included; null: none.
   */
  readonly shortTick: number | null;
  /** What it lacks in that tick. */
  readonly lacks: "energy" | "headroom" | null;
  /** Terminal energy over its ticks, in MWh, discharge positive. */
  readonly deliveredMwhr: number;
  /** How far stored energy at its end may lie from that after the ticks, in MWh. Beyond rounding; 0: exact. */
  readonly marginMwhr: number;
}

/** A forecast along a power profile. */
export interface Forecast {
  /** What becomes of each part that was run, in their order. */
  readonly parts: readonly PartForecast[];
  /** Continues along a profile that begins with the parts that were run. This forecast stays as it is. */
  extend(profile: readonly ProfilePart[], isKnown?: IsKnown): Forecast;
}
