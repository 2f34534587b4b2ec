// The routes that read settings.
import { createRoute, z } from "@hono/zod-openapi";
import { PAGE_LARGEST } from "../../../domain/base/page.ts";
import { problem, problemResponse } from "../../transport/problem.ts";
import { READ_BY_QUERY } from "../../transport/route-policy.ts";
import { createRouter } from "../../transport/router.ts";
import { clientOf } from "../../transport/session.ts";
import { answer, numberText, time } from "../base/schemas.ts";
import { etagOf, READ_REFUSALS, refusalProblem } from "./problem.ts";
import {
  ScopeText,
  SettingId,
  SettingJson,
  settingJson,
  VersionJson,
  versionJson,
} from "./shapes.ts";

const DEFAULT_COUNT = 20;

const Query = z.strictObject({
  scope: ScopeText.optional(),
  as_of: time.optional().openapi({
    description:
      "As it was stored at this instant, without what overrides it; left out: as it is now.",
  }),
});

const listSettings = createRoute({
  method: "get",
  path: "/settings",
  policy: READ_BY_QUERY,
  summary: "The settings that change while the server runs, as they are in force in a scope",
  request: { query: Query },
  responses: {
    200: answer(
      "Those that have values for scopes of this kind.",
      z.object({ settings: z.array(SettingJson).openapi({ description: "All of them." }) }),
    ),
    ...READ_REFUSALS,
  },
});

const ETAG = {
  ETag: { description: "The version of the scope, for If-Match.", schema: { type: "string" } },
} as const;

const getSetting = createRoute({
  method: "get",
  path: "/settings/{id}",
  policy: READ_BY_QUERY,
  summary: "One setting, as it is in force in a scope",
  request: { params: z.object({ id: SettingId }), query: Query },
  responses: {
    200: { ...answer("The setting.", SettingJson), headers: ETAG },
    ...READ_REFUSALS,
  },
});

const getHistory = createRoute({
  method: "get",
  path: "/settings/{id}/history",
  policy: READ_BY_QUERY,
  summary: "The versions of a setting in a scope, the newest first",
  request: {
    params: z.object({ id: SettingId }),
    query: z.strictObject({
      scope: ScopeText.optional(),
      limit: numberText(
        `How many at most; ${DEFAULT_COUNT} where left out.`,
        1,
        PAGE_LARGEST,
      ).optional(),
      after: z.string().optional().openapi({ description: "The `next` of the page before." }),
    }),
  },
  responses: {
    200: answer(
      "A page.",
      z.object({
        versions: z.array(VersionJson).openapi({ description: "The newest first." }),
        next: z
          .string()
          .nullable()
          .openapi({ description: "Cursor of the next page; null on the last." }),
      }),
    ),
    ...READ_REFUSALS,
  },
});

const NOT_NEXT = problem("BAD_CURSOR", "after must be the next of an earlier page", {
  field: "after",
});

export function settingRoutes() {
  return createRouter("Settings")
    .openapi(listSettings, async (c) => {
      const { scope, as_of: asOfMs } = c.req.valid("query");
      const listed = await clientOf(c).settings.list(scope, asOfMs);
      if ("refusal" in listed) return problemResponse(refusalProblem(listed.refusal)) as never;
      return c.json({ settings: listed.map(settingJson) }, 200);
    })
    .openapi(getSetting, async (c) => {
      const { scope, as_of: asOfMs } = c.req.valid("query");
      const found = await clientOf(c).settings.find(c.req.valid("param").id, scope, asOfMs);
      if ("refusal" in found) return problemResponse(refusalProblem(found.refusal)) as never;
      return c.json(settingJson(found), 200, { etag: etagOf(found.version) });
    })
    .openapi(getHistory, async (c) => {
      const { scope, limit = DEFAULT_COUNT, after } = c.req.valid("query");
      const { settings } = clientOf(c);
      const found = await settings.find(c.req.valid("param").id, scope);
      if ("refusal" in found) return problemResponse(refusalProblem(found.refusal)) as never;
      if (after !== undefined && !/^\d{1,9}$/.test(after))
        return problemResponse(NOT_NEXT) as never;
      const before = after === undefined ? undefined : Number(after);
      const listed = await settings.history(found, { before, limit: limit + 1 });
      const page = listed.slice(0, limit);
      const next = listed.length > limit ? String(page.at(-1)?.version) : null;
      return c.json({ versions: page.map(versionJson), next }, 200);
    });
}
