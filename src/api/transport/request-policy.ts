// Who may ask at all: the rules that every transport applies before it looks at a request.
import { createHash, timingSafeEqual } from "node:crypto";
import { type Problem, problem } from "./problem.ts";

export interface RequestPolicyOptions {
  /** The address that the server listens on; requests may name it as their host. */
  readonly host: string;
  readonly allowedHosts: readonly string[];
  readonly corsOrigin: readonly string[];
  readonly apiToken: string | undefined;
}

/** Reads one header of a request, by its lower-case name. */
export type HeaderOf = (name: string) => string | undefined;

export interface RequestPolicy {
  /**
   * Refuses what was sent under a name that is not ours (a page that rebinds its own name to this
   * machine), or by a page of another site. A link that a person follows is let through.
   */
  refuseSender(method: string, header: HeaderOf): Problem | undefined;
  /** Headers of every answer: what pages of other origins may do with it. */
  answerHeaders(origin: string | undefined): Readonly<Record<string, string>>;
  /** Refuses a change without the token, where one is set; says whether none came, or a wrong one. */
  refuseToken(authorization: string | undefined): Problem | undefined;
}

export function createRequestPolicy(policy: RequestPolicyOptions): RequestPolicy {
  const hosts = new Set([policy.host, ...policy.allowedHosts].map((host) => host.toLowerCase()));
  const origins = new Set(policy.corsOrigin);
  const isAllowed = (origin: string) => origins.has(origin) || origins.has("*");
  const shared = { "x-content-type-options": "nosniff", vary: "Origin" };
  const ownOrigin = { ...shared, "cross-origin-resource-policy": "same-origin" };
  const token = policy.apiToken === undefined ? undefined : digest(policy.apiToken);

  // Most requests name the same one.
  let lastHost: string | undefined;

  function isNamed(host: string): boolean {
    if (host !== lastHost && isOurs(hostName(host), hosts)) lastHost = host;
    return host === lastHost;
  }

  return {
    refuseSender(method, header) {
      const host = header("host") ?? "";
      if (!isNamed(host))
        return problem(
          "HOST_UNKNOWN",
          `this server does not answer for "${host}": name it in ALLOWED_HOSTS`,
        );

      const origin = header("origin");
      if (origin !== undefined && isAllowed(origin)) return undefined;
      const reading = method === "GET" || method === "HEAD";
      const follows = reading && header("sec-fetch-mode") === "navigate";
      const site = header("sec-fetch-site");
      if (site === "cross-site" && !follows) return problem("CROSS_SITE", foreignPage(origin));
      // What the browser says of the sender, no page can forge; a proxy may have put another host for the one it knew.
      if (reading || origin === undefined || site === "same-origin" || isSameOrigin(origin, host))
        return undefined;
      return problem("CROSS_SITE", `${foreignPage(origin)}. ${proxyAdvice(host)}`);
    },
    answerHeaders(origin) {
      if (origin === undefined || !isAllowed(origin)) return ownOrigin;
      return { ...shared, "access-control-allow-origin": origin };
    },
    refuseToken(authorization) {
      if (token === undefined) return undefined;
      const given = bearerOf(authorization);
      if (given === undefined)
        return problem(
          "UNAUTHORIZED",
          "no token came: send the header Authorization: Bearer <API_TOKEN>",
        );
      if (timingSafeEqual(digest(given), token)) return undefined;
      return problem("UNAUTHORIZED", "the token is wrong: send the API_TOKEN of this server");
    },
  };
}

/** The token of an Authorization header, whose scheme may be written in either case; undefined where it has none. */
function bearerOf(authorization = ""): string | undefined {
  return /^\s*bearer +(\S.*?)\s*$/i.exec(authorization)?.[1];
}

/** How an answer that refuses for the token says what it wants (RFC 6750, 3). */
export function challengeHeaders(authorization: string | undefined) {
  const isWrong = bearerOf(authorization) !== undefined;
  return { "www-authenticate": isWrong ? 'Bearer error="invalid_token"' : "Bearer" };
}

function foreignPage(origin = "another site"): string {
  return `a page of ${origin} may not call this server: allow its origin with CORS_ORIGIN`;
}

/** What to change where the page is ours, and a proxy has put another host. */
function proxyAdvice(host: string): string {
  return (
    `If it is the page of this server, a proxy between called it ${host}, and must send the host that the browser ` +
    "names, and pass upgrades on. nginx: proxy_set_header Host $http_host; proxy_http_version 1.1; " +
    'proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade"; ' +
    "Caddy: header_up Host {http.request.hostport}"
  );
}

function isOurs(name: string, hosts: ReadonlySet<string>): boolean {
  if (name === "localhost" || name.endsWith(".localhost") || name === "[::1]") return true;
  if (/^127(\.\d{1,3}){3}$/.test(name)) return true;
  return hosts.has(name) || hosts.has(name.replace(/^\[|\]$/g, ""));
}

function hostName(host: string): string {
  // A name may end with the dot of the root.
  return host.toLowerCase().replace(/\.?(:\d+)?$/, "");
}

function isSameOrigin(origin: string, host: string): boolean {
  return origin.toLowerCase().replace(/^https?:\/\//, "") === host.toLowerCase();
}

/** Equal lengths for the comparison, so that it tells nothing of the token. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
