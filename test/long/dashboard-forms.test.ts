import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { hasBrowser } from "../support/browser.ts";
import { accessFaults, sidewaysScroll } from "../support/dashboard-page.ts";
import { standDashboard } from "../support/dashboard-stand.ts";

const ASSET = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01";
const ASSET_VIEW = `#/asset/${ASSET}`;

describe.skipIf(!hasBrowser)("the form of a dispatch", { timeout: 60_000 }, () => {
  const dashboard = standDashboard({ mayComplain: true });
  const open = async (look = {}): Promise<Page> => {
    const page = await dashboard.open(ASSET_VIEW, look);
    await page.getByLabel("Power in MW", { exact: true }).waitFor();
    return page;
  };

  test("says beside each field what is wrong with it, and leads to the first", async () => {
    const page = await open();
    const power = page.getByLabel("Power in MW", { exact: true });
    expect(await page.locator("[aria-invalid=true]").count()).toBe(0);
    await page.getByRole("button", { name: "Dispatch", exact: true }).click();
    await page.getByText("This must be filled in.").waitFor();
    await expect.poll(() => power.evaluate((it) => it.matches(":focus"))).toBe(true);
    await power.fill("abc");
    await page.getByText("This must be a number such as 2.5, not “abc”.").waitFor();
    await power.fill("-5");
    await page.getByText("The power has no sign: choose the direction above.").waitFor();
    await power.fill("٢٫٥");
    const duration = page.getByLabel("Duration in min");
    await duration.fill("0");
    await page.getByText("This must be above 0.").waitFor();
    await duration.fill("99999999");
    await page.getByText("This must be 527040 or less.").waitFor();
    const described = await duration.getAttribute("aria-describedby");
    expect(await page.locator(`[id="${described}"]`).textContent()).toContain("527040");
    expect(await accessFaults(page)).toEqual([]);
    await duration.fill("");
    await page.getByRole("button", { name: "Discharge 2.5 MW" }).waitFor();
    expect(dashboard.opened.errors).toEqual([]);
  });

  test("puts a power or a duration that fits into the form at a press", async () => {
    const page = await open();
    const power = page.getByLabel("Power in MW", { exact: true });
    await power.fill("30");
    await page.getByLabel("Duration in min").fill("600");
    await page.getByText("for 600 min: its energy does not last. It can for").waitFor();
    const use = page.getByRole("button", { name: /^Use [\d.]+ MW$/ });
    const mw = Number(/[\d.]+/.exec((await use.textContent()) ?? "")?.[0]);
    const useDuration = page.getByRole("button", { name: /^Use [\d.]+ min$/ });
    await useDuration.waitFor();
    await use.click();
    expect(Number(await power.inputValue())).toBe(mw);
    await page.getByText("Would be accepted").waitFor();
    expect(await power.evaluate((it) => it.matches(":focus"))).toBe(true);
    await power.fill("30");
    await useDuration.click();
    await page.getByText("Would be accepted").waitFor();
    await page.getByRole("button", { name: /^Discharge 30 MW for [\d.]+ min$/ }).click();
    await page.getByText("Accepted. It begins with the next tick. It ends at").waitFor();
    expect(dashboard.opened.errors).toEqual([]);
  });

  test("begins later, with a lease, and says so in true words", async () => {
    const page = await open();
    await page.getByLabel("Power in MW", { exact: true }).fill("4");
    await page.getByRole("button", { name: "At", exact: true }).click();
    const start = page.getByLabel("Start, in UTC");
    await start.fill("2026-11-20T11:00:00");
    await page.getByText("Would be refused: The start must lie ahead").waitFor();
    expect(await start.getAttribute("aria-invalid")).toBe("true");
    await start.fill("2026-11-20T13:00:00");
    await page.getByRole("combobox", { name: "Unit of the duration" }).selectOption("h");
    await page.getByLabel("Duration in h").fill("0,5");
    await page.getByLabel("Lease in s").fill("300");
    await page.getByRole("button", { name: "Curtail" }).click();
    await page.getByText("Would be accepted, until 20 Nov 2026, 13:30:00").waitFor();
    await page.getByRole("button", { name: "Discharge 4 MW for 0.5 h" }).click();
    await page
      .getByText(
        "Accepted. It begins at 20 Nov 2026, 13:00:00. It ends at 20 Nov 2026, 13:30:00. It must be renewed by 20 Nov 2026, 13:05:00.",
      )
      .waitFor();
    const [dispatch] = await openDispatches(dashboard.application.url);
    expect(dispatch).toMatchObject({ mw: 4, valid_for_s: 300, on_shortfall: "curtail" });
  });

  test("says that a preview failed while the server is away, and shows it once it is back", async () => {
    const page = await open();
    const power = page.getByLabel("Power in MW", { exact: true });
    await page.route("**/graphql", (route) => route.abort());
    await power.fill("4");
    await page
      .getByText("The decision cannot be previewed. The server cannot be reached.")
      .waitFor();
    await page.unroute("**/graphql");
    await page.getByText("Would be accepted").waitFor({ timeout: 10_000 });
  });

  test.each([320, 820])("fits a screen of %i px", async (width) => {
    const page = await open({ width });
    await page.getByRole("button", { name: "At", exact: true }).click();
    await page.getByLabel("Power in MW", { exact: true }).fill("30");
    await page.getByLabel("Duration in min").fill("600");
    await page.getByRole("button", { name: /^Use [\d.]+ MW$/ }).waitFor();
    expect(await sidewaysScroll(page)).toBe(0);
  });
});

async function openDispatches(url: string): Promise<object[]> {
  const answer = await fetch(`${url}/dispatches?status=accepted`);
  return ((await answer.json()) as { dispatches: object[] }).dispatches;
}
