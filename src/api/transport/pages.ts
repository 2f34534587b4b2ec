// The pages, built into dist/pages with everything that they load.
import { fileURLToPath } from "node:url";
import { serveStatic } from "@hono/node-server/serve-static";
import type { MiddlewareHandler } from "hono";
import { prefersPage } from "./problem-page.ts";
import { ALWAYS } from "./route-policy.ts";
import { createRouter, type Router } from "./router.ts";

/** The same folder from the sources and from the build. */
const ROOT = fileURLToPath(new URL("../../../dist/pages", import.meta.url));

const POLICY = [
  "default-src 'self'",
  "img-src 'self' data:",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/** The policy for third-party pages, which set styles and embed fonts in their code. */
const LENIENT_POLICY = [POLICY, "style-src 'self' 'unsafe-inline'", "font-src 'self' data:"].join(
  "; ",
);

export interface Pages {
  /** The API page, and the files that pages load. */
  readonly routes: Router;
  /** GraphiQL, at the address of the operations that it sends. */
  readonly graphiql: MiddlewareHandler;
  /** The dashboard, where HTML is preferred to the list of addresses at the same path. */
  readonly dashboard: MiddlewareHandler;
}

/**
 * @param signInOrigins Other origins that a page connects to as it signs in: those of the provider. Read with each page,
 *                      as the provider may be known late; empty without a provider.
 */
export function createPages(signInOrigins: () => readonly string[]): Pages {
  const page = (file: string, policy: string) =>
    withHeader(
      "content-security-policy",
      () => withOrigins(policy, signInOrigins()),
      serveStatic({ root: ROOT, path: file, precompressed: true }),
    );
  const files = serveStatic({ root: ROOT, precompressed: true });
  const forYears = withHeader("cache-control", () => "public, max-age=31536000, immutable", files);
  const serveDashboard = page("dashboard.html", POLICY);
  return {
    routes: createRouter()
      .get("/docs", ALWAYS, page("docs.html", LENIENT_POLICY))
      .get("/pages/*", ALWAYS, forYears),
    graphiql: page("graphiql.html", LENIENT_POLICY),
    async dashboard(c, next) {
      c.header("vary", "Origin, Accept");
      return prefersPage(c) ? serveDashboard(c, next) : next();
    },
  };
}

/** A page loads nothing from other origins, and connects to the given ones alone. */
function withOrigins(policy: string, origins: readonly string[]): string {
  return origins.length === 0
    ? policy
    : `${policy}; connect-src ${["'self'", ...origins].join(" ")}`;
}

function withHeader(name: string, read: () => string, serve: MiddlewareHandler): MiddlewareHandler {
  return async (c, next) => {
    const response = await serve(c, next);
    // Where there is no such file, the value is that of the next step, which is no response.
    if (response !== undefined && "headers" in response) response.headers.set(name, read());
    return response;
  };
}
