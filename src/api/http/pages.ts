// Pages for people, built into dist/pages with everything they need.
import { fileURLToPath } from "node:url";
import { serveStatic } from "@hono/node-server/serve-static";
import { Hono, type MiddlewareHandler } from "hono";

/** The same folder from the sources and from the build. */
const ROOT = fileURLToPath(new URL("../../../dist/pages", import.meta.url));

const POLICY = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join("; ");

/** The API page, and the files that pages load. */
export function pageRoutes(): Hono {
  const pages = new Hono({ strict: false });
  pages.get("/docs", page("docs.html"));
  pages.get(
    "/pages/*",
    withHeader(
      "cache-control",
      "public, max-age=31536000, immutable",
      serveStatic({
        root: ROOT,
        precompressed: true,
        rewriteRequestPath: (path) => path.replace(/^\/pages/, ""),
      }),
    ),
  );
  return pages;
}

/** Serves one built page, which may load nothing from elsewhere. */
export function page(file: string): MiddlewareHandler {
  const serve = serveStatic({ root: ROOT, path: file, precompressed: true });
  return withHeader("content-security-policy", POLICY, serve);
}

function withHeader(name: string, value: string, serve: MiddlewareHandler): MiddlewareHandler {
  return async (c, next) => {
    const response = await serve(c, next);
    response?.headers.set(name, value);
    return response;
  };
}
