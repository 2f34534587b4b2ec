// Issuers of OpenID Connect: which address may be one, and the tenants of Microsoft Entra ID.
import { quoted } from "../base/quote.ts";

/** Hosts of Entra ID, with those that issue the older tokens of version 1. */
const ENTRA_HOSTS: Readonly<Record<string, string>> = {
  "login.microsoftonline.com": "sts.windows.net",
  "login.microsoftonline.us": "sts.windows.net",
  "login.partner.microsoftonline.cn": "sts.chinacloudapi.cn",
};
/** Stand for every tenant, so that any account of any organization could sign in. */
const EVERY_TENANT = new Set(["common", "organizations", "consumers"]);
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export interface EntraTenant {
  /** In lower case. */
  readonly tenantId: string;
  /** Every issuer of its tokens, of version 1 and 2. */
  readonly issuers: readonly string[];
}

/** The tenant of an issuer of Entra ID; undefined where it is of another provider. */
export function entraTenantOf(issuer: string): EntraTenant | undefined {
  const { hostname, pathname } = new URL(issuer);
  const [, tenantId = "", version] = pathname.split("/");
  if (!GUID.test(tenantId.toLowerCase())) return undefined;
  const tenant = { tenantId: tenantId.toLowerCase() };
  if (Object.values(ENTRA_HOSTS).includes(hostname)) return { ...tenant, issuers: [issuer] };
  const olderHost = ENTRA_HOSTS[hostname];
  if (olderHost === undefined || version !== "v2.0") return undefined;
  return { ...tenant, issuers: [issuer, `https://${olderHost}/${tenantId}/`] };
}

/** Why a text cannot be the issuer whose tokens are accepted; undefined where it can. */
export function wrongIssuer(text: string): string | undefined {
  if (!URL.canParse(text))
    return `must be an address like https://login.example.com, not ${quoted(text)}`;
  const { protocol, hostname, pathname, search, hash, username, password } = new URL(text);
  if (search !== "" || hash !== "" || username !== "" || password !== "")
    return "must be an address without a user, ? and #";
  if (protocol !== "https:" && !(protocol === "http:" && isThisMachine(hostname)))
    return `must begin with https://, but on this machine, not ${quoted(text)}`;
  if (hostname in ENTRA_HOSTS && EVERY_TENANT.has(pathname.split("/")[1] ?? ""))
    return "must name the tenant: any account of any organization could sign in; use https://login.microsoftonline.com/<tenant id>/v2.0";
  return undefined;
}

/** Whether an address of a provider may be called: none is where others could read it on its way. */
export function isSafeAddress(text: unknown): text is string {
  if (typeof text !== "string" || !URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === "https:" || (protocol === "http:" && isThisMachine(hostname));
}

function isThisMachine(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}
