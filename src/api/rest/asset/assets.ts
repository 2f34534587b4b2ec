// The routes of assets.
import { createRoute, z } from "@hono/zod-openapi";
import type { Asset, Site } from "../../../domain/fleet/asset.ts";
import type { FleetTable } from "../../../domain/fleet/fleet-table.ts";
import type { FleetService } from "../../../services/fleet/fleet.ts";
import { READ } from "../../transport/route-policy.ts";
import { createRouter } from "../../transport/router.ts";
import type { Services } from "../../transport/services.ts";
import { assetProblem } from "../base/not-found.ts";
import {
  answer,
  IdParams,
  idOf,
  MALFORMED,
  NOT_FOUND,
  OriginJson,
  quantity,
  refuse,
} from "../base/schemas.ts";

export const AssetJson = z
  .object({
    id: idOf("UUID of the asset."),
    site_id: idOf("UUID of its site."),
    site_name: z.string().openapi({ description: "Name of its site." }),
    name: z.string().openapi({ description: "Its name." }),
    location: z.string().openapi({ description: "Place of its site." }),
    capacity_mwhr: quantity("Energy at 100 % SoC, in MWh."),
    max_mw: quantity("Highest discharge power in MW."),
    min_mw: quantity("Highest charge power in MW, negative."),
    efficiency: quantity("Of each leg, 0 to 1: the round trip is its square."),
    ramp_rate_mw_per_min: quantity("How fast power moves toward the setpoint, in MW/min."),
    soc_min_ratio: quantity("Share of the capacity below which it does not discharge, 0 to 1."),
    soc_max_ratio: quantity("Share of the capacity above which it does not charge, 0 to 1."),
    initial_soc_pct: quantity("SoC at its first start, in per cent of the capacity."),
    fallback_mw: quantity(
      "Fallback power where a dispatch was not renewed in time, in MW, discharge positive; null: 0.",
    ).nullable(),
    origin: OriginJson,
    retired: z.literal(true).optional().openapi({
      description: "Only present where it is retired: it is not simulated, and its history stays.",
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
  request: { params: IdParams },
  responses: { 200: answer("The asset.", AssetJson), 400: MALFORMED, 404: NOT_FOUND },
});

export function assetRoutes({ fleet, telemetry }: Services) {
  return createRouter()
    .openapi(listAssets, (c) => {
      const { table } = telemetry.latest();
      return c.json(
        table.assets.map((asset, index) => toJson(fleet, asset, table.siteAt(index))),
        200,
      );
    })
    .openapi(getAsset, (c) => {
      const { id } = c.req.valid("param");
      const { table } = telemetry.latest();
      if (table.findAsset(id) === undefined) return refuse(c, assetProblem(id), 404);
      return c.json(assetJsonOf(fleet, table, id), 200);
    });
}

/** An asset of a table, running or retired, in the form of REST. */
export function assetJsonOf(fleet: FleetService, table: FleetTable, assetId: string) {
  const asset = table.findAsset(assetId) as Asset;
  return toJson(fleet, asset, table.findSite(asset.siteId) as Site);
}

function toJson(fleet: FleetService, asset: Asset, site: Site): z.output<typeof AssetJson> {
  return {
    id: asset.id,
    site_id: asset.siteId,
    site_name: site.name,
    name: asset.name,
    location: site.location,
    capacity_mwhr: asset.capacityMwhr,
    max_mw: asset.maxMw,
    min_mw: asset.minMw,
    efficiency: asset.efficiency,
    ramp_rate_mw_per_min: asset.rampRateMwPerMin,
    soc_min_ratio: asset.socMinRatio,
    soc_max_ratio: asset.socMaxRatio,
    initial_soc_pct: asset.initialSocPct,
    fallback_mw: asset.fallbackMw ?? null,
    origin: fleet.originOf(asset.id),
    ...(asset.retired && { retired: true as const }),
  };
}
