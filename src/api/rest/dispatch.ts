// Dispatches asked for: one, or many at once; or only asked about.
import { createRoute, z } from "@hono/zod-openapi";
import type { DispatchDecision } from "../../domain/dispatch-decision.ts";
import { Problem, problem } from "../problem.ts";
import type { Services } from "../services.ts";
import { IdempotencyKey, refusalProblem, refusalStatus, requestIdOf } from "./dispatch-problem.ts";
import {
  askedOf,
  DispatchInput,
  DispatchJson,
  dispatchJson,
  ShortfallJson,
  ShortfallPolicy,
  shortfallJson,
  WindowsJson,
  windowsJson,
} from "./dispatch-shapes.ts";
import { createRouter } from "./router.ts";
import {
  answer,
  BY_TOKEN,
  CONFLICT,
  instant,
  instantOrNull,
  instantText,
  MALFORMED,
  NOT_FOUND,
  NoQuery,
  orNull,
  quantity,
  REFUSED,
  refuse,
  UNAUTHORIZED,
} from "./schemas.ts";

/** Requests in one list. */
const MOST_REQUESTS = 1000;

const jsonBody = <S extends z.ZodType>(schema: S) =>
  ({ required: true, content: { "application/json": { schema } } }) as const;

const dispatch = createRoute({
  method: "post",
  path: "/dispatch",
  summary: "Ask an asset to hold a power",
  security: BY_TOKEN,
  request: { query: NoQuery, headers: IdempotencyKey, body: jsonBody(DispatchInput) },
  responses: {
    202: answer("Accepted: in force from its start, at the earliest the next tick.", DispatchJson),
    400: MALFORMED,
    401: UNAUTHORIZED,
    404: NOT_FOUND,
    409: CONFLICT,
    422: REFUSED,
  },
});

const is = <T extends boolean>(value: T) =>
  z.literal(value).openapi({ description: "Whether the request was accepted." });

const ResultJson = z
  .discriminatedUnion("accepted", [
    z.object({ accepted: is(true), dispatch: DispatchJson }),
    z.object({ accepted: is(false), problem: Problem }),
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

const PreviewJson = z
  .object({
    accepted: z.boolean().openapi({ description: "Whether it would be accepted now." }),
    refused: orNull(Problem, "Why it would not; null where it would."),
    mw: quantity("Power to hold, in MW, discharge positive; null where refused.").nullable(),
    start_at: instant("It would hold every tick from then on, UTC; null where refused.").nullable(),
    end_at: instant(
      "And before this, UTC; null: until the next one begins, or refused.",
    ).nullable(),
    lease_until: instant("When its lease would end, UTC; null: never, or refused.").nullable(),
    on_shortfall: ShortfallPolicy.nullable().openapi({
      description: "What it would do where energy falls short; null where refused.",
    }),
    windows: orNull(
      WindowsJson,
      "The powers that the limits leave; null where it is refused before they are asked.",
    ),
    shortfall: orNull(
      ShortfallJson,
      "What would not be delivered; null where all would, or refused.",
    ),
  })
  .openapi("DispatchPreview");

const preview = createRoute({
  method: "post",
  path: "/dispatch/preview",
  summary: "Ask what would be decided; changes nothing, needs no token",
  request: { query: NoQuery, body: jsonBody(DispatchInput) },
  responses: {
    200: answer(
      "The decision, as if the request came now. request_id means nothing here.",
      PreviewJson,
    ),
    400: MALFORMED,
  },
});

export function dispatchRoutes({ dispatch: service }: Services) {
  return createRouter()
    .openapi(dispatch, async (c) => {
      const { request_id, ...body } = c.req.valid("json");
      const requestId = requestIdOf(request_id, c.req.valid("header"));
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
    })
    .openapi(preview, (c) => {
      const { request_id: _, ...body } = c.req.valid("json");
      return c.json(previewJson(service.preview(requestOf(body))), 200);
    });
}

const ONE_KEY = problem(
  "BAD_INPUT",
  "the header Idempotency-Key names one request: give each of the list its own request_id",
);

function requestOf(body: Omit<z.output<typeof DispatchInput>, "request_id">) {
  return { assetId: body.asset_id, mode: body.mode, ...askedOf(body) };
}

const NOTHING = {
  mw: null,
  start_at: null,
  end_at: null,
  lease_until: null,
  on_shortfall: null,
  shortfall: null,
} as const;

function previewJson(decision: DispatchDecision): z.output<typeof PreviewJson> {
  if (!decision.accepted) {
    const windows = decision.windows && windowsJson(decision.windows);
    return { accepted: false, refused: refusalProblem(decision.refusal), ...NOTHING, windows };
  }
  return {
    accepted: true,
    refused: null,
    mw: decision.mw,
    start_at: instantText(decision.startMs),
    end_at: instantOrNull(decision.endMs),
    lease_until: instantOrNull(decision.leaseUntilMs),
    on_shortfall: decision.onShortfall,
    windows: windowsJson(decision.windows),
    shortfall: shortfallJson(decision.shortfall),
  };
}
