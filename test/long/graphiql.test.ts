import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type ApplicationUnderTest,
  DT_MS,
  startApplication,
} from "../support/application-under-test.ts";
import { hasBrowser, openBrowser } from "../support/browser.ts";
import {
  enterHeaders,
  type OpenedGraphiql,
  openGraphiql,
  openTab,
  resultOf,
  run,
  showSubscriptionType,
  stop,
} from "../support/graphiql-page.ts";

describe.skipIf(!hasBrowser)("GraphiQL in a browser", { timeout: 120_000 }, () => {
  let application: ApplicationUnderTest;
  let browser: Browser;
  let page: Page;
  let opened: OpenedGraphiql;

  beforeAll(async () => {
    application = await startApplication();
    browser = await openBrowser();
    opened = await openGraphiql(browser, application.url);
    page = opened.page;
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await application.stop();
  });

  test("loads nothing from elsewhere", () => {
    const foreign = opened.loaded.filter(
      (url) => !url.startsWith("data:") && !url.startsWith(application.url),
    );
    expect(foreign).toEqual([]);
  });

  test("runs no script but its own files", async () => {
    const answer = await fetch(`${application.url}/graphql`, { headers: { accept: "text/html" } });
    expect(answer.headers.get("content-type")).toMatch(/charset=utf-8/i);
    const policy = answer.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'self'");
    expect(policy).not.toMatch(/(script|worker)-src|unsafe-eval|blob:/);
    expect(await answer.text()).not.toMatch(/<script(?![^>]* src=)/);
  });

  test("is at most 2.1 MB, compressed, cached for ever", async () => {
    await expect.poll(() => opened.loaded.filter((url) => /worker/.test(url)).length).toBe(3);
    const files = [...new Set(opened.loaded)].filter((url) => url.includes("/pages/"));
    let size = 0;
    for (const file of [`${application.url}/graphql`, ...files]) {
      const headers = { accept: "text/html", "accept-encoding": "br" };
      const answer = await fetch(file, { headers });
      expect(answer.headers.get("content-encoding"), file).toBe("br");
      expect(answer.headers.get("content-type"), file).toMatch(/charset=utf-8/i);
      if (file.includes("/pages/"))
        expect(answer.headers.get("cache-control"), file).toContain("immutable");
      size += Number(answer.headers.get("content-length"));
    }
    expect(size).toBeGreaterThan(1e6);
    expect(size).toBeLessThan(2.1e6);
  });

  test("runs its example query", async () => {
    await openTab(page, "Fleet");
    await run(page);
    await expect.poll(() => resultOf(page), { timeout: 10_000 }).toContain('"assetCount": 7');
  });

  test("runs its example mutation", async () => {
    await openTab(page, "Dispatch");
    await run(page);
    await expect.poll(() => resultOf(page), { timeout: 10_000 }).toContain('"DispatchAccepted"');
  });

  test("runs its example schedule", async () => {
    await openTab(page, "Schedule");
    await run(page);
    await expect.poll(() => resultOf(page), { timeout: 10_000 }).toContain('"ScheduleAccepted"');
  });

  test("runs its example of a registration, which ticks", async () => {
    await openTab(page, "Register");
    await run(page);
    await expect
      .poll(async () => {
        application.clock.advance(DT_MS);
        return resultOf(page);
      })
      .toContain('"AssetRegistered"');
  });

  test("runs its example subscription, over WebSocket, and sees the dispatch", async () => {
    const socket = page.waitForEvent("websocket");
    await openTab(page, "Watch");
    await run(page);
    expect((await socket).url()).toBe(`${application.url.replace("http", "ws")}/graphql`);
    await expect.poll(() => resultOf(page), { timeout: 10_000 }).toContain('"SNAPSHOT"');
    for (let tick = 0; tick < 4; tick++) application.clock.advance(DT_MS);
    await expect.poll(() => resultOf(page), { timeout: 10_000 }).toContain('"currentMw": 5');
    expect(await resultOf(page)).toContain('"TICK"');
    await stop(page);
  });

  test("runs its example of events, and sees a dispatch", async () => {
    await openTab(page, "Events");
    const socket = page.waitForEvent("websocket");
    await run(page);
    await socket;
    await expect
      .poll(async () => {
        application.clock.advance(DT_MS);
        return resultOf(page);
      })
      .toContain('"STARTED"');
    await stop(page);
  });

  test("shows what each field means", () => showSubscriptionType(page));

  test("lists what was run", async () => {
    await page.getByRole("button", { name: "Show History" }).click();
    await page.locator(".graphiql-history-items").getByText("Register").first().waitFor();
  });

  test("stores for the visit alone, and leaves its address as it is", async () => {
    expect(await page.evaluate("localStorage.length")).toBe(0);
    expect(await page.evaluate("sessionStorage.length")).toBeGreaterThan(0);
    expect(page.url()).toBe(`${application.url}/graphql`);
  });

  test("opens with its tabs and their texts again", async () => {
    const count = await page.locator(".graphiql-tab-button").count();
    await page.getByRole("button", { name: "New tab" }).click();
    // The page stores its tabs a moment after they changed.
    const stored = () =>
      page.evaluate(
        () => JSON.parse(sessionStorage.getItem("graphiql:tabState") ?? "{}").tabs?.length,
      );
    await expect.poll(stored).toBe(count + 1);
    await page.reload();
    await page.locator(".graphiql-query-editor .view-line").first().waitFor();
    expect(await page.locator(".graphiql-tab-button").count()).toBe(count + 1);
    await openTab(page, "Fleet");
  });

  test("has a light and a dark theme", async () => {
    await page.getByRole("button", { name: "Open settings dialog" }).click();
    for (const theme of ["Dark", "Light"]) {
      await page.getByRole("button", { name: theme, exact: true }).click();
      await page.locator(`body.graphiql-${theme.toLowerCase()}`).waitFor();
    }
    await page.keyboard.press("Escape");
  });

  test("complains of nothing", () => {
    expect(opened.errors).toEqual([]);
  });
});

test.skipIf(!hasBrowser)(
  "GraphiQL sends the token with a request, and at the opening of a WebSocket",
  { timeout: 120_000 },
  async () => {
    const authorization = "Bearer correct-horse";
    const application = await startApplication({ API_TOKEN: "correct-horse" });
    const browser = await openBrowser();
    const { page } = await openGraphiql(browser, application.url);
    const sent: string[] = [];
    page.on("websocket", (socket) =>
      socket.on("framesent", ({ payload }) => sent.push(String(payload))),
    );

    await openTab(page, "Dispatch");
    await run(page);
    await page.getByRole("dialog", { name: "Sign in" }).getByText("Not now").click();
    await expect.poll(() => resultOf(page)).toContain('"UNAUTHORIZED"');
    await enterHeaders(page, { authorization });
    await run(page);
    await expect.poll(() => resultOf(page)).toContain('"DispatchAccepted"');

    await openTab(page, "Watch");
    await enterHeaders(page, { authorization });
    await run(page);
    await expect.poll(() => resultOf(page)).toContain('"SNAPSHOT"');
    expect(JSON.parse(sent[0] ?? "")).toMatchObject({
      type: "connection_init",
      payload: { authorization },
    });
    await stop(page);

    await openTab(page, "Events");
    await enterHeaders(page, { authorization: "Bearer wrong" });
    await run(page);
    await expect.poll(() => resultOf(page)).toMatch(/The socket was closed: 44\d\d/);

    await browser.close();
    await application.stop();
  },
);
