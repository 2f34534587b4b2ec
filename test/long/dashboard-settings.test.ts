// The settings in the dashboard: found, changed after a preview, rolled back, in each scope; and what another person changed.
import type { Locator, Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { startApplication } from "../support/application-under-test.ts";
import { hasBrowser } from "../support/browser.ts";
import { accessFaults, sidewaysScroll } from "../support/dashboard-page.ts";
import { standDashboard } from "../support/dashboard-stand.ts";

const SITE = "site:5d0c7a52-6a3e-4c0b-9d54-0f6b1f2a7c01";
const ASSET = "asset:8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01";

describe.skipIf(!hasBrowser)("the settings in the dashboard", { timeout: 60_000 }, () => {
  const dashboard = standDashboard({
    start: () => startApplication({ MAX_QUERY_ALIASES: "100" }),
  });
  const { open } = dashboard;
  const item = (page: Page, name: string) =>
    page.getByRole("listitem").filter({ has: page.getByText(name, { exact: true }) });
  const line = (page: Page, name: string) => item(page, name).locator("summary");
  const versions = (page: Page) => page.getByRole("region", { name: "History" }).locator("li");
  const params = (page: Page) => new URL(page.url()).hash.split("?")[1] ?? "";
  const hasFocus = (it: Locator) => it.evaluate((element) => element.matches(":focus"));

  /** Changes a setting as another person does. */
  async function put(id: string, value: unknown, version: number, more: Change = {}) {
    const { scope = "platform", reason } = more;
    const answer = await fetch(`${dashboard.application.url}/settings/${id}?scope=${scope}`, {
      method: "PUT",
      headers: { "content-type": "application/json", "if-match": `"${version}"` },
      body: JSON.stringify({ value, reason }),
    });
    expect(answer.status).toBe(200);
    dashboard.tick();
  }
  async function stored(id: string, scope = "platform"): Promise<Record<string, unknown>> {
    const answer = await fetch(`${dashboard.application.url}/settings/${id}?scope=${scope}`);
    return (await answer.json()) as Record<string, unknown>;
  }
  async function preview(page: Page, label: string, value: string): Promise<Locator> {
    await page.getByLabel(label).fill(value);
    await page.getByRole("button", { name: "Preview the change" }).click();
    return page.getByRole("dialog");
  }

  test("are linked, in groups, found by words, and open by key in the address", async () => {
    const page = await open();
    await page.getByRole("link", { name: "Settings" }).click();
    await page.getByText("Settings: 26").waitFor();
    const alarms = page.getByRole("region", { name: "Alarms and health" });
    expect(await alarms.getByRole("listitem").count()).toBe(6);
    await line(page, "Age of samples").getByText("30 days").waitFor();
    await page.getByLabel("Find").fill("stale ticks");
    await page.getByText("Found: 1 of 26 settings").waitFor();
    await line(page, "Stale data, in ticks").focus();
    await page.keyboard.press("Enter");
    for (const fact of ["whole numbers, 1 to 1,000 ticks", "within a second", "stale_ticks"])
      await page.getByText(fact, { exact: true }).first().waitFor();
    await page.getByText("No scope has a value: the default is in force.").waitFor();
    await page.getByText("This scope never had a value.").waitFor();
    await expect.poll(() => params(page)).toBe("find=stale+ticks&id=stale_ticks");
    expect(await accessFaults(page)).toEqual([]);
    await page.reload();
    await page.getByLabel("New value in ticks").waitFor();
  });

  test("are changed after a preview, with a reason, which the history and the audit log have", async () => {
    const page = await open("#/settings?id=raw_retention_days");
    const value = page.getByLabel("New value in days");
    await value.fill("0");
    await page.getByText("This must be 0.01 or more.").waitFor();
    await page.getByRole("button", { name: "Preview the change" }).click();
    await expect.poll(() => hasFocus(value)).toBe(true);
    const dialog = await preview(page, "New value in days", "45,5");
    await dialog.getByRole("row", { name: "Platform 30 days 45.5 days" }).waitFor();
    await dialog.getByText("It takes effect at the next round of maintenance").waitFor();
    expect(await accessFaults(page)).toEqual([]);
    expect(await stored("raw_retention_days")).toMatchObject({ value: 30, version: 0 });
    await dialog.getByLabel("Reason").fill("x".repeat(501));
    await dialog.getByText("This may have 500 characters at most.").waitFor();
    await page.keyboard.press("Enter");
    await dialog.getByRole("button", { name: "Change", exact: true }).waitFor();
    expect(await dialog.getByRole("alert").count()).toBe(0);
    await dialog.getByLabel("Reason").fill("for the auditors");
    await page.keyboard.press("Enter");
    const done = page.getByText(/^Stored as version 1: 45.5 days. It takes effect at the next/);
    await done.waitFor();
    await expect.poll(() => hasFocus(done)).toBe(true);
    await line(page, "Age of samples").getByText("Set here").waitFor();
    const first = versions(page).first();
    for (const text of ["Version 1", "20 Nov 2026, 12:00:12", "anonymous", "for the auditors"])
      await first.getByText(text, { exact: true }).waitFor();
    expect(await stored("raw_retention_days")).toMatchObject({ value: 45.5, version: 1 });
    await page.getByRole("link", { name: "Show its changes in the audit log" }).click();
    await page.getByText("Age of samples, Platform").first().click();
    const change = page.getByRole("table", { name: "What was changed" });
    await change.getByRole("row", { name: "value 30 45.5" }).waitFor();
    await page.getByRole("link", { name: "Age of samples, Platform" }).click();
    await page.getByLabel("New value in days").waitFor();
  });

  test("are changed by choices, too", async () => {
    const page = await open("#/settings?id=introspection");
    await page.getByLabel("New value").selectOption("No");
    await page.getByRole("button", { name: "Preview the change" }).click();
    await page.getByRole("dialog").getByRole("row", { name: "Platform Yes No" }).waitFor();
    await page.getByRole("button", { name: "Change", exact: true }).click();
    await page.getByText("Stored as version 1: No.").waitFor();
    expect(await stored("introspection")).toMatchObject({ value: false });
    await line(page, "Level of the log").click();
    await page.getByLabel("New value").selectOption("silent");
    await page.getByRole("button", { name: "Preview the change" }).click();
    await page.getByRole("dialog").getByRole("row", { name: "Platform info silent" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    expect(await stored("log_level")).toMatchObject({ value: "info", version: 0 });
  });

  test("have what the server refuses beside the field", async () => {
    const page = await open("#/settings?id=stale_s", {
      prepare: (opened) =>
        alterSettings(opened, (it) =>
          it.id === "stale_s" ? { jsonSchema: { type: "number" } } : {},
        ),
    });
    await page.getByLabel("New value in s").fill("0");
    await page.getByRole("button", { name: "Preview the change" }).click();
    await page.getByText("Must be 1 to 86400, not 0.").waitFor();
    const value = page.getByLabel("New value in s");
    expect(await value.getAttribute("aria-invalid")).toBe("true");
    expect(await page.getByRole("dialog").count()).toBe(0);
    await value.fill("20");
    expect(await value.getAttribute("aria-invalid")).toBe(null);
  });

  test("show the change of another person, to be taken or written over", async () => {
    await put("stale_s", 20, 0);
    const page = await open("#/settings?id=stale_s");
    const value = page.getByLabel("New value in s");
    await value.fill("30");
    await put("stale_s", 25, 1, { reason: "too many alarms" });
    await line(page, "Stale data, in time").getByText("25 s").waitFor();
    await versions(page).getByText("too many alarms").waitFor();
    expect(await value.inputValue()).toBe("30");
    await page.getByRole("button", { name: "Preview the change" }).click();
    const dialog = page.getByRole("dialog", { name: "Change: Stale data, in time" });
    await dialog.getByText("This setting was changed meanwhile.").waitFor();
    await dialog.getByText("Version 2, by anonymous, 20 Nov 2026, 12:00:16").waitFor();
    await dialog.getByText("Reason: too many alarms").waitFor();
    const take = dialog.getByRole("button", { name: "Take that change" });
    await expect.poll(() => hasFocus(take)).toBe(true);
    expect(await accessFaults(page)).toEqual([]);
    await take.click();
    await expect.poll(() => value.inputValue()).toBe("25");
    expect(await stored("stale_s")).toMatchObject({ value: 25, version: 2 });

    await value.fill("35");
    await page.getByRole("button", { name: "Preview the change" }).click();
    await dialog.getByRole("row", { name: "Platform 25 s 35 s" }).waitFor();
    await put("stale_s", 28, 2);
    await dialog.getByRole("button", { name: "Change", exact: true }).click();
    await dialog.getByText("28 s", { exact: true }).waitFor();
    await dialog.getByRole("button", { name: "Write over it" }).click();
    await dialog.getByRole("row", { name: "Platform 28 s 35 s" }).waitFor();
    await dialog.getByRole("button", { name: "Change", exact: true }).click();
    await page.getByText("Stored as version 4: 35 s.").waitFor();
    expect(await stored("stale_s")).toMatchObject({ value: 35, version: 4 });
  });

  test("are rolled back to any version, and taken back, each as a new version", async () => {
    for (const [version, days] of [40, 50, 60].entries())
      await put("raw_retention_days", days, version);
    const page = await open("#/settings?id=raw_retention_days");
    await versions(page).nth(1).getByText("40 days").waitFor();
    expect(await versions(page).allInnerTexts()).toEqual([
      expect.stringContaining("50 days → 60 days"),
      expect.stringContaining("40 days → 50 days"),
      expect.not.stringContaining("→"),
    ]);
    expect(await page.getByRole("button", { name: "Roll back to version 3" }).count()).toBe(0);
    await page.getByRole("button", { name: "Roll back to version 1" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("row", { name: "Platform 60 days 40 days" }).waitFor();
    await dialog.getByRole("button", { name: "Roll back", exact: true }).click();
    await page.getByText("Stored as version 4: 40 days.").waitFor();
    await page.getByRole("button", { name: "Back to the default" }).click();
    await dialog.getByRole("row", { name: "Platform 40 days 30 days" }).waitFor();
    await dialog.getByRole("button", { name: "Take back", exact: true }).click();
    const done = page.getByText("Taken back as version 5. Now in force: 30 days.");
    await done.waitFor();
    await expect.poll(() => hasFocus(done)).toBe(true);
    await line(page, "Age of samples").getByText("Default").waitFor();
    await versions(page).first().getByText("taken back; 30 days was inherited").waitFor();
    expect(await page.getByRole("button", { name: "Back to the default" }).count()).toBe(0);
    await page.getByRole("button", { name: "Roll back to version 2" }).click();
    await dialog.getByRole("button", { name: "Roll back", exact: true }).click();
    await page.getByText("Stored as version 6: 50 days.").waitFor();
  });

  test("have a history that goes on, each version with the one before it", async () => {
    for (let version = 0; version < 25; version++)
      await put("max_list_ids", 100 + version, version);
    const page = await open("#/settings?id=max_list_ids");
    await expect.poll(() => versions(page).count()).toBe(19);
    await versions(page).last().getByText("105").waitFor();
    await page.getByRole("button", { name: "Show more" }).click();
    await expect.poll(() => versions(page).count()).toBe(25);
    await versions(page).last().getByText("Version 1", { exact: true }).waitFor();
    expect(await page.getByRole("button", { name: "Show more" }).count()).toBe(0);
  });

  test("are those of a site or an asset, which inherits", async () => {
    const page = await open("#/settings");
    await page.getByRole("searchbox", { name: "Choose a site or an asset" }).fill("valkeakoski");
    await page.getByRole("button", { name: "Site Valkeakoski" }).click();
    await page.getByText("Settings: 1", { exact: true }).waitFor();
    await line(page, "Limited asset").click();
    await expect
      .poll(() => params(page))
      .toBe(`scope=${encodeURIComponent(SITE)}&id=asset_limited_s`);
    const dialog = await preview(page, "New value in s", "600");
    await dialog.getByText("Scopes whose value in force changes: 3").waitFor();
    await dialog.getByRole("row", { name: "Asset VALKEAKOSKI-2 3,600 s 600 s" }).waitFor();
    await dialog.getByRole("button", { name: "Change", exact: true }).click();
    await page.getByText("Stored as version 1: 600 s.").waitFor();
    await page.getByRole("searchbox", { name: "Choose a site or an asset" }).fill("koski-1");
    await page.getByRole("button", { name: "Asset VALKEAKOSKI-1" }).click();
    await line(page, "Limited asset").getByText("From Site Valkeakoski").waitFor();
    await page
      .getByText(
        "Asset VALKEAKOSKI-1 has no value that counts: that of Site Valkeakoski is in force",
      )
      .waitFor();
    const chain = page.getByRole("navigation", { name: "Scope" });
    expect(await chain.getByRole("link").allInnerTexts()).toEqual([
      ...["Platform", "Site Valkeakoski", "Asset VALKEAKOSKI-1"],
    ]);
    await preview(page, "New value in s", "60");
    await dialog.getByRole("button", { name: "Change", exact: true }).click();
    await page.getByRole("button", { name: "Back to the inherited value" }).click();
    await dialog.getByRole("row", { name: "Asset VALKEAKOSKI-1 60 s 600 s" }).waitFor();
    await page.keyboard.press("Escape");
    expect(await stored("asset_limited_s", ASSET)).toMatchObject({ value: 60, version: 1 });
    await chain.getByRole("link", { name: "Platform" }).click();
    await page.getByText("Settings: 26").waitFor();
    await page.goBack();
    await line(page, "Limited asset").getByText("Set here").waitFor();
    expect(await accessFaults(page)).toEqual([]);
  });

  test("say so where a scope has none, or is none", async () => {
    const page = await open("#/settings?scope=flow:day-ahead");
    await page.getByText("No setting has values for this scope.").waitFor();
    await page.getByRole("link", { name: "Flow day-ahead" }).waitFor();
    await page.evaluate(`location.hash = "#/settings?scope=asset:${SITE.slice(5)}"`);
    await page.getByText("There is no such asset in the fleet any more.").waitFor();
    await page.evaluate(`location.hash = "#/settings?scope=fleet"`);
    await page.getByText(/^scope must be platform, site/).waitFor();
    expect(await accessFaults(page)).toEqual([]);
  });

  test("are shown as of an instant, without what changes them", async () => {
    await put("stale_s", 20, 0);
    await put("stale_s", 25, 1);
    const page = await open("#/settings?id=stale_s");
    await page.getByLabel("As of").fill("2026-11-20T12:00:13");
    await page
      .getByText("These are the values as they were stored at 20 Nov 2026, 12:00:13")
      .waitFor();
    await line(page, "Stale data, in time").getByText("20 s").waitFor();
    await line(page, "Aliases in a query").getByText("Default").waitFor();
    await versions(page).nth(1).waitFor();
    expect(await page.getByRole("button", { name: /Preview|Back to|Roll back/ }).count()).toBe(0);
    await expect.poll(() => params(page)).toContain("at=2026-11-20T12%3A00%3A13.000Z");
    await page.getByRole("button", { name: "Show the present" }).click();
    await line(page, "Stale data, in time").getByText("25 s").waitFor();
  });

  test("say what overrides them, and that a change has no effect meanwhile", async () => {
    const page = await open("#/settings?id=max_query_aliases");
    await line(page, "Aliases in a query").getByText("By MAX_QUERY_ALIASES").waitFor();
    await page.getByText("MAX_QUERY_ALIASES is given to this server, and wins").waitFor();
    const dialog = await preview(page, "New value", "70");
    await dialog.getByText("To be stored: 70").waitFor();
    await dialog.getByText("MAX_QUERY_ALIASES is given, and stays in force").waitFor();
    await dialog.getByRole("button", { name: "Change", exact: true }).click();
    await page.getByText("Stored as version 1: 70. MAX_QUERY_ALIASES is given").waitFor();
    expect(await stored("max_query_aliases")).toMatchObject({ value: 100, version: 1 });
  });

  test("show a stored value that is not accepted any more", async () => {
    const invalid = [
      { scope: "platform", version: 3, value: "soon", message: "stale_s must be a number" },
    ];
    const page = await open("#/settings?id=stale_s", {
      prepare: (opened) =>
        alterSettings(opened, (it) => (it.id === "stale_s" ? { invalid, version: 3 } : {})),
    });
    await line(page, "Stale data, in time").getByText("Invalid").waitFor();
    await page
      .getByText(
        "The stored value of Platform is not accepted, and not in force: soon (version 3).",
      )
      .waitFor();
    await page.getByText("stale_s must be a number").waitFor();
    await page.getByRole("button", { name: "Back to the default" }).waitFor();
    expect(await accessFaults(page)).toEqual([]);
  });

  test.each([
    ["light", 360, "en-GB", "New value in s", "Preview the change"],
    ["dark", 320, "de-DE", "Neuer Wert (s)", "Vorschau der Änderung"],
    ["dark", 1400, "fi-FI", "Uusi arvo (s)", "Esikatsele muutosta"],
  ] as const)(
    "fit, accessible: %s, %i px, %s",
    async (colorScheme, width, locale, label, button) => {
      await put("asset_limited_s", 60, 0, { reason: "A long reason ".repeat(30) });
      await put("asset_limited_s", 90, 1, { scope: "platform" });
      const page = await open("#/settings?id=asset_limited_s", { colorScheme, width, locale });
      await page.locator(".setting-history li").nth(1).waitFor();
      expect(await sidewaysScroll(page)).toBe(0);
      expect(await accessFaults(page)).toEqual([]);
      await page.getByLabel(label).fill("120");
      await page.getByRole("button", { name: button }).click();
      await page.getByRole("dialog").getByRole("row").nth(3).waitFor();
      expect(await sidewaysScroll(page)).toBe(0);
      expect(await accessFaults(page)).toEqual([]);
    },
  );
});

interface Change {
  readonly scope?: string;
  readonly reason?: string;
}

/** Has the page read settings as another version of the server would answer them. */
async function alterSettings(
  page: Page,
  part: (setting: { readonly id: string }) => object,
): Promise<void> {
  await page.route("**/graphql", async (route) => {
    if (!route.request().postData()?.includes("query Settings(")) return route.continue();
    const answer = await route.fetch();
    const { data } = (await answer.json()) as { data: { settings: { id: string }[] } };
    const settings = data.settings.map((it) => ({ ...it, ...part(it) }));
    return route.fulfill({ response: answer, json: { data: { settings } } });
  });
}
