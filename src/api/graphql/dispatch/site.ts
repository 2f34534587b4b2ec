// Dispatches of a site.
import type { Dispatch as DispatchItem } from "../../../domain/dispatch/dispatch.ts";
import type { Asset as AssetItem } from "../../../domain/fleet/asset.ts";
import type { SitePreview } from "../../../services/dispatch/decide.ts";
import { builder } from "../base/builder.ts";
import { readId } from "../base/inputs.ts";
import { Asset } from "../base/refs.ts";
import { DispatchDecision, decisionItemOf, PREVIEWING } from "./decision.ts";
import { DispatchSiteInput, readRequested } from "./inputs.ts";
import { DispatchAccepted } from "./mutations.ts";
import { DispatchRefused, refusedOf } from "./refusal.ts";

/** Assets of a site, where costs are computed. */
const SITE_ASSETS = 100;

const DispatchSiteAccepted = builder
  .objectRef<{ readonly dispatches: readonly DispatchItem[] }>("DispatchSiteAccepted")
  .implement({
    description: "The power was split over the assets of the site, and stored.",
    fields: (t) => ({
      shares: t.field({
        type: [DispatchAccepted],
        description:
          "One for each asset, in the order of their ids; their powers add up to the request. An asset without a share holds 0 MW.",
        complexity: { multiplier: SITE_ASSETS },
        resolve: ({ dispatches }) => dispatches.map((dispatch) => ({ dispatch })),
      }),
    }),
  });

const DispatchSiteResult = builder.unionType("DispatchSiteResult", {
  description: "The decision on a request to a site: all shares or none.",
  types: [DispatchSiteAccepted, DispatchRefused],
  resolveType: (result) => ("code" in result ? DispatchRefused : DispatchSiteAccepted),
});

type ShareItem = Extract<SitePreview, { accepted: true }>["shares"][number];

const DispatchShare = builder.objectRef<ShareItem>("DispatchShare").implement({
  description: "The share of one asset of a power of its site.",
  fields: (t) => ({
    asset: t.field({
      type: Asset,
      description: "The asset.",
      resolve: ({ asset }): AssetItem => asset,
    }),
    decision: t.field({
      type: DispatchDecision,
      description: "The decision on its share, with the power in mw; 0 where it has none.",
      resolve: ({ decision }) => decisionItemOf(decision),
    }),
  }),
});

const DispatchSiteDecision = builder.objectRef<SitePreview>("DispatchSiteDecision").implement({
  description: "Whether the assets of a site accept a power together, and their shares.",
  fields: (t) => ({
    accepted: t.exposeBoolean("accepted", {
      description: "Whether all accept their shares: otherwise none gets one.",
    }),
    refused: t.field({
      type: DispatchRefused,
      nullable: true,
      description: "Why it is not accepted; null where it is.",
      resolve: (it) => (it.accepted ? null : refusedOf(it.refusal)),
    }),
    shares: t.field({
      type: [DispatchShare],
      description:
        "One for each asset, in the order of their ids; their powers add up to the request. None where refused.",
      complexity: { multiplier: SITE_ASSETS },
      resolve: (it) => (it.accepted ? it.shares : []),
    }),
  }),
});

builder.queryField("dispatchSitePreview", (t) =>
  t.field({
    type: DispatchSiteDecision,
    description: "The decision on a request to a site, as if it were sent now. Changes nothing.",
    complexity: 10 * PREVIEWING,
    args: {
      input: t.arg({
        type: DispatchSiteInput,
        required: true,
        description: "The request; its requestId has no meaning here.",
      }),
    },
    resolve: (_, { input }, { services }) =>
      services.dispatch.previewSite({
        siteId: readId(input.siteId, "input.siteId"),
        ...readRequested(input, "input"),
      }),
  }),
);

builder.mutationField("dispatchSite", (t) =>
  t.field({
    type: DispatchSiteResult,
    description:
      "Requests a power of the assets of a site together, split by what each could deliver for the duration, within the limits of the site.",
    args: {
      input: t.arg({ type: DispatchSiteInput, required: true, description: "The request." }),
    },
    resolve: async (_, { input }, { services }) => {
      const siteId = readId(input.siteId, "input.siteId");
      const result = await services.dispatch.dispatchSite({
        siteId,
        ...readRequested(input, "input"),
      });
      return result.accepted ? result : refusedOf(result.refusal);
    },
  }),
);
