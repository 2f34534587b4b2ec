// The cost of an answer: 1 for each of its fields, and lists by their `first`.

import { PAGE_LARGEST } from "../../../domain/base/page.ts";
/** Cost of a field that queries the store, or adds up assets. */
export const READING = 100;
/** Assets of a frame without a list of ids: a frame whose every asset queries the store is above the limit. */
const FRAME_ASSETS = 1000;
/** Arguments that costs depend on. */
export const COUNTING = new Set([
  ...["first", "assetIds", "siteIds", "input", "inputs"],
  ...["from", "until", "stepS", "with"],
]);
/** Rows of the store that cost as much as one field of an answer. */
export const ROWS_PER_FIELD = 20;
/** The field that reads them: its cost rises with the number of stored rows. */
export const HISTORY = "history";

/** The cost of a page: that of an item, multiplied by the number of items. */
export function pageCost(fallback: number, field = 1) {
  return ({ first }: { readonly first?: number | null | undefined }) => ({
    field,
    multiplier: Math.min(Math.max(first ?? fallback, 0), PAGE_LARGEST),
  });
}

/** The cost of a frame. It is executed once for equal subscriptions, so that not every asset of a fleet counts. */
export function frameCost({ assetIds, siteIds }: FrameArgs) {
  const count = siteIds == null ? assetIds?.length : undefined;
  return { field: 1, multiplier: Math.min(count ?? FRAME_ASSETS, FRAME_ASSETS) };
}

interface FrameArgs {
  readonly assetIds?: readonly string[] | null | undefined;
  readonly siteIds?: readonly string[] | null | undefined;
}
