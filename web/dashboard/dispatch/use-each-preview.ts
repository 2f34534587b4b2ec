// A hook for the previews of a dispatch of several assets, by one query.
import { type DispatchInput, Preview } from "../api/operations.ts";
import { requestEach } from "../api/request-each.ts";
import type { DraftRequest } from "./draft.ts";
import type { Decision } from "./suggestion.ts";
import { type PreviewState, usePreviewBy } from "./use-preview.ts";

/** Previews that fit into the cost that the server allows to a query. */
export const MOST_PREVIEWED = 90;

/**
 * The decision that each of the first assets would get, in their order.
 *
 * @param request What is requested of each; undefined: nothing is previewed.
 */
export function useEachPreview(
  assetIds: readonly string[],
  request: DraftRequest | undefined,
): PreviewState<readonly Decision[]> {
  const inputs =
    request &&
    assetIds.slice(0, MOST_PREVIEWED).map((assetId): DispatchInput => ({ ...request, assetId }));
  return usePreviewBy(inputs?.length === 0 ? undefined : inputs, readDecisions);
}

async function readDecisions(inputs: readonly DispatchInput[]): Promise<readonly Decision[]> {
  const answers = await requestEach(
    Preview,
    inputs.map((input) => ({ input })),
  );
  return answers.map(({ dispatchPreview }) => dispatchPreview);
}
