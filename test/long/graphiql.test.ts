import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type ApplicationUnderTest,
  DT_MS,
  startApplication,
} from "../support/application-under-test.ts";
import { hasBrowser, openBrowser } from "../support/browser.ts";

describe.skipIf(!hasBrowser)("GraphiQL in a browser", { timeout: 120_000 }, () => {
  let application: ApplicationUnderTest;
  let browser: Browser;
  let page: Page;
  const foreign: string[] = [];
  const errors: string[] = [];

  beforeAll(async () => {
    application = await startApplication();
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 1400, height: 850 } });
    page.on("request", (request) => {
      if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(application.url))
        foreign.push(request.url());
    });
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) errors.push(message.text());
    });
    page.on("pageerror", (error) => errors.push(error.message));
    await page.goto(`${application.url}/graphql`);
    await page.locator(".graphiql-query-editor .view-line").first().waitFor();
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await application.stop();
  });

  test("is compressed and loads nothing from elsewhere", async () => {
    const answer = await fetch(`${application.url}/graphql`, {
      headers: { accept: "text/html", "accept-encoding": "br" },
    });
    expect(answer.headers.get("content-encoding")).toBe("br");
    expect(foreign).toEqual([]);
  });

  test("runs its example query", async () => {
    await openTab(page, "Fleet");
    await page.getByRole("button", { name: /^Execute query/ }).click();
    await expect.poll(() => resultOf(page), { timeout: 10_000 }).toContain('"assetCount": 7');
  });

  test("runs its example mutation", async () => {
    await openTab(page, "Dispatch");
    await page.getByRole("button", { name: /^Execute query/ }).click();
    await expect.poll(() => resultOf(page), { timeout: 10_000 }).toContain('"DispatchAccepted"');
  });

  test("runs its example schedule", async () => {
    await openTab(page, "Schedule");
    await page.getByRole("button", { name: /^Execute query/ }).click();
    await expect.poll(() => resultOf(page), { timeout: 10_000 }).toContain('"ScheduleAccepted"');
  });

  test("runs its example of a registration, which ticks", async () => {
    await openTab(page, "Register");
    await page.getByRole("button", { name: /^Execute query/ }).click();
    await expect
      .poll(async () => {
        application.clock.advance(DT_MS);
        return resultOf(page);
      })
      .toContain('"AssetRegistered"');
  });

  test("runs its example subscription, over WebSocket, and sees the dispatch", async () => {
    const opened = page.waitForEvent("websocket");
    await openTab(page, "Watch");
    await page.getByRole("button", { name: /^Execute query/ }).click();
    expect((await opened).url()).toBe(`${application.url.replace("http", "ws")}/graphql`);
    await expect.poll(() => resultOf(page), { timeout: 10_000 }).toContain('"SNAPSHOT"');
    for (let tick = 0; tick < 4; tick++) application.clock.advance(DT_MS);
    await expect.poll(() => resultOf(page), { timeout: 10_000 }).toContain('"currentMw": 5');
    expect(await resultOf(page)).toContain('"TICK"');
    await page.getByRole("button", { name: /^Stop query/ }).click();
  });

  test("runs its example of events, and sees a dispatch", async () => {
    await openTab(page, "Events");
    const opened = page.waitForEvent("websocket");
    await page.getByRole("button", { name: /^Execute query/ }).click();
    await opened;
    await expect
      .poll(async () => {
        application.clock.advance(DT_MS);
        return resultOf(page);
      })
      .toContain('"STARTED"');
    await page.getByRole("button", { name: /^Stop query/ }).click();
  });

  test("shows what each field means", async () => {
    await page.getByRole("button", { name: "Show Documentation Explorer" }).click();
    await page.locator(".graphiql-doc-explorer").getByText("Subscription", { exact: true }).click();
    await page
      .getByText("Live telemetry: the whole state at once, then one frame for each tick")
      .waitFor();
    if (process.env.PICTURE) await page.screenshot({ path: process.env.PICTURE });
  });

  test("complains of nothing", () => {
    expect(errors).toEqual([]);
  });
});

async function openTab(page: Page, name: string): Promise<void> {
  await page.locator(".graphiql-tab-button", { hasText: name }).click();
  await page.locator(".graphiql-tab-active", { hasText: name }).waitFor();
  const editor = new RegExp(`(query|mutation|subscription)\\s${name}`);
  await page.locator(".graphiql-query-editor", { hasText: editor }).waitFor();
  await page.waitForTimeout(300); // The page notices the operation a moment after its text.
}

/** The text of the result, whose lines stand in the page in any order. */
async function resultOf(page: Page): Promise<string> {
  const lines = await page
    .getByRole("region", { name: "Result Window" })
    .locator(".view-line")
    .evaluateAll((all) =>
      all.map((line) => [Number.parseInt(line.style.top, 10), line.textContent] as const),
    );
  return lines
    .toSorted(([a], [b]) => a - b)
    .map(([, text]) => text)
    .join("\n")
    .replaceAll("\u00a0", " ");
}
