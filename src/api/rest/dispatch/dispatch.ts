// The routes that request dispatches: one, or many at once.

import { createRoute, z } from "@hono/zod-openapi";
import type { DispatchRequest } from "../../../domain/dispatch/request.ts";
import { MOST_REQUESTS } from "../../../services/clients/request-rules.ts";
import { countProblem } from "../../transport/input-problem.ts";
import { Problem, problem } from "../../transport/problem.ts";
import { CHANGE, JSON_LIST } from "../../transport/route-policy.ts";
import { createRouter } from "../../transport/router.ts";
import { clientOf } from "../../transport/session.ts";
import { EXAMPLE } from "../base/examples.ts";
import {
  answer,
  CONFLICT,
  FORBIDDEN,
  isAccepted,
  jsonBody,
  MALFORMED,
  NOT_FOUND,
  REFUSED,
  refusalStatus,
  refuse,
  UNAUTHORIZED,
} from "../base/schemas.ts";
import { IDEMPOTENCY_KEY, KEY_HEADER, refusalProblem, requestIdOf } from "./problem.ts";
import { DispatchInput, DispatchJson, dispatchJson, LARGE_ANSWER, requestedOf } from "./shapes.ts";

/** A request for an asset. */
export const DISPATCH_EXAMPLE = { asset_id: EXAMPLE.assetId, mw: 5, duration_s: 600 };

const dispatch = createRoute({
  method: "post",
  path: "/dispatch",
  policy: CHANGE,
  summary: "Request a power of an asset",
  request: { body: jsonBody(DispatchInput, DISPATCH_EXAMPLE) },
  parameters: [IDEMPOTENCY_KEY],
  responses: {
    202: answer("Accepted: in force from its start, at the earliest the next tick.", DispatchJson),
    400: MALFORMED,
    401: UNAUTHORIZED,
    403: FORBIDDEN,
    404: NOT_FOUND,
    409: CONFLICT,
    422: REFUSED,
  },
});

const ResultJson = z
  .discriminatedUnion("accepted", [
    z.object({ accepted: isAccepted(true), dispatch: DispatchJson }),
    z.object({ accepted: isAccepted(false), problem: Problem }),
  ])
  .openapi("DispatchResult");

const dispatchMany = createRoute({
  method: "post",
  path: "/dispatches",
  policy: { ...CHANGE, body: JSON_LIST },
  summary: `Request up to ${MOST_REQUESTS} powers, each decided by itself`,
  request: {
    body: jsonBody(
      z
        .strictObject({
          dispatches: z.array(DispatchInput).openapi({
            minItems: 1,
            maxItems: MOST_REQUESTS,
            description: "Decided in this order.",
          }),
        })
        .openapi("DispatchesInput"),
      {
        dispatches: [
          DISPATCH_EXAMPLE,
          { ...DISPATCH_EXAMPLE, mw: -5, start_at: EXAMPLE.hours[0], on_shortfall: "curtail" },
        ],
      },
    ),
  },
  responses: {
    200: answer(
      "One decision for each request, in their order.",
      z.object({
        results: z.array(ResultJson).openapi({ description: "In the order of the requests." }),
      }),
    ),
    400: MALFORMED,
    401: UNAUTHORIZED,
  },
});

export function dispatchRoutes() {
  return createRouter("Dispatches")
    .openapi(dispatch, async (c) => {
      const body = c.req.valid("json");
      const requestId = requestIdOf(c.req.header(KEY_HEADER), body.request_id);
      if (typeof requestId === "object") return refuse(c, requestId, 400);
      const result = await clientOf(c).dispatch.dispatch(requestOf(body, requestId));
      if (result.accepted) return c.json(dispatchJson(result.dispatch), 202);
      const refused = refusalProblem(result.refusal);
      return refuse(c, refused, refusalStatus(refused));
    })
    .openapi(dispatchMany, async (c) => {
      if (c.req.header(KEY_HEADER) !== undefined) return refuse(c, ONE_KEY, 400);
      const requests = c.req
        .valid("json")
        .dispatches.map((body) => requestOf(body, body.request_id ?? undefined));
      const { dispatch: service, workTurns } = clientOf(c);
      const decided = await service.dispatchMany(requests);
      if ("count" in decided) return refuse(c, countProblem("dispatches", "request", decided), 400);
      if (requests.length > LARGE_ANSWER) await workTurns.next("answer");
      const results = decided.map((it): z.output<typeof ResultJson> => {
        if (it.accepted) return { accepted: true, dispatch: dispatchJson(it.dispatch) };
        return { accepted: false, problem: refusalProblem(it.refusal) };
      });
      return c.json({ results }, 200);
    });
}

const ONE_KEY = problem(
  "BAD_INPUT",
  "the header Idempotency-Key names one request: give each of the list its own request_id",
);

/** The request of a body, with this id. Each field by its name: this runs for every request. */
export function requestOf(
  body: z.output<typeof DispatchInput>,
  requestId: string | undefined,
): DispatchRequest {
  const requested = requestedOf(body);
  return {
    assetId: body.asset_id,
    mw: requested.mw,
    durationS: requested.durationS,
    startAtMs: requested.startAtMs,
    validForS: requested.validForS,
    onShortfall: requested.onShortfall,
    requestId,
    mode: body.mode,
  };
}
