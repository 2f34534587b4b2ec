import { createRoute, z } from "@hono/zod-openapi";
import type { Dispatch } from "../../domain/dispatch.ts";
import type { DispatchRefusal } from "../../domain/dispatch-request.ts";
import { type Problem, problem } from "../problem.ts";
import type { Services } from "../services.ts";
import { createRouter } from "./router.ts";
import {
  answer,
  Id,
  instant,
  MALFORMED,
  NOT_FOUND,
  NoQuery,
  quantity,
  REFUSED,
  refuse,
} from "./schemas.ts";

const DispatchBody = z
  .strictObject({
    asset_id: Id,
    mw: quantity("Power to hold, in MW, discharge positive.").openapi({ example: 5 }),
    duration_s: z.int().nullish().openapi({
      description: "How long to hold it, in s. Left out: until the next dispatch.",
    }),
    mode: z.enum(["charge", "discharge"]).optional().openapi({
      description: "For older clients: charge makes mw negative.",
      deprecated: true,
    }),
  })
  .openapi("DispatchInput");

const DispatchJson = z
  .object({
    id: Id,
    asset_id: Id,
    mw: quantity("Power to hold, in MW, discharge positive."),
    duration_s: z
      .int()
      .nullable()
      .openapi({ description: "How long, in s; null: until the next." }),
    status: z.literal("accepted"),
    reason: z.string().nullable(),
    submitted_at: instant("When it was accepted, UTC."),
  })
  .openapi("Dispatch");

const dispatch = createRoute({
  method: "post",
  path: "/dispatch",
  summary: "Ask an asset to hold a power",
  security: [{ token: [] }, {}],
  request: {
    query: NoQuery,
    body: { required: true, content: { "application/json": { schema: DispatchBody } } },
  },
  responses: {
    202: answer("Accepted: in force from the next tick.", DispatchJson),
    400: MALFORMED,
    404: NOT_FOUND,
    422: REFUSED,
  },
});

const listDispatches = createRoute({
  method: "get",
  path: "/dispatches",
  summary: "What was asked of assets, newest first",
  request: {
    query: z.strictObject({
      asset_id: Id.optional(),
      status: z.enum(["accepted"]).optional(),
      limit: z.coerce.number<string>().int().min(1).max(500).default(50).openapi({
        type: "integer",
        description: "How many at most, 1 to 500.",
      }),
      after: z.string().optional().openapi({
        description: "The `next` of the page before.",
      }),
    }),
  },
  responses: {
    200: answer(
      "A page.",
      z.object({
        dispatches: z.array(DispatchJson),
        next: z
          .string()
          .nullable()
          .openapi({ description: "Asks for the next page; null on the last." }),
      }),
    ),
    400: MALFORMED,
  },
});

export function dispatchRoutes({ dispatch: service }: Services) {
  const router = createRouter();
  router.openapi(listDispatches, async (c) => {
    const { asset_id, status, limit, after } = c.req.valid("query");
    const before = after === undefined ? undefined : Number(after);
    if (before !== undefined && !Number.isSafeInteger(before))
      return refuse(
        c,
        problem("BAD_CURSOR", "after must be the next of an earlier page", { field: "after" }),
        400,
      );
    const listed = await service.list({
      assetIds: asset_id === undefined ? undefined : [asset_id],
      statuses: status && [status],
      before,
      limit: limit + 1,
    });
    const page = listed.slice(0, limit);
    const next = listed.length > limit ? String(page.at(-1)?.position) : null;
    return c.json({ dispatches: page.map((item) => toJson(item.dispatch)), next }, 200);
  });
  return router.openapi(dispatch, async (c) => {
    const { asset_id, mw, duration_s, mode } = c.req.valid("json");
    const result = await service.dispatch({
      assetId: asset_id,
      mw,
      durationS: duration_s ?? null,
      mode,
    });
    if (result.accepted) return c.json(toJson(result.dispatch), 202);
    const refused = toProblem(result.refusal);
    return refuse(c, refused, refused.status as 404 | 422);
  });
}

const FIELDS = {
  assetId: "asset_id",
  mw: "mw",
  durationS: "duration_s",
  startAtMs: "start_at",
  validForS: "valid_for_s",
  onShortfall: "on_shortfall",
  mode: "mode",
} as const;

function toProblem({ code, message, field, ...limits }: DispatchRefusal): Problem {
  return problem(code, message, {
    field: FIELDS[field],
    requested_mw: limits.requestedMw,
    min_mw: limits.minMw,
    max_mw: limits.maxMw,
    limited_by: limits.limitedBy,
    longest_duration_s: limits.longestDurationS,
    highest_mw: limits.highestMw,
  });
}

function toJson(dispatch: Dispatch): z.output<typeof DispatchJson> {
  return {
    id: dispatch.id,
    asset_id: dispatch.assetId,
    mw: dispatch.mw,
    duration_s: dispatch.durationS,
    status: dispatch.status,
    reason: dispatch.reason,
    submitted_at: new Date(dispatch.submittedAtMs).toISOString(),
  };
}
