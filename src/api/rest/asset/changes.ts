// Routes that register, change and retire assets while the fleet runs.

import { createRoute, z } from "@hono/zod-openapi";
import { snakeCase } from "../../../domain/base/snake-case.ts";
import type { ClientFleet } from "../../../services/clients/client-fleet.ts";
import { MOST_ASSETS, type Registered } from "../../../services/fleet/registration.ts";
import { countProblem } from "../../transport/input-problem.ts";
import { Problem } from "../../transport/problem.ts";
import { CHANGE, CHANGE_BY_PATH, JSON_LIST } from "../../transport/route-policy.ts";
import { createRouter } from "../../transport/router.ts";
import { clientOf } from "../../transport/session.ts";
import { camelKeys } from "../base/case.ts";
import { EXAMPLE } from "../base/examples.ts";
import {
  answer,
  created,
  isAccepted,
  jsonBody,
  MALFORMED,
  quantity,
  RegisteredAssetParams,
  refusalStatus,
  refuse,
  UNAUTHORIZED,
} from "../base/schemas.ts";
import { DispatchJson, dispatchJson } from "../dispatch/shapes.ts";
import { AssetInput, AssetUpdateInput } from "../fleet/inputs.ts";
import { CHANGE_REFUSALS, changeProblem } from "../fleet/problem.ts";
import { AssetJson, assetJsonOf } from "./assets.ts";

/** An asset at a site of the fleet; the server makes its id. */
const ASSET_EXAMPLE = {
  ...{ site_id: EXAMPLE.siteId, name: "NEW-1", capacity_mwhr: 20, max_mw: 10, min_mw: -10 },
  ...{ ramp_rate_mw_per_min: 60, efficiency: 0.93 },
};

const registerAsset = createRoute({
  method: "post",
  path: "/assets",
  policy: CHANGE,
  summary: "Register an asset at a site",
  request: { body: jsonBody(AssetInput, { id: EXAMPLE.newAssetId, ...ASSET_EXAMPLE }) },
  responses: {
    201: created("Registered: it is in the fleet, and the next frame has it.", AssetJson),
    ...CHANGE_REFUSALS,
  },
});

const ResultJson = z
  .discriminatedUnion("accepted", [
    z.object({ accepted: isAccepted(true), asset: AssetJson }),
    z.object({ accepted: isAccepted(false), problem: Problem }),
  ])
  .openapi("AssetRegisterResult");

const registerMany = createRoute({
  method: "post",
  path: "/assets/batch",
  policy: { ...CHANGE, body: JSON_LIST },
  summary: `Register up to ${MOST_ASSETS} assets, each decided by itself`,
  request: {
    body: jsonBody(
      z
        .strictObject({
          assets: z
            .array(AssetInput)
            .openapi({ minItems: 1, maxItems: MOST_ASSETS, description: "Decided in this order." }),
        })
        .openapi("AssetsInput"),
      { assets: [ASSET_EXAMPLE, { ...ASSET_EXAMPLE, name: "NEW-2", initial_soc_pct: 80 }] },
    ),
  },
  responses: {
    200: answer(
      "One decision for each asset, in their order.",
      z.object({
        results: z.array(ResultJson).openapi({ description: "In the order of the assets." }),
      }),
    ),
    400: MALFORMED,
    401: UNAUTHORIZED,
  },
});

const UpdateJson = z
  .object({
    asset: AssetJson.openapi({ description: "As it is now." }),
    clamps: z
      .array(
        z.object({
          field: z.enum(["fallback_mw", "initial_soc_pct", "soc_mwhr"]).openapi({
            description: "A field of the asset, or soc_mwhr, its stored energy.",
          }),
          from: quantity("Value before, in the unit of the field."),
          to: quantity("Value now, in the unit of the field."),
        }),
      )
      .openapi({ description: "Numbers that were set to new bounds; mostly none." }),
    cut_dispatches: z.array(DispatchJson).openapi({
      description:
        "Its open dispatches whose power lies outside its new rating: they stay open, and their power is limited to it.",
    }),
  })
  .openapi("AssetUpdate");

const updateAsset = createRoute({
  method: "patch",
  path: "/assets/{id}",
  policy: CHANGE,
  summary: "Change an asset that was registered",
  request: {
    params: RegisteredAssetParams,
    body: jsonBody(AssetUpdateInput, { capacity_mwhr: 24 }),
  },
  responses: {
    200: answer("Changed: in force, and the next frame has it.", UpdateJson),
    ...CHANGE_REFUSALS,
  },
});

const retireAsset = createRoute({
  method: "delete",
  path: "/assets/{id}",
  policy: CHANGE_BY_PATH,
  summary: "Retire an asset that was registered, for ever",
  request: { params: RegisteredAssetParams },
  responses: {
    200: answer("Retired: its open dispatches ended, and its telemetry stays.", AssetJson),
    ...CHANGE_REFUSALS,
  },
});

function resultJson(fleet: ClientFleet, result: Registered): z.output<typeof ResultJson> {
  if (!result.accepted) return { accepted: false, problem: changeProblem(result) };
  return { accepted: true, asset: assetJsonOf(fleet, result.table, result.id) };
}

export function assetChangeRoutes() {
  return createRouter("Fleet")
    .openapi(registerAsset, async (c) => {
      const { fleet } = clientOf(c);
      const result = resultJson(fleet, await fleet.asset(camelKeys(c.req.valid("json"))));
      if (!result.accepted) return refuse(c, result.problem, refusalStatus(result.problem));
      return c.json(result.asset, 201, { location: `/assets/${result.asset.id}` });
    })
    .openapi(registerMany, async (c) => {
      const { fleet } = clientOf(c);
      const results = await fleet.assets(c.req.valid("json").assets.map(camelKeys));
      if ("count" in results) return refuse(c, countProblem("assets", "asset", results), 400);
      return c.json({ results: results.map((it) => resultJson(fleet, it)) }, 200);
    })
    .openapi(updateAsset, async (c) => {
      const { id: assetId } = c.req.valid("param");
      const update = camelKeys(c.req.valid("json"));
      const { fleet, dispatch } = clientOf(c);
      const result = await fleet.change([{ kind: "updateAsset", assetId, update }]);
      if (!result.accepted) {
        const refused = changeProblem(result);
        return refuse(c, refused, refusalStatus(refused));
      }
      const body = {
        asset: assetJsonOf(fleet, result.table, assetId),
        clamps: result.clamps.map(({ field, from, to }) => ({ field: snakeCase(field), from, to })),
        cut_dispatches: dispatch.cutOf(assetId).map(dispatchJson),
      };
      return c.json(body, 200);
    })
    .openapi(retireAsset, async (c) => {
      const { id: assetId } = c.req.valid("param");
      const { fleet } = clientOf(c);
      const result = await fleet.change([{ kind: "retireAsset", assetId }]);
      if (result.accepted) return c.json(assetJsonOf(fleet, result.table, assetId), 200);
      const refused = changeProblem(result);
      return refuse(c, refused, refusalStatus(refused));
    });
}
