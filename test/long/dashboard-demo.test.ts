// The demo on the dashboard: said in words, and ended with a press.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { startApplication } from "../support/application-under-test.ts";
import { hasBrowser } from "../support/browser.ts";
import { accessFaults, sidewaysScroll } from "../support/dashboard-page.ts";
import { standDashboard } from "../support/dashboard-stand.ts";
import { postDispatch } from "../support/program-under-test.ts";

const ASSET = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01";
const pictures = process.env.PICTURES ?? mkdtempSync(join(tmpdir(), "mando-demo-"));

describe.skipIf(!hasBrowser)("a demo", { timeout: 60_000 }, () => {
  const stand = standDashboard({ start: () => startApplication({ DEMO: "1" }) });

  test("is said in words, and a press ends it", async () => {
    const page = await stand.open("", { colorScheme: "dark" });
    const bar = page.getByRole("region", { name: "Demo" });
    await bar.getByText("This is a demo").waitFor();
    expect(await accessFaults(page)).toEqual([]);
    for (let count = 0; count < 30; count++) stand.tick();
    await page.getByText("0 idle").waitFor();
    await page.screenshot({ path: join(pictures, "demo-dark.png") });
    await bar.getByRole("button", { name: "End the demo" }).click();
    await bar.waitFor({ state: "detached" });
    expect(await page.evaluate("document.activeElement.id")).toBe("content");
    stand.tick();
    const answer = await fetch(`${stand.application.url}/demo`);
    expect(await answer.json()).toEqual({ demo: false });
  });

  test("ends on every page with the first dispatch of any client", async () => {
    const page = await stand.open(`#/asset/${ASSET}`, { width: 390, height: 844 });
    const bar = page.getByRole("region", { name: "Demo" });
    await bar.waitFor();
    expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0);
    stand.tick(3);
    await page.getByText("· Demo").first().waitFor();
    await page.screenshot({ path: join(pictures, "demo-phone.png") });
    await postDispatch(stand.application.url, ASSET, 5);
    await bar.waitFor({ state: "detached" });
  });

  test.each([
    ["de", "Demo beenden"],
    ["fi", "Lopeta demo"],
  ])("speaks %s", async (locale, name) => {
    const page = await stand.open("", { locale });
    await page.getByRole("button", { name }).waitFor();
  });

  test("has nothing to press on a wall", async () => {
    const page = await stand.open("?kiosk");
    await page.getByText("This is a demo").waitFor();
    expect(await page.getByRole("button", { name: "End the demo" }).count()).toBe(0);
  });
});
