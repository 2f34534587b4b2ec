// The credential of a page, renewed before it expires, by one tab for all.
import type { SignInConfig } from "./config.ts";
import { type Credential, type CredentialStore, renewalAtMs } from "./credential.ts";
import type { Peers } from "./peers.ts";
import type { Provider } from "./provider.ts";
import { SignInRefused } from "./refused.ts";

export interface RenewalDeps {
  readonly nowMs: () => number;
  readonly store: CredentialStore;
  readonly peers: Peers;
  readonly readConfig: () => Promise<SignInConfig>;
  /** Loads the provider of OpenID Connect. */
  readonly loadProvider: (config: SignInConfig) => Promise<Provider>;
  /** Runs one at a time among all tabs. */
  readonly exclusively: <T>(run: () => Promise<T>) => Promise<T>;
}

export interface Held {
  get(): Credential | undefined;
  put(credential: Credential | undefined): void;
  /** Takes what the tab stored before. */
  restore(): void;
  /**
   * Renews the credential. False: the provider gives none, and it is dropped. Throws where the provider cannot be reached.
   *
   * @param isRefused Whether the server refused it before its expiry.
   */
  renew(isRefused?: boolean): Promise<boolean>;
}

/** How long the provider is left alone after it could not be reached, in ms. */
export const RETRY_MS = 3000;
/** Timers of browsers hold no longer. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** @param onPut Is called with each other credential, and where there is none any more. */
export function createHeld(deps: RenewalDeps, onPut: (isHeld: boolean) => void): Held {
  const { nowMs, store, peers, readConfig, loadProvider, exclusively } = deps;
  let held: Credential | undefined;
  let renewing: Promise<boolean> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function put(credential: Credential | undefined): void {
    held = credential;
    store.write(credential);
    schedule();
    onPut(credential !== undefined);
  }

  function schedule(): void {
    clearTimeout(timer);
    const atMs = held === undefined ? null : renewalAtMs(held);
    if (atMs !== null) wait(Math.min(Math.max(atMs - nowMs(), 0), LONGEST_TIMER_MS));
  }

  function wait(ms: number): void {
    timer = setTimeout(() => {
      const isDue =
        held !== undefined && (renewalAtMs(held) ?? Number.POSITIVE_INFINITY) <= nowMs();
      if (!isDue) schedule();
      else void renew().catch(() => wait(RETRY_MS));
    }, ms);
  }

  async function renewIn(credential: Credential, isRefused: boolean): Promise<boolean> {
    // Another tab may have used the refresh token already.
    const newer = await peers.newerThan(credential.obtainedAtMs);
    if (newer !== undefined) return true;
    const provider = await loadProvider(await readConfig());
    const next = await provider.refresh(credential);
    if (held !== credential) return held !== undefined;
    put({ ...next, ...(isRefused && { isAfterRefusal: true }) });
    peers.share(next);
    return true;
  }

  function renew(isRefused = false): Promise<boolean> {
    const credential = held;
    if (credential === undefined) return Promise.resolve(false);
    renewing ??= exclusively(() => renewIn(credential, isRefused))
      .catch((error: unknown) => {
        if (!(error instanceof SignInRefused)) throw error;
        if (held === credential) put(undefined);
        return false;
      })
      .finally(() => {
        renewing = undefined;
      });
    return renewing;
  }

  return {
    get: () => held,
    put,
    restore() {
      held = store.read();
      schedule();
      if (held !== undefined) onPut(true);
    },
    renew,
  };
}
