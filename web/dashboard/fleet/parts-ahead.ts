// What is foreseen of the parts of a chart that compares or stacks: one query for all of them.
import { AssetForecast, SiteForecast } from "../api/operations.ts";
import { requestEach } from "../api/request-each.ts";
import { foreseenOfAsset, foreseenOfSite } from "../chart/foreseen.ts";
import type { Foreseen, TraceSource } from "../chart/trace-source.ts";
import type { PartsKind } from "./compared-lines.ts";

export interface PartsAhead {
  /** Of each part, in their order; undefined where it is not foreseen. */
  readonly foreseenOf: readonly (Foreseen | undefined)[];
  /** Whether there is a rest that is not foreseen, as of a fleet of many sites. */
  readonly isPartial: boolean;
}

interface PartsToRead {
  readonly kind: PartsKind;
  /** Of the assets or sites, without the whole. */
  readonly ids: readonly string[];
  /** The whole that comes before the parts; left out where the parts are compared. */
  readonly stacked?: {
    /** undefined where the parts are all that there is. */
    readonly whole: TraceSource | undefined;
  };
}

/** Throws an ApiError. */
export async function readPartsAhead(
  { kind, ids, stacked }: PartsToRead,
  untilMs: number,
): Promise<PartsAhead> {
  const until = new Date(untilMs).toISOString();
  const [whole, foreseenOf] = await Promise.all([
    stacked?.whole?.readAhead(untilMs, undefined),
    kind === "sites" ? readSites(ids, until) : readAssets(ids, until),
  ]);
  if (stacked === undefined) return { foreseenOf, isPartial: false };
  const isPartial = stacked.whole !== undefined && whole === undefined;
  return { foreseenOf: [whole, ...foreseenOf], isPartial };
}

async function readAssets(ids: readonly string[], until: string): Promise<Foreseen[]> {
  const answers = await requestEach(
    AssetForecast,
    ids.map((id) => ({ id, until, with: [] })),
  );
  return answers.map(foreseenOfAsset);
}

async function readSites(ids: readonly string[], until: string): Promise<Foreseen[]> {
  const answers = await requestEach(
    SiteForecast,
    ids.map((id) => ({ id, until })),
  );
  return answers.map(foreseenOfSite);
}
