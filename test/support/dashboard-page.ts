// The dashboard in a browser, as a person with a fixed locale has it.
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";

export interface OpenedPage {
  readonly page: Page;
  /** What the browser complained of. */
  readonly errors: string[];
  /** Every address that was loaded. */
  readonly loaded: string[];
}

export interface Look {
  readonly colorScheme?: "light" | "dark";
  readonly forcedColors?: "active";
  readonly locale?: string;
  readonly timezoneId?: string;
  /** Whether the test moves the time of the page; it goes on by itself too. */
  readonly hasFakeClock?: boolean;
  /** Of the page in px. */
  readonly width?: number;
  readonly height?: number;
  /** Is done before the dashboard is loaded. */
  readonly prepare?: (page: Page) => Promise<void>;
}

export async function openDashboard(
  browser: Browser,
  url: string,
  {
    colorScheme = "light",
    forcedColors,
    locale = "en-GB",
    timezoneId = "UTC",
    hasFakeClock = false,
    width = 1400,
    height = 850,
    prepare,
  }: Look = {},
): Promise<OpenedPage> {
  const page = await browser.newPage({
    viewport: { width, height },
    colorScheme,
    ...(forcedColors && { forcedColors }),
    locale,
    timezoneId,
    reducedMotion: "reduce",
  });
  const errors: string[] = [];
  const loaded: string[] = [];
  page.on("request", (request) => loaded.push(request.url()));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) errors.push(message.text());
  });
  page.on("pageerror", (error) => errors.push(error.message));
  if (hasFakeClock) await page.clock.install();
  await prepare?.(page);
  await page.goto(url);
  await page.locator(".badge.live").waitFor();
  return { page, errors, loaded };
}

/** Violations of accessibility on the page, by every rule of axe-core. */
export async function accessFaults(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = (await page.evaluate("axe.run()")) as axe.AxeResults;
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

/** How far the page can be scrolled sideways, in px. */
export function sidewaysScroll(page: Page): Promise<number> {
  return page.evaluate("document.documentElement.scrollWidth - innerWidth");
}
