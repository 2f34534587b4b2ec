// The request policy: the checks of host and origin that every transport applies before a request.
import { type Problem, problem } from "./problem.ts";

export interface RequestPolicyOptions {
  /** The address that the server listens on; requests may name it as their host. */
  readonly host: string;
  readonly allowedHosts: readonly string[];
  readonly corsOrigin: readonly string[];
}

/** Reads one header of a request, by its lower-case name. */
export type HeaderOf = (name: string) => string | undefined;

export interface RequestPolicy {
  /**
   * Refuses a request for a host name that is not of this server (DNS rebinding), or from a page of another site. A link
   * that is followed in a browser is accepted.
   */
  refuseSender(method: string, header: HeaderOf): Problem | undefined;
  /** Headers of every response: what pages of other origins may do with it. */
  answerHeaders(origin: string | undefined): Readonly<Record<string, string>>;
}

export function createRequestPolicy(policy: RequestPolicyOptions): RequestPolicy {
  const hosts = new Set([policy.host, ...policy.allowedHosts].map((host) => host.toLowerCase()));
  const origins = new Set(policy.corsOrigin);
  const isAllowed = (origin: string) => origins.has(origin) || origins.has("*");
  const shared = { "x-content-type-options": "nosniff", vary: "Origin" };
  const ownOrigin = { ...shared, "cross-origin-resource-policy": "same-origin" };

  // Most requests have the same host.
  let lastHost: string | undefined;

  function isNamed(host: string): boolean {
    if (host !== lastHost && isOwn(hostName(host), hosts)) lastHost = host;
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
      // A page cannot forge the headers sec-fetch-*; a proxy may have replaced the host.
      if (reading || origin === undefined || site === "same-origin" || isSameOrigin(origin, host))
        return undefined;
      return problem("CROSS_SITE", `${foreignPage(origin)}. ${proxyAdvice(host)}`);
    },
    answerHeaders(origin) {
      if (origin === undefined || !isAllowed(origin)) return ownOrigin;
      return {
        ...shared,
        "access-control-allow-origin": origin,
        // The version that a change of a setting is based on.
        "access-control-expose-headers": "etag",
      };
    },
  };
}

function foreignPage(origin = "another site"): string {
  return `a page of ${origin} may not call this server: allow its origin with CORS_ORIGIN`;
}

/** The advice where the page is of this server, and a proxy has replaced the host. */
function proxyAdvice(host: string): string {
  return (
    `If it is the page of this server, a proxy between called it ${host}, and must send the host that the browser ` +
    "names, and pass upgrades on. nginx: proxy_set_header Host $http_host; proxy_http_version 1.1; " +
    'proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade"; ' +
    "Caddy: header_up Host {http.request.hostport}"
  );
}

function isOwn(name: string, hosts: ReadonlySet<string>): boolean {
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
