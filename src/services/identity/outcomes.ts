// The outcomes of changes of tokens and role rules: what was done, or why not.
import type { RefusalCode } from "../../domain/base/codes.ts";
import { quoted } from "../../domain/base/quote.ts";
import type { WrongField } from "../../domain/identity/grant-rules.ts";

export interface IdentityRefusal {
  readonly code: RefusalCode | "FORBIDDEN";
  readonly message: string;
  readonly field?: string;
}

export type IdentityResult<T> =
  | ({ readonly accepted: true } & T)
  | { readonly accepted: false; readonly refusal: IdentityRefusal };

export const NO_ADMIN: IdentityRefusal = {
  code: "FORBIDDEN",
  message: "tokens and role rules are for admins of everything: have one grant you the role admin",
};

export const LAST_ADMIN: IdentityRefusal = {
  code: "LAST_ADMIN",
  message:
    "no admin of everything would be left: make another one first, by a token or a role rule, or set API_TOKEN or OIDC_ADMIN",
};

export const FIRST_ADMIN: IdentityRefusal = {
  code: "LAST_ADMIN",
  message:
    "with this token everyone needs one, and no admin of everything would be left: make a token with the role admin first",
  field: "role",
};

export function invalid(
  code: "TOKEN_INVALID" | "ROLE_RULE_INVALID",
  { field, message }: WrongField,
): IdentityRefusal {
  return { code, message, field };
}

export function tooMany(what: string, most: number): IdentityRefusal {
  return {
    code: "TOO_MANY_IDENTITIES",
    message: `there are ${most} ${what}, and no more may be: remove some that are no longer used`,
  };
}

export function unknownToken(name: string): IdentityRefusal {
  return {
    code: "TOKEN_UNKNOWN",
    message: `no token has the name ${quoted(name)}: GET /tokens has the names`,
    field: "name",
  };
}

export function unknownRule(id: string): IdentityRefusal {
  return {
    code: "ROLE_RULE_UNKNOWN",
    message: `no role rule has the id ${quoted(id)}: GET /role_rules has the ids`,
    field: "id",
  };
}
