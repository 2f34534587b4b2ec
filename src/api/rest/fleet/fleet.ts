// The routes of the fleet and of sites.
import { createRoute, z } from "@hono/zod-openapi";
import type { Site } from "../../../domain/fleet/asset.ts";
import { SITE_KEYS, SITE_NUMBERS, SITE_TEXTS } from "../../../domain/fleet/fields.ts";
import { availableOf } from "../../../domain/telemetry/availability.ts";
import type { Frame } from "../../../domain/telemetry/frame.ts";
import { totalsOf } from "../../../domain/telemetry/totals.ts";
import type { ClientFleet } from "../../../services/clients/client-fleet.ts";
import { READ } from "../../transport/route-policy.ts";
import { createRouter } from "../../transport/router.ts";
import { clientOf } from "../../transport/session.ts";
import { EXAMPLE } from "../base/examples.ts";
import { siteProblem } from "../base/not-found.ts";
import {
  answer,
  idOf,
  instant,
  MALFORMED,
  NOT_FOUND,
  OriginJson,
  quantity,
  refuse,
  SiteParams,
} from "../base/schemas.ts";
import { answered, numbersJson } from "./numbers.ts";

const count = (description: string) => z.int().openapi({ description });

const TotalsJson = z
  .object({
    timestamp: instant("End of the tick that the sums report, UTC."),
    asset_count: count("Assets that run."),
    capacity_mwhr: quantity("Energy at 100 % SoC, in MWh."),
    soc_mwhr: quantity("Stored energy in MWh."),
    soc_pct: quantity("Stored energy in per cent of the capacity."),
    current_mw: quantity("Net power in MW, discharge positive."),
    setpoint_mw: quantity("Net requested power in MW, discharge positive."),
    charging_count: count("Assets that charge, by their status."),
    discharging_count: count("Assets that discharge, by their status."),
    idle_count: count("Assets that do neither."),
    available_min_mw: quantity(
      "Sum of the powers that the assets could charge with throughout the next tick, in MW, negative or 0; limits of the site left aside.",
    ),
    available_max_mw: quantity(
      "Sum of the powers that the assets could discharge with throughout the next tick, in MW, 0 or more; limits of the site left aside.",
    ),
  })
  .openapi("Totals");

export const SiteJson = z
  .object({
    id: idOf(SITE_TEXTS.id, EXAMPLE.siteId),
    name: z.string().openapi({ description: SITE_TEXTS.name }),
    location: z.string().openapi({ description: SITE_TEXTS.location }),
    ...answered(SITE_NUMBERS),
    origin: OriginJson,
    retired: z
      .literal(true)
      .optional()
      .openapi({
        description: `Only present where it is retired: ${SITE_TEXTS.retired}`,
      }),
    totals: TotalsJson,
  })
  .openapi("Site");

const getFleet = createRoute({
  method: "get",
  path: "/fleet",
  policy: READ,
  summary: "Sums over all assets",
  responses: { 200: answer("The sums.", TotalsJson), 400: MALFORMED },
});

const listSites = createRoute({
  method: "get",
  path: "/sites",
  policy: READ,
  summary: "All sites in use with the sums over their assets",
  responses: { 200: answer("In the order of their ids.", z.array(SiteJson)), 400: MALFORMED },
});

const getSite = createRoute({
  method: "get",
  path: "/sites/{id}",
  policy: READ,
  summary: "One site, in use or retired, with the sums over its assets",
  request: { params: SiteParams },
  responses: { 200: answer("The site.", SiteJson), 400: MALFORMED, 404: NOT_FOUND },
});

export function fleetRoutes() {
  return createRouter("Fleet")
    .openapi(getFleet, (c) => c.json(totalsJson(clientOf(c).telemetry.latest()), 200))
    .openapi(listSites, (c) => {
      const { fleet, telemetry } = clientOf(c);
      const frame = telemetry.latest();
      return c.json(
        frame.table.sites.map((site) => siteJsonOf(fleet, frame, site)),
        200,
      );
    })
    .openapi(getSite, (c) => {
      const { id } = c.req.valid("param");
      const { fleet, telemetry } = clientOf(c);
      const frame = telemetry.latest();
      const site = frame.table.findSite(id);
      return site ? c.json(siteJsonOf(fleet, frame, site), 200) : refuse(c, siteProblem(id), 404);
    });
}

/** A site, in use or retired, in the form of REST, with the totals of its assets in a frame. */
export function siteJsonOf(
  fleet: ClientFleet,
  frame: Frame,
  site: Site,
): z.output<typeof SiteJson> {
  return {
    id: site.id,
    name: site.name,
    location: site.location,
    ...numbersJson<typeof SITE_NUMBERS>(SITE_KEYS, site),
    origin: fleet.originOf(site.id),
    ...(site.retired && { retired: true as const }),
    totals: totalsJson(frame, frame.table.indexesOfSite(site.id)),
  };
}

/** @param indexes The positions of the assets that are added up; left out: all. */
function totalsJson(frame: Frame, indexes?: readonly number[]): z.output<typeof TotalsJson> {
  const [totals, available] = [totalsOf(frame, indexes), availableOf(frame, indexes)];
  return {
    timestamp: new Date(totals.timestampMs).toISOString(),
    asset_count: totals.assetCount,
    capacity_mwhr: totals.capacityMwhr,
    soc_mwhr: totals.socMwhr,
    soc_pct: totals.socPct,
    current_mw: totals.currentMw,
    setpoint_mw: totals.setpointMw,
    charging_count: totals.chargingCount,
    discharging_count: totals.dischargingCount,
    idle_count: totals.idleCount,
    available_min_mw: available.minMw,
    available_max_mw: available.maxMw,
  };
}
