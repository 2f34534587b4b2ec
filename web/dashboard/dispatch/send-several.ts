// Sends a dispatch to several assets, and says for each what became of it.
import { change } from "../api/api.ts";
import { type AcceptedPartsFragment, DispatchMany, DispatchSite } from "../api/operations.ts";
import type { RequestIds } from "../api/request-ids.ts";
import type { FleetAsset } from "../live/asset-list.ts";
import { formats } from "../text/format.ts";
import { words } from "../text/words.ts";
import { acceptedWords } from "./accepted-words.ts";
import type { DraftRequest, DurationUnit } from "./draft.ts";
import { refusalWords } from "./refusal-words.ts";

/** What became of the request to one asset. */
export interface AssetAnswer {
  readonly id: string;
  readonly name: string;
  readonly isAccepted: boolean;
  readonly message: string;
}

/** One answer for each asset, or why there is none. */
export type Answered = { readonly answers: readonly AssetAnswer[] } | { readonly failure: string };

/** Requests the same of each asset; each is decided by itself. Throws an ApiError. */
export async function sendEach(
  assets: readonly FleetAsset[],
  request: DraftRequest,
  unit: DurationUnit,
  ids: RequestIds,
): Promise<Answered> {
  const inputs = assets.map(({ id }) => ({ ...request, assetId: id }));
  const { dispatchMany: results } = await ids.send(inputs, (requestId) =>
    change(DispatchMany, {
      inputs: inputs.map((input) => ({ ...input, requestId: `${requestId} ${input.assetId}` })),
    }),
  );
  const answers = assets.map(({ id, name }, n): AssetAnswer => {
    const result = results[n];
    if (result === undefined) throw new Error(words.page.answered(200));
    if (result.__typename !== "DispatchRefused") return acceptedAnswer(result, request);
    const message = words.dispatch.refused(refusalWords(result, request, unit, name));
    return { id, name, isAccepted: false, message };
  });
  return { answers };
}

/** Requests a power of the assets of a site together, which the server splits. Throws an ApiError. */
export async function sendSite(
  siteId: string,
  siteName: string,
  request: DraftRequest,
  unit: DurationUnit,
  ids: RequestIds,
): Promise<Answered> {
  const input = { ...request, siteId };
  const { dispatchSite: result } = await ids.send(input, (requestId) =>
    change(DispatchSite, { input: { ...input, requestId } }),
  );
  if (result.__typename === "DispatchRefused")
    return { failure: words.dispatch.refused(refusalWords(result, request, unit, siteName)) };
  return { answers: result.shares.map((share) => acceptedAnswer(share, request)) };
}

function acceptedAnswer(
  { dispatch, decision }: AcceptedPartsFragment,
  { startAt }: DraftRequest,
): AssetAnswer {
  const { id, name } = dispatch.asset;
  const message = `${formats.signedPower(dispatch.mw)}: ${acceptedWords({ dispatch, decision }, startAt == null)}`;
  return { id, name, isAccepted: true, message };
}
