// The route of dispatches of a site.

import { createRoute, z } from "@hono/zod-openapi";
import { CHANGE } from "../../transport/route-policy.ts";
import { createRouter } from "../../transport/router.ts";
import { clientOf } from "../../transport/session.ts";
import {
  answer,
  CONFLICT,
  FORBIDDEN,
  jsonBody,
  MALFORMED,
  NOT_FOUND,
  REFUSED,
  refusalStatus,
  refuse,
  SiteParams,
  UNAUTHORIZED,
} from "../base/schemas.ts";
import { IDEMPOTENCY_KEY, KEY_HEADER, refusalProblem, requestIdOf } from "./problem.ts";
import { DispatchJson, dispatchJson, requestedOf, requestShape } from "./shapes.ts";

export const SiteDispatchInput = z.strictObject(requestShape).openapi("SiteDispatchInput");

/** A request for a site. */
export const SITE_EXAMPLE = { mw: 5, duration_s: 600 };

const dispatchSite = createRoute({
  method: "post",
  path: "/sites/{id}/dispatch",
  policy: CHANGE,
  summary: "Split a power over the assets of a site by what each could deliver: all shares or none",
  request: {
    params: SiteParams,
    body: jsonBody(SiteDispatchInput, SITE_EXAMPLE),
  },
  parameters: [IDEMPOTENCY_KEY],
  responses: {
    202: answer(
      "Accepted: one dispatch for each asset.",
      z.object({
        shares: z.array(DispatchJson).openapi({
          description: "In the order of the ids of their assets; their powers add up to mw.",
        }),
      }),
    ),
    400: MALFORMED,
    401: UNAUTHORIZED,
    403: FORBIDDEN,
    404: NOT_FOUND,
    409: CONFLICT,
    422: REFUSED,
  },
});

export function siteDispatchRoutes() {
  return createRouter("Dispatches").openapi(dispatchSite, async (c) => {
    const { request_id, ...body } = c.req.valid("json");
    const requestId = requestIdOf(c.req.header(KEY_HEADER), request_id);
    if (typeof requestId === "object") return refuse(c, requestId, 400);
    const { id: siteId } = c.req.valid("param");
    const request = { siteId, ...requestedOf(body), requestId };
    const result = await clientOf(c).dispatch.dispatchSite(request);
    if (result.accepted) return c.json({ shares: result.dispatches.map(dispatchJson) }, 202);
    const refused = refusalProblem(result.refusal);
    return refuse(c, refused, refusalStatus(refused));
  });
}
