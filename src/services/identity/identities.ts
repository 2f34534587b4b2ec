// Named tokens and role rules: listed, made and removed by admins of everything, each change with its audit record.
import type { Json } from "../../domain/audit/record.ts";
import { shortened } from "../../domain/base/quote.ts";
import { type GrantRequest, readGrant } from "../../domain/identity/grant-rules.ts";
import {
  type FixedAdmins,
  hasAdmin,
  type KnownIdentities,
  losesAdmin,
} from "../../domain/identity/last-admin.ts";
import { LOCAL, type Principal, type RoleGrant } from "../../domain/identity/principal.ts";
import { type RoleRule, type RoleRuleTerms, wrongClaim } from "../../domain/identity/role-rule.ts";
import { scopeOf } from "../../domain/identity/scope.ts";
import { type NamedToken, TOKEN_PREFIX, wrongTokenName } from "../../domain/identity/token.ts";
import type { Chance } from "../../domain/ports/chance.ts";
import type { Clock } from "../../domain/ports/clock.ts";
import type { IdentityChange, IdentityStore } from "../../domain/ports/identity-store.ts";
import type { Secrets } from "../../domain/ports/secrets.ts";
import type { Audit, Audited } from "../audit/audit.ts";
import type { IdentityTable } from "./identity-table.ts";
import {
  FIRST_ADMIN,
  type IdentityRefusal,
  type IdentityResult,
  invalid,
  LAST_ADMIN,
  NO_ADMIN,
  tooMany,
  unknownRule,
  unknownToken,
} from "./outcomes.ts";

/** Named tokens, and role rules, at most. */
const MOST_TOKENS = 1_000;
const MOST_RULES = 1_000;

export interface TokenRequest extends GrantRequest {
  readonly name: string;
  readonly requestId?: string | undefined;
}

export interface RuleRequest extends GrantRequest {
  readonly claim: string;
  readonly equals: string;
  readonly requestId?: string | undefined;
}

/** Each call is for admins of everything alone. @throws Fault STORE_UNAVAILABLE where the store is. */
export interface Identities {
  /** Tokens that are not withdrawn, those that were made first first. */
  tokens(by: Principal): Promise<IdentityResult<{ readonly tokens: readonly NamedToken[] }>>;
  /** Makes a token. `secret`: the token itself, which is not held anywhere and cannot be read again. */
  makeToken(
    by: Principal,
    request: TokenRequest,
  ): Promise<IdentityResult<{ readonly token: NamedToken; readonly secret: string }>>;
  /** From now on no request with the token is accepted; by other servers within 2 s. */
  withdrawToken(
    by: Principal,
    name: string,
    requestId?: string,
  ): Promise<IdentityResult<{ readonly token: NamedToken }>>;
  /** Rules, those that were added first first. */
  rules(by: Principal): Promise<
    IdentityResult<{
      readonly rules: readonly RoleRule[];
      /** Of OIDC_ADMIN, which cannot be removed. */
      readonly fixed: readonly RoleRuleTerms[];
    }>
  >;
  addRule(
    by: Principal,
    request: RuleRequest,
  ): Promise<IdentityResult<{ readonly rule: RoleRule }>>;
  removeRule(
    by: Principal,
    id: string,
    requestId?: string,
  ): Promise<IdentityResult<{ readonly rule: RoleRule }>>;
}

interface IdentitiesDeps {
  readonly store: IdentityStore;
  /** The table of the authenticator, which has each change at once; undefined in a process without one. */
  readonly table: Pick<IdentityTable, "read"> | undefined;
  readonly fixed: FixedAdmins;
  /** Of OIDC_ADMIN. */
  readonly adminRules: readonly RoleRuleTerms[];
  readonly audit: Audit;
  readonly secrets: Secrets;
  readonly chance: Chance;
  readonly clock: Pick<Clock, "nowMs">;
}

