import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  type ApplicationUnderTest,
  DT_MS,
  startApplication,
} from "../support/application-under-test.ts";
import { hasBrowser, openBrowser } from "../support/browser.ts";
import { accessFaults, sidewaysScroll } from "../support/dashboard-page.ts";
import { readMetric } from "../support/program-under-test.ts";

const pictures = process.env.PICTURES ?? mkdtempSync(join(tmpdir(), "mando-api-"));

describe.skipIf(!hasBrowser)("the API page", { timeout: 60_000 }, () => {
  let browser: Browser;
  let application: ApplicationUnderTest;
  let foreign: string[] = [];
  let errors: string[] = [];
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    application = await startApplication({ DEMO: "1" });
    application.clock.advance(DT_MS);
    [foreign, errors] = [[], []];
  });
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
    await application.stop();
    expect(foreign).toEqual([]);
    expect(errors).toEqual([]);
  });

  async function open(look: Parameters<Browser["newPage"]>[0] = {}, path = "docs"): Promise<Page> {
    const page = await browser.newPage({ viewport: { width: 1200, height: 900 }, ...look });
    page.on("request", (request) => {
      const isOwn = request.url().startsWith(application.url) || request.url().startsWith("data:");
      if (!isOwn) foreign.push(request.url());
    });
    page.on("console", (message) => {
      if (message.type() === "error") errors.push(message.text());
    });
    page.on("pageerror", (error) => errors.push(error.message));
    await page.goto(`${application.url}/${path}`);
    return page;
  }

  const operation = (page: Page, summary: string) =>
    page.locator(".opblock", { hasText: summary }).first();

  test("tries a read and a change as they stand, and sends requests to this server alone", async () => {
    const page = await open();
    await page.getByText("Sums over all assets").click();
    await page.getByRole("button", { name: "Execute" }).first().click();
    await page.getByText('"asset_count": 7').first().waitFor();
    await page.getByText("Sums over all assets").click();

    const dispatch = operation(page, "Request a power of an asset");
    await dispatch.locator(".opblock-summary").click();
    await dispatch.getByRole("button", { name: "Execute" }).click();
    await dispatch.locator(".responses-table.live-responses-table", { hasText: "202" }).waitFor();
  });

  test("has its groups in order, and a way back", async () => {
    const page = await open();
    await page.locator(".opblock-tag").first().waitFor();
    const groups = await page.evaluate<string[]>(
      "[...document.querySelectorAll('.opblock-tag')].map(({ dataset }) => dataset.tag)",
    );
    expect(groups.slice(0, 3)).toEqual(["Dispatches", "Schedules", "Forecasts"]);
    expect(groups).not.toContain("default");
    const first = page.locator(".opblock-summary-path").first();
    expect(await first.getAttribute("data-path")).toBe("/dispatch");
    await page.getByRole("link", { name: "Dashboard" }).click();
    await page.locator(".badge.live").waitFor();
  });

  test("stops an event stream, and shows what came", async () => {
    const page = await open();
    const stream = operation(page, "Live telemetry as server-sent events");
    await stream.locator(".opblock-summary").click();
    await stream.getByRole("button", { name: "Execute" }).click();
    const stop = page.getByRole("button", { name: "Stop the stream" });
    await stop.waitFor();
    await page.getByRole("status").getByText('"kind":"snapshot"').waitFor();
    application.clock.advance(DT_MS);
    await page.getByRole("status").getByText('"kind":"tick"').waitFor();
    await page.screenshot({ path: join(pictures, "api-stream.png") });
    expect(await readMetric(application.url, "mando_sockets_open")).toBe(1);
    await stop.click();
    await stop.waitFor({ state: "detached" });
    await stream.locator(".live-responses-table", { hasText: '"kind":"tick"' }).waitFor();
    await expect.poll(() => readMetric(application.url, "mando_sockets_open")).toBe(0);
  });

  test("is dark where the browser is, and fits a phone", async () => {
    const page = await open({ colorScheme: "dark" });
    await page.locator(".opblock-tag").first().waitFor();
    await operation(page, "Request a power of an asset").locator(".opblock-summary").click();
    await page.screenshot({ path: join(pictures, "api-dark.png") });
    const ground = (one: Page) => one.evaluate("getComputedStyle(document.body).backgroundColor");
    expect(await ground(page)).toBe("rgb(28, 32, 34)");
    await page.emulateMedia({ colorScheme: "light" });
    await expect.poll(() => ground(page)).toBe("rgb(250, 250, 250)");
    await page.screenshot({ path: join(pictures, "api-light.png") });
    const phone = await open({ viewport: { width: 390, height: 800 } });
    await phone.locator(".opblock-tag").first().waitFor();
    await phone.screenshot({ path: join(pictures, "api-phone.png") });
    expect(await sidewaysScroll(phone)).toBeLessThanOrEqual(0);
  });

  test("an unknown address is a page with a way back", async () => {
    const page = await open({ colorScheme: "dark" }, "no/such/page");
    errors = errors.filter((text) => !text.includes("404"));
    await page.getByText("There is no /no/such/page").waitFor();
    expect(await accessFaults(page).catch((error: Error) => [error.message])).toEqual([]);
    await page.screenshot({ path: join(pictures, "problem-dark.png") });
    await page.getByRole("link", { name: "Dashboard" }).click();
    await page.locator(".badge.live").waitFor();
  });
});
