// Names of any length and script on the pages.
import { describe, expect, test, vi } from "vitest";
import { DT_MS } from "../support/application-under-test.ts";
import { hasBrowser } from "../support/browser.ts";
import { sidewaysScroll } from "../support/dashboard-page.ts";
import { standDashboard } from "../support/dashboard-stand.ts";
import { assetBody, newAssetId, newSiteId } from "../support/fleet-requests.ts";
import { postDispatch } from "../support/program-under-test.ts";

const ASSET = newAssetId(1);
const SITE = newSiteId(1);

describe.skipIf(!hasBrowser)("a name", { timeout: 60_000 }, () => {
  const dashboard = standDashboard();
  const add = async (kind: "sites" | "assets", body: object) => {
    const { url, clock } = dashboard.application;
    const answer = fetch(`${url}/${kind}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    let isAnswered = false;
    void answer.finally(() => {
      isAnswered = true;
    });
    await vi.waitFor(() => {
      clock.advance(DT_MS);
      expect(isAnswered).toBe(true);
    });
    expect((await answer).status).toBe(201);
  };
  const addBoth = async (name: string, rating: object = {}) => {
    await add("sites", { id: SITE, name, location: name });
    await add("assets", assetBody({ id: ASSET, site_id: SITE, name, ...rating }));
    dashboard.tick(2);
  };

  test.each([
    ["of 100 letters without a space", "W".repeat(100)],
    ["of letters with many accents", "Z\u0336\u0335\u0334".repeat(30)],
  ])("%s fits 320 px on every page", async (_what, name) => {
    await addBoth(name);
    await postDispatch(dashboard.application.url, ASSET, 3);
    dashboard.tick();
    const page = await dashboard.open("", { width: 320, height: 800 });
    for (const [hash, text] of [
      ["#/?by=site", "Headroom"],
      [`#/asset/${ASSET}`, "New dispatch"],
      [`#/asset/${ASSET}?edit=form`, "Go back"],
      [`#/asset/${ASSET}?edit=retire`, "To confirm"],
      [`#/site/${SITE}`, "At the meter"],
      [`#/site/${SITE}?edit=retire`, "To confirm"],
      ["#/?new=dispatch", "Headroom"],
      ["#/alarms", "Events"],
    ] as const) {
      await page.evaluate(`location.hash = "${hash}"`);
      await page.getByText(text).first().waitFor();
      await page.getByText("discharge").first().waitFor({ state: "attached" });
      expect(await sidewaysScroll(page), hash).toBe(0);
      const dialogs = `[...document.querySelectorAll("dialog[open]")].map((it) => it.scrollWidth - it.clientWidth)`;
      expect(Math.max(0, ...(await page.evaluate<number[]>(dialogs))), hash).toBe(0);
    }
  });

  test("with odd white space is typed with plain spaces to retire its asset", async () => {
    await addBoth("a  b\u00a0c");
    const page = await dashboard.open(`#/asset/${ASSET}?edit=retire`);
    await page.getByRole("dialog").getByRole("textbox").fill("a b c");
    await page.getByRole("dialog").locator("button[type=submit]").click();
    await page
      .getByText(/retired/i)
      .first()
      .waitFor();
    await page.getByRole("dialog").waitFor({ state: "hidden" });
  });

  test("of a small battery comes with figures that can be read", async () => {
    await addBoth("Small", { capacity_mwhr: 0.01, max_mw: 0.005, min_mw: -0.005 });
    await postDispatch(dashboard.application.url, ASSET, 0.0043);
    dashboard.tick(3);
    const page = await dashboard.open(`#/site/${SITE}`);
    const meter = page.getByTestId("meter");
    await meter.getByText("4.30 kW").first().waitFor();
    await meter.getByText("discharge").first().waitFor();
    await page.evaluate(`location.hash = "#/asset/${ASSET}"`);
    await page.getByText("10.0 kWh").first().waitFor();
    await page.locator(".legend").first().getByText("4.30 kW").first().waitFor();
  });
});
