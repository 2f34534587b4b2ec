// History as one client may read it: of its assets, and of sites and the fleet where it may see all of their assets.
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
import type { HistoryService } from "../telemetry/history.ts";
import type { ClientTelemetry } from "./client-telemetry.ts";
import type { Forbidden, Rights } from "./rights.ts";

/** Each query throws Fault STORE_UNAVAILABLE where the store is needed and unavailable. */
export interface ClientHistory {
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
  /** The same page by page; undefined for an unknown asset. */
  samplePages(
    assetId: string,
    range: SampleRange,
  ): AsyncIterable<readonly Telemetry[]> | RangeProblem | undefined;
  /**
   * Steps of an asset, or of the assets of a site or the fleet together, oldest first; undefined for an unknown asset or
   * site. Sums are stored of whole sites and of the whole fleet: of a part they are refused.
   *
   * @param page The number of steps at most, and the instant to continue from.
   */
  steps(
    scope: Scope,
    range: StepRange,
    page?: { readonly most: number; readonly nextMs: number },
  ): Promise<readonly HistoryStep[] | RangeProblem | Forbidden | undefined>;
  readonly rowsOf: HistoryService["rowsOf"];
}

export function createClientHistory(
  history: HistoryService,
  { table }: Pick<ClientTelemetry, "table">,
  rights: Rights,
): ClientHistory {
  const isKnown = (assetId: string) => table().findAsset(assetId) !== undefined;

  function refuseScope(scope: Scope): Forbidden | "unknown" | undefined {
    if (scope.kind === "fleet") return rights.refuse("read", "fleet");
    if (scope.kind === "asset") return isKnown(scope.id) ? undefined : "unknown";
    const site = table().findSite(scope.id);
    return site === undefined ? "unknown" : rights.refuse("read", { site });
  }

  return {
    async samples(assetId, range, beforeMs = Infinity) {
      if (!isKnown(assetId)) return undefined;
      const refused = refuseSampleRange(range);
      const untilMs = Math.min(range.untilMs, beforeMs);
      return refused ?? history.samples(assetId, { ...range, untilMs });
    },
    samplePages(assetId, range) {
      if (!isKnown(assetId)) return undefined;
      return refuseSampleRange(range) ?? history.samplePages(assetId, range);
    },
    async steps(scope, range, page = { most: MOST_STEPS, nextMs: range.fromMs }) {
      const refused = refuseScope(scope);
      if (refused !== undefined) return refused === "unknown" ? undefined : refused;
      const wrong = history.refuse(range, page.most);
      if (wrong !== undefined) return wrong;
      const { stepS } = range;
      const fromMs = Math.max(range.fromMs, page.nextMs);
      const untilMs = Math.min(range.untilMs, fromMs + page.most * stepS * 1000);
      return fromMs < untilMs ? history.steps(scope, { fromMs, untilMs, stepS }) : [];
    },
    rowsOf: history.rowsOf,
  };
}
