import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { DT_MS, startApplication } from "../support/application-under-test.ts";
import { hasBrowser, openBrowser } from "../support/browser.ts";
import { accessFaults, sidewaysScroll } from "../support/dashboard-page.ts";
import { HAS_PROVIDER } from "../support/oidc-provider.ts";
import {
  type PagesUnderTest,
  passSignIn,
  request,
  SITE_OF_OTTO,
  startSignedPages,
  watchErrors,
} from "../support/pages-under-test.ts";

const ASSET = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01";
const ASSET_VIEW = `#/asset/${ASSET}`;
/** Of another site than Otto's. */
const OTHER_VIEW = "#/asset/8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b05";

describe.skipIf(!hasBrowser || !HAS_PROVIDER)(
  "what is offered in the dashboard",
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

    async function signIn(login: string, name: string, address: string): Promise<Page> {
      const page = await context.newPage();
      await page.goto(`${pages.application.url}/${address}`);
      await passSignIn(page, login);
      await page.getByRole("button", { name }).waitFor();
      await page.locator(".badge.live").waitFor();
      return page;
    }
    const show = (page: Page, address: string) => page.goto(`${pages.application.url}/${address}`);

    test("to a viewer: the fleet live, and nothing that changes it, with the roles that would", async () => {
      await request(pages.application.url, "/dispatch", { asset_id: ASSET, mw: 3 });
      const page = await signIn("vera", "Vera Viewer", ASSET_VIEW);
      pages.application.clock.advance(DT_MS);
      const dispatches = page.getByRole("region", { name: "Dispatches" });
      await dispatches.getByText("Active").first().waitFor();
      const form = page.getByRole("region", { name: "New dispatch" });
      await form.getByText("This needs the role Operator or Admin.").waitFor();
      const schedule = page.getByRole("region", { name: "Schedule" });
      await schedule.getByText("This needs the role Trader, Operator or Admin.").waitFor();
      expect(await dispatches.getByRole("button", { name: /Cancel/ }).count()).toBe(0);
      expect(await accessFaults(page)).toEqual([]);
      await show(page, "#/");
      await page.getByRole("link", { name: "VALKEAKOSKI-1" }).waitFor();
      for (const name of ["Dispatch several", "New asset", "New site"])
        expect(await page.getByRole("button", { name }).count()).toBe(0);
      for (const [name, address] of [
        ["Audit log", "#/audit"],
        ["Settings", "#/settings"],
      ] as const) {
        expect(await page.getByRole("link", { name }).count()).toBe(0);
        await show(page, address);
        await page.getByRole("heading", { name }).waitFor();
        await page.getByText(/^This needs the role .*Admin\.$/).waitFor();
      }
      expect(await accessFaults(page)).toEqual([]);
    });

    test("to an admin of one site: its settings and those of its assets", async () => {
      const rule = { claim: "roles", equals: "operator", role: "admin", site_ids: [SITE_OF_OTTO] };
      await request(pages.application.url, "/role_rules", rule);
      const page = await signIn("otto", "Otto Operator", "#/");
      await page.getByRole("link", { name: "Settings" }).click();
      await page.getByText("Settings: 1", { exact: true }).waitFor();
      await page.getByText("Limited asset").click();
      await page.getByText("To change this needs the role Admin for: Platform.").waitFor();
      await page.getByText("This scope never had a value.").waitFor();
      expect(await page.getByRole("button", { name: "Preview the change" }).count()).toBe(0);
      const site = `#/settings?scope=site:${SITE_OF_OTTO}&id=asset_limited_s`;
      await show(page, site);
      await page.getByLabel("New value in s").fill("600");
      await page.getByRole("button", { name: "Preview the change" }).click();
      await page.getByRole("button", { name: "Change", exact: true }).click();
      await page.getByText("Stored as version 1: 600 s.").waitFor();
      await show(page, `#/settings?scope=asset:${ASSET}`);
      await page.getByText("From Site Valkeakoski").waitFor();
      await show(page, `#/settings?scope=asset:${OTHER_VIEW.slice(-36)}`);
      await page.getByText("This needs the role Admin.").waitFor();
    });

    test("to an operator of one site: its assets alone are dispatched", async () => {
      const page = await signIn("otto", "Otto Operator", ASSET_VIEW);
      await page.getByLabel("Power in MW", { exact: true }).fill("4");
      await page.getByRole("button", { name: "Discharge 4 MW" }).click();
      await page.getByText("Accepted. It begins with the next tick.").waitFor();
      await show(page, OTHER_VIEW);
      const form = page.getByRole("region", { name: "New dispatch" });
      await form.getByText("This needs the role Operator or Admin.").waitFor();
      await show(page, `#/site/${SITE_OF_OTTO}`);
      await page.getByLabel("Power in MW", { exact: true }).waitFor();
      await page.getByRole("button", { name: "Otto Operator" }).click();
      const dialog = page.getByRole("dialog", { name: "Signed in as" });
      await dialog.getByText("Operator, Valkeakoski").waitFor();
      await dialog.getByText("Viewer, for the whole fleet").waitFor();
    });

    test("and what the server refuses all the same is said in words", async () => {
      const page = await signIn("otto", "Otto Operator", "#/");
      await page.getByRole("button", { name: "Dispatch several" }).click();
      const dialog = page.getByRole("dialog", { name: "Dispatch several assets" });
      await dialog.getByRole("button", { name: "Choose all 7 found" }).click();
      await dialog.getByLabel("Power in MW", { exact: true }).fill("1");
      await dialog.getByRole("button", { name: "Discharge 1 MW (assets: 7)" }).click();
      await dialog.getByText("Your role does not allow this.").first().waitFor();
      expect(await accessFaults(page)).toEqual([]);
      errors.length = 0;
    });
  },
);

