// The routes of role rules.

import { createRoute, z } from "@hono/zod-openapi";
import { problemResponse } from "../../transport/problem.ts";
import { CHANGE, CHANGE_BY_PATH } from "../../transport/route-policy.ts";
import { createRouter } from "../../transport/router.ts";
import { clientOf } from "../../transport/session.ts";
import { camelKeys } from "../base/case.ts";
import { answer, created, jsonBody, RoleRuleParams } from "../base/schemas.ts";
import { ADMIN_REFUSALS, CHANGE_REFUSALS, REMOVAL_REFUSALS, refusalProblem } from "./problem.ts";
import { RoleRuleInput, RoleRuleJson, ruleJson } from "./shapes.ts";

const listRules = createRoute({
  method: "get",
  path: "/role_rules",
  policy: CHANGE_BY_PATH,
  summary: "The rules that give roles to claims of access tokens",
  responses: {
    200: answer(
      "Those that were added first first.",
      z.object({
        role_rules: z.array(RoleRuleJson).openapi({ description: "Those of OIDC_ADMIN first." }),
      }),
    ),
    ...ADMIN_REFUSALS,
  },
});

const addRule = createRoute({
  method: "post",
  path: "/role_rules",
  policy: CHANGE,
  summary: "Add a role rule, which is in force at once",
  request: {
    body: jsonBody(RoleRuleInput, { claim: "roles", equals: "mando.operator", role: "operator" }),
  },
  responses: { 201: created("Added.", RoleRuleJson), ...CHANGE_REFUSALS },
});

const removeRule = createRoute({
  method: "delete",
  path: "/role_rules/{id}",
  policy: CHANGE_BY_PATH,
  summary: "Remove a role rule, which is no longer in force from now on",
  request: { params: RoleRuleParams },
  responses: { 200: answer("Removed.", RoleRuleJson), ...REMOVAL_REFUSALS },
});

export function roleRuleRoutes() {
  return createRouter("Identity")
    .openapi(listRules, async (c) => {
      const listed = await clientOf(c).identities.rules();
      if (!listed.accepted) return problemResponse(refusalProblem(listed.refusal)) as never;
      return c.json({ role_rules: [...listed.fixed, ...listed.rules].map(ruleJson) }, 200);
    })
    .openapi(addRule, async (c) => {
      const added = await clientOf(c).identities.addRule(camelKeys(c.req.valid("json")));
      if (!added.accepted) return problemResponse(refusalProblem(added.refusal)) as never;
      const { rule } = added;
      return c.json(ruleJson(rule), 201, { location: `/role_rules/${rule.id}` });
    })
    .openapi(removeRule, async (c) => {
      const removed = await clientOf(c).identities.removeRule(c.req.valid("param").id);
      if (!removed.accepted) return problemResponse(refusalProblem(removed.refusal)) as never;
      return c.json(ruleJson(removed.rule), 200);
    });
}
