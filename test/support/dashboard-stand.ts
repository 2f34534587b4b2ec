// The dashboard over a fleet of its own for each test of a block, with one browser for all of them.
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { type ApplicationUnderTest, DT_MS, startApplication } from "./application-under-test.ts";
import { openBrowser } from "./browser.ts";
import { type Look, type OpenedPage, openDashboard } from "./dashboard-page.ts";

export interface DashboardStand {
  readonly application: ApplicationUnderTest;
  /** The page that was opened last. */
  readonly opened: OpenedPage;
  tick(count?: number): void;
  /** @param address What follows the slash of the dashboard. */
  open(address?: string, look?: Look): Promise<Page>;
}

interface StandChoice {
  /** Left out: the shipped fleet at the usual time. */
  readonly start?: () => Promise<ApplicationUnderTest>;
  /** Ticks before each test. Left out: 3. */
  readonly ticks?: number;
  /** Whether the browser may complain, as of a server that is away. Left out: no test passes where it does. */
  readonly mayComplain?: boolean;
}

/** Called in the block of the tests. */
export function standDashboard(choice: StandChoice = {}): DashboardStand {
  const { start = startApplication, ticks = 3, mayComplain = false } = choice;
  let browser: Browser;
  let application: ApplicationUnderTest;
  let pages: OpenedPage[] = [];
  const tick = (count = 1) => {
    for (let n = 0; n < count; n++) application.clock.advance(DT_MS);
  };
  beforeAll(async () => {
    browser = await openBrowser();
  }, 60_000);
  afterAll(() => browser?.close());
  beforeEach(async () => {
    application = await start();
    pages = [];
    tick(ticks);
  });
  afterEach(async () => {
    for (const { page } of pages) await page.close();
    await application.stop();
    if (!mayComplain) expect(pages.flatMap(({ errors }) => errors)).toEqual([]);
  });
  return {
    get application() {
      return application;
    },
    get opened() {
      return pages.at(-1) as OpenedPage;
    },
    tick,
    async open(address = "", look = {}) {
      const opened = await openDashboard(browser, `${application.url}/${address}`, look);
      pages.push(opened);
      return opened.page;
    },
  };
}
