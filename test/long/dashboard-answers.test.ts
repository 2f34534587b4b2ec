import { describe, expect, test } from "vitest";
import { hasBrowser } from "../support/browser.ts";
import { accessFaults } from "../support/dashboard-page.ts";
import { standDashboard } from "../support/dashboard-stand.ts";

const ASSET = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01";

describe.skipIf(!hasBrowser)("answers of the server", { timeout: 60_000 }, () => {
  const dashboard = standDashboard();
  const { open } = dashboard;
  const at = (s: number) => new Date(dashboard.application.clock.nowMs() + s * 1000).toISOString();
  const post = async (body: object) => {
    const answer = await fetch(`${dashboard.application.url}/dispatch`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    expect(answer.ok).toBe(true);
    return ((await answer.json()) as { id: string }).id;
  };

  test("to a schedule are in the language, beside the field too", async () => {
    const page = await open(`#/asset/${ASSET}`, { locale: "fi-FI" });
    const card = page.getByRole("region", { name: "Aikataulu" });
    const rows = [
      [3600, 7200],
      [7000, 9000],
    ].map(([from = 0, until = 0]) => `${at(from)},${at(until)},1`);
    await card.getByLabel("Lue CSV").setInputFiles({
      ...{ name: "day.csv", mimeType: "text/csv" },
      buffer: Buffer.from(["from,until,mw", ...rows].join("\n")),
    });
    await card.getByRole("button", { name: "Aseta aikataulu" }).click();
    await card
      .getByRole("alert")
      .getByText(/Jakso alkaa ennen kuin sen yllä/)
      .waitFor();
    await card.locator(".field-error", { hasText: "Jakso alkaa ennen kuin" }).waitFor();
    expect(await card.locator("[lang=en]").count()).toBe(0);
  });

  test("that name a rule of a field are in English there, and marked as such", async () => {
    const page = await open("", { locale: "de-DE" });
    await page.getByRole("button", { name: "Neuer Standort" }).click();
    const dialog = page.getByRole("dialog", { name: "Neuer Standort" });
    await dialog.getByLabel("Bezeichnung").fill("Oulu");
    await dialog.getByLabel("Ort").fill("Oulu");
    await dialog.getByLabel("Höchste Einspeisung in MW").fill("30000000");
    await dialog.getByRole("button", { name: "Anlegen" }).click();
    const error = dialog.locator(".field-error", { hasText: "Nicht zulässig:" });
    await error.locator("[lang=en]", { hasText: /^Must be .*, not 30000000\.$/ }).waitFor();
    expect(await accessFaults(page)).toEqual([]);
  });

  test("that the pages do not know stay as they are, and are marked as English", async () => {
    const page = await open(`#/asset/${ASSET}`, { locale: "de-DE" });
    await page.route("**/graphql", async (route) => {
      if (!route.request().postData()?.includes("mutation Dispatch")) return route.fallback();
      const refusal = { code: "BRAND_NEW", message: "the moon is full", field: null };
      const numbers = { minMw: null, maxMw: null, limitedBy: null, highestMw: null };
      const dispatch = { __typename: "DispatchRefused", ...refusal, ...numbers };
      await route.fulfill({
        json: { data: { dispatch: { ...dispatch, longestDurationS: null } } },
      });
    });
    await page.getByLabel("Leistung in MW", { exact: true }).fill("2");
    await page.getByRole("button", { name: "2 MW entladen" }).click();
    const alert = page.getByRole("alert").filter({ hasText: "Abgelehnt:" });
    expect(await alert.locator("[lang=en]").textContent()).toBe("the moon is full");
  });

  test("of alarms have their meaning in the language, and their values in English", async () => {
    const charge = { asset_id: ASSET, mw: -15, duration_s: 3600 };
    const id = await post(charge);
    await post({ asset_id: ASSET, mw: 12, start_at: at(3660), duration_s: 7200 });
    await fetch(`${dashboard.application.url}/dispatch/${id}`, { method: "DELETE" });
    dashboard.tick(2);
    const page = await open("#/alarms", { locale: "de-DE" });
    await page.getByText("Ein angenommener Abruf wird weniger liefern als zugesagt.").waitFor();
    await page.locator("p[lang=en]", { hasText: "MWh" }).waitFor();
    expect(await accessFaults(page)).toEqual([]);
  });
});
