import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { hasBrowser } from "../support/browser.ts";
import { accessFaults, sidewaysScroll } from "../support/dashboard-page.ts";
import { standDashboard } from "../support/dashboard-stand.ts";

const ASSET = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01";
const ASSET_VIEW = `#/asset/${ASSET}`;

describe.skipIf(!hasBrowser)("the charts of the dashboard", { timeout: 60_000 }, () => {
  const dashboard = standDashboard({ ticks: 30 });
  const { tick, open } = dashboard;
  const startAt = (s: number) =>
    new Date(dashboard.application.clock.nowMs() + s * 1000).toISOString();
  const post = async (body: object) => {
    const answer = await fetch(`${dashboard.application.url}/dispatch`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ asset_id: ASSET, ...body }),
    });
    expect(answer.ok).toBe(true);
    return ((await answer.json()) as { id: string }).id;
  };
  const legend = (page: Page, name: string) =>
    page
      .getByRole("list", { name: "Legend" })
      .getByRole("listitem")
      .filter({ has: page.getByRole("button", { name, exact: true }) });
  const params = (page: Page) =>
    new URLSearchParams(new URL(page.url()).hash.split("?")[1]).toString();

  test("show what is foreseen as far ahead as is chosen, and change with what is in force", async () => {
    const page = await open(ASSET_VIEW);
    await legend(page, "Foreseen power").getByText("0.00 MW at 12:17:00").waitFor();
    await legend(page, "Foreseen SoC").getByText("50.0 %").waitFor();
    await post({ mw: 12, start_at: startAt(60) });
    await legend(page, "Foreseen power").getByText("12.00 MW at 12:17:00").waitFor();
    await page.getByLabel("Ahead").selectOption({ label: "1 h" });
    await legend(page, "Foreseen power").getByText("12.00 MW at 13:0").waitFor();
    await expect.poll(() => params(page)).toBe("ahead=3600");
    await page.getByLabel("Ahead").selectOption({ label: "none" });
    await expect.poll(() => legend(page, "Foreseen power").count()).toBe(0);
    await expect.poll(() => params(page)).toBe("ahead=0");
    await page.goBack();
    await legend(page, "Foreseen power").getByText("12.00 MW at 13:0").waitFor();
  });

  test("show a dispatch that is typed, before it is sent", async () => {
    const page = await open(ASSET_VIEW);
    await page.getByLabel("Power in MW", { exact: true }).fill("4");
    await legend(page, "Power with the typed dispatch").getByText("4.00 MW at 12:17:00").waitFor();
    expect(await legend(page, "Foreseen power").textContent()).toContain("0.00 MW at");
    await page.getByLabel("Power in MW", { exact: true }).fill("99");
    await expect.poll(() => legend(page, "Power with the typed dispatch").count()).toBe(0);
  });

  test("have a legend with the newest values, which hides and shows lines", async () => {
    await post({ mw: 3 });
    tick(20);
    const page = await open(ASSET_VIEW);
    await legend(page, "Power").getByText("3.00 MW").waitFor();
    await legend(page, "Power").getByRole("button").click();
    await expect.poll(() => params(page)).toBe("hide=power");
    await page.reload();
    await page.locator('.legend [aria-pressed="false"]', { hasText: "Power" }).waitFor();
    await page.getByLabel("SoC from 0 to 100 %").check();
    await expect.poll(() => params(page)).toBe("hide=power&soc=whole");
  });

  test("have a timeline whose bars open by click and by key, and the address has the open one", async () => {
    const id = await post({ mw: 3, duration_s: 600 });
    tick(2);
    const page = await open(`${ASSET_VIEW}?last=900&ahead=900`);
    const timeline = page.getByRole("region", { name: "Timeline of dispatches" });
    await timeline.getByText("Dispatches of this time as a list: 1").click();
    await timeline.getByRole("button", { name: /3.00 MW, .*, Active/ }).press("Enter");
    const dialog = page.getByRole("dialog", { name: "Dispatch" });
    await dialog.getByText("Active").first().waitFor();
    await expect.poll(() => params(page)).toContain(`dispatch=${id}`);
    expect(await accessFaults(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    const bars = timeline.getByRole("img", { name: "1 dispatches as bars" });
    const box = await bars.boundingBox();
    if (box === null) throw new Error("there is no timeline");
    await page.mouse.click(box.x + box.width / 2, box.y + 10);
    await dialog.getByText("Active").first().waitFor();
  });

  test("look closer by a drag over the timeline", async () => {
    await post({ mw: 3, duration_s: 600 });
    const page = await open("#/?last=3600&ahead=3600");
    const bars = page.getByRole("img", { name: "1 dispatches as bars" });
    const box = await bars.boundingBox();
    if (box === null) throw new Error("there is no timeline");
    await page.mouse.move(box.x + box.width / 2, box.y + 5);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.75, box.y + 5);
    await page.mouse.up();
    await expect.poll(() => params(page)).toMatch(/^from=.*&until=/);
  });

  test("show a time that is picked by its date, on the clock of the zone", async () => {
    const page = await open();
    await page.getByRole("button", { name: "Pick a time" }).click();
    const dialog = page.getByRole("dialog", { name: "Pick a time" });
    await dialog.getByText("in the zone UTC").waitFor();
    await dialog.getByLabel("From").fill("2026-11-20T12:00:30");
    await dialog.getByLabel("Until").fill("2026-11-20T12:00:30");
    await dialog.getByRole("button", { name: "Show" }).click();
    await dialog.getByText("It has to lie after the begin.").waitFor();
    expect(await accessFaults(page)).toEqual([]);
    await dialog.getByLabel("Until").fill("2026-11-20T12:01:30");
    await dialog.getByRole("button", { name: "Show" }).click();
    await dialog.waitFor({ state: "hidden" });
    await expect
      .poll(() => params(page))
      .toBe("from=2026-11-20T12%3A00%3A30Z&until=2026-11-20T12%3A01%3A30Z");
    await legend(page, "SoC").getByText("%").waitFor();
    expect(await page.locator(".legend-time").textContent()).toContain("12:01:2");
  });

  test("are saved as a picture, and what is foreseen as CSV", async () => {
    await post({ mw: 3, duration_s: 600 });
    const page = await open(ASSET_VIEW);
    const picture = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save picture" }).click();
    expect((await picture).suggestedFilename()).toBe("VALKEAKOSKI-1.png");
    const bytes = readFileSync(await (await picture).path());
    expect(bytes.subarray(1, 4).toString()).toBe("PNG");
    const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
    expect(Math.min(width, height)).toBeGreaterThan(400);
    await page.getByText("Table of what is foreseen").click();
    const csv = page.waitForEvent("download");
    await page.getByRole("button", { name: "Export CSV" }).click();
    const lines = readFileSync(await (await csv).path(), "utf8").split("\n");
    expect(lines[0]).toBe("timestamp,foreseen_power_mw,foreseen_soc_pct");
    expect(lines[1]).toMatch(/^2026-11-20T12:02:00.000Z,0,5\d/);
  });

  test("compare assets that are chosen, and the address has them", async () => {
    await post({ mw: 3 });
    tick(20);
    const page = await open("#/?chart=compare");
    await legend(page, "VALKEAKOSKI-1").getByText("3.00 MW").waitFor();
    const choice = page.getByRole("group", { name: "Assets in the chart" });
    await expect.poll(() => choice.getByRole("button").count()).toBe(7);
    for (const left of [6, 5, 4, 3, 2]) {
      await choice.getByRole("button").last().click();
      await expect.poll(() => choice.getByRole("button").count()).toBe(left);
    }
    await choice.getByRole("searchbox").fill("grind");
    await choice.getByRole("button", { name: "Add GRINDSTED-2 to the chart" }).click();
    await legend(page, "GRINDSTED-2").getByText("0.00 MW").waitFor();
    await expect
      .poll(() => params(page))
      .toMatch(/^chart=compare&compare=[-\w]+%2C[-\w]+%2C[-\w]+$/);
    await page.getByLabel("State of charge, not power").check();
    await legend(page, "GRINDSTED-2").getByText("%").waitFor();
    await expect.poll(() => params(page)).toContain("of=soc");
    await page.reload();
    await legend(page, "GRINDSTED-2").getByText("%").waitFor();
    expect(await accessFaults(page)).toEqual([]);
  });

  test.each([
    ["Power stacked by site", "Valkeakoski"],
    ["Power stacked by asset", "VALKEAKOSKI-1"],
  ])("show %s, with a table", async (kind, name) => {
    await post({ mw: 3 });
    tick(20);
    const page = await open();
    await page.getByRole("combobox", { name: "Show" }).selectOption({ label: kind });
    await legend(page, name).getByText("3.00 MW").waitFor();
    await page.getByText("As a table, side by side").click();
    await page.getByRole("columnheader", { name, exact: true }).waitFor();
    expect(await accessFaults(page)).toEqual([]);
  });

  test("show the energy of days and months, with cycles, as picture and CSV", async () => {
    await post({ mw: 30 });
    tick(450);
    const page = await open(`${ASSET_VIEW}?last=3600&energy=day`);
    const card = page.getByRole("region", { name: "Energy", exact: true });
    await card.getByText("Time at each limit: Ramp 56 s").waitFor();
    await card.getByText("Table of energy").click();
    await card.getByRole("columnheader", { name: "At limit: Ramp" }).waitFor();
    await card.getByRole("row", { name: /^20 Nov 14\.\d\d MWh.* 56 s 0 s 0 s 0 s$/ }).waitFor();
    await card.getByRole("row", { name: /^19 Nov .* – – – –$/ }).waitFor();
    const csv = page.waitForEvent("download");
    await card.getByRole("button", { name: "Export CSV" }).click();
    const lines = readFileSync(await (await csv).path(), "utf8")
      .trim()
      .split("\n");
    expect(lines.length).toBe(32);
    expect(lines[0]).toContain(",limited_by_ramp_s,");
    expect(lines.at(-1)).toMatch(
      /^2026-11-20T00:00:00.000Z,2026-11-21T00:00:00.000Z,0,14\..*,56,0,0,0$/,
    );
    const picture = page.waitForEvent("download");
    await card.getByRole("button", { name: "Save picture" }).click();
    expect((await picture).suggestedFilename()).toBe("VALKEAKOSKI-1 energy.png");
    await card.getByRole("button", { name: "Month" }).click();
    await card.getByRole("row", { name: /^Nov 2026 14\.\d\d MWh/ }).waitFor();
    await expect.poll(() => params(page)).toBe("last=3600&energy=month");
    expect(await accessFaults(page)).toEqual([]);
    const chart = page.getByRole("region", { name: "Power and state of charge" });
    await chart.getByText("As a table, tick by tick").waitFor();
    await chart.getByText("Time at each limit: Ramp 56 s").waitFor();
    for (const range of ["6 h", "7 d"]) {
      await chart.getByRole("button", { name: range, exact: true }).click();
      await chart.getByText(/^As a table, in steps of/).waitFor();
      await chart.getByText("Time at each limit: Ramp 56 s").waitFor();
    }
    expect(await accessFaults(page)).toEqual([]);
  });

  test.each(["", ASSET_VIEW])("are accessible and fit a phone (%s)", async (hash) => {
    await post({ mw: 3, duration_s: 60 });
    await post({ mw: -3, start_at: startAt(300), duration_s: 300 });
    tick(20);
    const page = await open(hash, { width: 320 });
    await page.getByText(/Dispatches of this time as a list: \d/).click();
    expect(await accessFaults(page)).toEqual([]);
    expect(await sidewaysScroll(page)).toBe(0);
  });
});
