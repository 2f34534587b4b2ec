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

/** The API page, and the files that pages load. */
export function pageRoutes(): Router {
  const files = serveStatic({ root: ROOT, precompressed: true });
  const forYears = withHeader("cache-control", "public, max-age=31536000, immutable", files);
  return createRouter()
    .get("/docs", ALWAYS, page("docs.html", LENIENT_POLICY))
    .get("/pages/*", ALWAYS, forYears);
}

/** GraphiQL, at the address of the operations that it sends. */
export const graphiqlPage = () => page("graphiql.html", LENIENT_POLICY);

/** The dashboard, where HTML is preferred to the list of addresses at the same path. */
export function dashboardPage(): MiddlewareHandler {
  const serve = page("dashboard.html", POLICY);
  return async (c, next) => {
    c.header("vary", "Origin, Accept");
    return prefersPage(c) ? serve(c, next) : next();
  };
}

/** Serves one built page, which may load nothing from other origins. */
function page(file: string, policy: string): MiddlewareHandler {
  const serve = serveStatic({ root: ROOT, path: file, precompressed: true });
  return withHeader("content-security-policy", policy, serve);
}

function withHeader(name: string, value: string, serve: MiddlewareHandler): MiddlewareHandler {
  return async (c, next) => {
    const response = await serve(c, next);
    // Where there is no such file, the value is that of the next step, which is no response.
    if (response !== undefined && "headers" in response) response.headers.set(name, value);
    return response;
  };
}
