// The routes that list, show, renew and cancel dispatches.

import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { PAGE_LARGEST } from "../../../domain/base/page.ts";
import type { DispatchEvent } from "../../../domain/dispatch/dispatch.ts";
import { dispatchUnknown } from "../../../domain/dispatch/request.ts";
import type { DispatchResult } from "../../../services/dispatch/requests.ts";
import { problem } from "../../transport/problem.ts";
import { CHANGE_BY_PATH, READ, READ_BY_QUERY } from "../../transport/route-policy.ts";
import { createRouter } from "../../transport/router.ts";
import { clientOf } from "../../transport/session.ts";
import {
  answer,
  DispatchParams,
  FORBIDDEN,
  Id,
  idOf,
  instant,
  instantText,
  MALFORMED,
  NO_DISPATCH,
  NOT_OPEN,
  numberText,
  refuse,
  UNAUTHORIZED,
} from "../base/schemas.ts";
import { refusalProblem } from "./problem.ts";
import { DispatchJson, dispatchJson, REASONS, reasonText, Status } from "./shapes.ts";

const listDispatches = createRoute({
  method: "get",
  path: "/dispatches",
  policy: READ_BY_QUERY,
  summary: "The dispatches of assets, newest first",
  request: {
    query: z.strictObject({
      asset_id: idOf("Only those of this asset.").optional(),
      status: Status.optional().openapi({ description: "Only those with this status." }),
      limit: numberText(
        `How many at most, 1 to ${PAGE_LARGEST}; 50 where left out.`,
        1,
        PAGE_LARGEST,
      ).default(50),
      after: z.string().optional().openapi({
        description: "The `next` of the page before.",
      }),
    }),
  },
  responses: {
    200: answer(
      "A page.",
      z.object({
        dispatches: z.array(DispatchJson).openapi({ description: "Newest first." }),
        next: z
          .string()
          .nullable()
          .openapi({ description: "Cursor of the next page; null on the last." }),
      }),
    ),
    400: MALFORMED,
  },
});

/** One change of the status of a dispatch. */
export const eventShape = {
  timestamp: instant("When it happened, UTC: the start of a tick where a tick caused it."),
  from: Status.nullable().openapi({ description: "Status before; null: it was accepted." }),
  to: Status.openapi({ description: "Status after." }),
  reason: z
    .string()
    .nullable()
    .openapi({
      description: `The reason; null where it was accepted. ${REASONS}`,
      example: "started",
    }),
  by_id: Id.nullable().openapi({
    description: "The dispatch that replaced it; null where none did.",
  }),
};

const EventJson = z.object(eventShape).openapi("DispatchEvent");

export function eventJson(event: DispatchEvent): z.output<typeof EventJson> {
  const { atMs, from, to, reason, byId } = event;
  return { timestamp: instantText(atMs), from, to, reason: reasonText(reason), by_id: byId };
}

const getDispatch = createRoute({
  method: "get",
  path: "/dispatch/{id}",
  policy: READ,
  summary: "One dispatch, with its events",
  request: { params: DispatchParams },
  responses: {
    200: answer(
      "The dispatch, with its events, oldest first.",
      DispatchJson.extend({
        events: z.array(EventJson).openapi({ description: "Oldest first." }),
      }).openapi("DispatchWithEvents"),
    ),
    400: MALFORMED,
    404: NO_DISPATCH,
  },
});

const changed = {
  200: answer("The dispatch.", DispatchJson),
  400: MALFORMED,
  401: UNAUTHORIZED,
  403: FORBIDDEN,
  404: NO_DISPATCH,
  409: NOT_OPEN,
};

const renew = createRoute({
  method: "post",
  path: "/dispatch/{id}/renew",
  policy: CHANGE_BY_PATH,
  summary: "Renew the lease of a dispatch: it is valid for valid_for_s from now",
  request: { params: DispatchParams },
  responses: changed,
});

const cancel = createRoute({
  method: "delete",
  path: "/dispatch/{id}",
  policy: CHANGE_BY_PATH,
  summary: "End a dispatch: from the next tick on it holds nothing",
  request: { params: DispatchParams },
  responses: changed,
});

export function dispatchStatusRoutes() {
  return createRouter("Dispatches")
    .openapi(listDispatches, async (c) => {
      const { asset_id, status, limit, after } = c.req.valid("query");
      const before = after === undefined ? undefined : Number(after);
      if (before !== undefined && !Number.isSafeInteger(before))
        return refuse(
          c,
          problem("BAD_CURSOR", "after must be the next of an earlier page", { field: "after" }),
          400,
        );
      const listed = await clientOf(c).dispatch.list({
        assetIds: asset_id === undefined ? undefined : [asset_id],
        statuses: status && [status],
        before,
        limit: limit + 1,
      });
      const page = listed.slice(0, limit);
      const next = listed.length > limit ? String(page.at(-1)?.cursor) : null;
      return c.json({ dispatches: page.map((item) => dispatchJson(item.dispatch)), next }, 200);
    })
    .openapi(getDispatch, async (c) => {
      const { id } = c.req.valid("param");
      const { dispatch: service } = clientOf(c);
      const found = await service.find(id);
      if (found === undefined) return refuse(c, refusalProblem(dispatchUnknown(id)), 404);
      const events = (await service.eventsOf(found.id)).map(eventJson);
      return c.json({ ...dispatchJson(found), events }, 200);
    })
    .openapi(renew, async (c) => {
      const { id } = c.req.valid("param");
      return answerChange(c, await clientOf(c).dispatch.renew(id));
    })
    .openapi(cancel, async (c) => {
      const { id } = c.req.valid("param");
      return answerChange(c, await clientOf(c).dispatch.cancel(id));
    });
}

function answerChange(c: Context, result: DispatchResult) {
  if (result.accepted) return c.json(dispatchJson(result.dispatch), 200);
  const refused = refusalProblem(result.refusal);
  const { status } = refused;
  return refuse(c, refused, status === 403 || status === 404 ? status : 409);
}
