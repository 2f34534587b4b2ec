import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { DT_MS, startApplication } from "../support/application-under-test.ts";
import { hasBrowser, openBrowser } from "../support/browser.ts";
import { sidewaysScroll } from "../support/dashboard-page.ts";
import { HAS_PROVIDER } from "../support/oidc-provider.ts";
import {
  type PagesUnderTest,
  passSignIn,
  startSignedPages,
  watchErrors,
} from "../support/pages-under-test.ts";

const operation = (page: Page, summary: string) =>
  page.locator(".opblock", { hasText: summary }).first();

async function execute(page: Page, summary: string) {
  const shown = operation(page, summary);
  await shown.locator(".opblock-summary").click();
  await shown.getByRole("button", { name: "Execute" }).click();
  return shown;
}

describe.skipIf(!hasBrowser || !HAS_PROVIDER)(
  "the sign-in of the API page",
  { timeout: 60_000 },
  () => {
    let browser: Browser;
    let context: BrowserContext;
    let pages: PagesUnderTest;
    let errors: string[];
    let page: Page;
    beforeAll(async () => {
      browser = await openBrowser();
    }, 60_000);
    afterAll(() => browser?.close());
    beforeEach(async () => {
      pages = await startSignedPages();
      context = await browser.newContext({
        locale: "en-GB",
        viewport: { width: 1200, height: 900 },
      });
      errors = watchErrors(context, pages.application.url, ["error"]);
      page = await context.newPage();
      await page.goto(`${pages.application.url}/docs#/Dispatches`);
    });
    afterEach(async () => {
      await context.close();
      await pages.stop();
      expect(errors).toEqual([]);
    });

    test("comes back to the page, and reads, changes and streams as who is signed in", async () => {
      await page.locator("#viewer").getByRole("button", { name: "Sign in" }).click();
      await passSignIn(page, "ada");
      await page.getByText("Ada Admin (admin)").waitFor();
      expect(page.url()).toBe(`${pages.application.url}/docs#/Dispatches`);
      const dispatch = await execute(page, "Request a power of an asset");
      await dispatch.locator(".live-responses-table", { hasText: "202" }).waitFor();
      await execute(page, "Live telemetry as server-sent events");
      await page.getByRole("status").getByText('"kind":"snapshot"').waitFor();
      pages.application.clock.advance(DT_MS);
      await page.getByRole("status").getByText('"kind":"tick"').waitFor();
      await page.getByRole("button", { name: "Stop the stream" }).click();
    });

    test("prompts where a request requires it, and fits a phone", async () => {
      await page.setViewportSize({ width: 390, height: 800 });
      await execute(page, "Request a power of an asset");
      const dialog = page.getByRole("dialog", { name: "Sign in" });
      await dialog.waitFor();
      expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0);
      await passSignIn(page, "ada");
      await page.getByText("Ada Admin (admin)").waitFor();
      expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0);
    });
  },
);

test.skipIf(!hasBrowser)(
  "the API page goes on with a token that is entered",
  { timeout: 60_000 },
  async () => {
    const application = await startApplication({ API_TOKEN: "open sesame, please" });
    application.clock.advance(DT_MS);
    const browser = await openBrowser();
    const page = await browser.newPage();
    await page.goto(`${application.url}/docs`);
    const dispatch = await execute(page, "Request a power of an asset");
    await page.getByRole("textbox", { name: "Token" }).fill("open sesame, please");
    await page.getByRole("button", { name: "Continue" }).click();
    await dispatch.locator(".live-responses-table", { hasText: "202" }).waitFor();
    await page.getByText("API_TOKEN (admin)").waitFor();
    await browser.close();
    await application.stop();
  },
);
