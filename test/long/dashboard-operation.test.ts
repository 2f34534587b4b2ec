import { describe, expect, test } from "vitest";
import { DT_MS, startApplication } from "../support/application-under-test.ts";
import { hasBrowser, openBrowser } from "../support/browser.ts";
import { accessFaults, openDashboard } from "../support/dashboard-page.ts";
import { standDashboard } from "../support/dashboard-stand.ts";
import { startEmbedded } from "../support/databases.ts";

const ASSET = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01";
const SITE = "5d0c7a52-6a3e-4c0b-9d54-0f6b1f2a7c01";

describe.skipIf(!hasBrowser)("the dashboard in operation", { timeout: 60_000 }, () => {
  const dashboard = standDashboard();
  const { tick, open } = dashboard;
  const send = async (method: string, path: string, body: object) => {
    const answer = await fetch(dashboard.application.url + path, {
      method,
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return answer.json() as Promise<Record<string, unknown>>;
  };

  describe("the page of a site", () => {
    test("is reached from the table, and shows its meter and its assets alone", async () => {
      const page = await open();
      await page.getByRole("link", { name: "Valkeakoski", exact: true }).first().click();
      await page.getByRole("heading", { name: "Valkeakoski" }).waitFor();
      expect(await page.evaluate("location.hash")).toBe(`#/site/${SITE}`);
      await page.locator(".assets").scrollIntoViewIfNeeded();
      await expect
        .poll(() => page.locator(".assets tbody th").allTextContents())
        .toEqual(["VALKEAKOSKI-1", "VALKEAKOSKI-2"]);
      await send("POST", "/dispatch", { asset_id: ASSET, mw: 6 });
      tick(4);
      const meter = page.getByTestId("meter");
      await meter.getByText("6.00 MW").first().waitFor();
      expect(await meter.getByText("(no limit)").count()).toBe(2);
    });

    test("previews the shares of a dispatch, and sends it", async () => {
      const page = await open(`#/site/${SITE}`);
      await page.getByRole("button", { name: "15 min" }).last().click();
      await page.getByLabel("Power in MW", { exact: true }).fill("8");
      await page.getByText("Would be accepted, and delivered in full:").waitFor();
      const shares = page.locator(".shares .number");
      const sum = (await shares.allTextContents()).reduce(
        (total, text) => total + Number.parseFloat(text),
        0,
      );
      expect(sum).toBeCloseTo(8, 1);
      expect(await accessFaults(page)).toEqual([]);
      await page.getByRole("button", { name: "Discharge 8 MW for 15 min" }).click();
      await page.getByText("Accepted: 2 assets take part.").waitFor();
      tick(8);
      await page.getByTestId("meter").getByText("8.00 MW").first().waitFor();
    });

    test("says what would fit instead, and takes it at a press", async () => {
      const page = await open(`#/site/${SITE}`);
      await page.getByRole("button", { name: "15 min" }).last().click();
      await page.getByLabel("Power in MW", { exact: true }).fill("99");
      await page.getByText(/Would be refused: .*Valkeakoski/).waitFor();
      await page.getByRole("button", { name: /^Use [\d.]+ MW$/ }).click();
      await page.getByText("Would be accepted, and delivered in full:").waitFor();
    });
  });

  describe("alarms", () => {
    /** A promise that can no longer be kept, as a charge before it is cancelled. */
    async function breakPromise(): Promise<void> {
      const startAt = (s: number) =>
        new Date(dashboard.application.clock.nowMs() + s * 1000).toISOString();
      const charge = { asset_id: ASSET, mw: -10, duration_s: 600, start_at: startAt(60) };
      const { id } = await send("POST", "/dispatch", charge);
      const needs = { asset_id: ASSET, mw: 30, start_at: startAt(900), duration_s: 36_000 };
      const { refused } = await send("POST", "/dispatch/preview", needs);
      const { longest_duration_s } = refused as { longest_duration_s: number };
      await send("POST", "/dispatch", { ...needs, duration_s: longest_duration_s });
      await fetch(`${dashboard.application.url}/dispatch/${id}`, { method: "DELETE" });
      tick();
    }

    test("show on every page, in its title and its icon, and are acknowledged", async () => {
      const page = await open();
      expect(await page.title()).toBe("Fleet · Mando");
      await breakPromise();
      await page.getByRole("link", { name: "Alarms 1 open" }).waitFor();
      await expect.poll(() => page.title()).toBe("(1) Fleet · Mando");
      const icon = () => page.evaluate<string>(`document.querySelector('link[rel="icon"]').href`);
      expect(await icon()).toMatch(/^data:image\/svg/);
      await page.getByRole("link", { name: /Alarms/ }).click();
      await page.getByText(/will lack .* of its promise/).waitFor();
      await page.getByRole("button", { name: /^Acknowledge Promise at risk of/ }).click();
      await page.getByText(/^acknowledged /).waitFor();
      const focused = () => page.evaluate("document.activeElement.textContent");
      await expect.poll(focused).toBe("Alarms");
      expect(await accessFaults(page)).toEqual([]);
      const { dispatches } = (await (
        await fetch(`${dashboard.application.url}/dispatches?status=accepted`)
      ).json()) as { dispatches: { id: string }[] };
      for (const { id } of dispatches)
        await fetch(`${dashboard.application.url}/dispatch/${id}`, { method: "DELETE" });
      tick();
      await page.getByText("No alarm.").waitFor();
      await expect.poll(() => page.title()).toBe("Alarms · Mando");
      expect(await icon()).not.toMatch(/^data:/);
      await page.getByRole("button", { name: "All", exact: true }).click();
      await page.getByText("Promise at risk").waitFor();
      await page.getByRole("button", { name: "Info", exact: true }).click();
      await page.getByText("No alarm.").waitFor();
      expect(await page.evaluate("location.hash")).toBe("#/alarms?show=all&severity=info");
    });

    test("show on a wall too", async () => {
      const page = await open("?kiosk");
      await breakPromise();
      const strip = page.locator(".alarm-strip");
      await strip.getByText(/^1 (Warning|Critical)$/).waitFor();
      await strip.getByText(/will lack .* of its promise/).waitFor();
    });

    test("have the events of the fleet beside them, as they happen", async () => {
      const page = await open("#/alarms");
      const events = page.getByRole("region", { name: "Events" });
      await events.getByText("No event yet.").waitFor();
      await send("POST", "/dispatch", { asset_id: ASSET, mw: 6, duration_s: 8 });
      await events.getByText("Accepted").waitFor();
      tick(4);
      await events.getByText(/Completed/).waitFor();
      const order = await events.locator("li").allTextContents();
      expect(order.map((text) => /Completed|Active|Accepted/.exec(text)?.[0])).toEqual([
        "Completed",
        "Active",
        "Accepted",
      ]);
      const asset = {
        id: "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b77",
        site_id: SITE,
        name: "NEW-1",
        capacity_mwhr: 4,
        max_mw: 2,
        min_mw: -2,
        ramp_rate_mw_per_min: 10,
        efficiency: 0.9,
      };
      await send("POST", "/assets", asset);
      const joined = events.getByText("NEW-1 joined the fleet");
      await expect
        .poll(async () => {
          tick();
          return joined.count();
        })
        .toBe(1);
    });
  });

  test("says that data are stale, and from when they are", async () => {
    const page = await open("", { hasFakeClock: true });
    await page.clock.fastForward(14_000);
    expect(await page.getByText(/^No data since/).count()).toBe(0);
    await page.clock.fastForward(3_000);
    const banner = page.getByText("No data since 20 Nov 2026, 12:00:12");
    await banner.waitFor();
    await page.evaluate("scrollTo(0, document.body.scrollHeight)");
    expect(await page.evaluate("scrollY")).toBeGreaterThan(200);
    expect((await banner.boundingBox())?.y).toBeGreaterThan(0);
    tick();
    await page.getByText(/^No data since/).waitFor({ state: "detached" });
  });
});

describe.skipIf(!hasBrowser)("without its database", { timeout: 120_000 }, () => {
  test("the dashboard goes on, and says what is missing", async () => {
    const [browser, server] = [await openBrowser(), await startEmbedded()];
    const application = await startApplication({ DATABASE_URL: await server.createDatabase() });
    application.clock.advance(DT_MS);
    const { page } = await openDashboard(browser, application.url);
    await server.stop();
    const banner = page.getByText(/^The database or the disk does not keep up/);
    // The store notices in time of its own, and the health in that of the clock.
    await expect
      .poll(
        () => {
          application.clock.advance(DT_MS);
          return banner.count();
        },
        { timeout: 30_000 },
      )
      .toBeGreaterThan(0);
    await page.getByRole("link", { name: "See the alarm" }).click();
    await page.getByText("Store degraded").waitFor();
    await page.close();
    await application.stop();
    await browser.close();
  });
});
