// The routes of named tokens.

import { createRoute, z } from "@hono/zod-openapi";
import { problemResponse } from "../../transport/problem.ts";
import { CHANGE, CHANGE_BY_PATH } from "../../transport/route-policy.ts";
import { createRouter } from "../../transport/router.ts";
import { clientOf } from "../../transport/session.ts";
import { camelKeys } from "../base/case.ts";
import { answer, created, jsonBody } from "../base/schemas.ts";
import { ADMIN_REFUSALS, CHANGE_REFUSALS, REMOVAL_REFUSALS, refusalProblem } from "./problem.ts";
import { NewTokenJson, TokenInput, TokenJson, tokenJson } from "./shapes.ts";

const listTokens = createRoute({
  method: "get",
  path: "/tokens",
  policy: CHANGE_BY_PATH,
  summary: "Named tokens that are not withdrawn, without the tokens themselves",
  responses: {
    200: answer(
      "Those that were made first first.",
      z.object({ tokens: z.array(TokenJson).openapi({ description: "All of them." }) }),
    ),
    ...ADMIN_REFUSALS,
  },
});

const makeToken = createRoute({
  method: "post",
  path: "/tokens",
  policy: CHANGE,
  summary: "Make a named token, which is shown this once",
  request: { body: jsonBody(TokenInput, { name: "trading", role: "admin" }) },
  responses: { 201: created("Made, with the token.", NewTokenJson), ...CHANGE_REFUSALS },
});

const withdrawToken = createRoute({
  method: "delete",
  path: "/tokens/{name}",
  policy: CHANGE_BY_PATH,
  summary: "Withdraw a named token, which is no longer accepted from now on",
  request: {
    params: z.object({
      name: z.string().openapi({
        ...{ description: "The name of the token.", example: "trading" },
        param: { name: "name", in: "path" },
      }),
    }),
  },
  responses: { 200: answer("Withdrawn.", TokenJson), ...REMOVAL_REFUSALS },
});

export function tokenRoutes() {
  return createRouter("Identity")
    .openapi(listTokens, async (c) => {
      const listed = await clientOf(c).identities.tokens();
      if (!listed.accepted) return problemResponse(refusalProblem(listed.refusal)) as never;
      return c.json({ tokens: listed.tokens.map(tokenJson) }, 200);
    })
    .openapi(makeToken, async (c) => {
      const made = await clientOf(c).identities.makeToken(camelKeys(c.req.valid("json")));
      if (!made.accepted) return problemResponse(refusalProblem(made.refusal)) as never;
      const { token, secret } = made;
      const headers = { location: `/tokens/${token.name}`, "cache-control": "no-store" };
      return c.json({ ...tokenJson(token), token: secret }, 201, headers);
    })
    .openapi(withdrawToken, async (c) => {
      const withdrawn = await clientOf(c).identities.withdrawToken(c.req.valid("param").name);
      if (!withdrawn.accepted) return problemResponse(refusalProblem(withdrawn.refusal)) as never;
      return c.json(tokenJson(withdrawn.token), 200);
    });
}
