// Who a token of OpenID Connect is of, by its claims, and the scopes that it must have.
import { type Claims, valuesOf } from "./claim-grants.ts";

/** Scopes of OpenID Connect itself: what signs in requests them, and access tokens need not have them. */
const STANDARD_SCOPES = new Set([
  ...["openid", "profile", "email", "address", "phone", "offline_access"],
  // Entra ID: all that was consented to, which is no scope of a token.
  ".default",
]);
const LONGEST_TEXT = 256;
/** Two ids with such characters could be stored as one. */
const UNSTORABLE = /[\p{Cc}\p{Surrogate}]/u;
const PERSON_NAMES = ["name", "preferred_username", "upn", "email", "azp", "client_id"];
const APP_NAMES = ["app_displayname", "azp", "appid", "client_id"];

/** The scopes of a list, separated by spaces, that the token of a person must have. */
export function requiredScopesOf(scope: string): readonly string[] {
  return scope.split(/ +/).filter((it) => it !== "" && !STANDARD_SCOPES.has(lastPart(it)));
}

/** The identity of a token that is good; or why it has none. */
export function readOidcClaims(
  claims: Claims,
  requiredScopes: readonly string[],
): { readonly id: string; readonly name: string | null } | { readonly refused: string } {
  const { tid, oid, iss, sub } = claims;
  const isApp = isAppToken(claims);
  const missing = isApp ? undefined : requiredScopes.find((it) => !hasScope(claims, it));
  if (missing !== undefined)
    return { refused: `it lacks the scope ${missing}: sign in with OIDC_SCOPE of this server` };
  const id = idOf(tid, oid) ?? idOf(iss, sub);
  if (id === undefined) return { refused: "it does not name who it is of (sub)" };
  return { id, name: nameOf(claims, isApp ? APP_NAMES : PERSON_NAMES) };
}

/** Whether a token is of a program rather than of a person. */
function isAppToken(claims: Claims): boolean {
  if (claims.idtyp === "app") return true;
  return claims.scp === undefined && claims.scope === undefined;
}

/** Entra ID leaves out what comes before the last slash: `api://…/access` is `access` in the token. */
function hasScope(claims: Claims, scope: string): boolean {
  const found = [...valuesOf(claims, "scp"), ...valuesOf(claims, "scope")];
  return found.includes(scope) || found.includes(lastPart(scope));
}

function lastPart(scope: string): string {
  return scope.slice(scope.lastIndexOf("/") + 1);
}

function idOf(...parts: readonly [unknown, unknown]): string | undefined {
  const isId = (part: unknown) => isText(part) && !UNSTORABLE.test(part);
  return parts.every(isId) ? parts.join("+") : undefined;
}

function nameOf(claims: Claims, names: readonly string[]): string | null {
  const name = names.map((it) => claims[it]).find(isText);
  return typeof name === "string" ? name.replace(/\p{Cc}/gu, " ").toWellFormed() : null;
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.length <= LONGEST_TEXT;
}
