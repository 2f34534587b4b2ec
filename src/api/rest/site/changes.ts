// Routes that register, change and retire sites while the fleet runs.

import { createRoute } from "@hono/zod-openapi";
import type { Site } from "../../../domain/fleet/asset.ts";
import type { FleetChange } from "../../../domain/fleet/change.ts";
import type { ClientServices } from "../../../services/clients/clients.ts";
import type { FleetChangeResult } from "../../../services/fleet/queue.ts";
import { CHANGE, CHANGE_BY_PATH } from "../../transport/route-policy.ts";
import { createRouter } from "../../transport/router.ts";
import { clientOf } from "../../transport/session.ts";
import { camelKeys } from "../base/case.ts";
import { EXAMPLE } from "../base/examples.ts";
import {
  answer,
  created,
  jsonBody,
  RegisteredSiteParams,
  refusalStatus,
  refuse,
} from "../base/schemas.ts";
import { SiteJson, siteJsonOf } from "../fleet/fleet.ts";
import { SiteInput, SiteUpdateInput } from "../fleet/inputs.ts";
import { CHANGE_REFUSALS, changeProblem } from "../fleet/problem.ts";

const registerSite = createRoute({
  method: "post",
  path: "/sites",
  policy: CHANGE,
  summary: "Register a site, for assets to be registered at",
  request: {
    body: jsonBody(SiteInput, {
      ...{ id: EXAMPLE.newSiteId, name: "Sindal", location: "Sindal, Denmark" },
      max_export_mw: 20,
    }),
  },
  responses: {
    201: created("Registered.", SiteJson),
    ...CHANGE_REFUSALS,
  },
});

const updateSite = createRoute({
  method: "patch",
  path: "/sites/{id}",
  policy: CHANGE,
  summary: "Change a site that was registered",
  request: { params: RegisteredSiteParams, body: jsonBody(SiteUpdateInput, { max_export_mw: 25 }) },
  responses: {
    200: answer("Changed: the site as it is now.", SiteJson),
    ...CHANGE_REFUSALS,
  },
});

const retireSite = createRoute({
  method: "delete",
  path: "/sites/{id}",
  policy: CHANGE_BY_PATH,
  summary: "Retire a site that was registered and at which no asset runs, for ever",
  request: { params: RegisteredSiteParams },
  responses: {
    200: answer("Retired: its telemetry stays.", SiteJson),
    ...CHANGE_REFUSALS,
  },
});

/** The site of this id after a change. */
function siteAfter({ fleet, telemetry }: ClientServices, id: string, result: FleetChangeResult) {
  if (!result.accepted) return { refused: changeProblem(result) };
  const site = result.table.findSite(id) as Site;
  return { site: siteJsonOf(fleet, telemetry.latest(), site) };
}

export function siteChangeRoutes() {
  const change = async (client: ClientServices, id: string, requested: FleetChange) =>
    siteAfter(client, id, await client.fleet.change([requested]));
  return createRouter("Fleet")
    .openapi(registerSite, async (c) => {
      const client = clientOf(c);
      const result = await client.fleet.site(camelKeys(c.req.valid("json")));
      const { refused, site } = siteAfter(client, result.id, result);
      if (refused) return refuse(c, refused, refusalStatus(refused));
      return c.json(site, 201, { location: `/sites/${site.id}` });
    })
    .openapi(updateSite, async (c) => {
      const { id: siteId } = c.req.valid("param");
      const update = camelKeys(c.req.valid("json"));
      const { refused, site } = await change(clientOf(c), siteId, {
        kind: "updateSite",
        siteId,
        update,
      });
      return refused ? refuse(c, refused, refusalStatus(refused)) : c.json(site, 200);
    })
    .openapi(retireSite, async (c) => {
      const { id: siteId } = c.req.valid("param");
      const { refused, site } = await change(clientOf(c), siteId, { kind: "retireSite", siteId });
      return refused ? refuse(c, refused, refusalStatus(refused)) : c.json(site, 200);
    });
}
