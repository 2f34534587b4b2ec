// A real provider of OpenID Connect on this machine: `oidc-provider`, with a login form of one field.
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { findLibrary } from "./test-tools.ts";

const LIBRARY = findLibrary("oidc-provider");
/** Tests with the provider are skipped where the library is absent. */
export const HAS_PROVIDER = LIBRARY !== undefined;

/** The public client of the pages, with PKCE and refresh tokens; and a program with a secret. */
export const PAGES_CLIENT = "mando-pages";
export const APP_CLIENT = { id: "mando-app", secret: "a-secret-of-the-test" } as const;
export const AUDIENCE = "https://mando.test/api";
/** A scope of the API, which access tokens have where it is requested. */
export const API_SCOPE = "mando.use";

/** The claims of an account, in its access tokens and ID tokens: `roles` and `name` for example. */
export type Account = Readonly<Record<string, unknown>>;

export interface TestProvider {
  readonly issuer: string;
  /** Allows addresses to which the pages come back, after a sign-in and a sign-out. */
  allow(...redirectUris: string[]): void;
  /** How long access tokens that are made from now on last, in s. */
  setLifetime(lifetimeS: number): void;
  /** Refuses every refresh token that was given so far. */
  endRefresh(): Promise<void>;
  /** Requests by method and path, in order. */
  readonly requests: readonly string[];
  stop(): Promise<void>;
}

interface ProviderOptions {
  /** The claims of each account by its login; any other login is refused. */
  readonly accounts: Readonly<Record<string, Account>>;
  /** How long access tokens last, in s; an hour where it is left out. */
  readonly lifetimeS?: number;
}

/** The parts of the library that are used here. It has no types. */
interface Provider {
  readonly Client: { prototype: Record<string, unknown> };
  readonly Grant: new (properties: object) => Grant;
  callback(): (request: IncomingMessage, response: ServerResponse) => void;
  interactionFinished(
    request: IncomingMessage,
    response: ServerResponse,
    result: object,
    options?: object,
  ): Promise<void>;
}

interface Grant {
  addOIDCScope(scope: string): void;
  addResourceScope(resource: string, scope: string): void;
  save(): Promise<string>;
  destroy(): Promise<void>;
}

interface Token {
  readonly accountId?: string;
  readonly iat?: number;
}

interface RequestContext {
  body: unknown;
  readonly oidc: {
    readonly provider: Provider;
    readonly client: { readonly clientId: string };
    readonly session: { readonly accountId: string };
  };
}

