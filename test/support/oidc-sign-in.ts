// A sign-in at the provider of the tests as a browser does it, by authorization code with PKCE; without a browser.
import * as oauth from "oauth4webapi";
import {
  API_SCOPE,
  APP_CLIENT,
  AUDIENCE,
  PAGES_CLIENT,
  type TestProvider,
} from "./oidc-provider.ts";

const REDIRECT_URI = "http://127.0.0.1/back";
const PLAIN_HTTP = { [oauth.allowInsecureRequests]: true };

export interface SignedIn {
  readonly accessToken: string;
  /** Gets new tokens by the refresh token. */
  refresh(): Promise<SignedIn>;
}

/** @param scope By default with the scope of the API. */
export async function signIn(
  provider: TestProvider,
  login: string,
  scope = `openid profile offline_access ${API_SCOPE}`,
): Promise<SignedIn> {
  provider.allow(REDIRECT_URI);
  const server = await discover(provider);
  const client: oauth.Client = { client_id: PAGES_CLIENT };
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const start = new URL(server.authorization_endpoint as string);
  start.search = new URLSearchParams({
    ...{ client_id: PAGES_CLIENT, redirect_uri: REDIRECT_URI, response_type: "code", scope, state },
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  }).toString();
  const back = await passLogin(start, login);
  const given = oauth.validateAuthResponse(server, client, back, state);
  const answer = await oauth.authorizationCodeGrantRequest(
    ...([server, client, oauth.None(), given, REDIRECT_URI, verifier] as const),
    PLAIN_HTTP,
  );
  return signedIn(
    server,
    client,
    await oauth.processAuthorizationCodeResponse(server, client, answer),
  );
}

/** The access token of the program, which is no person. */
export async function signInApp(provider: TestProvider): Promise<string> {
  const server = await discover(provider);
  const client: oauth.Client = { client_id: APP_CLIENT.id };
  const answer = await oauth.clientCredentialsGrantRequest(
    ...([server, client, oauth.ClientSecretBasic(APP_CLIENT.secret)] as const),
    new URLSearchParams({ resource: AUDIENCE }),
    PLAIN_HTTP,
  );
  return (await oauth.processClientCredentialsResponse(server, client, answer)).access_token;
}

async function discover({ issuer }: TestProvider): Promise<oauth.AuthorizationServer> {
  const address = new URL(issuer);
  const answer = await oauth.discoveryRequest(address, { ...PLAIN_HTTP, algorithm: "oidc" });
  return oauth.processDiscoveryResponse(address, answer);
}

function signedIn(
  server: oauth.AuthorizationServer,
  client: oauth.Client,
  tokens: oauth.TokenEndpointResponse,
): SignedIn {
  return {
    accessToken: tokens.access_token,
    async refresh() {
      const answer = await oauth.refreshTokenGrantRequest(
        ...([server, client, oauth.None(), tokens.refresh_token as string] as const),
        PLAIN_HTTP,
      );
      const next = await oauth.processRefreshTokenResponse(server, client, answer);
      return signedIn(server, client, next);
    },
  };
}

/** Follows the redirects with cookies, and fills in the form, until the address that the browser comes back to. */
async function passLogin(start: URL, login: string): Promise<URL> {
  const cookies = new Map<string, string>();
  let [next, isForm] = [start, false];
  for (let step = 0; step < 10; step++) {
    if (next.href.startsWith(REDIRECT_URI)) return next;
    const answer = await fetch(next, {
      redirect: "manual",
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; ") },
      ...(isForm && { method: "POST", body: new URLSearchParams({ login }) }),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    const location = answer.headers.get("location");
    isForm = location === null && !isForm;
    if (location !== null) next = new URL(location, next);
    else if (!isForm) throw new Error(`the login is refused: ${await answer.text()}`);
  }
  throw new Error("the login does not end");
}
