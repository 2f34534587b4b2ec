// What a page signs in with: a token that was entered, or tokens of a provider.

export interface Credential {
  /** The header Authorization of requests. */
  readonly authorization: string;
  /** On the clock of the browser, as is the expiry. */
  readonly obtainedAtMs: number;
  /** Null: it is not known. */
  readonly expiresAtMs: number | null;
  readonly refreshToken?: string | undefined;
  /** Names the session to the provider when it is ended. */
  readonly idToken?: string | undefined;
  /** Whether it was made in place of one that the server refused before its expiry. */
  readonly isAfterRefusal?: boolean;
}

/** The part of its time after which a credential is renewed, and the earliest renewal, in ms before its expiry. */
const RENEWAL_RATIO = 0.8;
const EARLIEST_MS = 60_000;

/** When to renew; null: it cannot be. */
export function renewalAtMs(credential: Credential): number | null {
  const { obtainedAtMs, expiresAtMs, refreshToken } = credential;
  if (expiresAtMs === null || refreshToken === undefined) return null;
  const byRatio = obtainedAtMs + (expiresAtMs - obtainedAtMs) * RENEWAL_RATIO;
  return Math.max(byRatio, expiresAtMs - EARLIEST_MS);
}

export const isExpired = ({ expiresAtMs }: Credential, nowMs: number) =>
  expiresAtMs !== null && expiresAtMs <= nowMs;

export interface CredentialStore {
  read(): Credential | undefined;
  write(credential: Credential | undefined): void;
}

/**
 * Stores a credential for the visit of one tab: a reload keeps it, and it ends with the tab. It is also in memory, as every
 * page that runs scripts of this origin could read either of them; what keeps foreign scripts out is the policy of the pages.
 * The storage of the browser that outlasts the visit has none.
 */
export function createCredentialStore(storage: () => Storage, key: () => string): CredentialStore {
  return {
    read() {
      const text = storage().getItem(key());
      return text === null ? undefined : (JSON.parse(text) as Credential);
    },
    write(credential) {
      if (credential === undefined) storage().removeItem(key());
      else storage().setItem(key(), JSON.stringify(credential));
    },
  };
}
