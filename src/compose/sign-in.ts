// The sign-in of a server: its authenticator, its tokens and role rules, and the provider of OpenID Connect.
import { createOidcVerifier, type OidcVerifier } from "../adapters/oidc/verifier.ts";
import { systemSecrets } from "../adapters/system/secrets.ts";
import type { Settings } from "../config/settings.ts";
import type { FixedAdmins } from "../domain/identity/last-admin.ts";
import { requiredScopesOf } from "../domain/identity/oidc-claims.ts";
import type { Chance } from "../domain/ports/chance.ts";
import type { Clock } from "../domain/ports/clock.ts";
import type { IdentityStore } from "../domain/ports/identity-store.ts";
import type { Log } from "../domain/ports/log.ts";
import type { SignInFailure } from "../domain/ports/token-verifier.ts";
import type { Audit } from "../services/audit/audit.ts";
import {
  type Authenticator,
  createAuthenticator,
  type SignInMode,
} from "../services/identity/authenticator.ts";
import { createIdentities, type Identities } from "../services/identity/identities.ts";
import { createIdentityTable } from "../services/identity/identity-table.ts";

export interface SignIn {
  readonly authenticator: Authenticator;
  readonly identities: Identities;
  /** Origins of the provider to which pages connect; empty without a provider. */
  origins(): readonly string[];
  /** Why the keys of the provider could not be renewed; undefined where they could, or there is none. */
  failure(): SignInFailure | undefined;
  /**
   * Fetches the keys of the provider, and reads tokens and role rules every second, from now on: also as a standby.
   * Waits for nothing.
   */
  start(): void;
  /** Reads tokens and role rules, and logs how clients sign in. Called once the store is open. */
  open(): Promise<void>;
  stop(): void;
}

interface SignInDeps {
  readonly settings: Settings;
  readonly store: IdentityStore;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
}

export function createSignIn({ settings, store, audit, clock, chance, log }: SignInDeps): SignIn {
  const { apiToken, anonymousRole, oidcAdmin: adminRules } = settings;
  const table = createIdentityTable({ store, clock, log });
  const verifier = verifierOf(settings, clock);
  const secrets = systemSecrets;
  const authenticator = createAuthenticator({
    settings: { apiToken, anonymousRole, adminRules },
    ...{ table, verifier, secrets, clock },
  });
  const fixed = fixedAdminsOf(settings);
  const identities = createIdentities({
    ...{ store, table, fixed, adminRules, audit, secrets, chance, clock },
  });
  let logged = "";

  function logMode(): void {
    const { grants } = authenticator.identify(undefined, "") as { grants: readonly unknown[] };
    const mode = authenticator.mode();
    const message = describeMode(mode, settings, grants.length > 0);
    if (message !== logged) log.info({ mode }, message);
    logged = message;
  }

  return {
    ...{ authenticator, identities },
    origins: () => originsOf(settings.oidcIssuer, verifier?.tokenOrigin()),
    failure: () => verifier?.failure(),
    start() {
      verifier?.start();
      table.start();
    },
    async open() {
      await table.read();
      table.onChange(logMode);
      logMode();
    },
    stop() {
      table.stop();
      verifier?.stop();
    },
  };
}

function originsOf(issuer: string | undefined, tokenOrigin: string | undefined): string[] {
  if (issuer === undefined) return [];
  return [
    ...new Set([new URL(issuer).origin, ...(tokenOrigin === undefined ? [] : [tokenOrigin])]),
  ];
}

/** The admins that settings make. */
export function fixedAdminsOf({ apiToken, oidcIssuer, oidcAdmin }: Settings): FixedAdmins {
  return {
    hasApiToken: apiToken !== undefined,
    hasOidc: oidcIssuer !== undefined,
    hasAdminRule: oidcAdmin.length > 0,
  };
}

function verifierOf(settings: Settings, clock: Clock): OidcVerifier | undefined {
  const { oidcIssuer: issuer, oidcAudience: audiences, oidcScope } = settings;
  if (issuer === undefined) return undefined;
  const requiredScopes = requiredScopesOf(oidcScope);
  return createOidcVerifier({ settings: { issuer, audiences, requiredScopes }, clock });
}

function describeMode(mode: SignInMode, { oidcIssuer }: Settings, mayRead: boolean): string {
  if (mode === "open")
    return "sign-in: open, everyone may do everything: set API_TOKEN or OIDC_ISSUER, or make a token by mando token make, to change that";
  const how = mode === "oidc" ? `by OpenID Connect of ${oidcIssuer}, and by tokens` : "by tokens";
  return `sign-in: ${how}; without one, ${mayRead ? "everyone reads" : "nothing is answered"}`;
}
