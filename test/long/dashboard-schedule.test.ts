import type { Locator, Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { startApplication } from "../support/application-under-test.ts";
import { hasBrowser } from "../support/browser.ts";
import { accessFaults, sidewaysScroll } from "../support/dashboard-page.ts";
import { standDashboard } from "../support/dashboard-stand.ts";

const ASSET = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01";
const ASSET_VIEW = `#/asset/${ASSET}`;
const QUARTER_MS = 900_000;

describe.skipIf(!hasBrowser)("the form of a schedule", { timeout: 60_000 }, () => {
  const dashboard = standDashboard({
    start: () => startApplication({}, { startMs: Date.parse("2027-10-30T12:00:00Z") }),
  });
  const open = async (look = {}): Promise<readonly [Page, Locator]> => {
    const page = await dashboard.open(ASSET_VIEW, look);
    return [page, page.getByRole("region", { name: "Schedule" })];
  };
  const bring = (card: Locator, text: string) =>
    card.getByLabel("Read CSV").setInputFiles({
      name: "day.csv",
      mimeType: "text/csv",
      buffer: Buffer.from(text),
    });
  const stored = async () => {
    const answer = await fetch(`${dashboard.application.url}/assets/${ASSET}/schedule`);
    return ((await answer.json()) as { intervals: { start_at: string; mw: number }[] }).intervals;
  };

  test("takes times on the clock of the chosen zone across the change in autumn", async () => {
    const [page, card] = await open();
    await page.evaluate(
      `localStorage.setItem("mando.preferences", '{"timeZone":"Europe/Berlin"}')`,
    );
    await page.reload();
    await card.getByRole("button", { name: "Add interval" }).click();
    await card.getByText("All times are in Europe/Berlin.").waitFor();
    await card.getByLabel("From", { exact: true }).fill("2027-10-31T02:45:00");
    await card.getByText("The clock shows this time twice").waitFor();
    await card.getByLabel("Until", { exact: true }).fill("2027-10-31T02:00:00");
    await card.getByRole("combobox", { name: "Offset of From" }).selectOption("+02:00");
    await card.getByRole("combobox", { name: "Offset of Until" }).selectOption("+01:00");
    await card.getByLabel("Power in MW").fill("2");
    await card.getByRole("button", { name: "Set the schedule" }).click();
    await card.getByText("Accepted. Its intervals stand among the dispatches.").waitFor();
    expect(await stored()).toMatchObject([{ start_at: "2027-10-31T00:45:00.000Z", mw: 2 }]);
  });

  test("takes a CSV with blank lines and quoted cells, and names the line of an error", async () => {
    const [page, card] = await open();
    await bring(card, "from,until,mw\n\nnow,2027-10-30T13:15:00Z,1\n");
    await card.getByText("day.csv is not taken. Line 3: from must be an instant").waitFor();
    const lines = Array.from({ length: 200 }, (_, n) => {
      const fromMs = Date.parse("2027-10-30T13:00:00Z") + n * QUARTER_MS;
      const [from, until] = [fromMs, fromMs + QUARTER_MS].map((ms) => new Date(ms).toISOString());
      return `"${from}","${until}",${n % 2 === 0 ? 1 : -1}\n\n`;
    });
    await bring(card, `\ufeff"from","until","mw"\n${lines.join("")}`);
    await card.getByRole("button", { name: "Show more intervals (152)" }).waitFor();
    await card.getByRole("button", { name: "Set the schedule" }).click();
    await card.getByText("Accepted. Its intervals stand among the dispatches.").waitFor();
    expect(await stored()).toHaveLength(200);
    await bring(card, "from,until,mw\n2027-10-30T14:00:00Z,2027-10-30T15:00:00Z,3\n");
    await card.getByRole("button", { name: "Set the schedule" }).click();
    const dialog = page.getByRole("dialog", { name: "Replace the schedule?" });
    await dialog.getByText("Open intervals of the present schedule: 200.").waitFor();
    expect(await accessFaults(page)).toEqual([]);
    await page.keyboard.press("Escape");
    expect(await stored()).toHaveLength(200);
    await card.getByRole("button", { name: "Set the schedule" }).click();
    await dialog.getByRole("button", { name: "Set the schedule" }).click();
    await card.getByText("Intervals withdrawn before they began: 200.").waitFor();
    expect(await stored()).toHaveLength(1);
  });

  test("says that there is no schedule to remove", async () => {
    const [, card] = await open();
    await card.getByRole("button", { name: "Remove the schedule" }).click();
    await card.getByText("The asset has no schedule: nothing was removed.").waitFor();
  });

  test("says beside a row what is wrong with it, on a small screen too", async () => {
    const [page, card] = await open({ width: 320 });
    await card.getByRole("button", { name: "Add interval" }).click();
    await card.getByRole("button", { name: "Set the schedule" }).click();
    await card.getByText("This must be filled in.").waitFor();
    await card.getByLabel("Power in MW").fill("abc");
    await card.getByText("This must be a number such as 2.5, not “abc”.").waitFor();
    expect(await sidewaysScroll(page)).toBe(0);
  });
});
