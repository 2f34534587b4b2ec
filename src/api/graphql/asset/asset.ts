// Assets, with their samples and history.
import type { Asset as AssetItem, Site as SiteItem } from "../../../domain/fleet/asset.ts";
import { ASSET_NUMBERS, ASSET_TEXTS } from "../../../domain/fleet/fields.ts";
import type { Telemetry as TelemetryItem } from "../../../domain/telemetry/telemetry.ts";
import type { ClientServices } from "../../../services/clients/clients.ts";
import { builder } from "../base/builder.ts";
import { DEFAULT_FIRST, type Page, pageArgs, pageOf } from "../base/connection.ts";
import { pageCost, READING } from "../base/cost.ts";
import { readFirst, readId, readNumberCursor, writeCursor } from "../base/inputs.ts";
import { findRecent } from "../base/lookup.ts";
import { Node } from "../base/node.ts";
import { Origin, originOf } from "../base/origin.ts";
import { Asset, AssetConnection, Site, Telemetry, TelemetryConnection } from "../base/refs.ts";
import { refusal } from "../base/refusal.ts";
import { answered } from "../fleet/numbers.ts";
import { HistoryConnection, historyArgs, historyCost, historyOf } from "../telemetry/history.ts";

const DEFAULT_SAMPLES = 100;

Asset.implement({
  description: "One battery system with its inverter, the unit that is dispatched.",
  interfaces: [Node],
  fields: (t) => ({
    site: t.field({
      type: Site,
      description:
        "The grid connection behind which it is. An error SITE_UNKNOWN where it has just left the assets file.",
      resolve: ({ siteId }, _, { services }) => siteOf(services, siteId),
    }),
    name: t.exposeString("name", { description: ASSET_TEXTS.name }),
    dataPath: t.exposeString("dataPath", { description: ASSET_TEXTS.dataPath }),
    location: t.string({
      description: ASSET_TEXTS.location,
      resolve: ({ siteId }, _, { services }) =>
        findRecent(services, (table) => table.findSite(siteId))?.location ?? "",
    }),
    ...answered(ASSET_NUMBERS, (name, options) => t.exposeFloat(name, options)),
    retired: t.exposeBoolean("retired", {
      description: `Whether it is retired: ${ASSET_TEXTS.retired}`,
    }),
    origin: t.field({ type: Origin, description: "Its origin.", resolve: originOf }),
    telemetry: t.field({
      type: Telemetry,
      description:
        "Its last sample. An error ASSET_RETIRED where it is retired and no sample is stored.",
      resolve: (asset, _, { services, inTurn }) =>
        services.telemetry.of(asset.id) ?? inTurn(() => lastStored(services, asset)),
    }),
    samples: t.field({
      type: TelemetryConnection,
      description: "Its samples, newest first, as far back as they are stored.",
      complexity: pageCost(DEFAULT_SAMPLES, READING),
      args: {
        from: t.arg({ type: "DateTime", description: "Earliest instant, included." }),
        until: t.arg({ type: "DateTime", description: "Latest instant, excluded." }),
        first: t.arg.int({
          defaultValue: DEFAULT_SAMPLES,
          description: "How many at most, 0 to 500.",
        }),
        after: t.arg.string({ description: "Cursor of the item that precedes the page." }),
      },
      resolve: async ({ id }, args, { services, inTurn }) => {
        const limit = readFirst(args.first, DEFAULT_SAMPLES);
        const [fromMs, untilMs] = [args.from ?? -Infinity, args.until ?? Infinity];
        const range = { limit: limit + 1, fromMs, untilMs };
        const afterMs = args.after == null ? Infinity : readNumberCursor(args.after, "sample");
        const samples = await inTurn(() => services.history.samples(id, range, afterMs));
        if (samples !== undefined && "code" in samples)
          throw refusal(samples.code, samples.message, "until");
        return samplePage(samples ?? [], limit, args.after != null);
      },
    }),
    history: t.field({
      type: HistoryConnection,
      description: "Its history in steps, oldest first.",
      complexity: historyCost,
      args: historyArgs,
      resolve: ({ id }, args, context) => historyOf(context, { kind: "asset", id }, args),
    }),
  }),
});

/** The site of an asset. A frame that is sent again may have assets of a site that is gone. */
function siteOf(services: ClientServices, siteId: string): SiteItem {
  const site = findRecent(services, (table) => table.findSite(siteId));
  if (site !== undefined) return site;
  throw refusal("SITE_UNKNOWN", `no site has the id ${siteId}`);
}

async function lastStored({ history }: ClientServices, asset: AssetItem): Promise<TelemetryItem> {
  const range = { limit: 1, fromMs: -Infinity, untilMs: Infinity };
  const samples = await history.samples(asset.id, range);
  const last = samples && "code" in samples ? undefined : samples?.[0];
  if (last !== undefined) return last;
  throw refusal("ASSET_RETIRED", `${asset.name} is retired, and no sample of it is stored`);
}

function samplePage(
  samples: readonly TelemetryItem[],
  limit: number,
  hasPreviousPage: boolean,
): Page<TelemetryItem> {
  return {
    edges: samples
      .slice(0, limit)
      .map((node) => ({ cursor: writeCursor("sample", String(node.timestampMs)), node })),
    hasNextPage: samples.length > limit,
    hasPreviousPage,
  };
}

builder.queryFields((t) => ({
  asset: t.field({
    type: Asset,
    nullable: true,
    description: "The asset of this id, running or retired; null where there is none.",
    args: { id: t.arg.id({ required: true, description: "UUID of the asset." }) },
    resolve: (_, { id }, { services }) =>
      services.telemetry.table().findAsset(readId(id, "id")) ?? null,
  }),
  assets: t.field({
    type: AssetConnection,
    description: "All running assets, or those of a site, in the order of their ids.",
    complexity: pageCost(DEFAULT_FIRST),
    args: {
      siteId: t.arg.id({ description: "UUID of a site; left out: all." }),
      ...pageArgs,
    },
    resolve: (_, { siteId, ...args }, { services }) => {
      const { table } = services.telemetry.latest();
      if (siteId == null) return pageOf("asset", table.assets, args);
      const id = readId(siteId, "siteId");
      if (table.findSite(id) !== undefined) return pageOf("asset", table.assetsOfSite(id), args);
      throw refusal("SITE_UNKNOWN", `siteId: no site has the id ${id}`, "siteId");
    },
  }),
}));