/** Starts a provider on a free port of the loopback. */
export async function startProvider(options: ProviderOptions): Promise<TestProvider> {
  const state: State = { lifetimeS: options.lifetimeS ?? 3600, grants: [] };
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { Provider: Library } = await import(
    pathToFileURL(join(LIBRARY as string, "lib", "index.js")).href
  );
  const provider: Provider = new Library(issuer, configurationOf(options, state));
  const redirectUris = new Set<string>();
  const isAllowed = (uri: string) => redirectUris.has(uri);
  provider.Client.prototype.redirectUriAllowed = isAllowed;
  provider.Client.prototype.postLogoutRedirectUriAllowed = isAllowed;
  const requests: string[] = [];
  const answer = provider.callback();
  server.on("request", (request, response) => {
    const { pathname } = new URL(request.url ?? "/", issuer);
    requests.push(`${request.method} ${pathname}`);
    if (!pathname.startsWith("/interaction/")) return answer(request, response);
    answerLogin(provider, options, request, response).catch((error: unknown) => {
      response.writeHead(400, { "content-type": "text/plain" }).end(String(error));
    });
  });
  return {
    ...{ issuer, requests },
    allow: (...uris) => uris.forEach((uri) => void redirectUris.add(uri)),
    setLifetime(lifetimeS) {
      state.lifetimeS = lifetimeS;
    },
    async endRefresh() {
      await Promise.all(state.grants.splice(0).map((grant) => grant.destroy()));
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

interface State {
  lifetimeS: number;
  /** Those that were given, with their refresh tokens. */
  readonly grants: Grant[];
}

function configurationOf({ accounts }: ProviderOptions, state: State) {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const claimsOf = (id: string | undefined) => (id === undefined ? {} : accounts[id]);
  return {
    jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), alg: "RS256", use: "sig" }] },
    cookies: { keys: ["a key of the test"] },
    clients: [
      {
        client_id: PAGES_CLIENT,
        token_endpoint_auth_method: "none",
        application_type: "web",
        grant_types: ["authorization_code", "refresh_token"],
        redirect_uris: ["https://pages.test/"],
      },
      {
        client_id: APP_CLIENT.id,
        client_secret: APP_CLIENT.secret,
        grant_types: ["client_credentials"],
        redirect_uris: [],
        response_types: [],
      },
    ],
    scopes: ["openid", "profile", "offline_access"],
    claims: { openid: ["sub"], profile: ["name", "preferred_username"] },
    conformIdTokenClaims: false,
    findAccount: (_: unknown, id: string) =>
      id in accounts ? { accountId: id, claims: () => ({ sub: id, ...accounts[id] }) } : undefined,
    extraTokenClaims: (_: unknown, token: Token) =>
      token.accountId === undefined ? { roles: ["mando.app"] } : claimsOf(token.accountId),
    // As most providers do it, also without the prompt for the consent.
    issueRefreshToken: (_: unknown, client: { grantTypeAllowed(type: string): boolean }) =>
      client.grantTypeAllowed("refresh_token"),
    expiresWithSession: () => false,
    clientBasedCORS: (_: unknown, __: string, client: { readonly clientAuthMethod: string }) =>
      client.clientAuthMethod === "none",
    interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    loadExistingGrant: async (context: RequestContext) => {
      const grant = await grantAll(context);
      state.grants.push(grant);
      return grant;
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      rpInitiatedLogout: { enabled: true, logoutSource: showLogout },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => AUDIENCE,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: `openid profile offline_access ${API_SCOPE}`,
          audience: AUDIENCE,
          accessTokenFormat: "jwt",
          accessTokenTTL: state.lifetimeS,
          jwt: { sign: { alg: "RS256" } },
        }),
      },
    },
    ttl: {
      AccessToken: () => state.lifetimeS,
      ...{ Session: 86_400, Grant: 86_400, Interaction: 600, IdToken: 3600 },
      RefreshToken: 86_400,
      ClientCredentials: () => state.lifetimeS,
    },
  };
}

/** Everybody has consented to everything. */
async function grantAll({ oidc }: RequestContext): Promise<Grant> {
  const { provider, client, session } = oidc;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope("openid profile offline_access");
  grant.addResourceScope(AUDIENCE, `openid profile offline_access ${API_SCOPE}`);
  await grant.save();
  return grant;
}

/** A page that signs out by one button, `Sign out`. */
function showLogout(context: RequestContext, form: string): void {
  context.body = page(
    `${form}<button type="submit" form="op.logoutForm" value="yes" name="logout">Sign out</button>`,
  );
}

/** A page with the field `login`, and the end of its form. */
async function answerLogin(
  provider: Provider,
  { accounts }: ProviderOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const login = request.method === "POST" ? await readLogin(request) : undefined;
  if (login === "")
    return provider.interactionFinished(request, response, {
      error: "access_denied",
      error_description: "the sign-in was left",
    });
  if (login !== undefined && login in accounts)
    return provider.interactionFinished(request, response, { login: { accountId: login } });
  const wrong = login === undefined ? "" : "<p>This login is not known.</p>";
  response.writeHead(200, { "content-type": "text/html" }).end(
    page(`${wrong}<form method="post"><label>Login <input name="login" autofocus></label>
      <button type="submit">Sign in</button></form>`),
  );
}

async function readLogin(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const part of request) text += part;
  return new URLSearchParams(text).get("login") ?? "";
}

function page(body: string): string {
  return `<!doctype html><html lang="en"><title>Provider</title><body>${body}</body></html>`;
}
