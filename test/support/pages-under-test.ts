// Pages that sign in: a fleet with a provider of OpenID Connect, in a browser with its cookies.
import type { BrowserContext, Page } from "playwright-core";
import { type ApplicationUnderTest, DT_MS, startApplication } from "./application-under-test.ts";
import {
  API_SCOPE,
  AUDIENCE,
  PAGES_CLIENT,
  startProvider,
  type TestProvider,
} from "./oidc-provider.ts";

export interface PagesUnderTest {
  readonly application: ApplicationUnderTest;
  readonly provider: TestProvider;
  stop(): Promise<void>;
}

/** People by their login, with the roles of their tokens. */
const ACCOUNTS = {
  ada: { name: "Ada Admin", roles: ["mando.admin"] },
  vera: { name: "Vera Viewer", roles: ["viewer"] },
  otto: { name: "Otto Operator", roles: ["operator"] },
};
const API_TOKEN = "correct-horse-battery";
/** A site whose assets Otto dispatches; he reads everything. */
export const SITE_OF_OTTO = "5d0c7a52-6a3e-4c0b-9d54-0f6b1f2a7c01";

/** A fleet whose clock is that of the world, as tokens are of it. */
export async function startSignedPages(
  environment: Record<string, string> = {},
): Promise<PagesUnderTest> {
  const provider = await startProvider({ accounts: ACCOUNTS });
  const application = await startApplication(
    {
      OIDC_ISSUER: provider.issuer,
      OIDC_AUDIENCE: AUDIENCE,
      OIDC_CLIENT_ID: PAGES_CLIENT,
      OIDC_SCOPE: `openid profile offline_access ${API_SCOPE}`,
      OIDC_ADMIN: "roles:mando.admin",
      API_TOKEN,
      ...environment,
    },
    { startMs: Math.floor(Date.now() / DT_MS) * DT_MS },
  );
  application.clock.advance(DT_MS);
  await addRule(application.url, { claim: "roles", equals: "viewer", role: "viewer" });
  await addRule(application.url, { claim: "roles", equals: "operator", role: "viewer" });
  const rule = { claim: "roles", equals: "operator", role: "operator", site_ids: [SITE_OF_OTTO] };
  await addRule(application.url, rule);
  provider.allow(...["/", "/graphql", "/docs"].map((path) => application.url + path));
  return {
    ...{ application, provider },
    async stop() {
      await application.stop();
      await provider.stop();
    },
  };
}

async function addRule(url: string, rule: object): Promise<void> {
  const answer = await request(url, "/role_rules", rule);
  if (answer.status !== 201) throw new Error(`refused: ${await answer.text()}`);
}

/** Posts something as an admin. */
export function request(url: string, path: string, body: object): Promise<Response> {
  return fetch(url + path, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${API_TOKEN}` },
    body: JSON.stringify(body),
  });
}

/** Signs in at the provider from the dialog of a page. */
export async function passSignIn(page: Page, login: string): Promise<void> {
  await page.getByRole("dialog").getByRole("button", { name: "Sign in" }).click();
  await page.getByLabel("Login").fill(login);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** What the pages of a server complained of, but for refusals before a sign-in. @param types Of messages. */
export function watchErrors(
  context: BrowserContext,
  url: string,
  types: readonly string[] = ["error", "warning"],
): string[] {
  const errors: string[] = [];
  context.on("console", (message) => {
    const isRefusal = message.text().includes("401 (Unauthorized)");
    const isOurs = message.location().url.startsWith(url);
    if (types.includes(message.type()) && isOurs && !isRefusal) errors.push(message.text());
  });
  context.on("weberror", (error) => errors.push(String(error.error().stack)));
  return errors;
}
