import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { DT_MS } from "../support/application-under-test.ts";
import { hasBrowser, openBrowser } from "../support/browser.ts";
import { openTab, resultOf, run, stop } from "../support/graphiql-page.ts";
import { HAS_PROVIDER } from "../support/oidc-provider.ts";
import {
  type PagesUnderTest,
  passSignIn,
  startSignedPages,
  watchErrors,
} from "../support/pages-under-test.ts";

/** How long a token is still accepted after its end, in ms. */
const SKEW_MS = 60_000;

describe.skipIf(!hasBrowser || !HAS_PROVIDER)(
  "the sign-in of GraphiQL",
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
        viewport: { width: 1400, height: 850 },
      });
      errors = watchErrors(context, pages.application.url);
      page = await context.newPage();
      await page.goto(`${pages.application.url}/graphql`);
    });
    afterEach(async () => {
      await context.close();
      await pages.stop();
      expect(errors).toEqual([]);
    });

    test("comes back to the page, and subscribes as who is signed in", async () => {
      await passSignIn(page, "vera");
      await page.getByText("Vera Viewer (viewer)").waitFor();
      expect(page.url()).toBe(`${pages.application.url}/graphql`);
      const sent: string[] = [];
      page.on("websocket", (socket) =>
        socket.on("framesent", ({ payload }) => sent.push(String(payload))),
      );
      await openTab(page, "Watch");
      await run(page);
      await expect.poll(() => resultOf(page), { timeout: 10_000 }).toContain('"SNAPSHOT"');
      expect(sent[0]).toContain('"authorization":"Bearer ey');
      await stop(page);
    });

    test("follows a subscription with a renewed token once the old one is over", async () => {
      pages.provider.setLifetime(30);
      await page.clock.install();
      await passSignIn(page, "vera");
      await page.getByText("Vera Viewer (viewer)").waitFor();
      const sent: string[] = [];
      page.on("websocket", (socket) =>
        socket.on("framesent", ({ payload }) => sent.push(String(payload))),
      );
      await openTab(page, "Watch");
      await run(page);
      await expect.poll(() => resultOf(page), { timeout: 10_000 }).toContain('"SNAPSHOT"');
      pages.provider.setLifetime(3600);
      await page.clock.fastForward(25_000);
      const renewals = () => pages.provider.requests.filter((one) => one.includes("/token"));
      await expect.poll(() => renewals().length).toBe(2);
      const { clock } = pages.application;
      for (let n = 0; n < (30_000 + SKEW_MS) / DT_MS + 1; n++) clock.advance(DT_MS);
      const tokens = () => new Set(sent.join().match(/Bearer [\w.-]+/g));
      await expect.poll(() => tokens().size, { timeout: 10_000 }).toBe(2);
      // Only what is live has the instant of the newest tick.
      await expect
        .poll(
          () => {
            clock.advance(DT_MS);
            return resultOf(page);
          },
          { timeout: 10_000 },
        )
        .toContain(new Date(clock.nowMs()).toISOString().slice(0, 16));
      await stop(page);
    });

    test("shows the refusal of what the role may not do", async () => {
      await passSignIn(page, "vera");
      await page.getByText("Vera Viewer (viewer)").waitFor();
      await openTab(page, "Dispatch");
      await run(page);
      await expect.poll(() => resultOf(page), { timeout: 10_000 }).toContain('"FORBIDDEN"');
      errors.length = 0;
    });

    test("signs out", async () => {
      await passSignIn(page, "ada");
      await page.getByText("Ada Admin (admin)").waitFor();
      pages.application.clock.advance(DT_MS);
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.getByRole("dialog", { name: "Sign in" }).waitFor();
      expect(page.url()).toBe(`${pages.application.url}/graphql`);
    });
  },
);
