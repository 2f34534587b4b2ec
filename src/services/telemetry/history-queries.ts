// History queries of clients: those of the history, with the rules on their range.
import type { SampleRange } from "../../domain/ports/telemetry-store.ts";
import {
  type HistoryStep,
  MOST_STEPS,
  type RangeProblem,
  refuseSampleRange,
  type Scope,
  type StepRange,
} from "../../domain/telemetry/history.ts";
import type { Telemetry } from "../../domain/telemetry/telemetry.ts";
import type { HistoryService } from "./history.ts";

/** Each query throws Fault STORE_UNAVAILABLE where the store is needed and unavailable. */
export interface HistoryQueries {
  /**
   * Samples of an asset, running or retired, newest first; undefined for an unknown one.
   *
   * @param beforeMs Only samples before this instant, where a page continues after another.
   */
  samples(
    assetId: string,
    range: SampleRange,
    beforeMs?: number,
  ): Promise<readonly Telemetry[] | undefined | RangeProblem>;
  /** The same page by page. */
  samplePages(
    assetId: string,
    range: SampleRange,
  ): AsyncIterable<readonly Telemetry[]> | RangeProblem;
  /**
   * Steps of an asset, or of the assets of a site or the fleet together, oldest first.
   *
   * @param page The number of steps at most, and the instant to continue from.
   */
  steps(
    scope: Scope,
    range: StepRange,
    page?: { readonly most: number; readonly nextMs: number },
  ): Promise<readonly HistoryStep[] | RangeProblem>;
  readonly rowsOf: HistoryService["rowsOf"];
}

export function createHistoryQueries(history: HistoryService): HistoryQueries {
  return {
    async samples(assetId, range, beforeMs = Infinity) {
      const refused = refuseSampleRange(range);
      const untilMs = Math.min(range.untilMs, beforeMs);
      return refused ?? history.samples(assetId, { ...range, untilMs });
    },
    samplePages: (assetId, range) =>
      refuseSampleRange(range) ?? history.samplePages(assetId, range),
    async steps(scope, range, page = { most: MOST_STEPS, nextMs: range.fromMs }) {
      const refused = history.refuse(range, page.most);
      if (refused !== undefined) return refused;
      const { stepS } = range;
      const fromMs = Math.max(range.fromMs, page.nextMs);
      const untilMs = Math.min(range.untilMs, fromMs + page.most * stepS * 1000);
      return fromMs < untilMs ? history.steps(scope, { fromMs, untilMs, stepS }) : [];
    },
    rowsOf: history.rowsOf,
  };
}
