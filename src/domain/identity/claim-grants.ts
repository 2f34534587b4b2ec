// What is granted by the claims of a token: the law of role rules.
import type { RoleGrant } from "./principal.ts";
import type { RoleRuleTerms } from "./role-rule.ts";

/** The claims of a token, as JSON has them. */
export type Claims = Readonly<Record<string, unknown>>;

/** Claims that are one text with several values, separated by spaces. */
const SPACED = new Set(["scp", "scope"]);
const GROUPS = "groups";

/**
 * What the rules grant; `isOverage`: Entra ID left out the groups of the token because they are too many, a rule needs
 * them, and no other rule grants anything.
 */
export function grantsOf(
  claims: Claims,
  rules: readonly RoleRuleTerms[],
): { readonly grants: readonly RoleGrant[]; readonly isOverage: boolean } {
  const grants = rules
    .filter(({ claim, equals }) => valuesOf(claims, claim).includes(equals))
    .map(({ role, siteIds, assetIds, pathPrefixes }) => {
      return { role, siteIds, assetIds, pathPrefixes };
    });
  const isOverage =
    grants.length === 0 && lacksGroups(claims) && rules.some(({ claim }) => claim === GROUPS);
  return { grants, isOverage };
}

/** The texts of a claim: of one by its plain name, or else of one within others, by a name with dots. */
export function valuesOf(claims: Claims, name: string): readonly string[] {
  const value = ownOf(claims, name) ?? nestedOf(claims, name);
  if (typeof value === "string") return SPACED.has(name) ? value.split(/ +/) : [value];
  return Array.isArray(value) ? value.filter((it) => typeof it === "string") : [];
}

function nestedOf(claims: Claims, name: string): unknown {
  if (!name.includes(".")) return undefined;
  return name.split(".").reduce<unknown>(ownOf, claims);
}

function ownOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Claims)[name];
}

/** Entra ID leaves out the groups of a person who is in more than 200 (6 by the implicit grant). */
function lacksGroups(claims: Claims): boolean {
  const names = ownOf(claims, "_claim_names");
  return ownOf(names, GROUPS) !== undefined || [true, "true"].includes(claims.hasgroups as never);
}
