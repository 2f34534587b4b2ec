import type { HistoryStep, Scope, StepRange } from "../history.ts";
import type { PowerLimit } from "../telemetry.ts";

/** One sample as it was stored. */
export interface StoredSample {
  /** The instant, in ms since the epoch, UTC. */
  readonly timestampMs: number;
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

/** Remembers what assets reported. Every implementation passes test/contracts/telemetry-store. */
export interface TelemetryStore {
  /**
   * Samples of an asset, newest first; none for an unknown one.
   *
   * @throws Fault STORE_AWAY where the store cannot be asked now.
   */
  samples(assetId: string, range: SampleRange): Promise<readonly StoredSample[]>;
  /**
   * Steps, oldest first; steps without a sample are there too. Those of whole minutes reach back as far as
   * minutes are kept, others as far as samples are. A site or the fleet is what its assets were together
   * at each instant.
   *
   * @throws Fault STORE_AWAY where the store cannot be asked now.
   */
  steps(scope: Scope, range: StepRange): Promise<readonly HistoryStep[]>;
}
