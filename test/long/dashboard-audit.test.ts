import { readFileSync } from "node:fs";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { DT_MS } from "../support/application-under-test.ts";
import { hasBrowser, openBrowser } from "../support/browser.ts";
import { accessFaults, sidewaysScroll } from "../support/dashboard-page.ts";
import { HAS_PROVIDER } from "../support/oidc-provider.ts";
import {
  type PagesUnderTest,
  passSignIn,
  request,
  startSignedPages,
  watchErrors,
} from "../support/pages-under-test.ts";

const ASSET = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01";

describe.skipIf(!hasBrowser || !HAS_PROVIDER)(
  "the audit log in the dashboard",
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
    });
    afterEach(async () => {
      await context.close();
      await pages.stop();
      expect(errors).toEqual([]);
    });

    const post = async (mw: number) => {
      await request(pages.application.url, "/dispatch", {
        asset_id: ASSET,
        mw,
        request_id: `order-${mw}`,
      });
      // Refused attempts are stored behind.
      pages.application.clock.advance(DT_MS);
    };
    async function open(address = "#/audit", look = {}): Promise<Page> {
      context = await browser.newContext({ locale: "en-GB", timezoneId: "UTC", ...look });
      errors = watchErrors(context, pages.application.url);
      const page = await context.newPage();
      await page.goto(`${pages.application.url}/${address}`);
      await passSignIn(page, "ada");
      await page.getByRole("button", { name: "Ada Admin" }).waitFor();
      return page;
    }
    const rows = (page: Page) => page.getByRole("list", { name: "Audit log" }).locator("> li");
    const params = (page: Page) => new URL(page.url()).hash.split("?")[1] ?? "";

    test("is linked for an admin, has what was done, newest first, and what is done now", async () => {
      await post(3);
      const page = await open("#/");
      await page.getByRole("link", { name: "Audit log" }).click();
      const first = rows(page).first();
      await first.getByText("Dispatch requested").waitFor();
      await first.getByText("API_TOKEN").waitFor();
      await first.getByText("VALKEAKOSKI-1").waitFor();
      await rows(page).last().getByText("Role rule added").waitFor();
      await post(99);
      await first.getByText("Refused").waitFor();
      expect(await accessFaults(page)).toEqual([]);
    });

    test("has a row that opens by key with what changed, and is open in the address", async () => {
      await post(3);
      const page = await open();
      const row = rows(page).filter({ hasText: "Dispatch requested" });
      await row.locator("summary").focus();
      await page.keyboard.press("Enter");
      const change = row.getByRole("table", { name: "What was changed" });
      await change.getByRole("row", { name: "mw 3" }).waitFor();
      await row.getByText("order-3").waitFor();
      await row.getByText(/^[0-9a-f]{64}$/).waitFor();
      expect(await accessFaults(page)).toEqual([]);
      await expect.poll(() => params(page)).toMatch(/^record=[-0-9a-f]{36}$/);
      await page.reload();
      await change.waitFor();
      await row.getByRole("button", { name: "Show this identity alone" }).click();
      await expect.poll(() => params(page)).toContain("actor=api-token");
    });

    test("is filtered, by what the address has, and searched", async () => {
      await post(3);
      await post(99);
      const page = await open();
      await page.getByLabel("Outcome").selectOption("refused");
      await expect.poll(() => params(page)).toBe("outcome=refused");
      await expect.poll(() => rows(page).count()).toBe(1);
      await page.getByLabel("Action").selectOption("Dispatch requested");
      await page.getByLabel("Outcome").selectOption("");
      await expect.poll(() => rows(page).count()).toBe(2);
      await page.getByLabel("Find").fill("valkeakoski order-3");
      await expect.poll(() => rows(page).count()).toBe(1);
      await page.getByText("Found: 1 of 2 records that are read").waitFor();
      await page.getByRole("button", { name: "Show all records" }).click();
      await expect.poll(() => params(page)).toBe("");
      await expect.poll(() => rows(page).count()).toBeGreaterThan(4);
      await page.getByLabel("Who, by identity").fill("token:unknown");
      await page.keyboard.press("Enter");
      await expect.poll(() => rows(page).count()).toBe(0);
      await page.goBack();
      await expect.poll(() => rows(page).count()).toBeGreaterThan(4);
      const noon = new Date(pages.application.clock.nowMs() + 60_000).toISOString().slice(0, 19);
      await page.getByLabel("From", { exact: true }).fill(noon);
      await expect.poll(() => rows(page).count()).toBe(0);
      await expect.poll(() => params(page)).toMatch(/^from=/);
    });

    test("goes on with older records as it is scrolled, and has all of them as CSV", async () => {
      for (let n = 1; n <= 120; n++) await post(n / 100);
      const page = await open("#/audit?action=dispatch.request");
      await expect.poll(() => rows(page).count()).toBeGreaterThanOrEqual(50);
      await expect
        .poll(
          async () => {
            await page.mouse.wheel(0, 4000);
            return rows(page).count();
          },
          { timeout: 10_000 },
        )
        .toBe(120);
      const download = page.waitForEvent("download");
      await page.getByRole("button", { name: "Export CSV" }).click();
      expect((await download).suggestedFilename()).toBe("audit-log.csv");
      const lines = readFileSync(await (await download).path(), "utf8")
        .trim()
        .split("\n");
      expect(lines.length).toBe(121);
      expect(lines[0]).toContain("actor");
      expect(lines.slice(1).every((line) => line.includes("dispatch.request"))).toBe(true);
    });

    test.each(["light", "dark"] as const)("fits a phone, accessible (%s)", async (colorScheme) => {
      await post(3);
      await post(99);
      const page = await open("#/audit", { colorScheme, viewport: { width: 360, height: 800 } });
      await rows(page).first().locator("summary").click();
      await page.getByText(/its limit is/).waitFor();
      expect(await sidewaysScroll(page)).toBe(0);
      expect(await accessFaults(page)).toEqual([]);
    });

    test("is in the language of the person", async () => {
      await post(3);
      context = await browser.newContext({ locale: "de-DE", timezoneId: "UTC" });
      errors = watchErrors(context, pages.application.url);
      const page = await context.newPage();
      await page.goto(`${pages.application.url}/#/audit`);
      const dialog = page.getByRole("dialog", { name: "Anmelden" });
      await dialog.getByRole("button", { name: "Anmelden" }).click();
      await page.getByLabel("Login").fill("ada");
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByRole("heading", { name: "Audit-Protokoll" }).waitFor();
      const list = page.getByRole("list", { name: "Audit-Protokoll" });
      await list.getByText("Abruf angefordert").waitFor();
      expect(await accessFaults(page)).toEqual([]);
    });
  },
);
