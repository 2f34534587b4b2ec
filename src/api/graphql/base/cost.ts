// What an answer costs: one for each of its fields, and lists by their `first`.
import { PAGE_LARGEST } from "../../transport/limits.ts";

/** A field that asks the store, or adds up assets, costs as much as so many that do not. */
export const READING = 100;
/** Assets of a frame, unless they are listed: so many that each may not ask the store. */
const FRAME_ASSETS = 1000;
/** Arguments that costs depend on. */
export const COUNTING = new Set([
  ...["first", "assetIds", "siteIds", "input", "inputs"],
  ...["from", "until", "stepS"],
]);
/** Rows of the store that cost as much as one field of an answer. */
export const ROWS_PER_FIELD = 20;
/** The field that reads them: more each time, as more is stored. */
export const HISTORY = "history";

/** What a page costs: all that is below it, as often as it may have items. */
export function pageCost(fallback: number, field = 1) {
  return ({ first }: { readonly first?: number | null | undefined }) => ({
    field,
    multiplier: Math.min(Math.max(first ?? fallback, 0), PAGE_LARGEST),
  });
}

/** What a frame costs. It is made once for all that ask for the same, so that a whole fleet is not counted up. */
export function frameCost({ assetIds, siteIds }: FrameArgs) {
  const count = siteIds == null ? assetIds?.length : undefined;
  return { field: 1, multiplier: Math.min(count ?? FRAME_ASSETS, FRAME_ASSETS) };
}

interface FrameArgs {
  readonly assetIds?: readonly string[] | null | undefined;
  readonly siteIds?: readonly string[] | null | undefined;
}
