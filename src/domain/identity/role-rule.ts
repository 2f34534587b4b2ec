// A role rule: the role of each identity with a claim of some value. Claims are those of OpenID Connect.
import { quoted } from "../base/quote.ts";
import type { WrongField } from "./grant-rules.ts";
import { everywhere, type RoleGrant } from "./principal.ts";

const LONGEST_CLAIM = 256;

/** A claim, the value that it must have, and what is granted then. */
export interface RoleRuleTerms extends RoleGrant {
  /** The name of a claim; with dots also the way to one within others: `realm_access.roles`. */
  readonly claim: string;
  /** A text that the claim is, or that its list has. */
  readonly equals: string;
}

export interface RoleRule extends RoleRuleTerms {
  /** UUID. */
  readonly id: string;
  readonly addedAtMs: number;
  /** The id of the principal. */
  readonly addedBy: string;
}

export function wrongClaim({ claim, equals }: { claim: string; equals: string }) {
  return wrongText("claim", claim) ?? wrongText("equals", equals);
}

/** The rules of a text like `roles:mando.admin, groups:1f0c…`, which make admins; or what is wrong with it. */
export function readAdminRules(
  text: string,
): { readonly rules: readonly RoleRuleTerms[] } | { readonly wrong: string } {
  const items = text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
  const rules = items.map((item) => {
    // The name of a claim may be a URL, whose colon is not the one that is meant.
    const colon = item.indexOf(":", /^[a-z]+:\/\//i.test(item) ? item.indexOf("://") + 3 : 0);
    return { claim: item.slice(0, Math.max(0, colon)), equals: item.slice(colon + 1), item };
  });
  const broken = rules.find((rule) => wrongClaim(rule) !== undefined);
  if (broken)
    return { wrong: `must have claim:value, like roles:mando.admin, not ${quoted(broken.item)}` };
  return { rules: rules.map(({ claim, equals }) => ({ claim, equals, ...everywhere("admin") })) };
}

function wrongText(field: string, text: string): WrongField | undefined {
  if (text !== "" && text.length <= LONGEST_CLAIM && !/\p{Cc}/u.test(text)) return undefined;
  return {
    field,
    message: `${field} must be one line of 1 to ${LONGEST_CLAIM} characters, and is ${quoted(text)}`,
  };
}
