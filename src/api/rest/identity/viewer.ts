// The routes of the sign-in: how clients sign in, and who the client is.

import { createRoute, z } from "@hono/zod-openapi";
import { ALWAYS, READ } from "../../transport/route-policy.ts";
import { createRouter } from "../../transport/router.ts";
import type { Services } from "../../transport/services.ts";
import { clientOf } from "../../transport/session.ts";
import { answer, instantOrNull, OTHER_HOST, UNAUTHORIZED } from "../base/schemas.ts";
import { grantJson, ViewerJson } from "./shapes.ts";

const nullable = (description: string) => z.string().nullable().openapi({ description });

const signIn = createRoute({
  method: "get",
  path: "/sign_in",
  policy: ALWAYS,
  summary: "How clients sign in",
  responses: {
    200: answer(
      "It is the same for every client.",
      z
        .object({
          mode: z.enum(["open", "token", "oidc"]).openapi({
            description:
              "open: without; token: by a token as bearer; oidc: by an access token of OpenID Connect, or by a token.",
          }),
          issuer: nullable("The provider of OpenID Connect; null without."),
          client_id: nullable("The client by which pages sign in; null: they cannot."),
          scope: nullable("The scopes that pages request, separated by spaces; null without."),
        })
        .openapi("SignIn"),
    ),
    421: OTHER_HOST,
  },
});

const viewer = createRoute({
  method: "get",
  path: "/viewer",
  policy: READ,
  summary: "Who the client is, and what it may do",
  responses: { 200: answer("As of now.", ViewerJson), 401: UNAUTHORIZED },
});

export function viewerRoutes(services: Pick<Services, "authenticator" | "signIn">) {
  const { issuer, clientId, scope } = services.signIn;
  return createRouter("Identity")
    .openapi(signIn, (c) =>
      c.json({ mode: services.authenticator.mode(), issuer, client_id: clientId, scope }, 200),
    )
    .openapi(viewer, (c) => {
      const { id, name, grants, expiresAtMs } = clientOf(c).principal;
      const expiresAt = instantOrNull(expiresAtMs);
      return c.json({ id, name, roles: grants.map(grantJson), expires_at: expiresAt }, 200);
    });
}
