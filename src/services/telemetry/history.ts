// The history of telemetry: from the recent frames where they reach back far enough, else from the store.
import type { Asset, Site } from "../../domain/fleet/asset.ts";
import type {
  SampleRange,
  StoredSample,
  TelemetryStore,
} from "../../domain/ports/telemetry-store.ts";
import { type Frame, statusOf, telemetryAt } from "../../domain/telemetry/frame.ts";
import {
  type HistoryStep,
  type RangeProblem,
  refuseRows,
  refuseSteps,
  rowsOfSteps,
  type Scope,
  type StepRange,
} from "../../domain/telemetry/history.ts";
import type { Telemetry } from "../../domain/telemetry/telemetry.ts";
import type { TelemetryService } from "./telemetry.ts";

export interface HistoryService {
  /**
   * Samples of an asset, running or retired, newest first; undefined for an unknown one.
   *
   * @throws Fault STORE_UNAVAILABLE where they are read from a store that is unavailable now.
   */
  samples(assetId: string, range: SampleRange): Promise<readonly Telemetry[] | undefined>;
  /**
   * The same page by page: each page is read when it is requested, so that a range of any length is never whole
   * in memory. No page for an unknown asset.
   *
   * @throws Fault STORE_UNAVAILABLE from any page.
   */
  samplePages(assetId: string, range: SampleRange): AsyncIterable<readonly Telemetry[]>;
  /** The stored rows that so many steps of a range are made from; about, and rather too many. */
  rowsOf(range: StepRange, mostSteps: number): number;
  /** Why so many steps of a range are refused; undefined where they are not. */
  refuse(range: StepRange, mostSteps: number): RangeProblem | undefined;
  /**
   * Steps of an asset, or of the assets of a site or the fleet together, oldest first.
   *
   * @throws Fault STORE_UNAVAILABLE where the store is unavailable now.
   */
  steps(scope: Scope, range: StepRange): Promise<readonly HistoryStep[]>;
}

/** The store of older telemetry, and how to wait until the newest telemetry is in it. */
export interface StoredTelemetry {
  readonly store: TelemetryStore;
  flush(): Promise<void>;
  /** Frames that are not stored yet. */
  waitingFrames(): number;
}

/** The same, with the begin of the history. */
export interface StoredHistory extends StoredTelemetry {
  /** The oldest stored instant, about, in ms since the epoch; Infinity where there is none. */
  oldestMs(): number;
}

/** Samples of a page: enough for the database, and few enough to be read between two ticks. */
const PAGE_SAMPLES = 2_000;

export function createHistory(telemetry: TelemetryService, stored: StoredHistory): HistoryService {
  const history: HistoryService = {
    async samples(assetId, range) {
      const { table } = telemetry.latest();
      const asset = table.findAsset(assetId);
      if (asset === undefined) return undefined;
      const recent = telemetry.recent();
      // Late samples are in no frame, but among those of the store.
      const hasLate = stored.store.newestLateMs() >= (recent[0]?.timestampMs ?? Infinity);
      if (hasLate) await stored.flush();
      const frames = hasLate ? [] : recent;
      const rows = recentSamples(frames, assetId, range);
      const reachedMs = frames[0]?.timestampMs ?? Infinity;
      if (rows.length >= range.limit || range.fromMs >= reachedMs) return rows;
      // Frames that wait to be written are among the recent ones, unless more of them wait.
      if (!hasLate && stored.waitingFrames() > frames.length) await stored.flush();
      const older = await stored.store.samples(asset.id, {
        limit: range.limit - rows.length,
        fromMs: range.fromMs,
        untilMs: Math.min(range.untilMs, reachedMs),
      });
      const site = table.findSite(asset.siteId) as Site;
      return [...rows, ...older.map((sample) => toTelemetry(sample, asset, site))];
    },
    async *samplePages(assetId, { limit, fromMs, untilMs }) {
      let [left, beforeMs] = [limit, untilMs];
      for (;;) {
        const wanted = Math.min(left, PAGE_SAMPLES);
        const range = { limit: wanted, fromMs, untilMs: beforeMs };
        const page = (await history.samples(assetId, range)) ?? [];
        const oldest = page.at(-1);
        if (oldest === undefined) return;
        yield page;
        left -= page.length;
        if (page.length < wanted || left === 0) return;
        beforeMs = oldest.timestampMs;
      }
    },
    rowsOf(range, mostSteps) {
      const { timestampMs: newestMs, dtS } = telemetry.latest();
      const oldestMs = Math.min(stored.oldestMs(), newestMs);
      return rowsOfSteps(range, mostSteps, { dtS, oldestMs, newestMs });
    },
    refuse: (range, mostSteps) =>
      refuseSteps(range) ?? refuseRows(range, history.rowsOf(range, mostSteps)),
    async steps(scope, range) {
      await stored.flush();
      return stored.store.steps(scope, range);
    },
  };
  return history;
}

function recentSamples(frames: readonly Frame[], assetId: string, range: SampleRange): Telemetry[] {
  const rows: Telemetry[] = [];
  for (let n = frames.length - 1; n >= 0 && rows.length < range.limit; n--) {
    const frame = frames[n] as Frame;
    if (frame.timestampMs >= range.untilMs) continue;
    if (frame.timestampMs < range.fromMs) break;
    const index = frame.table.indexOf(assetId);
    if (index !== undefined) rows.push(telemetryAt(frame, index));
  }
  return rows;
}

function toTelemetry(sample: StoredSample, asset: Asset, site: Site): Telemetry {
  // Each field by its name: a spread takes longer than everything else that is done for a sample.
  return {
    asset,
    site,
    timestampMs: sample.timestampMs,
    knownMs: sample.knownMs,
    dtS: sample.dtS,
    socMwhr: sample.socMwhr,
    socPct: sample.socPct,
    capacityMwhr: sample.capacityMwhr,
    maxMw: sample.maxMw,
    minMw: sample.minMw,
    currentMw: sample.currentMw,
    setpointMw: sample.setpointMw,
    status: statusOf(sample.currentMw, sample.minMw, sample.maxMw),
    limitedBy: sample.limitedBy,
    energyInMwhr: sample.energyInMwhr,
    energyOutMwhr: sample.energyOutMwhr,
  };
}
