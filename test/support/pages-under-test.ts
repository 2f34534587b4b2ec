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

/** People by their login, with what the roles of their tokens are. */
const ACCOUNTS = {
  ada: { name: "Ada Admin", roles: ["mando.admin"] },
  vera: { name: "Vera Viewer", roles: ["mando.viewer"] },
};

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
      ...environment,
    },
    { startMs: Math.floor(Date.now() / DT_MS) * DT_MS },
  );
  application.clock.advance(DT_MS);
  provider.allow(...["/", "/graphql", "/docs"].map((path) => application.url + path));
  return {
    ...{ application, provider },
    async stop() {
      await application.stop();
      await provider.stop();
    },
  };
}

/** Signs in at the provider from the dialog of a page. */
export async function passSignIn(page: Page, login: string): Promise<void> {
  await page.getByRole("dialog").getByRole("button", { name: "Sign in" }).click();
  await page.getByLabel("Login").fill(login);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** What the pages of a server complained of, but for refusals before a sign-in. */
export function watchErrors(context: BrowserContext, url: string): string[] {
  const errors: string[] = [];
  context.on("console", (message) => {
    const isRefusal = message.text().includes("401 (Unauthorized)");
    const isOurs = message.location().url.startsWith(url);
    if (["error", "warning"].includes(message.type()) && isOurs && !isRefusal)
      errors.push(message.text());
  });
  context.on("weberror", (error) => errors.push(String(error.error().stack)));
  return errors;
}
