// The frame of the dashboard: addresses, languages, keyboard, widths, kiosk.
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { DT_MS } from "../support/application-under-test.ts";
import { hasBrowser } from "../support/browser.ts";
import { accessFaults, sidewaysScroll } from "../support/dashboard-page.ts";
import { standDashboard } from "../support/dashboard-stand.ts";
import { postDispatch } from "../support/program-under-test.ts";

const ASSET = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01";
const SITE = "5d0c7a52-6a3e-4c0b-9d54-0f6b1f2a7c01";
const UNKNOWN = "00000000-0000-4000-8000-000000000000";

describe.skipIf(!hasBrowser)("the pages", { timeout: 60_000 }, () => {
  const dashboard = standDashboard();
  const { open } = dashboard;
  const names = (page: Page) => page.locator(".assets tbody tr:not(.site) th a").allTextContents();
  const hashOf = (page: Page) => page.evaluate<string>("location.hash");

  test("have what is chosen in their address, for a reload, a copy and Back", async () => {
    const page = await open();
    await page.getByRole("searchbox").fill("bolling");
    const bySoc = page.getByRole("columnheader", { name: "SoC" }).getByRole("button");
    await bySoc.click();
    await bySoc.click();
    await page.getByLabel("Group by site").check();
    await page.getByRole("button", { name: "1 h", exact: true }).click();
    const chosen = "#/?find=bolling&sort=soc&order=desc&by=site&last=3600";
    await expect.poll(() => hashOf(page)).toBe(chosen);
    const shown = ["BOLLINGSTEDT-2", "BOLLINGSTEDT-1", "BOLLINGSTEDT-3"].sort();
    const asChosen = async (one: Page) => {
      await expect.poll(async () => (await names(one)).sort()).toEqual(shown);
      expect(await one.getByRole("searchbox").inputValue()).toBe("bolling");
      await one.locator('th[aria-sort="descending"]', { hasText: "SoC" }).waitFor();
      expect(await one.getByLabel("Group by site").isChecked()).toBe(true);
      await one.locator('button[aria-pressed="true"]', { hasText: "1 h" }).waitFor();
    };
    await asChosen(page);
    await page.reload();
    await asChosen(page);
    await asChosen(await open(chosen));
    await page.goBack();
    await page.goBack();
    await expect.poll(() => hashOf(page)).toBe("#/?find=bolling&sort=soc&order=desc");
    expect(await page.getByLabel("Group by site").isChecked()).toBe(false);
  });

  test("lead Back to where a page was left, and begin at the top", async () => {
    const page = await open("", { height: 500 });
    await page.getByRole("link", { name: "VALKEAKOSKI-2" }).scrollIntoViewIfNeeded();
    const leftPx = await page.evaluate<number>("scrollY");
    expect(leftPx).toBeGreaterThan(100);
    await page.getByRole("link", { name: "VALKEAKOSKI-2" }).click();
    await page.getByRole("heading", { name: "VALKEAKOSKI-2" }).waitFor();
    expect(await page.evaluate("scrollY")).toBe(0);
    expect(await page.evaluate("document.activeElement.id")).toBe("content");
    expect(await page.title()).toBe("VALKEAKOSKI-2 · Mando");
    await page.goBack();
    await expect
      .poll(async () => Math.abs((await page.evaluate<number>("scrollY")) - leftPx))
      .toBeLessThan(2);
  });

  test("say so where there is no such page, site or asset", async () => {
    const page = await open("#/nowhere");
    await page.getByText("There is no page at this address.").waitFor();
    await page.goto(`${dashboard.application.url}/#/site/${UNKNOWN}`);
    await page.getByText("There is no site of this id.").waitFor();
    await page.goto(`${dashboard.application.url}/#/asset/${UNKNOWN}`);
    await page.getByText("There is no asset of this id.").waitFor();
    await page.getByRole("link", { name: "Back to the fleet" }).click();
    await page.getByRole("searchbox").waitFor();
  });

  test("show the assets before their first frame, without what that reports", async () => {
    let before = "";
    const prepare = async (opened: Page) => {
      await opened.route(/frames-worker/, async (route) => {
        before = await opened.locator(".assets tbody tr").first().innerText();
        await route.continue();
      });
    };
    const page = await open("", { prepare });
    // The first cell has the box that chooses the asset.
    expect(before.split(/\s*\t\s*/).filter(Boolean)).toEqual([
      ...["BOLLINGSTEDT-1", "Bollingstedt", "–", "–", "–", "–", "–", "–"],
    ]);
    await page.locator(".assets tbody .power").first().waitFor();
    expect(await page.locator(".assets tbody").innerText()).not.toContain("–");
  });

  test("show no assets before their first frame where that says which come first", async () => {
    let rowsBefore: number | undefined;
    const prepare = async (opened: Page) => {
      await opened.route(/frames-worker/, async (route) => {
        await opened.locator(".skeleton.figures").waitFor();
        rowsBefore = await opened.locator(".assets tbody tr").count();
        await route.continue();
      });
    };
    const page = await open("#/?sort=power", { prepare });
    expect(rowsBefore).toBe(0);
    await page.locator(".assets tbody .power").first().waitFor();
  });

  test("ignore choices in the address that are not valid", async () => {
    const page = await open("#/?sort=nonsense&status=x&last=-5&from=a&until=b&by=&order=up");
    await expect.poll(async () => (await names(page)).length).toBe(7);
    await page.locator('button[aria-pressed="true"]', { hasText: "15 min" }).waitFor();
  });

  test.each([
    { locale: "de-AT", lang: "de", word: "Gespeicherte Energie", number: /\d,\d{2} MW/ },
    { locale: "fi-FI", lang: "fi", word: "Varastoitu energia", number: /\d,\d{2} MW/ },
    { locale: "ar-EG", lang: "en", word: "Stored energy", number: /\d\.\d{2} MW/ },
  ])("are in the language of the browser: $locale", async ({ locale, lang, word, number }) => {
    const page = await open("", { locale });
    await page.getByRole("heading", { name: word }).waitFor();
    expect(await page.evaluate("document.documentElement.lang")).toBe(lang);
    await page.locator(".assets").getByText(number).first().waitFor();
    expect(await accessFaults(page)).toEqual([]);
    expect(await sidewaysScroll(page)).toBe(0);
  });

  test("have a language, a time zone and a clock by choice, which stay", async () => {
    const page = await open();
    await page.locator(".badge time").getByText("12:00:12").waitFor();
    await page.getByRole("button", { name: "Preferences" }).click();
    expect(await accessFaults(page)).toEqual([]);
    await page.getByLabel("Language").selectOption("de");
    await page.getByLabel("Time zone").selectOption("Europe/Helsinki");
    await page.getByLabel("Clock").selectOption("24");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByRole("heading", { name: "Gespeicherte Energie" }).waitFor();
    await page.locator(".badge time").getByText("14:00:12").waitFor();
    await page.getByRole("button", { name: "Einstellungen" }).click();
    await page.getByLabel("Uhr").selectOption("12");
    await page.getByRole("button", { name: "Speichern", exact: true }).click();
    await page
      .locator(".badge time")
      .getByText(/^02:00:12/)
      .waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Gespeicherte Energie" }).waitFor();
  });

  test("let the keyboard skip the header, and close a dialog with Escape", async () => {
    const page = await open();
    await page.keyboard.press("Tab");
    const skip = page.getByRole("button", { name: "Skip to the content" });
    expect(await skip.evaluate((element) => element.matches(":focus"))).toBe(true);
    await page.keyboard.press("Enter");
    expect(await page.evaluate("document.activeElement.id")).toBe("content");
    await page.getByRole("button", { name: "Preferences" }).click();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    const opener = page.getByRole("button", { name: "Preferences" });
    expect(await opener.evaluate((element) => element.matches(":focus"))).toBe(true);
  });

  test("have nothing to press or type on a wall", async () => {
    const page = await open("?kiosk");
    await page.getByText("Stored energy").waitFor();
    expect(await page.evaluate("document.querySelector('main').inert")).toBe(true);
    expect(await page.locator("main :is(input, select, form, summary):visible").count()).toBe(0);
    expect(await page.getByRole("navigation").count()).toBe(0);
    for (let n = 0; n < 3; n++) {
      await page.keyboard.press("Tab");
      expect(await page.evaluate("document.activeElement.tagName")).toBe("BODY");
    }
    const shown = page.url();
    for (const pressed of ["thead button", ".legend button", "tbody th a"]) {
      await page.locator(pressed).first().click({ force: true });
      await page.waitForTimeout(100);
      expect(page.url(), pressed).toBe(shown);
    }
    expect(await page.evaluate("document.activeElement.tagName")).toBe("BODY");
    expect(await sidewaysScroll(page)).toBe(0);
  });

  test.each([320, 390, 820, 1280, 3840])("fit and are accessible at %d px", async (width) => {
    await postDispatch(dashboard.application.url, ASSET, 3);
    dashboard.application.clock.advance(DT_MS);
    const page = await open("", { width, height: 900 });
    for (const [hash, text] of [
      ["#/?by=site", "Headroom"],
      [`#/asset/${ASSET}`, "New dispatch"],
      [`#/site/${SITE}`, "At the meter"],
      ["#/alarms", "Events"],
    ] as const) {
      await page.evaluate(`location.hash = "${hash}"`);
      await page.getByText(text).first().waitFor();
      await page.getByText("discharge").first().waitFor();
      expect(await sidewaysScroll(page), hash).toBe(0);
      expect(await cutFigures(page), hash).toEqual([]);
      expect(await accessFaults(page), hash).toEqual([]);
    }
  });

  test("keep their bars where the colours are those of the person", async () => {
    const page = await open("", { forcedColors: "active" });
    await page.locator(".assets .soc-fill").first().waitFor();
    const [fill, track] = await page.evaluate<string[]>(
      `[".soc-fill", ".soc-track"].map((name) => getComputedStyle(document.querySelector(".assets " + name)).backgroundColor)`,
    );
    expect(fill).not.toBe(track);
  });
});

/** Figures that reach beyond the cell or the card that they are in. */
function cutFigures(page: Page): Promise<string[]> {
  return page.evaluate(`[...document.querySelectorAll(".power .number, .soc .number, .pair, .large")]
    .filter((figure) => {
      const box = figure.closest("td, article");
      return box && figure.getBoundingClientRect().right > box.getBoundingClientRect().right + 1;
    })
    .map((figure) => figure.textContent)`);
}
