// The port of a store of telemetry.
import type { SampleValues } from "../telemetry/columns.ts";
import type { HistoryStep, Scope, StepRange } from "../telemetry/history.ts";
import type { PowerLimit } from "../telemetry/telemetry.ts";

/** One stored sample. */
export interface StoredSample extends SampleValues {
  /** The instant, in ms since the epoch, UTC. */
  readonly timestampMs: number;
  /** Since when a sample that came late is known, in ms since the epoch; null: since its instant. */
  readonly knownMs: number | null;
  /** Length of the tick in s. */
  readonly dtS: number;
  readonly limitedBy: PowerLimit | null;
}

/** Which samples to read: instants in `[fromMs, untilMs)`, the newest `limit` of them. */
export interface SampleRange {
  readonly limit: number;
  readonly fromMs: number;
  readonly untilMs: number;
  /** The oldest `limit` of them, oldest first. Left out: the newest, newest first. */
  readonly isOldestFirst?: boolean;
}

/** The samples of one instant. */
export interface StoredInstant {
  readonly timestampMs: number;
  /** Length of the tick in s. */
  readonly dtS: number;
  /** The samples of the reporting assets. */
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

/** A sample that came late, of the past of an asset. */
export interface LateSample extends Omit<StoredSample, "knownMs"> {
  readonly assetId: string;
  readonly siteId: string;
}

/** Late samples in one call at most. */
export const MOST_LATE_SAMPLES = 10_000;

/** A store of telemetry. Every implementation passes test/contracts/telemetry-store. */
export interface TelemetryStore {
  /**
   * Samples of an asset, newest first where the range does not say otherwise; none for an unknown asset.
   *
   * @throws Fault STORE_UNAVAILABLE where the store cannot be asked now.
   */
  samples(assetId: string, range: SampleRange): Promise<readonly StoredSample[]>;
  /**
   * Steps, oldest first; steps without a sample are included. Steps of whole minutes reach back as far as
   * minutes are stored, other steps as far as samples. Steps of a site or the fleet are of the totals
   * at each instant.
   *
   * @throws Fault STORE_UNAVAILABLE where the store cannot be asked now.
   */
  steps(scope: Scope, range: StepRange): Promise<readonly HistoryStep[]>;
  /**
   * Samples since an instant, oldest first; undefined where no asset reported at that instant
   * itself, or where there are more samples than requested. Without samples that came late: they were in no frame.
   *
   * @throws Fault STORE_UNAVAILABLE where the store cannot be asked now.
   */
  since(range: InstantRange): Promise<readonly StoredInstant[] | undefined>;
  /**
   * Stores samples that came late, at most `MOST_LATE_SAMPLES`: they are in samples and steps of their assets, each
   * once, and a stored sample of the same instant stays. Totals stay as they were reported. Samples from before the
   * history begins, whose samples were removed, are left out.
   *
   * @param knownMs Since when they are known, in ms since the epoch.
   * @throws Fault STORE_UNAVAILABLE where the store cannot be reached now. Nothing is stored then.
   */
  backfill(samples: readonly LateSample[], knownMs: number): Promise<void>;
  /** The newest instant of the samples that came late in this process, in ms since the epoch; -Infinity where none did. */
  newestLateMs(): number;
}
