// Identities, named tokens and role rules in the form of REST.
import { z } from "@hono/zod-openapi";
import type { RoleGrant } from "../../../domain/identity/principal.ts";
import { ROLES, type Role } from "../../../domain/identity/role.ts";
import type { RoleRule, RoleRuleTerms } from "../../../domain/identity/role-rule.ts";
import type { NamedToken } from "../../../domain/identity/token.ts";
import { EXAMPLE } from "../base/examples.ts";
import { idOf, instant, instantOrNull, instantText } from "../base/schemas.ts";

const ROLE_NAMES = Object.keys(ROLES) as [Role, ...Role[]];
const ROLES_TEXT = ROLE_NAMES.map((role) => `${role}: ${ROLES[role]}`).join(" ");
const NAME_TEXT = 'Of 1 to 64 letters, digits, "_", "-" and ".".';
const CLAIM_TEXT =
  "A claim of access tokens; with dots also one within others, such as `realm_access.roles`.";
const EQUALS_TEXT = "The text that the claim is, or that its list has.";

const RoleName = z.enum(ROLE_NAMES).openapi({ description: `What may be done. ${ROLES_TEXT}` });
const ids = (nouns: string) =>
  z
    .array(z.string())
    .nullable()
    .openapi({ description: `UUIDs of ${nouns}. null in all lists: the role holds everywhere.` });

const GRANT = {
  role: RoleName,
  site_ids: ids("sites where it holds, with their assets"),
  asset_ids: ids("assets for which it holds"),
  path_prefixes: z.array(z.string()).nullable().openapi({
    description:
      "Paths of data points for which it holds, with all below them. null in all lists: the role holds everywhere.",
  }),
};
const GRANT_INPUT = {
  role: RoleName,
  site_ids: GRANT.site_ids.optional(),
  asset_ids: GRANT.asset_ids.optional(),
  path_prefixes: GRANT.path_prefixes.optional(),
};

const name = z.string().openapi({ description: NAME_TEXT });

export const TokenInput = z.strictObject({ name, ...GRANT_INPUT }).openapi("TokenInput");

const TOKEN = {
  name,
  ...GRANT,
  made_at: instant("When it was made, UTC."),
  made_by: z.string().openapi({ description: "The id of who made it." }),
};
export const TokenJson = z.object(TOKEN).openapi("Token");
export const NewTokenJson = z
  .object({
    ...TOKEN,
    token: z.string().openapi({
      description: "The token itself: it is not held anywhere, and is shown this once.",
    }),
  })
  .openapi("NewToken");

export const RoleRuleInput = z
  .strictObject({
    claim: z.string().openapi({ description: CLAIM_TEXT }),
    equals: z.string().openapi({ description: EQUALS_TEXT }),
    ...GRANT_INPUT,
  })
  .openapi("RoleRuleInput");

export const RoleRuleJson = z
  .object({
    id: idOf("UUID; null of OIDC_ADMIN, which cannot be removed.", EXAMPLE.ruleId).nullable(),
    claim: z.string().openapi({ description: CLAIM_TEXT }),
    equals: z.string().openapi({ description: EQUALS_TEXT }),
    ...GRANT,
    added_at: instant("When it was added, UTC; null of OIDC_ADMIN.").nullable(),
    added_by: z.string().nullable().openapi({
      description: "The id of who added it; null of OIDC_ADMIN.",
    }),
  })
  .openapi("RoleRule");

export const ViewerJson = z
  .object({
    id: z.string().openapi({ description: "Stable and unique." }),
    name: z.string().nullable().openapi({ description: "The display name; null: none is known." }),
    roles: z.array(z.object(GRANT)).openapi({ description: "Empty: nothing may be done." }),
    expires_at: instant("When the sign-in ends, UTC; null: never.").nullable(),
  })
  .openapi("Viewer");

export const grantJson = ({ role, siteIds, assetIds, pathPrefixes }: RoleGrant) => ({
  role,
  site_ids: siteIds && [...siteIds],
  asset_ids: assetIds && [...assetIds],
  path_prefixes: pathPrefixes && [...pathPrefixes],
});

export function tokenJson(token: NamedToken): z.output<typeof TokenJson> {
  const { name, madeAtMs, madeBy } = token;
  return { name, ...grantJson(token), made_at: instantText(madeAtMs), made_by: madeBy };
}

export function ruleJson(
  rule: RoleRuleTerms & Partial<Pick<RoleRule, "id" | "addedAtMs" | "addedBy">>,
): z.output<typeof RoleRuleJson> {
  const { id = null, claim, equals, addedAtMs = null, addedBy = null } = rule;
  const added = { added_at: instantOrNull(addedAtMs), added_by: addedBy };
  return { id, claim, equals, ...grantJson(rule), ...added };
}
