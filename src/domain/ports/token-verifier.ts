// The port of what checks the tokens of OpenID Connect.
import type { Claims } from "../identity/claim-grants.ts";

/** A token that is good: who it is of, without what is granted to it. */
export interface VerifiedToken {
  /** `<tid>+<oid>` or `<iss>+<sub>`. */
  readonly id: string;
  readonly name: string | null;
  readonly claims: Claims;
  /** When it is no longer accepted, in ms since the epoch. */
  readonly expiresAtMs: number;
}

/** Why a token is not accepted, and what to do, as half a sentence. */
export interface TokenRefusal {
  readonly refused: string;
  /** Whether the token is genuine, and only its time is over. */
  readonly hasExpired?: true;
}

export interface TokenVerifier {
  /** @throws Fault SIGN_IN_UNAVAILABLE where the provider was never reached, so that nothing can be checked. */
  verify(token: string): Promise<VerifiedToken | TokenRefusal>;
  /** Counts the changes of the keys: what was checked by others must be checked again. */
  keysVersion(): number;
}

/** Why the keys of the provider could not be renewed. */
export interface SignInFailure {
  readonly sinceMs: number;
  readonly cause: unknown;
  /** Whether there are earlier keys, by which tokens are still checked. */
  readonly hasKeys: boolean;
}
