import type { HistoryStep, Scope, StepRange } from "../telemetry/history.ts";
import type { PowerLimit } from "../telemetry/telemetry.ts";

/** One sample as it was stored. */
export interface StoredSample {
  /** The instant, in ms since the epoch, UTC. */
  readonly timestampMs: number;
  /** Length of the tick in s. */
  readonly dtS: number;
  readonly socMwhr: number;
  readonly socPct: number;
  readonly capacityMwhr: number;
  readonly currentMw: number;
  readonly setpointMw: number;
  readonly maxMw: number;
  readonly minMw: number;
  readonly limitedBy: PowerLimit | null;
  readonly energyInMwhr: number;
  readonly energyOutMwhr: number;
}

/** Which samples to read: instants in `[fromMs, untilMs)`, the newest `limit` of them. */
export interface SampleRange {
  readonly limit: number;
  readonly fromMs: number;
  readonly untilMs: number;
}

/** What assets reported at one instant. */
export interface StoredInstant {
  readonly timestampMs: number;
  /** Length of the tick in s. */
  readonly dtS: number;
  /** Those that reported then. */
  readonly samples: readonly (StoredSample & { readonly assetId: string })[];
}

/** Which instants to read: those after one and before another, on multiples of a width. */
export interface InstantRange {
  readonly assetIds: readonly string[];
  readonly afterMs: number;
  readonly beforeMs: number;
  /** Width in ms. */
  readonly everyMs: number;
  /** Samples at most. */
  readonly most: number;
}

/** Remembers what assets reported. Every implementation passes test/contracts/telemetry-store. */
export interface TelemetryStore {
  /**
   * Samples of an asset, newest first; none for an unknown one.
   *
   * @throws Fault STORE_UNAVAILABLE where the store cannot be asked now.
   */
  samples(assetId: string, range: SampleRange): Promise<readonly StoredSample[]>;
  /**
   * Steps, oldest first; steps without a sample are there too. Those of whole minutes reach back as far as
   * minutes are kept, others as far as samples are. A site or the fleet is what its assets were together
   * at each instant.
   *
   * @throws Fault STORE_UNAVAILABLE where the store cannot be asked now.
   */
  steps(scope: Scope, range: StepRange): Promise<readonly HistoryStep[]>;
  /**
   * What assets reported since an instant, oldest first; undefined where nobody reported at that instant
   * itself, or where there are more samples than asked for.
   *
   * @throws Fault STORE_UNAVAILABLE where the store cannot be asked now.
   */
  since(range: InstantRange): Promise<readonly StoredInstant[] | undefined>;
}