describe.skipIf(!hasBrowser)(
  "the dashboard where reading needs a token",
  { timeout: 60_000 },
  () => {
    test("prompts for it once, and goes on where it stands after it is entered", async () => {
      const application = await startApplication({
        API_TOKEN: "open sesame, please",
        ANONYMOUS_ROLE: "none",
      });
      application.clock.advance(DT_MS);
      const browser = await openBrowser();
      const context = await browser.newContext({
        locale: "en-GB",
        viewport: { width: 390, height: 844 },
      });
      const errors = watchErrors(context, application.url);
      const page = await context.newPage();
      await page.goto(`${application.url}/${ASSET_VIEW}`);
      const dialog = page.getByRole("dialog", { name: "Sign in" });
      await dialog.getByLabel("Token").fill("wrong");
      await dialog.getByRole("button", { name: "Continue" }).click();
      await dialog.getByText("The server does not accept this token.").waitFor();
      expect(await accessFaults(page)).toEqual([]);
      expect(await sidewaysScroll(page)).toBe(0);
      await page.keyboard.press("Escape");
      const notice = page.getByRole("region", { name: "Sign in" });
      await notice.getByText("This server shows its fleet to who is signed in.").waitFor();
      expect(await sidewaysScroll(page)).toBe(0);
      expect(await accessFaults(page)).toEqual([]);
      await notice.getByRole("button", { name: "Sign in" }).click();
      await dialog.getByLabel("Token").fill("open sesame, please");
      await page.keyboard.press("Enter");
      await page.locator(".badge.live").waitFor();
      await page.getByRole("heading", { name: "VALKEAKOSKI-1" }).waitFor();
      await page.getByRole("button", { name: "API_TOKEN" }).waitFor();
      application.clock.advance(DT_MS);
      await page.locator(".badge.live").waitFor();
      expect(await sidewaysScroll(page)).toBe(0);
      await page.reload();
      await page.locator(".badge.live").waitFor();
      expect(errors).toEqual([]);
      await browser.close();
      await application.stop();
    });
  },
);
