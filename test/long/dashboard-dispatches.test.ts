import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { START_MS } from "../support/application-under-test.ts";
import { hasBrowser } from "../support/browser.ts";
import { accessFaults } from "../support/dashboard-page.ts";
import { standDashboard } from "../support/dashboard-stand.ts";
import { postDispatch } from "../support/program-under-test.ts";

const ASSET = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01";
const ASSET_VIEW = `#/asset/${ASSET}`;
const MINUTE_MS = 60_000;

describe.skipIf(!hasBrowser)("the dispatches of an asset", { timeout: 60_000 }, () => {
  const dashboard = standDashboard();
  const { tick } = dashboard;
  const open = async (hash = ASSET_VIEW): Promise<Page> => {
    return dashboard.open(hash);
  };
  const listOf = (page: Page) => page.getByRole("region", { name: "Dispatches" });

  test("are found to the last of 288 intervals, the next first", async () => {
    const intervals = Array.from({ length: 288 }, (_, n) => ({
      from: new Date(START_MS + (n + 1) * 5 * MINUTE_MS).toISOString(),
      until: new Date(START_MS + (n + 2) * 5 * MINUTE_MS).toISOString(),
      mw: n % 2 === 0 ? 1 : -1,
    }));
    await putSchedule(dashboard.application.url, intervals);
    const page = await open();
    const list = listOf(page);
    await list.getByRole("button", { name: "Open 288" }).click();
    const first = list.locator(".dispatches li.open").first();
    await first.getByText("20 Nov 2026, 12:05:00, for 5 min").waitFor();
    await expect.poll(() => new URL(page.url()).hash).toContain("dispatches=open");
    const items = list.locator(".dispatches > li");
    const more = list.getByRole("button", { name: "Show more: Open" });
    for (let n = 0; n < 6; n++) await more.click();
    await expect.poll(() => items.count()).toBe(288);
    expect(await more.count()).toBe(0);
    await page.reload();
    await first.getByText("20 Nov 2026, 12:05:00, for 5 min").waitFor();
    await first.getByRole("button", { name: "Cancel 1.00 MW of 20 Nov 2026, 12:05:00" }).click();
    await page.getByText("1.00 MW of 20 Nov 2026, 12:05:00 has not begun").waitFor();
    expect(await accessFaults(page)).toEqual([]);
    await page.getByRole("button", { name: "Cancel the dispatch" }).click();
    const done = list.getByText(/^Cancelled: 1.00 MW .* It never held the asset\.$/);
    await done.waitFor();
    await expect.poll(() => done.evaluate((it) => it.matches(":focus"))).toBe(true);
    await list.getByRole("button", { name: "Open 287" }).waitFor();
  });

  test("that ended are read page by page", async () => {
    for (let n = 1; n <= 75; n++) await postDispatch(dashboard.application.url, ASSET, n / 10);
    const page = await open(`${ASSET_VIEW}?dispatches=ended`);
    const list = listOf(page);
    const items = list.locator(".dispatches > li");
    await expect.poll(() => items.count()).toBe(10);
    const more = list.getByRole("button", { name: "Show more: Ended" });
    await more.click();
    await expect.poll(() => items.count()).toBe(60);
    await more.click();
    await expect.poll(() => items.count()).toBe(74);
    await expect.poll(() => more.count()).toBe(0);
  });

  test("show what a running one has delivered, and its status at once", async () => {
    const page = await open();
    const list = listOf(page);
    await list.getByText("No dispatch yet.").waitFor();
    await postDispatch(dashboard.application.url, ASSET, 30);
    await list.locator(".pill", { hasText: "Active" }).waitFor();
    await list.locator(".changes").getByText("Started").waitFor();
    tick(30);
    await list.getByText(/^0\.[1-9]\d* MWh given to the grid$/).waitFor();
  });

  test("have a lease that is renewed", async () => {
    await fetch(`${dashboard.application.url}/dispatch`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ asset_id: ASSET, mw: 3, valid_for_s: 60 }),
    });
    const page = await open();
    const list = listOf(page);
    await list.getByText("Its lease ends at 20 Nov 2026, 12:01:").waitFor();
    tick(5);
    await list.getByRole("button", { name: "Renew the lease of 3.00 MW" }).click();
    await list.getByText(/^The lease of 3.00 MW .* is renewed: it ends at .* 12:01:3/).waitFor();
  });
});

async function putSchedule(url: string, intervals: readonly object[]): Promise<void> {
  const answer = await fetch(`${url}/assets/${ASSET}/schedule`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ intervals }),
  });
  expect(answer.status).toBe(200);
}
