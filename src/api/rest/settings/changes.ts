// The routes that change settings, or preview a change.
import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Json } from "../../../domain/audit/record.ts";
import { refuseReason } from "../../../domain/settings/refusal.ts";
import type { SettingResult } from "../../../services/settings/outcomes.ts";
import { problemResponse } from "../../transport/problem.ts";
import { CHANGE, CHANGE_BY_PATH, type RoutePolicy } from "../../transport/route-policy.ts";
import { createRouter } from "../../transport/router.ts";
import { clientOf } from "../../transport/session.ts";
import { answer, jsonBody } from "../base/schemas.ts";
import {
  CHANGE_REFUSALS,
  conflictProblem,
  etagOf,
  expectedOf,
  IF_MATCH,
  refusalProblem,
} from "./problem.ts";
import {
  changedJson,
  previewJson,
  ReasonText,
  ScopeText,
  SettingChangedJson,
  SettingId,
  SettingPreviewJson,
} from "./shapes.ts";

const Reason = ReasonText.superRefine((reason, context) => {
  const message = refuseReason(reason);
  if (message !== undefined) context.addIssue({ code: "custom", input: reason, message });
}).optional();

const QUERY = {
  scope: ScopeText.optional(),
  dry_run: z
    .enum(["true", "false"])
    .default("false")
    .openapi({ description: "true: change nothing, and answer what would change." }),
};

const params = z.object({ id: SettingId });
const query = z.strictObject(QUERY);
const parameters = [IF_MATCH];
const WITH_BODY: RoutePolicy = { ...CHANGE, query: "read" };
const WITHOUT_BODY: RoutePolicy = { ...CHANGE_BY_PATH, query: "read" };

const responses = {
  200: {
    ...answer(
      "Changed; with dry_run what would change.",
      z.union([SettingChangedJson, SettingPreviewJson]),
    ),
    headers: { ETag: { description: "The version now.", schema: { type: "string" } } },
  },
  ...CHANGE_REFUSALS,
} as const;

const putSetting = createRoute({
  ...{ method: "put", path: "/settings/{id}", policy: WITH_BODY, parameters, responses },
  summary: "Give a scope a value of its own, as a new version",
  request: {
    ...{ params, query },
    body: jsonBody(
      z
        .strictObject({
          value: z.unknown().openapi({
            type: ["number", "boolean", "string", "object", "array"],
            description: "Fits the json_schema of the setting.",
          }),
          reason: Reason,
        })
        .openapi("SettingInput"),
      { value: 2000, reason: "larger fleet" },
    ),
  },
} as const);

const deleteSetting = createRoute({
  ...{ method: "delete", path: "/settings/{id}", policy: WITHOUT_BODY, parameters, responses },
  summary: "Take the value of a scope back, so that it inherits, as a new version",
  request: { params, query: z.strictObject({ ...QUERY, reason: Reason }) },
} as const);

const rollback = createRoute({
  ...{ method: "post", path: "/settings/{id}/rollback", policy: WITH_BODY, parameters, responses },
  summary: "Give a scope the value of an earlier version, as a new version",
  request: {
    ...{ params, query },
    body: jsonBody(
      z
        .strictObject({
          to_version: z.int().min(1).openapi({ description: "The version with the value." }),
          reason: Reason,
        })
        .openapi("SettingRollback"),
      { to_version: 1, reason: "as before" },
    ),
  },
} as const);

export function settingChangeRoutes() {
  return createRouter("Settings")
    .openapi(putSetting, async (c) => {
      const terms = termsOf(c, c.req.valid("param").id, c.req.valid("query"));
      if (terms instanceof Response) return terms as never;
      const { value, reason } = c.req.valid("json");
      const request = { ...terms, value: value as Json, reason };
      return answered(c, await clientOf(c).settings.change(request)) as never;
    })
    .openapi(deleteSetting, async (c) => {
      const { reason, ...at } = c.req.valid("query");
      const terms = termsOf(c, c.req.valid("param").id, at);
      if (terms instanceof Response) return terms as never;
      return answered(c, await clientOf(c).settings.reset({ ...terms, reason })) as never;
    })
    .openapi(rollback, async (c) => {
      const terms = termsOf(c, c.req.valid("param").id, c.req.valid("query"));
      if (terms instanceof Response) return terms as never;
      const { to_version: toVersion, reason } = c.req.valid("json");
      const request = { ...terms, toVersion, reason };
      return answered(c, await clientOf(c).settings.rollback(request)) as never;
    });
}

/** What each change has; or the response where the version that it expects is missing. */
function termsOf(c: Context, id: string, { scope, dry_run }: z.output<typeof query>) {
  const expectedVersion = expectedOf(c.req.header("if-match"));
  if (typeof expectedVersion !== "number") return problemResponse(expectedVersion);
  return { id, scope, expectedVersion, isDryRun: dry_run === "true" };
}

function answered(c: Context, result: SettingResult): Response {
  if (result.kind === "refused") return problemResponse(refusalProblem(result.refusal));
  const headers = { etag: etagOf(result.setting.version) };
  if (result.kind === "conflict") return problemResponse(conflictProblem(result), headers);
  const body =
    result.kind === "preview" ? previewJson(result) : changedJson(result.setting, result.change);
  return c.json(body, 200, headers);
}
