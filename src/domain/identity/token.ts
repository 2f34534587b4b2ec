// A named token: what it grants, and the rules on its name. The token itself is not held anywhere, its digest is.
import { quoted } from "../base/quote.ts";
import type { WrongField } from "./grant-rules.ts";
import type { Identity, RoleGrant } from "./principal.ts";

/** What each token begins with, so that it is recognized where it was left lying about. */
export const TOKEN_PREFIX = "mando_";

/** A named token, or a JWT: as long as such are at least. */
const BEARER = /mando_[\w-]{43}|(?<![\w-])eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{16,}/g;
const NAME = /^[A-Za-z0-9_.-]{1,64}$/;

export interface NamedToken extends RoleGrant {
  /** UUID. */
  readonly id: string;
  /** Unique among those that are not withdrawn. */
  readonly name: string;
  /** SHA-256 of the token, in hex. */
  readonly hash: string;
  readonly madeAtMs: number;
  /** The id of the principal. */
  readonly madeBy: string;
}

export function wrongTokenName(name: string): WrongField | undefined {
  if (NAME.test(name)) return undefined;
  return {
    field: "name",
    message: `name must have 1 to 64 letters, digits, "_", "-" and ".", and is ${quoted(name)}`,
  };
}

/** A text with what could be used to sign in taken out of it. */
export function withoutTokens(text: string): string {
  return text.replace(BEARER, "[a token]");
}

export function identityOfToken(token: NamedToken): Identity {
  const { name, role, siteIds, assetIds, pathPrefixes } = token;
  return {
    id: `token:${name}`,
    name,
    grants: [{ role, siteIds, assetIds, pathPrefixes }],
    expiresAtMs: null,
  };
}
