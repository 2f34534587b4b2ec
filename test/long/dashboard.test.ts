import { readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  type ApplicationUnderTest,
  DT_MS,
  startApplication,
} from "../support/application-under-test.ts";
import { hasBrowser, openBrowser } from "../support/browser.ts";
import {
  accessFaults,
  type OpenedPage,
  openDashboard,
  sidewaysScroll,
} from "../support/dashboard-page.ts";
import { type OwnServer, startEmbedded } from "../support/databases.ts";
import { startPrefixProxy } from "../support/prefix-proxy.ts";
import { postDispatch } from "../support/program-under-test.ts";

const ASSET = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01";
const ASSET_VIEW = `#/asset/${ASSET}`;
const PAGES = fileURLToPath(new URL("../../dist/pages", import.meta.url));
const MOST_BYTES = 200_000;
/** More than a page has to step through. */
const MOST_STEPS = 100;

describe.skipIf(!hasBrowser)("the dashboard", { timeout: 60_000 }, () => {
  let browser: Browser;
  let application: ApplicationUnderTest;
  beforeAll(async () => {
    browser = await openBrowser();
  }, 60_000);
  afterAll(() => browser?.close());

  const tick = (count = 1) => {
    for (let n = 0; n < count; n++) application.clock.advance(DT_MS);
  };

  describe("on a fleet without a token", () => {
    let opened: OpenedPage;
    beforeEach(async () => {
      application = await startApplication();
      tick(3);
    });
    afterEach(async () => {
      await opened.page.close();
      await application.stop();
      expect(opened.errors).toEqual([]);
    });
    const open = async (hash = "", look = {}) => {
      opened = await openDashboard(browser, `${application.url}/${hash}`, look);
      return opened.page;
    };

    test("loads little, compressed, and nothing from elsewhere", async () => {
      await open();
      const files = opened.loaded.filter((url) => url.includes("/pages/"));
      expect(opened.loaded.filter((url) => !url.startsWith(application.url))).toEqual([]);
      const sizes = files.map((url) => sizeOf(new URL(url).pathname));
      const bytes = sizes.reduce((sum, size) => sum + size, sizeOf("/dashboard.html"));
      expect(sizes.length).toBeGreaterThan(2);
      expect(bytes).toBeLessThan(MOST_BYTES);
    });

    test("requests what it shows first with the page itself, in few files, each once", async () => {
      const page = await open();
      const ahead = await page
        .locator("head link[rel=modulepreload], head link[rel=stylesheet], [rel=preload]")
        .evaluateAll((links) => links.map((link) => link.getAttribute("href")));
      expect(ahead.length).toBeLessThan(7);
      const paths = opened.loaded.map((url) => new URL(url).pathname);
      for (const path of ahead) expect(paths.filter((one) => `.${one}` === path)).toHaveLength(1);
      expect(ahead).toContain("./assets");
    });

    test("shows the fleet as it moves", async () => {
      const page = await open();
      const power = page.getByTestId("power-now");
      await power.getByText("0.00 MW").first().waitFor();
      await postDispatch(application.url, ASSET, -3);
      tick(4);
      await power.getByText("3.00 MW", { exact: true }).first().waitFor();
      await power.getByText("charge").first().waitFor();
      const row = page.getByRole("row", { name: /VALKEAKOSKI-1/ });
      await row.getByText("Charging").waitFor();
    });

    test("finds, filters, groups and sorts assets", async () => {
      const page = await open();
      const rows = page.locator(".assets tbody tr:not(.spacer)");
      await expect.poll(() => rows.count()).toBe(7);
      await page.getByRole("searchbox").fill("valkea");
      await expect.poll(() => rows.count()).toBeLessThan(7);
      await page.getByRole("searchbox").fill("");
      await page.getByLabel("Group by site").check();
      await expect.poll(() => page.locator(".assets .site").count()).toBeGreaterThan(1);
      await page.getByRole("columnheader").getByRole("button", { name: "SoC" }).click();
      await page.locator('th[aria-sort="ascending"]', { hasText: "SoC" }).waitFor();
      await page.getByRole("button", { name: "Charging", exact: true }).click();
      await page.getByText("No asset fits what you look for.").waitFor();
    });

    test("makes a dispatch, shows its effect within two ticks, and cancels it", async () => {
      const page = await open(ASSET_VIEW);
      await page.getByText("No dispatch yet.").waitFor();
      await page.locator("label.charge").click();
      await page.getByLabel("Power in MW", { exact: true }).fill("4");
      await page.getByText("Would be accepted").waitFor();
      await page.getByRole("button", { name: "Charge 4 MW" }).click();
      await page.getByText("Accepted. It begins with the next tick.").waitFor();
      await page.getByText("As a table").click();
      tick(2);
      await page.getByRole("cell", { name: "-4.00 MW" }).first().waitFor();
      const dispatches = page.getByRole("region", { name: "Dispatches" });
      await dispatches.getByText("Active").first().waitFor();
      await dispatches.getByRole("button", { name: "Cancel" }).click();
      await page.getByRole("button", { name: "Cancel the dispatch" }).click();
      await dispatches.locator(".pill", { hasText: "Cancelled" }).waitFor();
      await dispatches.getByText(/^Cancelled: -4.00 MW of .* It holds the asset until/).waitFor();
    });

    test("shows a promise at risk, and one that ended short", async () => {
      const post = async (path: string, body: object) =>
        (
          await fetch(application.url + path, {
            method: "POST",
            headers: { "content-type": "application/json" },
            body: JSON.stringify({ asset_id: ASSET, ...body }),
          })
        ).json();
      const startAt = (s: number) => new Date(application.clock.nowMs() + s * 1000).toISOString();
      const charge = { mw: -10, duration_s: 600, start_at: startAt(60) };
      const { id } = (await post("/dispatch", charge)) as { id: string };
      const needs = { mw: 30, start_at: startAt(900), duration_s: 36_000 };
      const { refused } = (await post("/dispatch/preview", needs)) as {
        refused: { longest_duration_s: number };
      };
      const promised = { ...needs, duration_s: refused.longest_duration_s };
      expect(await post("/dispatch", promised)).toMatchObject({ status: "accepted" });
      const page = await open(ASSET_VIEW);
      const dispatches = page.getByRole("region", { name: "Dispatches" });
      await dispatches.getByText("Accepted").first().waitFor();
      expect(await dispatches.getByText("Promise at risk").count()).toBe(0);
      await fetch(`${application.url}/dispatch/${id}`, { method: "DELETE" });
      await dispatches
        .getByText(/Promise at risk: [\d.]+ MWh will be missing from .*, limited by energy/)
        .waitFor();
      await dispatches.getByText("a dispatch was cancelled").waitFor();
      expect(await accessFaults(page)).toEqual([]);
      tick(Math.ceil((900 + promised.duration_s) / (DT_MS / 1000)) + 1);
      await dispatches.getByText(/Ended short: [\d.]+ MWh was missing from/).waitFor();
    });

    test("shows why a dispatch is refused", async () => {
      const page = await open(ASSET_VIEW);
      await page.getByLabel("Power in MW", { exact: true }).fill("99");
      await page.getByText("Would be refused: VALKEAKOSKI-1 cannot discharge 99 MW").waitFor();
      await page.getByRole("button", { name: "Discharge 99 MW" }).click();
      await page.getByText("Refused: VALKEAKOSKI-1 cannot discharge 99 MW").waitFor();
    });

    test("sets a schedule from a CSV file, and shows the refused interval", async () => {
      const page = await open(ASSET_VIEW);
      const card = page.getByRole("region", { name: "Schedule" });
      const bring = (mw: number) =>
        card.getByLabel("Read CSV").setInputFiles({
          name: "day.csv",
          mimeType: "text/csv",
          buffer: Buffer.from(`from,until,mw\n2026-11-20T13:00:00Z,2026-11-20T13:15:00Z,${mw}\n`),
        });
      await bring(99);
      await card.getByRole("button", { name: "Set the schedule" }).click();
      await card.getByText("Refused: interval 1, VALKEAKOSKI-1 cannot").waitFor();
      await card.locator("[aria-invalid=true]").waitFor();
      await bring(-2);
      await card.getByRole("button", { name: "Set the schedule" }).click();
      await card.getByText("Accepted. Its intervals stand among the dispatches.").waitFor();
      const dispatches = page.getByRole("region", { name: "Dispatches" });
      await dispatches.getByText("2.00 MW").waitFor();
      await card.getByRole("button", { name: "Remove interval 1" }).click();
      await card.getByRole("button", { name: "Remove the schedule" }).click();
      const dialog = page.getByRole("dialog", { name: "Remove the schedule?" });
      await dialog.getByRole("button", { name: "Remove the schedule" }).click();
      await card
        .getByText("The schedule is removed. Intervals withdrawn before they began: 1.")
        .waitFor();
      await dispatches.locator(".pill", { hasText: /Superseded|Cancelled/ }).waitFor();
    });

    test("exports history as CSV", async () => {
      const page = await open(ASSET_VIEW);
      await page.getByText("As a table").click();
      const download = page.waitForEvent("download");
      await page.getByRole("button", { name: "Export CSV" }).click();
      const text = readFileSync(await (await download).path(), "utf8");
      expect(text.split("\n").slice(0, 2)).toEqual([
        "timestamp,mean_mw,min_mw,max_mw,setpoint_mw,soc_pct",
        expect.stringMatching(/^2026-11-20T12:00:0\d.000Z,0,0,0,0,5\d/),
      ]);
    });

    test.each([
      { colorScheme: "light", hash: "" },
      { colorScheme: "dark", hash: "" },
      { colorScheme: "light", hash: ASSET_VIEW },
      { colorScheme: "dark", hash: ASSET_VIEW },
    ] as const)("is accessible ($colorScheme, $hash)", async ({ colorScheme, hash }) => {
      await postDispatch(application.url, ASSET, 3);
      tick(2);
      const page = await open(hash, { colorScheme });
      await page.getByText("discharge").first().waitFor();
      expect(await accessFaults(page)).toEqual([]);
    });

    test.each(["", ASSET_VIEW])("fits a phone without sideways scroll (%s)", async (hash) => {
      await postDispatch(application.url, ASSET, 3);
      tick(2);
      const page = await open(hash, { width: 360 });
      await page.getByText("discharge").first().waitFor();
      if (hash !== "") {
        await page.getByText("As a table").click();
        await page.getByRole("button", { name: "Add interval" }).click();
      }
      expect(await sidewaysScroll(page)).toBe(0);
    });

    test("is driven by the keyboard alone", async () => {
      const page = await open();
      const asset = page.getByRole("link", { name: "VALKEAKOSKI-1" });
      await asset.waitFor();
      await tabTo(page, asset);
      await page.keyboard.press("Enter");
      const power = page.getByLabel("Power in MW", { exact: true });
      await power.waitFor();
      await tabTo(page, power);
      await page.keyboard.press("Control+A");
      await page.keyboard.type("4");
      await page.getByText("Would be accepted").waitFor();
      await tabTo(page, page.getByRole("button", { name: "Discharge 4 MW" }));
      await page.keyboard.press("Enter");
      await page.getByText("Accepted. It begins with the next tick.").waitFor();
      await tabTo(page, page.getByRole("button", { name: "Cancel" }));
      await page.keyboard.press("Enter");
      await tabTo(page, page.getByRole("button", { name: "Cancel the dispatch" }));
      await page.keyboard.press("Enter");
      await page.locator(".pill", { hasText: "Cancelled" }).waitFor();
    });

    test("works below a path, behind a proxy", async () => {
      const proxy = await startPrefixProxy(application.url, "/lab/mando");
      const page = await open();
      await page.close();
      opened = await openDashboard(browser, proxy.url);
      await opened.page.getByRole("link", { name: "VALKEAKOSKI-1" }).click();
      await opened.page.getByText("No dispatch yet.").waitFor();
      expect(opened.loaded.filter((url) => !url.startsWith(proxy.url))).toEqual([]);
      await opened.page.close();
      await proxy.stop();
    });
  });

  test("requests the token, and stores it for the visit", async () => {
    application = await startApplication({ API_TOKEN: "open sesame" });
    tick();
    const { page } = await openDashboard(browser, `${application.url}/${ASSET_VIEW}`);
    await page.getByLabel("Power in MW", { exact: true }).fill("4");
    await page.getByRole("button", { name: "Discharge 4 MW" }).click();
    await page.getByRole("textbox", { name: "Token" }).fill("open sesame");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByText("Accepted. It begins with the next tick.").waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "Cancel the dispatch" }).click();
    await page.locator(".pill", { hasText: "Cancelled" }).waitFor();
    await page.close();
    await application.stop();
  });

  describe("on a fleet with a store", () => {
    let server: OwnServer;
    beforeAll(async () => {
      server = await startEmbedded();
    }, 60_000);
    afterAll(() => server?.stop());

    test("resumes by itself after a restart, without a gap", async () => {
      const variables = { DATABASE_URL: await server.createDatabase() };
      application = await startApplication(variables);
      tick(3);
      const { page } = await openDashboard(browser, `${application.url}/${ASSET_VIEW}`);
      await page.getByText("As a table").click();
      const rows = page.locator(".history tbody tr");
      await expect.poll(() => rows.count()).toBe(3);
      const { port } = new URL(application.url);
      await application.stop();
      await page.getByRole("status").getByText("Reconnecting").waitFor();

      application = await startApplication({ ...variables, PORT: port });
      tick(6);
      await page
        .getByRole("status")
        .getByText(/^Resumed, /)
        .waitFor();
      const times = () => rows.locator("td:first-child").allTextContents();
      await expect.poll(async () => (await times()).length, { timeout: 10_000 }).toBeGreaterThan(5);
      const seconds = (await times()).map((text) => Number(text.slice(-2))).reverse();
      expect(seconds).toEqual(seconds.map((_, index) => 4 + 4 * index));
      await page.close();
      await application.stop();
    });
  });
});

/** What a file takes on its way, in bytes. */
function sizeOf(path: string): number {
  const file = `${PAGES}${path}`;
  return statSync(`${file}.br`, { throwIfNoEntry: false })?.size ?? statSync(file).size;
}

/** Moves the focus on by the keyboard. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    await page.keyboard.press("Tab");
    const isThere = await target.evaluate((element) => element.matches(":focus"));
    if (isThere) return;
  }
  throw new Error(`${MOST_STEPS} steps did not come to it`);
}
