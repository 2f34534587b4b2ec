import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { hasBrowser } from "../support/browser.ts";
import { accessFaults, sidewaysScroll } from "../support/dashboard-page.ts";
import { standDashboard } from "../support/dashboard-stand.ts";

const ASSET = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01";

describe.skipIf(!hasBrowser)("what charts show ahead of now", { timeout: 60_000 }, () => {
  const dashboard = standDashboard({ ticks: 30 });
  const { open } = dashboard;
  const startAt = (s: number) =>
    new Date(dashboard.application.clock.nowMs() + s * 1000).toISOString();
  const post = async (body: object) => {
    const answer = await fetch(`${dashboard.application.url}/dispatch`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ asset_id: ASSET, ...body }),
    });
    expect(answer.ok).toBe(true);
  };
  const legend = (page: Page, name: string) =>
    page
      .getByRole("list", { name: "Legend" })
      .getByRole("listitem")
      .filter({ has: page.getByRole("button", { name, exact: true }) });

  test("compared assets have what is in force for each, in one query", async () => {
    await post({ mw: 12, start_at: startAt(60) });
    const page = await open();
    const bodies: string[] = [];
    page.on("request", (request) => {
      if (request.postData()?.includes("AssetForecast")) bodies.push(request.postData() as string);
    });
    await page.getByRole("combobox", { name: "Show" }).selectOption({ label: "Assets compared" });
    await page.getByLabel("Ahead").selectOption({ label: "1 h" });
    await legend(page, "VALKEAKOSKI-1")
      .getByText(/^0.00 MW · 12.00 MW at 13:0/)
      .waitFor();
    await legend(page, "GRINDSTED-2")
      .getByText(/^0.00 MW · 0.00 MW at 13:0/)
      .waitFor();
    // It is read again after some seconds, and after a change: each time all of them at once.
    const assetCounts = bodies.map((body) => body.match(/asset_\d: asset/g)?.length);
    expect([...new Set(assetCounts)]).toEqual([7]);
    await post({ mw: 5, start_at: startAt(120) });
    await legend(page, "VALKEAKOSKI-1")
      .getByText(/5.00 MW at 13:0/)
      .waitFor();
    await page.getByLabel("State of charge, not power").check();
    await legend(page, "VALKEAKOSKI-1")
      .getByText(/^50.0 % · \d\d.\d % at 13:0/)
      .waitFor();
    await page.getByText("Table of what is foreseen").click();
    await page.getByRole("columnheader", { name: "VALKEAKOSKI-1, foreseen" }).waitFor();
    expect(await accessFaults(page)).toEqual([]);
  });

  test.each([
    ["sites", "Valkeakoski"],
    ["assets", "VALKEAKOSKI-1"],
  ])("powers stacked by %s go on ahead, on a phone too", async (kind, name) => {
    await post({ mw: 12, start_at: startAt(60) });
    const page = await open(`#/?chart=${kind}&ahead=3600`, { width: 320 });
    await legend(page, name)
      .getByText(/ · 12.00 MW at 13:0/)
      .waitFor();
    expect(await sidewaysScroll(page)).toBe(0);
    expect(await accessFaults(page)).toEqual([]);
  });

  test("a typed dispatch that would fall short is marked, in the legend and the table too", async () => {
    const look = { forcedColors: "active", width: 390 } as const;
    const page = await open(`#/asset/${ASSET}?ahead=21600`, look);
    await page.getByLabel("Power in MW", { exact: true }).fill("30");
    await page.getByText(/^Would be accepted. Its energy runs short from/).waitFor();
    await legend(page, "Typed, but not delivered")
      .getByText(/^30.00 MW at 18:0/)
      .waitFor();
    await page.getByText("Table of what is foreseen").click();
    const rows = page.getByRole("region", { name: "Table of what is foreseen" });
    await rows.getByRole("columnheader", { name: "Typed, but not delivered" }).waitFor();
    await rows
      .getByRole("row", { name: /0.00 MW .* 30.00 MW$/ })
      .last()
      .waitFor();
    expect(await sidewaysScroll(page)).toBe(0);
    expect(await accessFaults(page)).toEqual([]);
    await page.getByLabel("Power in MW", { exact: true }).fill("0");
    await page.getByText(/^Would be accepted, and delivered in full/).waitFor();
    await expect.poll(() => legend(page, "Typed, but not delivered").count()).toBe(0);
  });

  test("a stop that keeps a promise from its energy is marked", async () => {
    await post({ mw: -15, duration_s: 3600 });
    await post({ mw: 12, start_at: startAt(3660), duration_s: 7200 });
    const page = await open(`#/asset/${ASSET}?ahead=21600`);
    await page.getByLabel("Power in MW", { exact: true }).fill("0");
    await legend(page, "Promised, but not with the typed dispatch")
      .getByText("12.00 MW at")
      .waitFor();
  });
});
