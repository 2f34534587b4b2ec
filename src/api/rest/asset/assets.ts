// The routes of assets.
import { createRoute, z } from "@hono/zod-openapi";
import type { Asset, Site } from "../../../domain/fleet/asset.ts";
import { ASSET_KEYS, ASSET_NUMBERS, ASSET_TEXTS } from "../../../domain/fleet/fields.ts";
import type { FleetTable } from "../../../domain/fleet/fleet-table.ts";
import type { ClientFleet } from "../../../services/clients/client-fleet.ts";
import { READ } from "../../transport/route-policy.ts";
import { createRouter } from "../../transport/router.ts";
import { clientOf } from "../../transport/session.ts";
import { EXAMPLE } from "../base/examples.ts";
import { assetProblem } from "../base/not-found.ts";
import {
  AssetParams,
  answer,
  idOf,
  MALFORMED,
  NOT_FOUND,
  OriginJson,
  refuse,
} from "../base/schemas.ts";
import { answered, numbersJson } from "../fleet/numbers.ts";

export const AssetJson = z
  .object({
    id: idOf(ASSET_TEXTS.id),
    site_id: idOf(ASSET_TEXTS.siteId, EXAMPLE.siteId),
    site_name: z.string().openapi({ description: "Name of its site." }),
    name: z.string().openapi({ description: ASSET_TEXTS.name }),
    data_path: z.string().openapi({ description: ASSET_TEXTS.dataPath }),
    location: z.string().openapi({ description: ASSET_TEXTS.location }),
    ...answered(ASSET_NUMBERS),
    origin: OriginJson,
    retired: z
      .literal(true)
      .optional()
      .openapi({
        description: `Only present where it is retired: ${ASSET_TEXTS.retired}`,
      }),
  })
  .openapi("Asset");

const listAssets = createRoute({
  method: "get",
  path: "/assets",
  policy: READ,
  summary: "All running assets",
  responses: {
    200: answer("In the order of their ids.", z.array(AssetJson)),
    400: MALFORMED,
  },
});

const getAsset = createRoute({
  method: "get",
  path: "/assets/{id}",
  policy: READ,
  summary: "One asset, running or retired",
  request: { params: AssetParams },
  responses: { 200: answer("The asset.", AssetJson), 400: MALFORMED, 404: NOT_FOUND },
});

export function assetRoutes() {
  return createRouter("Fleet")
    .openapi(listAssets, (c) => {
      const { telemetry, fleet } = clientOf(c);
      const table = telemetry.table();
      return c.json(
        table.assets.map((asset, index) => toJson(fleet, asset, table.siteAt(index))),
        200,
      );
    })
    .openapi(getAsset, (c) => {
      const { id } = c.req.valid("param");
      const { telemetry, fleet } = clientOf(c);
      const table = telemetry.table();
      if (table.findAsset(id) === undefined) return refuse(c, assetProblem(id), 404);
      return c.json(assetJsonOf(fleet, table, id), 200);
    });
}

/** An asset of a table, running or retired, in the form of REST. */
export function assetJsonOf(fleet: ClientFleet, table: FleetTable, assetId: string) {
  const asset = table.findAsset(assetId) as Asset;
  return toJson(fleet, asset, table.findSite(asset.siteId) as Site);
}

function toJson(fleet: ClientFleet, asset: Asset, site: Site): z.output<typeof AssetJson> {
  return {
    id: asset.id,
    site_id: asset.siteId,
    site_name: site.name,
    name: asset.name,
    data_path: asset.dataPath,
    location: site.location,
    ...numbersJson<typeof ASSET_NUMBERS>(ASSET_KEYS, asset),
    origin: fleet.originOf(asset.id),
    ...(asset.retired && { retired: true as const }),
  };
}
