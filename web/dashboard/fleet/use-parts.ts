// A hook for the parts of a chart that compares or stacks: assets, sites, and what is beyond them.
import { useMemo } from "react";
import { assetSource, fleetSource, siteSource } from "../chart/sources.ts";
import type { TraceSource } from "../chart/trace-source.ts";
import type { DispatchScope } from "../dispatch/use-timeline.ts";
import type { FleetAsset } from "../live/asset-list.ts";
import type { Live } from "../live/live.ts";
import { useSteadyLive } from "../live/use-live.ts";
import { words } from "../text/words.ts";
import { comparedAssets, largestSites, siteCount } from "./compared.ts";
import type { Part, PartsKind } from "./compared-lines.ts";
import { type PartsAhead, readPartsAhead } from "./parts-ahead.ts";

interface Parts {
  /** Where powers are stacked, the first one is the whole, of which the others are parts. */
  readonly parts: readonly Part[];
  readonly sources: readonly TraceSource[];
  readonly chosen: readonly FleetAsset[];
  readonly dispatchesOf: DispatchScope;
  readonly readAhead: (untilMs: number) => Promise<PartsAhead>;
}

/** The same objects as long as the parts are the same ones. */
export function useParts(
  kind: PartsKind,
  assets: readonly FleetAsset[],
  ids: readonly string[] | undefined,
): Parts {
  const live = useSteadyLive();
  const idsKey = ids?.join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the ids are in their key
  return useMemo(() => {
    const chosen = kind === "sites" ? [] : comparedAssets(assets, ids);
    const shown = kind === "sites" ? largestSites(assets) : chosen;
    const sourceOf = kind === "sites" ? siteSource : steppedSource;
    const parts = shown.map(({ id, name }) => ({ id, name }));
    const sources = shown.map(({ id }) => sourceOf(live, id));
    const assetIds = chosen.map(({ id }) => id);
    const dispatchesOf = kind === "sites" ? {} : { assetIds };
    const read = { kind, ids: parts.map(({ id }) => id) };
    if (kind === "compare")
      return {
        ...{ parts, sources, chosen, dispatchesOf },
        readAhead: (untilMs) => readPartsAhead(read, untilMs),
      };
    const whole = { id: "others", name: words.compare.others };
    const fleet = fleetSource(live);
    const isAll = shown.length === (kind === "sites" ? siteCount(assets) : assets.length);
    const stacked = { whole: isAll ? undefined : fleet };
    return {
      ...{ chosen, dispatchesOf },
      parts: [whole, ...parts],
      sources: [fleet, ...sources],
      readAhead: (untilMs) => readPartsAhead({ ...read, stacked }, untilMs),
    };
  }, [live, kind, assets, idsKey]);
}

/** An asset in the steps that sums have too. */
function steppedSource(live: Live, id: string): TraceSource {
  const { readTicks: _, ...source } = assetSource(live, id);
  return source;
}
