// A problem as a page, for people who come with a browser: what is wrong, and where to go.
import { createHash } from "node:crypto";
import type { Context } from "hono";
import { preferredMedia } from "./accept.ts";
import type { Problem } from "./problem.ts";

const STYLE = `
:root { color-scheme: light dark; --ground: #f3f6f8; --card: #fff; --text: #13212c; --muted: #566675; --link: #0a7a55 }
@media (prefers-color-scheme: dark) {
  :root { --ground: #0c1319; --card: #141d26; --text: #e7eef4; --muted: #96a6b5; --link: #3ddc97 }
}
body { margin: 0; background: var(--ground); color: var(--text); font: 15px/1.45 system-ui, sans-serif }
main { box-sizing: border-box; max-width: 640px; margin: 12vh auto 0; padding: 28px; border-radius: 12px; background: var(--card); overflow-wrap: anywhere }
h1 { margin: 0 0 12px; font-size: 26px }
p { margin: 0 0 16px }
.muted { color: var(--muted) }
nav { display: flex; flex-wrap: wrap; gap: 8px 20px }
a { color: var(--link) }
`;

/** The page loads nothing, and runs nothing. */
const POLICY = [
  "default-src 'none'",
  "img-src data:",
  `style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`,
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/** Whether HTML is preferred to JSON, as by a browser that requests a page. */
export function prefersPage(c: Context): boolean {
  const types = ["application/problem+json", "application/json", "text/html"] as const;
  return preferredMedia(c.req.header("accept"), types) === "text/html";
}

/**
 * The response with a problem as a page.
 *
 * @param path    The requested one: links are relative to it, as a proxy may serve all under a prefix.
 * @param headers Those of the response as a problem.
 */
export function problemPage(it: Problem, path: string, headers: Headers): Response {
  const own = new Headers(headers);
  own.set("content-type", "text/html; charset=utf-8");
  own.set("content-security-policy", POLICY);
  own.set("cache-control", "no-store");
  own.set("vary", "Origin, Accept");
  return new Response(pageOf(it, rootOf(path)), { status: it.status, headers: own });
}

/** The root of the server as seen from a path. */
function rootOf(path: string): string {
  return "../".repeat(Math.max(0, path.split("/").length - 2)) || "./";
}

function pageOf({ status, title, code, detail }: Problem, root: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${status} · Mando</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
<p>${escaped(detail.charAt(0).toUpperCase() + detail.slice(1))}</p>
<p class="muted">${status} ${escaped(code)}</p>
<nav aria-label="Pages"><a href="${root}">Dashboard</a> <a href="${root}graphql">GraphQL</a> <a href="${root}docs">REST</a></nav>
</main>
</body>
</html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  ...{ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" },
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] as string);
}
