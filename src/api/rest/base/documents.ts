// The documents about the server: its addresses, the OpenAPI document, and the pages.

import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { INSTANT_FORMS } from "../../../domain/time/instant.ts";
import { GROUPS } from "../../transport/groups.ts";
import type { Pages } from "../../transport/pages.ts";
import { ALWAYS } from "../../transport/route-policy.ts";
import { createRouter } from "../../transport/router.ts";
import { clientOf } from "../../transport/session.ts";
import { withExamples } from "./examples.ts";
import { answer, OTHER_HOST } from "./schemas.ts";

const indexRoute = (pages: Pages) =>
  createRoute({
    method: "get",
    path: "/",
    policy: ALWAYS,
    middleware: [pages.dashboard],
    summary: "The list of addresses; in a browser, the fleet live",
    responses: {
      200: answer(
        "Address and meaning.",
        z.object({
          name: z.string().openapi({ description: "Name of the server." }),
          version: z.string().openapi({ description: "Its version." }),
          addresses: z
            .record(z.string(), z.string())
            .openapi({ description: "Method and path, with their purpose." }),
        }),
      ),
      421: OTHER_HOST,
    },
  });

interface DocumentDeps {
  /** The routes that the OpenAPI document describes. */
  readonly app: OpenAPIHono;
  readonly pages: Pages;
  readonly version: string;
}

export function documentRoutes({ app, pages, version }: DocumentDeps) {
  app.openAPIRegistry.registerComponent("securitySchemes", "token", {
    type: "http",
    scheme: "bearer",
    description:
      "API_TOKEN, a named token, or an access token of the provider, where the server needs a sign-in.",
  });
  const describe = () =>
    app.getOpenAPI31Document({
      openapi: "3.1.0",
      info: {
        title: "Mando",
        version,
        description: `A simulated fleet of grid batteries. Power in MW, discharge positive; energy in MWh. Instants are accepted as ${INSTANT_FORMS}, and answered in UTC with milliseconds.`,
        license: { name: "MIT", url: "https://opensource.org/license/mit" },
      },
      servers: [{ url: "/" }],
      security: [],
      tags: Object.entries(GROUPS).map(([name, description]) => ({ name, description })),
    });
  const router = createRouter("Server").openapi(indexRoute(pages), (c) =>
    c.json({ name: "Mando", version, addresses: addressesOf(describe().paths ?? {}) }, 200),
  );
  return router
    .get("/openapi.json", ALWAYS, async (c) => {
      const { table, timestampMs } = clientOf(c).telemetry.latest();
      const document = withExamples(JSON.stringify(describe()), table, timestampMs);
      return c.body(document, 200, { "content-type": "application/json" });
    })
    .include(pages.routes);
}

function addressesOf(paths: object): Record<string, string> {
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, { summary?: string }>).map(
      ([method, { summary = "" }]) => [`${method.toUpperCase()} ${path}`, summary],
    ),
  );
  return { ...Object.fromEntries(described), ...UNDESCRIBED };
}

const UNDESCRIBED = {
  "POST /graphql": "Queries and mutations; subscriptions over server-sent events and WebSocket",
  "GET /graphql": "GraphiQL, in a browser",
  "GET /metrics": "Metrics for Prometheus",
  "GET /openapi.json": "The OpenAPI document",
  "GET /docs": "The OpenAPI document as a page",
};
