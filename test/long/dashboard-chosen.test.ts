import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { hasBrowser } from "../support/browser.ts";
import { accessFaults, sidewaysScroll } from "../support/dashboard-page.ts";
import { standDashboard } from "../support/dashboard-stand.ts";

describe.skipIf(!hasBrowser)("assets chosen in the table", { timeout: 60_000 }, () => {
  const dashboard = standDashboard();
  const { open } = dashboard;
  const table = (page: Page) => page.getByRole("region", { name: "Assets", exact: true });
  const box = (page: Page, name: string) =>
    table(page).getByRole("checkbox", { name: `Choose ${name}` });
  const count = (page: Page, text: string) => table(page).getByText(`Chosen: ${text}.`).waitFor();

  test("by pointer and by key, one, a range or all that are shown, kept in the address", async () => {
    const page = await open();
    const boxes = table(page).locator("tbody .pick input");
    await boxes.nth(1).click();
    await count(page, "1");
    await boxes.nth(4).click({ modifiers: ["Shift"] });
    await count(page, "4");
    await boxes.nth(3).focus();
    await page.keyboard.press("Space");
    await count(page, "3");
    await boxes.nth(6).focus();
    await page.keyboard.press("Shift+Space");
    await count(page, "6");
    await page.reload();
    await count(page, "6");
    await page.getByLabel("Find assets by name, site or place").fill("valke");
    const all = box(page, "all that are shown");
    await expect.poll(() => all.isChecked()).toBe(true);
    await all.uncheck();
    await page.getByLabel("Find assets by name, site or place").fill("");
    await table(page).getByRole("button", { name: "Choose none" }).click();
    await count(page, "0");
    await expect.poll(() => all.evaluate((it) => it.matches(":focus"))).toBe(true);
    await expect.poll(() => new URL(page.url()).hash).toBe("#/");
  });

  test("are dispatched, and compared in the chart", async () => {
    const page = await open();
    await box(page, "VALKEAKOSKI-1").check();
    await box(page, "GRINDSTED-2").check();
    await table(page).getByRole("button", { name: "Dispatch…" }).click();
    const dialog = page.getByRole("dialog", { name: "Dispatch several assets" });
    await dialog.getByText("Assets: 2 of 7 chosen").waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    await count(page, "2");
    await table(page).getByRole("button", { name: "Compare" }).click();
    const chart = page.getByRole("region", { name: "Assets compared" });
    await chart.getByRole("button", { name: "Remove GRINDSTED-2 from the chart" }).waitFor();
    expect(await chart.getByRole("button", { name: /^Remove/ }).count()).toBe(2);
    expect(await page.locator("#fleet-chart").evaluate((it) => it.matches(":focus"))).toBe(true);
    expect(await accessFaults(page)).toEqual([]);
  });

  test("of a site lead to the page of the fleet", async () => {
    const page = await open();
    await page.getByRole("link", { name: "Grindsted", exact: true }).first().click();
    await page.getByRole("heading", { name: "Grindsted", level: 1 }).waitFor();
    await box(page, "all that are shown").check();
    await table(page).getByRole("button", { name: "Compare" }).click();
    await page.getByRole("button", { name: "Remove GRINDSTED-1 from the chart" }).waitFor();
  });

  test.each([{ width: 320 }, { width: 700, forcedColors: "active" }, { width: 3840 }] as const)(
    "fit the screen, and are accessible: %j",
    async (look) => {
      const page = await open("", { locale: "de-DE", ...look });
      await page.locator("thead .pick input").check();
      await page.getByText("Gewählt: 7.").waitFor();
      expect(await sidewaysScroll(page)).toBe(0);
      expect(await accessFaults(page)).toEqual([]);
    },
  );

  test("are not there on a wall", async () => {
    const page = await open("?kiosk");
    await page.locator("tbody th").first().waitFor();
    expect(await page.locator(".pick, .chosen-bar").count()).toBe(0);
  });
});
