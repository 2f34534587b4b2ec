// Checks tokens of OpenID Connect: of one issuer, signed by RS256, for this audience, and current.
import { errors, type JWTPayload, jwtVerify } from "jose";
import { Fault } from "../../domain/base/fault.ts";
import { entraTenantOf } from "../../domain/identity/issuer.ts";
import { readOidcClaims } from "../../domain/identity/oidc-claims.ts";
import type { Clock } from "../../domain/ports/clock.ts";
import type {
  SignInFailure,
  TokenRefusal,
  TokenVerifier,
  VerifiedToken,
} from "../../domain/ports/token-verifier.ts";
import type { Fetch } from "./document.ts";
import { createProviderKeys } from "./provider-keys.ts";

export interface OidcSettings {
  /** Exactly as tokens have it. */
  readonly issuer: string;
  readonly audiences: readonly string[];
  /** Scopes that the token of a person must have. */
  readonly requiredScopes: readonly string[];
}

export interface OidcVerifier extends TokenVerifier {
  /** The origin at which pages request tokens; undefined until it is known. */
  tokenOrigin(): string | undefined;
  /** Why the keys could not be renewed; undefined where they could. */
  failure(): SignInFailure | undefined;
  start(): void;
  stop(): void;
}

interface OidcVerifierDeps {
  readonly settings: OidcSettings;
  readonly clock: Clock;
  readonly fetch?: Fetch;
}

/** How far the clocks of two machines may be apart. */
const SKEW_S = 60;
/** The end of the year 9999: later instants have no text. */
const LATEST_S = 253_402_300_799;
const TYPES = new Set([undefined, "jwt", "at+jwt", "application/at+jwt"]);

export function createOidcVerifier(deps: OidcVerifierDeps): OidcVerifier {
  const { settings, clock, fetch = globalThis.fetch } = deps;
  const { issuer, audiences, requiredScopes } = settings;
  const tenant = entraTenantOf(issuer);
  const keys = createProviderKeys({ issuer, clock, fetch });

  async function verify(token: string): Promise<VerifiedToken | TokenRefusal> {
    try {
      const { payload, protectedHeader } = await jwtVerify(token, keys.keyOf, {
        algorithms: ["RS256"],
        issuer: [...(tenant?.issuers ?? [issuer])],
        audience: [...audiences],
        requiredClaims: ["exp"],
        clockTolerance: SKEW_S,
        // The clock of the fleet may be ahead, and tokens are of the world outside.
        currentDate: new Date(clock.nowMs() - clock.aheadMs()),
      });
      if (!TYPES.has(protectedHeader.typ?.toLowerCase()))
        return { refused: "it is no access token (typ)" };
      return read(payload);
    } catch (error) {
      if (error instanceof Fault) throw error;
      // The signature is checked before the claims.
      const isOver = error instanceof errors.JWTExpired;
      return { refused: reasonOf(error), ...(isOver && { hasExpired: true }) };
    }
  }

  function read(claims: JWTPayload): VerifiedToken | TokenRefusal {
    if (tenant && String(claims.tid).toLowerCase() !== tenant.tenantId)
      return { refused: "it is of another tenant (tid)" };
    const identity = readOidcClaims(claims, requiredScopes);
    if ("refused" in identity) return identity;
    const expiresAtMs = Math.min((claims.exp ?? 0) + SKEW_S, LATEST_S) * 1000;
    return { ...identity, claims, expiresAtMs };
  }

  return {
    verify,
    keysVersion: keys.version,
    tokenOrigin: keys.tokenOrigin,
    failure: keys.failure,
    start: keys.start,
    stop: keys.stop,
  };
}

const CLAIM_REASONS: Readonly<Record<string, string>> = {
  iss: "it is of another issuer (iss)",
  aud: "it is for another audience (aud): request one for OIDC_AUDIENCE of this server",
  nbf: "it is not valid yet (nbf): compare the clocks of both machines",
  exp: "it has no end (exp)",
};

/** What is wrong with a token, in our own words: nothing of it is repeated. */
function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return "it has expired: sign in again";
  if (error instanceof errors.JWTClaimValidationFailed)
    return CLAIM_REASONS[error.claim] ?? "one of its claims is wrong";
  if (error instanceof errors.JOSEAlgNotAllowed) return "it is not signed by RS256";
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys)
    return "its key is none of the provider: sign in again";
  if (error instanceof errors.JWSSignatureVerificationFailed) return "its signature is wrong";
  return "it is no token of OpenID Connect";
}
