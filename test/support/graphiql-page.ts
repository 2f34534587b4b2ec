// GraphiQL in a browser: its tabs, its result, and what it loaded.
import type { Browser, Page } from "playwright-core";

export interface OpenedGraphiql {
  readonly page: Page;
  /** What the browser complained of. */
  readonly errors: string[];
  /** Every address that was loaded. */
  readonly loaded: string[];
}

/** @param address Of the server. */
export async function openGraphiql(browser: Browser, address: string): Promise<OpenedGraphiql> {
  const page = await browser.newPage({ viewport: { width: 1400, height: 850 }, locale: "en-GB" });
  const errors: string[] = [];
  const loaded: string[] = [];
  page.on("request", (request) => loaded.push(request.url()));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) errors.push(message.text());
  });
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto(`${address}/graphql`);
  await page.locator(".graphiql-query-editor .view-line").first().waitFor();
  return { page, errors, loaded };
}

export async function openTab(page: Page, name: string): Promise<void> {
  await page.locator(".graphiql-tab-button", { hasText: name }).click();
  await page.locator(".graphiql-tab-active", { hasText: name }).waitFor();
  const editor = new RegExp(`(query|mutation|subscription)\\s${name}`);
  await page.locator(".graphiql-query-editor", { hasText: editor }).waitFor();
  await page.waitForTimeout(300); // The page notices the operation a moment after its text.
}

export const run = (page: Page) => page.getByRole("button", { name: /^Execute query/ }).click();

export const stop = (page: Page) => page.getByRole("button", { name: /^Stop query/ }).click();

/** Enters headers for the open tab, which has none yet. */
export async function enterHeaders(page: Page, headers: Record<string, string>): Promise<void> {
  await page.getByRole("button", { name: "Headers" }).click();
  await page.getByRole("region", { name: "Headers" }).getByRole("code").click();
  await page.keyboard.insertText(JSON.stringify(headers));
  await page.waitForTimeout(600); // The page notices the headers a moment after their text.
}

/** The text of the result, whose lines stand in the page in any order. */
export async function resultOf(page: Page): Promise<string> {
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

/** Describes the type of subscriptions beside the editors. */
export async function showSubscriptionType(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Show Documentation Explorer" }).click();
  await page.locator(".graphiql-doc-explorer").getByText("Subscription", { exact: true }).click();
  await page
    .getByText("Live telemetry: the whole state at once, then one frame for each tick")
    .waitFor();
}
