// Dispatches of a site.
import type { Dispatch as DispatchItem } from "../../../domain/dispatch/dispatch.ts";
import { builder } from "../base/builder.ts";
import { readId } from "../base/inputs.ts";
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
