// Sites, with their totals and history.
import { SITE_NUMBERS, SITE_TEXTS } from "../../../domain/fleet/fields.ts";
import { builder } from "../base/builder.ts";
import { DEFAULT_FIRST, pageArgs, pageOf } from "../base/connection.ts";
import { pageCost, READING } from "../base/cost.ts";
import { readId } from "../base/inputs.ts";
import { Node } from "../base/node.ts";
import { Origin, originOf } from "../base/origin.ts";
import { AssetConnection, Site, SiteConnection } from "../base/refs.ts";
import { answered } from "../fleet/numbers.ts";
import { HistoryConnection, historyArgs, historyCost, historyOf } from "../telemetry/history.ts";
import { readTotals, Totals } from "../telemetry/totals.ts";

Site.implement({
  description: "A grid connection with assets behind it.",
  interfaces: [Node],
  fields: (t) => ({
    name: t.exposeString("name", { description: SITE_TEXTS.name }),
    location: t.exposeString("location", { description: SITE_TEXTS.location }),
    ...answered(SITE_NUMBERS, (name, options) => t.exposeFloat(name, options)),
    retired: t.boolean({
      description: `Whether it is retired: ${SITE_TEXTS.retired}`,
      resolve: ({ retired = false }) => retired,
    }),
    origin: t.field({ type: Origin, description: "Its origin.", resolve: originOf }),
    totals: t.field({
      type: Totals,
      description: "Sums over its assets now.",
      complexity: READING,
      resolve: ({ id }, _, { services }) => {
        const frame = services.telemetry.latest();
        return readTotals(frame, frame.table.indexesOfSite(id));
      },
    }),
    assets: t.field({
      type: AssetConnection,
      description: "Its running assets, in the order of their ids.",
      complexity: pageCost(DEFAULT_FIRST),
      args: pageArgs,
      resolve: ({ id }, args, { services }) =>
        pageOf("asset", services.telemetry.table().assetsOfSite(id), args),
    }),
    history: t.field({
      type: HistoryConnection,
      description: "The history of its assets together in steps, oldest first.",
      complexity: historyCost,
      args: historyArgs,
      resolve: ({ id }, args, context) => historyOf(context, { kind: "site", id }, args),
    }),
  }),
});

builder.queryFields((t) => ({
  site: t.field({
    type: Site,
    nullable: true,
    description: "The site of this id, in use or retired; null where there is none.",
    args: { id: t.arg.id({ required: true, description: "UUID of the site." }) },
    resolve: (_, { id }, { services }) =>
      services.telemetry.table().findSite(readId(id, "id")) ?? null,
  }),
  sites: t.field({
    type: SiteConnection,
    description: "All sites in use, in the order of their ids.",
    complexity: pageCost(DEFAULT_FIRST),
    args: pageArgs,
    resolve: (_, args, { services }) => pageOf("site", services.telemetry.table().sites, args),
  }),
}));
