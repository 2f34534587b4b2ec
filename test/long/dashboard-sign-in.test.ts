import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { DT_MS } from "../support/application-under-test.ts";
import { hasBrowser, openBrowser } from "../support/browser.ts";
import { accessFaults, sidewaysScroll } from "../support/dashboard-page.ts";
import { HAS_PROVIDER } from "../support/oidc-provider.ts";
import {
  type PagesUnderTest,
  passSignIn,
  startSignedPages,
  watchErrors,
} from "../support/pages-under-test.ts";

const ASSET_VIEW = "#/asset/8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01";
/** What a token that expired is still accepted for, in ms. */
const SKEW_MS = 60_000;

describe.skipIf(!hasBrowser || !HAS_PROVIDER)(
  "the sign-in of the dashboard",
  { timeout: 60_000 },
  () => {
    let browser: Browser;
    let context: BrowserContext;
    let pages: PagesUnderTest;
    let errors: string[];
    beforeAll(async () => {
      browser = await openBrowser();
    }, 60_000);
    afterAll(() => browser?.close());
    beforeEach(async () => {
      pages = await startSignedPages();
      context = await browser.newContext({ locale: "en-GB", timezoneId: "UTC" });
      errors = watchErrors(context, pages.application.url);
    });
    afterEach(async () => {
      await context.close();
      await pages.stop();
      expect(errors).toEqual([]);
    });

    async function open(address = "", page?: Page): Promise<Page> {
      const opened = page ?? (await context.newPage());
      await opened.goto(`${pages.application.url}/${address}`);
      return opened;
    }
    async function signIn(login: string, address = ""): Promise<Page> {
      const page = await open(address);
      await passSignIn(page, login);
      await page.locator(".badge.live").waitFor();
      return page;
    }
    const tick = (count = 1) => {
      for (let n = 0; n < count; n++) pages.application.clock.advance(DT_MS);
    };
    const requestsTo = (path: string) =>
      pages.provider.requests.filter((one) => one.endsWith(path)).length;

    test("comes back to the place that was left, with the fleet live, and nothing in the address", async () => {
      const page = await signIn("ada", "?kiosk#/?last=3600");
      expect(page.url()).toBe(`${pages.application.url}/?kiosk#/?last=3600`);
      tick(2);
      await page.locator(".kiosk").waitFor();
      expect(requestsTo("/token")).toBe(1);
      // A reload goes on with what the tab has.
      await page.reload();
      await page.locator(".badge.live").waitFor();
      expect(requestsTo("/token")).toBe(1);
      expect(await page.evaluate("localStorage.length")).toBe(0);
    });

    test("shows who is signed in with the roles, and signs out at the provider and in all tabs", async () => {
      const page = await signIn("ada");
      const other = await open("#/alarms");
      // A tab takes the sign-in of another one.
      await other.getByRole("button", { name: "Ada Admin" }).waitFor();
      await page.getByRole("button", { name: "Ada Admin" }).click();
      const dialog = page.getByRole("dialog", { name: "Signed in as" });
      await dialog.getByText("Admin, for the whole fleet").waitFor();
      expect(await accessFaults(page)).toEqual([]);
      await dialog.getByRole("button", { name: "Sign out" }).click();
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.getByRole("dialog", { name: "Sign in" }).waitFor();
      expect(new URL(page.url()).origin).toBe(pages.application.url);
      await other.getByRole("dialog", { name: "Sign in" }).waitFor();
      expect(requestsTo("/token")).toBe(1);
    });

    test("renews a token before it expires, and live data go on when the old one does", async () => {
      pages.provider.setLifetime(30);
      const page = await open();
      await page.clock.install();
      await passSignIn(page, "ada");
      await page.locator(".badge.live").waitFor();
      await page.getByRole("button", { name: "Ada Admin" }).waitFor();
      pages.provider.setLifetime(3600);
      await page.clock.fastForward(25_000);
      await expect.poll(() => requestsTo("/token")).toBe(2);
      // One of the page, and one of its worker.
      let sockets = 0;
      page.on("websocket", () => sockets++);
      tick(Math.ceil((30_000 + SKEW_MS) / DT_MS));
      const states = new Set<string | null>();
      await expect
        .poll(
          async () => {
            tick();
            states.add(await page.locator(".badge [role=status]").textContent());
            return sockets;
          },
          { timeout: 10_000 },
        )
        .toBe(2);
      tick();
      const now = new Date(pages.application.clock.nowMs()).toISOString();
      await page.locator(`.badge time[datetime="${now}"]`).waitFor();
      states.add(await page.locator(".badge [role=status]").textContent());
      expect([...states]).toEqual(["Live"]);
      expect(requestsTo("/token")).toBe(2);
    });

    test("renews a token in one tab for all, as a refresh token is used once", async () => {
      pages.provider.setLifetime(30);
      const page = await open();
      await page.clock.install();
      await passSignIn(page, "ada");
      await page.getByRole("button", { name: "Ada Admin" }).waitFor();
      const other = await open("#/alarms");
      await other.getByRole("button", { name: "Ada Admin" }).waitFor();
      const held = (tab: Page) => tab.evaluate<string>("sessionStorage.getItem('mando.sign-in /')");
      const first = await held(page);
      expect(await held(other)).toBe(first);
      pages.provider.setLifetime(3600);
      // The clock is that of all tabs.
      await page.clock.fastForward(25_000);
      await expect.poll(() => held(page)).not.toBe(first);
      await expect.poll(() => held(other)).not.toBe(first);
      expect(await held(other)).toBe(await held(page));
      expect(requestsTo("/token")).toBe(2);
    });

    test("prompts again where the provider renews no more, and goes on after that", async () => {
      pages.provider.setLifetime(30);
      const page = await open(ASSET_VIEW);
      await page.clock.install();
      await passSignIn(page, "ada");
      await page.getByRole("button", { name: "Ada Admin" }).waitFor();
      await pages.provider.endRefresh();
      await page.clock.fastForward(25_000);
      await expect.poll(() => requestsTo("/token")).toBe(2);
      await page.getByLabel("Power in MW", { exact: true }).fill("4");
      const dialog = page.getByRole("dialog", { name: "Sign in" });
      await dialog.waitFor();
      await dialog.getByRole("button", { name: "Not now" }).click();
      await page.getByText("This server shows its fleet to who is signed in.").waitFor();
      await page.getByRole("region", { name: "Sign in" }).getByRole("button").click();
      await dialog.getByRole("button", { name: "Sign in" }).click();
      // The session at the provider goes on.
      await page.getByRole("button", { name: "Ada Admin" }).waitFor();
      expect(new URL(page.url()).hash).toBe(ASSET_VIEW);
    });

    test("shows what the provider refuses, in words", async () => {
      const page = await open();
      await passSignIn(page, "");
      const alert = page.getByRole("dialog", { name: "Sign in" }).getByRole("alert");
      await alert.getByText("The sign-in was cancelled, or you have no access").waitFor();
      expect(new URL(page.url()).search).toBe("");
      expect(await accessFaults(page)).toEqual([]);
      await page.setViewportSize({ width: 320, height: 640 });
      expect(await sidewaysScroll(page)).toBe(0);
    });

    test("loads what it needs of the provider from there alone, by its policy", async () => {
      const page = await open();
      const answer = await fetch(`${pages.application.url}/`, { headers: { accept: "text/html" } });
      expect(answer.headers.get("content-security-policy")).toContain(
        `connect-src 'self' ${pages.provider.issuer}`,
      );
      const elsewhere = await page.evaluate(
        "fetch('https://elsewhere.test/').then(() => 'loaded', () => 'blocked')",
      );
      expect(elsewhere).toBe("blocked");
      errors.length = 0;
    });
  },
);
