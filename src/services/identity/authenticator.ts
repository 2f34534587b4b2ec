// The authenticator: who sends a request, by the token that it carries.
import { grantsOf } from "../../domain/identity/claim-grants.ts";
import { everywhere, type Identity } from "../../domain/identity/principal.ts";
import type { RoleRuleTerms } from "../../domain/identity/role-rule.ts";
import type { Clock } from "../../domain/ports/clock.ts";
import type { Secrets } from "../../domain/ports/secrets.ts";
import type { TokenVerifier, VerifiedToken } from "../../domain/ports/token-verifier.ts";
import type { IdentityTable } from "./identity-table.ts";
import { createRecentMap } from "./recent-map.ts";
import { createSignInStorms, type SignInStorms } from "./sign-in-storms.ts";

/** Why a token is not accepted. `message`: what is wrong, and what to do; nothing of what exists. */
export interface SignInRefusal {
  /** `FORBIDDEN`: the token is good, and lacks the groups that rules need. */
  readonly code: "UNAUTHORIZED" | "TOO_MANY_SIGN_INS" | "FORBIDDEN";
  readonly message: string;
  /** When to try again, in s, of `TOO_MANY_SIGN_INS`. */
  readonly retryAfterS?: number;
  /** Whether the token is genuine, and only its time is over. */
  readonly hasExpired?: true;
}

/** How clients sign in. `open`: without. */
export type SignInMode = "open" | "token" | "oidc";

/** A token that came, with what its text alone says: it may be retained for requests that send the same one. */
export interface SentToken {
  readonly text: string;
  /** SHA-256 of the text, in hex; that of all texts that are too long is the same. */
  readonly digest: string;
  readonly isApiToken: boolean;
}

export interface Authenticator {
  /** Reads the text of a token. Whether it is accepted, `identify` says. */
  read(text: string): SentToken;
  /**
   * The identity of a bearer token, at once where it is known.
   *
   * @param token   The token; undefined: none came, and the identity is `anonymous`, whose grants may be empty.
   * @param address The address of the client, by which failed attempts are counted.
   * @throws Fault SIGN_IN_UNAVAILABLE where the provider of OpenID Connect was not reached yet.
   */
  identify(
    token: SentToken | undefined,
    address: string,
  ): Identity | SignInRefusal | Promise<Identity | SignInRefusal>;
  mode(): SignInMode;
  /** Whether a sign-in is over by its time. */
  hasExpired(identity: Identity): boolean;
}

export interface SignInSettings {
  readonly apiToken: string | undefined;
  /** What may be done without a token; undefined: `viewer` while only API_TOKEN is set, else `none`. */
  readonly anonymousRole: "none" | "viewer" | undefined;
  /** Of OIDC_ADMIN. */
  readonly adminRules: readonly RoleRuleTerms[];
}

interface AuthenticatorDeps {
  readonly settings: SignInSettings;
  readonly table: IdentityTable;
  /** Undefined without OIDC_ISSUER. */
  readonly verifier: TokenVerifier | undefined;
  readonly secrets: Secrets;
  readonly clock: Clock;
}

/** Longer tokens are refused unread: they have one digest. */
const LONGEST_TOKEN = 8_192;
const TOO_LONG = "long";
const MOST_TOKENS = 10_000;
/** Addresses from which API_TOKEN came. */
const MOST_ADDRESSES = 1_000;

const OPEN = anonymous("admin");
const VIEWER = anonymous("viewer");
const STRANGER = anonymous("none");

/** What tokens are checked by: it changes with the keys of the provider, and with the role rules. */
interface Version {
  readonly keys: number | undefined;
  readonly rules: number;
}

/** A token that was checked, and what it was checked by. */
interface Checked {
  readonly identity: Identity;
  readonly version: Version;
}

