// The public keys of a provider: fetched, renewed, and kept while the provider is away.
import { createLocalJWKSet, errors, type JWK, type JWTVerifyGetKey } from "jose";
import { Fault } from "../../domain/base/fault.ts";
import { isSafeAddress } from "../../domain/identity/issuer.ts";
import type { Clock } from "../../domain/ports/clock.ts";
import type { SignInFailure } from "../../domain/ports/token-verifier.ts";
import { type Fetch, fetchDocument } from "./document.ts";

const RENEWED_MS = 600_000;
/** After a fetch the next one waits for so long. */
const COOLDOWN_MS = 30_000;
const MOST_KEYS = 100;

export interface ProviderKeys {
  /** The key that a token names. A key that is not known is fetched, once in a while. */
  readonly keyOf: JWTVerifyGetKey;
  /** Counts the changes of the keys. */
  version(): number;
  /** The origin at which pages request tokens; undefined until it is known. */
  tokenOrigin(): string | undefined;
  /** Why the keys could not be fetched the last time; undefined where they could. */
  failure(): SignInFailure | undefined;
  /** Fetches the keys now and every 10 min, while a fetch fails every 30 s. */
  start(): void;
  stop(): void;
}

interface ProviderKeysDeps {
  readonly issuer: string;
  readonly clock: Clock;
  readonly fetch: Fetch;
}

export function createProviderKeys({ issuer, clock, fetch }: ProviderKeysDeps): ProviderKeys {
  const stopped = new AbortController();
  let keys: { readonly text: string; readonly find: JWTVerifyGetKey } | undefined;
  let tokenOrigin: string | undefined;
  let version = 0;
  let begunMs = -Infinity;
  let failure: SignInFailure | undefined;
  let running: Promise<void> | undefined;
  let cancel = () => {};

  async function fetchKeys(): Promise<void> {
    begunMs = clock.nowMs();
    try {
      const read = (address: string) => fetchDocument(address, fetch, stopped.signal);
      const discovered = await discover(issuer, read);
      const set = await readKeys(discovered.jwksUri, read);
      failure = undefined;
      tokenOrigin = discovered.tokenOrigin;
      const text = JSON.stringify(set);
      if (text === keys?.text) return;
      keys = { text, find: createLocalJWKSet({ keys: [...set] }) };
      version++;
    } catch (cause) {
      failure = { cause, sinceMs: failure?.sinceMs ?? begunMs, hasKeys: keys !== undefined };
    }
  }

  /** Concurrent calls share one fetch. Never rejects. */
  function renew(): Promise<void> {
    running ??= fetchKeys().finally(() => {
      running = undefined;
    });
    return running;
  }

  async function renewAgain(): Promise<void> {
    await renew();
    if (stopped.signal.aborted) return;
    const waitMs = failure === undefined ? RENEWED_MS : COOLDOWN_MS;
    cancel = clock.wakeAt(clock.nowMs() + waitMs, () => void renewAgain());
  }

  /** Whether the keys may be others now than those that are known. */
  async function renewEarly(): Promise<boolean> {
    if (running === undefined && clock.nowMs() < begunMs + COOLDOWN_MS) return false;
    const before = version;
    await renew();
    return version !== before;
  }

  const keyOf: JWTVerifyGetKey = async (header, token) => {
    if (keys === undefined) await renewEarly();
    if (keys === undefined)
      throw new Fault(
        "SIGN_IN_UNAVAILABLE",
        "the keys of OIDC_ISSUER are not known yet: try again",
        {
          retryable: true,
          cause: failure?.cause,
        },
      );
    try {
      return await keys.find(header, token);
    } catch (error) {
      const isUnknown = error instanceof errors.JWKSNoMatchingKey && header.kid !== undefined;
      if (!isUnknown || !(await renewEarly())) throw error;
      return keys.find(header, token);
    }
  };

  return {
    keyOf,
    version: () => version,
    tokenOrigin: () => tokenOrigin,
    failure: () => failure,
    start: () => void renewAgain(),
    stop() {
      cancel();
      stopped.abort();
    },
  };
}

type Read = (address: string) => Promise<Readonly<Record<string, unknown>>>;

/** What is needed of the discovery document of a provider. */
async function discover(issuer: string, read: Read) {
  const address = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  const { issuer: named, jwks_uri: jwksUri, token_endpoint: tokenAddress } = await read(address);
  if (named !== issuer)
    throw new Error(
      `${address}: its issuer is ${JSON.stringify(named)}: set OIDC_ISSUER to exactly that where it is right`,
    );
  if (!isSafeAddress(jwksUri))
    throw new Error(`${address}: its jwks_uri is no address that begins with https://`);
  const tokenOrigin = isSafeAddress(tokenAddress) ? new URL(tokenAddress).origin : undefined;
  return { jwksUri, tokenOrigin };
}

/** The keys of a provider for RS256. */
async function readKeys(address: string, read: Read): Promise<readonly JWK[]> {
  const { keys } = await read(address);
  const usable = (Array.isArray(keys) ? keys : []).flatMap(readKey).slice(0, MOST_KEYS);
  if (usable.length === 0) throw new Error(`${address}: has no key for RS256`);
  return usable;
}

/** The public part of a key for RS256; empty where it is for something else. */
function readKey(given: unknown): readonly JWK[] {
  const { kty, n, e, kid, alg, use } = (given ?? {}) as Record<string, unknown>;
  const isRsa = kty === "RSA" && typeof n === "string" && typeof e === "string";
  const isForThis = (alg ?? "RS256") === "RS256" && (use ?? "sig") === "sig";
  if (!isRsa || !isForThis) return [];
  return [{ kty, n, e, ...(typeof kid === "string" && { kid }) }];
}
