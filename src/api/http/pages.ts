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
  pages.use("/docs", header("content-security-policy", POLICY));
  pages.get("/docs", page("docs.html"));
  pages.use("/pages/*", header("cache-control", "public, max-age=31536000, immutable"));
  pages.get(
    "/pages/*",
    serveStatic({
      root: ROOT,
      precompressed: true,
      rewriteRequestPath: (path) => path.replace(/^\/pages/, ""),
    }),
  );
  return pages;
}

function page(file: string): MiddlewareHandler {
  return serveStatic({ root: ROOT, path: file, precompressed: true });
}

function header(name: string, value: string): MiddlewareHandler {
  return async (c, next) => {
    await next();
    if (c.res.ok) c.res.headers.set(name, value);
  };
}
