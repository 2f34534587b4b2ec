// Reserve products: which way they act, and what a battery holds for a MW of them.

/** A reserve product, with what a battery with a limited reservoir holds for each MW of it. */
export interface ReserveProduct {
  /** `afrr_up`, for example; unique in a plan. */
  readonly name: string;
  /** Whether it may be activated upward, as more discharge, and downward. */
  readonly isUp: boolean;
  readonly isDown: boolean;
  /** Power held in the directions of the product, per MW sold. */
  readonly powerRatio: number;
  /** Power held in the other direction, per MW sold, of a product of one direction. */
  readonly oppositePowerRatio: number;
  /** How long full activation must last. */
  readonly enduranceHr: number;
  /** The share of the time that it is expected to be activated in full, in each of its directions. */
  readonly activationRatio: number;
  /** One volume holds for so long; a whole number of periods, counted from midnight. */
  readonly lengthMin: number;
  /** The step of volumes. */
  readonly lotMw: number;
  /** The highest volume; null: any. */
  readonly maxMw: number | null;
}

const UP = { isUp: true, isDown: false };
const DOWN = { isUp: false, isDown: true };
const BOTH = { isUp: true, isDown: true };
const PLAIN = { powerRatio: 1, oppositePowerRatio: 0, activationRatio: 0, maxMw: null };
/** @source Requirements for limited energy reservoirs in the Nordic system: Svenska kraftnät, questions on FCR. */
const NORDIC = { ...PLAIN, lengthMin: 60, lotMw: 0.1 };

/** The usual products, by name. Lengths and steps are those of Finland, and of Germany for `fcr`. */
export const RESERVE_PRODUCTS: Readonly<Record<string, ReserveProduct>> = Object.fromEntries(
  [
    { ...PLAIN, ...UP, name: "afrr_up", enduranceHr: 1, lengthMin: 60, lotMw: 1 },
    { ...PLAIN, ...DOWN, name: "afrr_down", enduranceHr: 1, lengthMin: 60, lotMw: 1 },
    { ...NORDIC, ...BOTH, name: "fcr_n", powerRatio: 1.34, enduranceHr: 1 },
    { ...NORDIC, ...UP, name: "fcr_d_up", oppositePowerRatio: 0.2, enduranceHr: 1 / 3 },
    { ...NORDIC, ...DOWN, name: "fcr_d_down", oppositePowerRatio: 0.2, enduranceHr: 1 / 3 },
    { ...PLAIN, ...BOTH, name: "fcr", enduranceHr: 0.5, lengthMin: 240, lotMw: 1 },
  ].map((product) => [product.name, product]),
);

/** Power held upward per MW sold. */
export function upPowerRatio({ isUp, powerRatio, oppositePowerRatio }: ReserveProduct): number {
  return isUp ? powerRatio : oppositePowerRatio;
}

/** Power held downward per MW sold. */
export function downPowerRatio({ isDown, powerRatio, oppositePowerRatio }: ReserveProduct): number {
  return isDown ? powerRatio : oppositePowerRatio;
}
