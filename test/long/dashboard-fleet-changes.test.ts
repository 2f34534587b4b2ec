import type { Locator } from "playwright-core";
import { describe, expect, test } from "vitest";
import { hasBrowser } from "../support/browser.ts";
import { accessFaults, sidewaysScroll } from "../support/dashboard-page.ts";
import { standDashboard } from "../support/dashboard-stand.ts";

const OF_FILE = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01";

describe.skipIf(!hasBrowser)("changes of the fleet", { timeout: 60_000 }, () => {
  const dashboard = standDashboard();
  const { tick, open } = dashboard;
  /** Waits for an answer that comes when a tick ends. */
  const tickUntil = (target: Locator) =>
    expect
      .poll(async () => {
        tick(1);
        return target.isVisible();
      })
      .toBe(true);
  const call = async (query: string) => {
    const answer = await fetch(`${dashboard.application.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query }),
    });
    return (await answer.json()) as { data: Record<string, Record<string, { id: string }>> };
  };
  const registerAsset = async (name: string) => {
    const { data } = await call(
      `mutation { siteRegister(input: { name: "Kemi", location: "Kemi" }) { ... on SiteRegistered { site { id } } } }`,
    );
    const siteId = data.siteRegister?.site?.id as string;
    const registering = call(
      `mutation { assetRegister(input: { name: "${name}", siteId: "${siteId}", capacityMwhr: 20, maxMw: 10, minMw: -10, rampRateMwPerMin: 10, efficiency: 0.95 }) { ... on AssetRegistered { asset { id } } } }`,
    );
    let isAnswered = false;
    const answered = registering.finally(() => {
      isAnswered = true;
    });
    await expect
      .poll(() => {
        tick(1);
        return isAnswered;
      })
      .toBe(true);
    return { siteId, assetId: (await answered).data.assetRegister?.asset?.id as string };
  };

  test("register a site and an asset, with what is wrong beside each field", async () => {
    const page = await open("", { width: 820 });
    await page.getByRole("button", { name: "New site" }).click();
    let dialog = page.getByRole("dialog", { name: "New site" });
    await dialog.getByLabel("Name").fill("Oulu");
    await dialog.getByRole("button", { name: "Register" }).click();
    await dialog.getByText("This must be filled in.").waitFor();
    await dialog.getByLabel("Place").fill("Oulu, Finland");
    await dialog.getByLabel("Highest export in MW").fill("30");
    await dialog.getByRole("button", { name: "Register" }).click();
    await tickUntil(dialog.getByText("Oulu is registered: assets can be registered at it"));
    await dialog.getByRole("button", { name: "Close" }).click();

    await page.getByRole("button", { name: "New asset" }).click();
    dialog = page.getByRole("dialog", { name: "New asset" });
    await dialog.getByLabel("Name").fill("OULU-1");
    await dialog.getByLabel("Site").selectOption({ label: "Oulu" });
    await dialog.getByLabel("Capacity in MWh").fill("2000000");
    await dialog.getByLabel("Highest discharge in MW").fill("20");
    await dialog.getByLabel("Highest charge in MW, without a sign").fill("20");
    await dialog.getByLabel("Ramp in MW per min").fill("20");
    await dialog.getByLabel("Efficiency of each leg").fill("0,95");
    expect(await accessFaults(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Register" }).click();
    await tickUntil(dialog.getByText(/^⚠?\s*Must be .* 1000000 MWh, not 2000000\.$/));
    await dialog.getByLabel("Capacity in MWh").fill("40");
    await dialog.getByRole("button", { name: "Register" }).click();
    await tickUntil(dialog.getByText("OULU-1 is registered, and in the fleet from now on."));
    await dialog.getByRole("link", { name: "Show it" }).click();
    await page.getByRole("heading", { name: "OULU-1" }).waitFor();
    await page.getByRole("link", { name: "Oulu", exact: true }).waitFor();
  });

  test("change an asset, and say what they set to new bounds", async () => {
    const { assetId } = await registerAsset("KEMI-1");
    const page = await open(`#/asset/${assetId}?edit=form`, { width: 320 });
    const dialog = page.getByRole("dialog", { name: /^Change KEMI-[19]$/ });
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByText("Nothing was changed: every field is as it was.").waitFor();
    await dialog.getByLabel("Name").fill("KEMI-9");
    await dialog.getByLabel("Capacity in MWh").fill("5");
    expect(await sidewaysScroll(page)).toBe(0);
    await dialog.getByRole("button", { name: "Save" }).click();
    await tickUntil(
      dialog.getByText(
        /^KEMI-9 is changed, and the change is in force\. The stored energy in MWh lay outside its new bounds, and was set from 10 to 5\.$/,
      ),
    );
    await dialog.getByRole("button", { name: "Close" }).click();
    await page.getByRole("heading", { name: "KEMI-9" }).waitFor();
  });

  test("retire an asset once its name is typed, then its site", async () => {
    const { assetId, siteId } = await registerAsset("KEMI-1");
    const page = await open(`#/asset/${assetId}`);
    await page.getByRole("button", { name: "Retire KEMI-1" }).click();
    let dialog = page.getByRole("dialog", { name: "Retire KEMI-1 for ever?" });
    await dialog.getByRole("button", { name: "Retire the asset" }).click();
    await dialog.getByText("This must be KEMI-1, as it is written here.").waitFor();
    await dialog.getByLabel("To confirm, type KEMI-1").fill("KEMI-1");
    expect(await accessFaults(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Retire the asset" }).click();
    await tickUntil(page.getByText("KEMI-1 is retired: it runs no more"));
    await page.getByText("This asset is retired").waitFor();

    await page.getByRole("link", { name: "Kemi", exact: true }).click();
    await page.getByRole("button", { name: "Retire Kemi" }).click();
    dialog = page.getByRole("dialog", { name: "Retire Kemi for ever?" });
    await dialog.getByLabel("To confirm, type Kemi").fill("Kemi");
    await dialog.getByRole("button", { name: "Retire the site" }).click();
    await tickUntil(page.getByText("Kemi is retired, and its telemetry stays."));
    await expect.poll(() => new URL(page.url()).hash).toBe(`#/site/${siteId}`);
  });

  test("are not offered for what comes from the assets file", async () => {
    const page = await open(`#/asset/${OF_FILE}?edit=form`);
    await page.getByRole("heading", { name: "VALKEAKOSKI-1" }).waitFor();
    expect(await page.getByRole("button", { name: /^(Change|Retire) / }).count()).toBe(0);
    expect(await page.getByRole("dialog").count()).toBe(0);
  });
});