export function createIdentities(deps: IdentitiesDeps): Identities {
  const { store, secrets, fixed } = deps;
  const change = createChange(deps);
  const list = async <T extends object>(by: Principal, work: () => Promise<T>) =>
    isAdmin(by)
      ? ({ accepted: true, ...(await work()) } as const)
      : ({ accepted: false, refusal: NO_ADMIN } as const);
  const stamp = (by: Principal) => ({ atMs: deps.clock.nowMs(), by: by.id });

  return {
    tokens: (by) => list(by, async () => ({ tokens: (await store.read()).tokens })),
    rules: (by) =>
      list(by, async () => ({ rules: (await store.read()).rules, fixed: deps.adminRules })),
    makeToken(by, request) {
      const { name, requestId } = request;
      const audited = { action: "token.make", target: targetOf(name), requestId } as const;
      const secret = `${TOKEN_PREFIX}${secrets.newSecret()}`;
      return change(by, audited, (stored) => {
        const grant = readGrant(request);
        const wrong = wrongTokenName(name);
        if (wrong) return invalid("TOKEN_INVALID", wrong);
        if ("field" in grant) return invalid("TOKEN_INVALID", grant);
        const { atMs: madeAtMs, by: madeBy } = stamp(by);
        const hash = secrets.digestOf(secret);
        const token = { id: deps.chance.newId(), name, hash, ...grant, madeAtMs, madeBy };
        return refuseToken(by, token, stored, fixed) ?? made(token, secret);
      });
    },
    withdrawToken(by, name, requestId) {
      const audited = { action: "token.withdraw", target: targetOf(name), requestId } as const;
      return change(by, audited, (stored) => {
        const token = stored.tokens.find((it) => it.name === name);
        if (token === undefined) return unknownToken(name);
        const after = { ...stored, tokens: stored.tokens.filter((it) => it !== token) };
        if (losesAdmin(stored, after, fixed)) return LAST_ADMIN;
        const { id } = token;
        const change = { kind: "token withdrawn", id, atMs: deps.clock.nowMs() } as const;
        return { change, before: tokenFacts(token), result: { token } };
      });
    },
    addRule(by, request) {
      const id = deps.chance.newId();
      const { requestId, claim, equals } = request;
      const audited = { action: "role_rule.add", target: `role_rule:${id}`, requestId } as const;
      return change(by, audited, ({ rules }) => {
        const grant = readGrant(request);
        const wrong = wrongClaim(request);
        if (wrong) return invalid("ROLE_RULE_INVALID", wrong);
        if ("field" in grant) return invalid("ROLE_RULE_INVALID", grant);
        if (rules.length >= MOST_RULES) return tooMany("role rules", MOST_RULES);
        const { atMs: addedAtMs, by: addedBy } = stamp(by);
        const rule = { id, claim, equals, ...grant, addedAtMs, addedBy };
        return { change: { kind: "rule added", rule }, after: ruleFacts(rule), result: { rule } };
      });
    },
    removeRule(by, given, requestId) {
      const id = given.toLowerCase();
      const audited = { action: "role_rule.remove", target: `role_rule:${id}`, requestId } as const;
      return change(by, audited, (stored) => {
        const rule = stored.rules.find((it) => it.id === id);
        if (rule === undefined) return unknownRule(given);
        const after = { ...stored, rules: stored.rules.filter((it) => it !== rule) };
        // Also where OIDC_ISSUER is not set here: it may be soon, or in another process.
        if (losesAdmin(stored, after, { ...fixed, hasOidc: true })) return LAST_ADMIN;
        return { change: { kind: "rule removed", id }, before: ruleFacts(rule), result: { rule } };
      });
    },
  };
}

/** What is to be changed, with the target before and after; or why not. */
type Decision<T> =
  | IdentityRefusal
  | {
      readonly change: Unaudited<IdentityChange>;
      readonly before?: Json;
      readonly after?: Json;
      readonly result: T;
    };
type Unaudited<C> = C extends IdentityChange ? Omit<C, "audit"> : never;

/** Decides on what is stored, and stores the change with its audit record; a refusal is recorded behind. */
function createChange({ store, table, audit }: IdentitiesDeps) {
  return async <T extends object>(
    by: Principal,
    audited: Audited,
    decide: (stored: KnownIdentities) => Decision<T>,
  ): Promise<IdentityResult<T>> => {
    const refuse = (refusal: IdentityRefusal) => {
      audit.refuse(by, { ...audited, code: refusal.code, reason: refusal.message });
      return { accepted: false, refusal } as const;
    };
    if (!isAdmin(by)) return refuse(NO_ADMIN);
    let decision: Decision<T> | undefined;
    await store.change((stored) => {
      decision = decide(stored);
      if ("code" in decision) return undefined;
      const { change, before, after } = decision;
      return { ...change, audit: [audit.done(by, { ...audited, before, after })] };
    });
    if (decision === undefined) throw new Error("bug: a change without a decision");
    if ("code" in decision) return refuse(decision);
    // It is stored: where it cannot be read back now, it is read soon.
    await table?.read().catch(() => {});
    return { accepted: true, ...decision.result };
  };
}

function targetOf(name: string): string {
  return `token:${shortened(name)}`;
}

function made(token: NamedToken, secret: string) {
  const change = { kind: "token added", token } as const;
  return { change, after: tokenFacts(token), result: { token, secret } };
}

function refuseToken(
  by: Principal,
  token: NamedToken,
  stored: KnownIdentities,
  fixed: FixedAdmins,
): IdentityRefusal | undefined {
  const { tokens } = stored;
  if (tokens.some(({ name }) => name === token.name))
    return {
      code: "TOKEN_EXISTS",
      message: `a token has the name ${token.name}: choose another name, or withdraw it first`,
      field: "name",
    };
  if (tokens.length >= MOST_TOKENS) return tooMany("named tokens", MOST_TOKENS);
  // With the first token everyone needs one. The command line on the machine can still make an admin.
  const isLockedOut = !hasAdmin({ ...stored, tokens: [...tokens, token] }, fixed);
  return isLockedOut && by.id !== LOCAL.id ? FIRST_ADMIN : undefined;
}

function isAdmin({ grants }: Principal): boolean {
  return scopeOf(grants, "administer").isWhole;
}

/** What the audit log has of a token: nothing by which one could sign in. */
function tokenFacts(token: NamedToken): Json {
  return { name: token.name, ...grantFacts(token) };
}

function ruleFacts(rule: RoleRule): Json {
  return { claim: rule.claim, equals: rule.equals, ...grantFacts(rule) };
}

function grantFacts({ role, siteIds, assetIds, pathPrefixes }: RoleGrant) {
  return { role, site_ids: siteIds, asset_ids: assetIds, path_prefixes: pathPrefixes };
}
