// Dispatches asked for: one, or many at once.
import { createRoute, z } from "@hono/zod-openapi";
import { Problem, problem } from "../problem.ts";
import type { Services } from "../services.ts";
import { IDEMPOTENCY_KEY, refusalProblem, refusalStatus, requestIdOf } from "./dispatch-problem.ts";
import { askedOf, DispatchInput, DispatchJson, dispatchJson } from "./dispatch-shapes.ts";
import { createRouter } from "./router.ts";
import {
  answer,
  BY_TOKEN,
  CONFLICT,
  isAccepted,
  jsonBody,
  MALFORMED,
  NOT_FOUND,
  NoQuery,
  REFUSED,
  refuse,
  UNAUTHORIZED,
} from "./schemas.ts";

/** Requests in one list. */
const MOST_REQUESTS = 1000;

const dispatch = createRoute({
  method: "post",
  path: "/dispatch",
  summary: "Ask an asset to hold a power",
  security: BY_TOKEN,
  request: { query: NoQuery, body: jsonBody(DispatchInput) },
  parameters: [IDEMPOTENCY_KEY],
  responses: {
    202: answer("Accepted: in force from its start, at the earliest the next tick.", DispatchJson),
    400: MALFORMED,
    401: UNAUTHORIZED,
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
  summary: `Ask up to ${MOST_REQUESTS} times for a power, each decided by itself`,
  security: BY_TOKEN,
  request: {
    query: NoQuery,
    body: jsonBody(
      z
        .strictObject({
          dispatches: z
            .array(DispatchInput)
            .min(1, "must have at least one request")
            .max(MOST_REQUESTS, `may have ${MOST_REQUESTS} requests: send the others by themselves`)
            .openapi({ description: "Decided in this order." }),
        })
        .openapi("DispatchesInput"),
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

export function dispatchRoutes({ dispatch: service }: Services) {
  return createRouter()
    .openapi(dispatch, async (c) => {
      const { request_id, ...body } = c.req.valid("json");
      const requestId = requestIdOf(c, request_id);
      if (typeof requestId === "object") return refuse(c, requestId, 400);
      const result = await service.dispatch({ ...requestOf(body), requestId });
      if (result.accepted) return c.json(dispatchJson(result.dispatch), 202);
      const refused = refusalProblem(result.refusal);
      return refuse(c, refused, refusalStatus(refused));
    })
    .openapi(dispatchMany, async (c) => {
      if (c.req.header("idempotency-key") !== undefined) return refuse(c, ONE_KEY, 400);
      const requests = c.req.valid("json").dispatches.map(({ request_id, ...body }) => ({
        ...requestOf(body),
        requestId: request_id ?? undefined,
      }));
      const decided = await service.dispatchMany(requests);
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

/** What a body asks, but for the name of the request. */
export function requestOf(body: Omit<z.output<typeof DispatchInput>, "request_id">) {
  return { assetId: body.asset_id, mode: body.mode, ...askedOf(body) };
}