export function createAuthenticator(deps: AuthenticatorDeps): Authenticator {
  const { settings, table, verifier, clock } = deps;
  const storms = createSignInStorms(clock);
  const checked = createRecentMap<Checked>(MOST_TOKENS);
  const running = new Map<string, Promise<Identity | SignInRefusal>>();
  const known = createKnownTokens(deps, storms);

  function mode(): SignInMode {
    if (verifier) return "oidc";
    return settings.apiToken !== undefined || table.hasTokens() ? "token" : "open";
  }

  function withoutToken(): Identity {
    // Until the store is read there may be tokens in it.
    if (mode() === "open") return table.isRead() ? OPEN : STRANGER;
    const isTokenAlone = !verifier && table.isRead() && !table.hasTokens();
    const role = settings.anonymousRole ?? (isTokenAlone ? "viewer" : "none");
    return role === "viewer" ? VIEWER : STRANGER;
  }

  function isValid({ identity, version: { keys, rules } }: Checked): boolean {
    const isUnchanged = keys === verifier?.keysVersion() && rules === table.rulesVersion();
    return isUnchanged && isCurrent(identity, clock);
  }

  async function check(
    { verify, keysVersion }: TokenVerifier,
    { text, digest }: SentToken,
  ): Promise<Identity | SignInRefusal> {
    const version = { keys: keysVersion(), rules: table.rulesVersion() };
    const verified = await verify(text);
    if ("refused" in verified) {
      checked.delete(digest);
      const { refused, hasExpired } = verified;
      return { ...notAccepted(refused), ...(hasExpired && { hasExpired }) };
    }
    const identity = identityOf(verified, [...settings.adminRules, ...table.rules()]);
    if (!("code" in identity)) checked.set(digest, { identity, version });
    return identity;
  }

  function refuse(address: string, digest: string, why: string): SignInRefusal {
    storms.note(address, digest);
    return notAccepted(why);
  }

  function identify(token: SentToken | undefined, address: string) {
    if (token === undefined || mode() === "open") return withoutToken();
    const { text, digest } = token;
    if (text.length > LONGEST_TOKEN)
      return refuse(address, digest, `it is longer than ${LONGEST_TOKEN} characters`);
    const identity = known.find(token, address);
    if (identity) return identity;
    const before = checked.get(digest);
    if (before && isValid(before)) return before.identity;
    const leftS = storms.leftS(address);
    if (leftS > 0 && before === undefined) return tooMany(leftS);
    if (verifier === undefined || !isJwt(text)) return refuse(address, digest, SEND_ANOTHER);
    const result = running.get(digest) ?? check(verifier, token);
    running.set(digest, result);
    const forget = () => void running.delete(digest);
    result.then(forget, forget);
    // Concurrent requests share one check, and each counts for its own address.
    return result.then((found) => {
      // Whose sign-in is over is no attacker: behind a proxy many people have one address.
      const isWrong = "code" in found && found.code === "UNAUTHORIZED" && !found.hasExpired;
      if (isWrong) storms.note(address, digest);
      return found;
    });
  }

  return {
    read: known.read,
    identify,
    mode,
    hasExpired: (identity) => !isCurrent(identity, clock),
  };
}

/** API_TOKEN and named tokens, which need no check but of their digest. */
function createKnownTokens(
  { settings, table, secrets }: AuthenticatorDeps,
  storms: Pick<SignInStorms, "leftS">,
) {
  const { apiToken } = settings;
  const apiDigest = apiToken === undefined ? undefined : secrets.digestOf(apiToken);
  const admin: Identity = {
    ...{ id: "api-token", name: "API_TOKEN", expiresAtMs: null },
    grants: [everywhere("admin")],
  };
  /** API_TOKEN is chosen by people, and may be guessed: in a storm it passes only where it came from before. */
  const addresses = createRecentMap<true>(MOST_ADDRESSES);

  function mayBeApi(address: string): boolean {
    if (addresses.get(address)) return true;
    if (storms.leftS(address) > 0) return false;
    addresses.set(address, true);
    return true;
  }

  return {
    read(text: string): SentToken {
      const digest = text.length > LONGEST_TOKEN ? TOO_LONG : secrets.digestOf(text);
      const isApiToken = apiDigest !== undefined && secrets.isEqual(digest, apiDigest);
      return { text, digest, isApiToken };
    },
    find({ digest, isApiToken }: SentToken, address: string): Identity | undefined {
      return isApiToken && mayBeApi(address) ? admin : table.identityOf(digest);
    },
  };
}

function identityOf(
  { id, name, claims, expiresAtMs }: VerifiedToken,
  rules: readonly RoleRuleTerms[],
): Identity | SignInRefusal {
  const { grants, isOverage } = grantsOf(claims, rules);
  if (isOverage) return GROUPS_LEFT_OUT;
  return { id, name, grants, expiresAtMs };
}

const GROUPS_LEFT_OUT: SignInRefusal = {
  code: "FORBIDDEN",
  message:
    "the token does not name your groups, because they are too many for it: have an admin give you an app role of this application, and a role rule for that role",
};

const SEND_ANOTHER = "sign in again, or send another one";

function notAccepted(why: string): SignInRefusal {
  return { code: "UNAUTHORIZED", message: `the token is not accepted: ${why}` };
}

function tooMany(retryAfterS: number): SignInRefusal {
  return {
    code: "TOO_MANY_SIGN_INS",
    message: `too many tokens that are not accepted came from this address: try again in ${retryAfterS} s`,
    retryAfterS,
  };
}

function isCurrent({ expiresAtMs }: Identity, clock: Clock): boolean {
  if (expiresAtMs === null) return true;
  const nowMs = clock.nowMs();
  // The clock of the fleet may be ahead, and tokens are of the world outside.
  return nowMs < expiresAtMs || nowMs - clock.aheadMs() < expiresAtMs;
}

function isJwt(token: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token);
}

function anonymous(role: "admin" | "viewer" | "none"): Identity {
  const grants = role === "none" ? [] : [everywhere(role)];
  return { id: "anonymous", name: null, grants, expiresAtMs: null };
}
