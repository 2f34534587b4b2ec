// The last admin, who cannot be removed: the law of which changes leave none.
import { isAdminEverywhere } from "./grant-rules.ts";
import type { RoleRule } from "./role-rule.ts";
import type { NamedToken } from "./token.ts";

/** Named tokens and role rules that are in force. */
export interface KnownIdentities {
  readonly tokens: readonly NamedToken[];
  readonly rules: readonly RoleRule[];
}

/** Admins that settings make, who cannot be removed by a request. */
export interface FixedAdmins {
  /** Whether API_TOKEN is set. */
  readonly hasApiToken: boolean;
  /** Whether OIDC_ISSUER is set: without, no rule makes an admin. */
  readonly hasOidc: boolean;
  /** Whether OIDC_ADMIN names one. */
  readonly hasAdminRule: boolean;
}

/** Whether there can be an admin of everything. */
export function hasAdmin({ tokens, rules }: KnownIdentities, fixed: FixedAdmins): boolean {
  if (fixed.hasApiToken || tokens.some(isAdminEverywhere)) return true;
  return fixed.hasOidc && (fixed.hasAdminRule || rules.some(isAdminEverywhere));
}

/** Whether a change takes away the last admin of everything. */
export function losesAdmin(
  before: KnownIdentities,
  after: KnownIdentities,
  fixed: FixedAdmins,
): boolean {
  return hasAdmin(before, fixed) && !hasAdmin(after, fixed);
}
