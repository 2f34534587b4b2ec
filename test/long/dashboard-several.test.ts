import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { hasBrowser } from "../support/browser.ts";
import { accessFaults, sidewaysScroll } from "../support/dashboard-page.ts";
import { standDashboard } from "../support/dashboard-stand.ts";

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
    expect(new URL(page.url()).hash).toBe("#/");
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
});
