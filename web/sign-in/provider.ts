// The provider of OpenID Connect as a browser uses it: the authorization code flow with PKCE, for a public client.
// Loaded where the server requires it alone.
import {
  AuthorizationResponseError,
  type AuthorizationServer,
  allowInsecureRequests,
  authorizationCodeGrantRequest,
  type Client,
  calculatePKCECodeChallenge,
  type DiscoveryRequestOptions,
  discoveryRequest,
  generateRandomCodeVerifier,
  generateRandomNonce,
  generateRandomState,
  None,
  processAuthorizationCodeResponse,
  processDiscoveryResponse,
  processRefreshTokenResponse,
  ResponseBodyError,
  refreshTokenGrantRequest,
  type TokenEndpointResponse,
  validateAuthResponse,
} from "oauth4webapi";
import type { PageProvider } from "./config.ts";
import type { Credential } from "./credential.ts";
import type { PendingSignIn, ProviderAnswer } from "./pending.ts";
import { SignInRefused } from "./refused.ts";

/** A provider that is silent does not keep a page waiting, in ms. */
const DEADLINE_MS = 10_000;

export type Provider = ReturnType<typeof createProvider>;

/** @param redirectUri The address of the page, without query and hash. */
export function createProvider(config: PageProvider, redirectUri: string, nowMs: () => number) {
  const { issuer, client_id, scope, resource } = config;
  const client: Client = { client_id };
  const isInsecure = new URL(issuer).protocol === "http:";
  const options = () => ({
    signal: AbortSignal.timeout(DEADLINE_MS),
    // The server allows it for a provider on the same machine alone.
    [allowInsecureRequests]: isInsecure,
  });
  const forResource = resource === undefined ? undefined : { resource };
  const discover = discoveryOf(new URL(issuer), options);

  return {
    /** The address at the provider that begins a sign-in, and what the page needs of it afterwards. */
    async begin(): Promise<{ readonly address: string; readonly pending: PendingSignIn }> {
      const server = await discover();
      if (server.authorization_endpoint === undefined)
        throw new SignInRefused("no authorization_endpoint");
      const pending = {
        state: generateRandomState(),
        nonce: generateRandomNonce(),
        verifier: generateRandomCodeVerifier(),
      };
      const address = new URL(server.authorization_endpoint);
      const parameters = {
        ...{ response_type: "code", client_id, redirect_uri: redirectUri, scope, ...forResource },
        ...{ state: pending.state, nonce: pending.nonce, code_challenge_method: "S256" },
        code_challenge: await calculatePKCECodeChallenge(pending.verifier),
      };
      for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
      return { address: address.href, pending };
    },

    /** The credential for an answer of the provider. Throws SignInRefused. */
    async finish({ parameters, pending }: ProviderAnswer): Promise<Credential> {
      const server = await discover();
      return refusing(async () => {
        const valid = validateAuthResponse(server, client, parameters, pending.state);
        const answer = await authorizationCodeGrantRequest(
          ...([server, client, None(), valid, redirectUri, pending.verifier] as const),
          { ...options(), ...(forResource && { additionalParameters: forResource }) },
        );
        const tokens = await processAuthorizationCodeResponse(server, client, answer, {
          expectedNonce: pending.nonce,
          requireIdToken: true,
        });
        return credentialOf(tokens, nowMs());
      });
    },

    /** A new credential. Throws SignInRefused where the provider gives none. */
    async refresh(before: Credential): Promise<Credential> {
      const { refreshToken } = before;
      if (refreshToken === undefined) throw new SignInRefused("no refresh token");
      const server = await discover();
      return refusing(async () => {
        const answer = await refreshTokenGrantRequest(server, client, None(), refreshToken, {
          ...options(),
          ...(forResource && { additionalParameters: forResource }),
        });
        return credentialOf(
          await processRefreshTokenResponse(server, client, answer),
          nowMs(),
          before,
        );
      });
    },

    /** The address at which the session is ended; undefined where the provider has none. */
    async endAddress(idToken: string | undefined): Promise<string | undefined> {
      const { end_session_endpoint } = await discover();
      if (end_session_endpoint === undefined) return undefined;
      const address = new URL(end_session_endpoint);
      address.searchParams.set("client_id", client_id);
      address.searchParams.set("post_logout_redirect_uri", redirectUri);
      if (idToken !== undefined) address.searchParams.set("id_token_hint", idToken);
      return address.href;
    },
  };
}

/** What the provider says of itself, read once; again where that failed. */
function discoveryOf(
  issuer: URL,
  options: () => DiscoveryRequestOptions,
): () => Promise<AuthorizationServer> {
  let found: Promise<AuthorizationServer> | undefined;
  return () => {
    found ??= discoveryRequest(issuer, options())
      .then((answer) => processDiscoveryResponse(issuer, answer))
      .catch((error: unknown) => {
        found = undefined;
        throw error;
      });
    return found;
  };
}

function credentialOf(
  tokens: TokenEndpointResponse,
  obtainedAtMs: number,
  before?: Credential,
): Credential {
  const { expires_in } = tokens;
  return {
    authorization: `Bearer ${tokens.access_token}`,
    obtainedAtMs,
    expiresAtMs: expires_in === undefined ? null : obtainedAtMs + expires_in * 1000,
    // A provider may leave out what stays as it was.
    refreshToken: tokens.refresh_token ?? before?.refreshToken,
    idToken: tokens.id_token ?? before?.idToken,
  };
}

/** Errors of the protocol as refusals. Others are of the network, and may pass. */
async function refusing<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof AuthorizationResponseError || error instanceof ResponseBodyError)
      throw new SignInRefused(error.error, error.error_description);
    if (isPassing(error)) throw error;
    throw new SignInRefused((error as Error).message);
  }
}

/** Whether the provider could not be reached, or failed. */
function isPassing(error: unknown): boolean {
  const { name, cause } = error as Error;
  return (
    error instanceof TypeError ||
    name === "TimeoutError" ||
    (cause instanceof Response && cause.status >= 429)
  );
}
