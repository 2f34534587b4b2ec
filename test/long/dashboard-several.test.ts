import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { Preview } from "../../web/dashboard/api/operations.ts";
import { repeated } from "../../web/dashboard/api/request-each.ts";
import { MOST_PREVIEWED } from "../../web/dashboard/dispatch/use-each-preview.ts";
import { hasBrowser } from "../support/browser.ts";
import { accessFaults, sidewaysScroll } from "../support/dashboard-page.ts";
import { standDashboard } from "../support/dashboard-stand.ts";

/** How many assets the address has. */
const chosenIn = (page: Page) => new URL(page.url()).hash.match(/[-0-9a-f]{36}/g)?.length;

const SITE_ASSETS = /Accepted: \d+\. Refused: 0\./;

describe.skipIf(!hasBrowser)("a dispatch of several assets", { timeout: 60_000 }, () => {
  const dashboard = standDashboard();
  const open = async (look = {}): Promise<Page> => {
    const page = await dashboard.open("", look);
    await page.getByRole("button", { name: "Dispatch several" }).click();
    return page;
  };

  test("has the same power each, an answer for each, and its choice in the address", async () => {
    const page = await open();
    const dialog = page.getByRole("dialog", { name: "Dispatch several assets" });
    await dialog.getByRole("button", { name: "Dispatch (assets: 0)" }).click();
    await dialog.getByText("One asset or more must be chosen.").waitFor();
    await dialog.getByText("This must be filled in.").waitFor();
    await dialog.getByRole("button", { name: "Choose all 7 found" }).click();
    await dialog.getByLabel(/VALKEAKOSKI-1/).uncheck();
    await dialog.getByText("Assets: 6 of 7 chosen").waitFor();
    await expect.poll(() => chosenIn(page)).toBe(6);
    await page.reload();
    await dialog.getByText("Assets: 6 of 7 chosen").waitFor();
    await dialog.getByLabel("Power in MW", { exact: true }).fill("25");
    expect(await accessFaults(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Discharge 25 MW (assets: 6)" }).click();
    await dialog.getByText(/^Accepted: [1-5]\. Refused: [1-5]\.$/).waitFor();
    expect(await dialog.locator(".answers li").count()).toBe(6);
    const first = dialog.locator(".answers li").first();
    await first.getByText(/^Refused: .* cannot discharge 25 MW: its limit is/).waitFor();
    await dialog.getByText("25.00 MW: Accepted. It begins with the next tick.").first().waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(() => dialog.isVisible()).toBe(false);
    await expect.poll(() => new URL(page.url()).hash).toBe("#/");
    const button = page.getByRole("button", { name: "Dispatch several" });
    await button.click();
    await page.keyboard.press("Escape");
    await expect.poll(() => button.evaluate((it) => it.matches(":focus"))).toBe(true);
  });

  test("has a total that is split over a site, on a small screen too", async () => {
    const page = await open({ width: 320 });
    const dialog = page.getByRole("dialog", { name: "Dispatch several assets" });
    await dialog.getByRole("button", { name: "A total for one site" }).click();
    await dialog.getByLabel("Power in MW", { exact: true }).fill("4");
    await dialog.getByRole("button", { name: "Discharge 4 MW (no site chosen)" }).click();
    await dialog.getByText("A site must be chosen.").waitFor();
    await dialog.getByLabel("Site", { exact: true }).selectOption({ label: "Valkeakoski" });
    await dialog.getByRole("button", { name: "Discharge 4 MW (Valkeakoski)" }).click();
    await dialog.getByText(SITE_ASSETS).waitFor();
    expect(await sidewaysScroll(page)).toBe(0);
    expect(await accessFaults(page)).toEqual([]);
  });

  test("is previewed for each asset, with the power that would fit", async () => {
    const page = await open({ width: 390 });
    const dialog = page.getByRole("dialog", { name: "Dispatch several assets" });
    await dialog.getByRole("button", { name: "Choose all 7 found" }).click();
    await dialog.getByText("Type a power to preview the decision.").waitFor();
    await dialog.getByLabel("Power in MW", { exact: true }).fill("25");
    await dialog.getByText(/^Would be accepted: [1-6]. Would be refused: [1-6].$/).waitFor();
    const first = dialog.locator(".answers li").first();
    await first.getByText(/^Would be refused: .* cannot discharge 25 MW: its limit is/).waitFor();
    await dialog.getByLabel("Duration in min").fill("60");
    const use = dialog.getByRole("button", { name: "Use 10 MW (VALKEAKOSKI-2)" });
    await use.waitFor();
    expect(await sidewaysScroll(page)).toBe(0);
    expect(await accessFaults(page)).toEqual([]);
    await dialog.getByLabel("Power in MW", { exact: true }).fill("2");
    await dialog.getByText("Would be accepted: 7. Would be refused: 0.").waitFor();
    await dialog.getByLabel("Power in MW", { exact: true }).fill("3");
    await dialog.getByText(/^Would be refused: VALKEAKOSKI-2 .* does not last/).waitFor();
    await dialog.getByRole("button", { name: /^Use 2\.\d+ MW \(VALKEAKOSKI-2\)$/ }).click();
    await dialog.getByText("Would be accepted: 7. Would be refused: 0.").waitFor();
  });

  test("has as many previews as the server answers at once", async () => {
    const assetId = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01";
    const { query } = repeated(Preview.query, MOST_PREVIEWED);
    const variables = Object.fromEntries(
      Array.from({ length: MOST_PREVIEWED }, (_, n) => [`input_${n}`, { assetId, mw: n }]),
    );
    const answer = await fetch(`${dashboard.application.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await answer.json()) as { data: object; errors?: unknown };
    expect(errors).toBeUndefined();
    expect(Object.keys(data).length).toBe(MOST_PREVIEWED);
  });
});
