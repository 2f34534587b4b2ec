// What is bid at the market to get a plan.

/** A point of a curve: at this price, so much is sold. */
export interface CurvePoint {
  readonly priceEurPerMwhr: number;
  /** Sold positive, bought negative. */
  readonly mw: number;
}

/** The energy of one period by its price: bought at its price or below, sold at its price or above. */
export interface BidCurve {
  readonly period: number;
  /** By rising price, with rising volumes. */
  readonly points: readonly CurvePoint[];
}

/** Periods with a volume each. */
export interface Block {
  readonly firstPeriod: number;
  /** By period, sold positive, bought negative. */
  readonly mw: readonly number[];
  /** The mean price at which it pays in the plan: the lowest to sell at, the highest to buy at. */
  readonly priceEurPerMwhr: number;
}

/** A block that is bought and one that is sold, of the same energy in the cells: one without the other is of no use. */
export interface BlockPair {
  readonly buy: Block;
  readonly sell: Block;
}

/** One profile of an exclusive group, of which one at most is accepted. */
export interface ProfileBid {
  /** By period, sold positive, bought negative. */
  readonly mw: readonly number[];
  /** What it brings at the prices of the plan, without reserves. */
  readonly revenueEur: number;
}

export interface Bids {
  readonly curves: readonly BidCurve[];
  readonly pairs: readonly BlockPair[];
  readonly profiles: readonly ProfileBid[];
}
