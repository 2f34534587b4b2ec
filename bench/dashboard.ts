// The frame rate of the dashboard that scrolls while its fleet is live, beside the same without telemetry, a plain
// table of as many rows and an empty page; the time from a tick until it is shown; and that of a change of range.
import type { Browser } from "playwright-core";
import { hasBrowser, openBrowser } from "../test/support/browser.ts";
import { openDashboard } from "../test/support/dashboard-page.ts";
import { makeAssets, writeAssetsFile } from "./assets.ts";
import { benchFirstRow } from "./dashboard-first-row.ts";
import { benchFrames } from "./dashboard-frames.ts";
import { fillPlainTable, type Scroll, scrollThrough, timesToPixel } from "./dashboard-page.ts";
import { benchRange } from "./dashboard-range.ts";
import { median, percentile, print, printNames } from "./measure.ts";
import { type ServerProcess, startServer } from "./server-process.ts";

const PORT = 29_120;
const COUNT = 10_000;
const FEW = 100;
/** Faster than a person can read: 500 rows a second. */
const WHOLE = { partRatio: 1, ms: 20_000 };
/** The speed of a search: 60 rows a second. */
const CALM = { partRatio: 0.06, ms: 10_000 };
const TICK_S = 1;
const TICKS = 30;
/** A tick so long that no telemetry arrives while the page is scrolled. */
const LONG_TICK_S = 60;
/** Dispatches that one request may have. */
const IN_BULK = 1_000;
const VIEWPORT = { width: 1400, height: 850 };

export const CASES = ["live", "scroll", "pixel", "range"] as const;

export async function run(cases: readonly string[]): Promise<void> {
  if (!hasBrowser) throw new Error("the dashboard is measured in a Chromium: set CHROMIUM");
  const browser = await openBrowser();
  try {
    const isChosen = (name: (typeof CASES)[number]) => cases.length === 0 || cases.includes(name);
    if (isChosen("live"))
      await withFleet(COUNT, TICK_S, async ({ url }) => {
        await benchFirstRow(browser, url);
        await benchFrames(browser, url);
      });
    if (isChosen("scroll")) await benchScroll(browser);
    if (isChosen("pixel")) await benchPixel(browser);
    if (isChosen("range"))
      await withFleet(FEW, LONG_TICK_S, ({ url }) =>
        benchRange(browser, url, makeAssets(1)[0]?.id ?? ""),
      );
  } finally {
    await browser.close();
  }
}

async function benchScroll(browser: Browser): Promise<void> {
  const names = ["frames/s", "median ms", "p99 ms", "CPU ms each", "over 50 ms", "longest ms"];
  printNames(`scroll ${COUNT.toLocaleString("en")} rows in 20 s`, ...names);
  const plain = await browser.newPage({ viewport: VIEWPORT });
  await plain.setContent('<div style="height: 480000px">');
  printScroll("empty page", await scrollThrough(plain, WHOLE.partRatio, WHOLE.ms));
  await fillPlainTable(plain, COUNT);
  printScroll("plain table", await scrollThrough(plain, WHOLE.partRatio, WHOLE.ms));
  await plain.close();
  const still = await scrollDashboard(browser, "dashboard, still", LONG_TICK_S, WHOLE);
  const live = await scrollDashboard(browser, "dashboard, live", TICK_S, WHOLE);
  print("live to still", live / still);
  await scrollDashboard(browser, "live, 60 rows/s", TICK_S, CALM);
}

/** @returns The frames per second. */
function scrollDashboard(
  browser: Browser,
  name: string,
  tickS: number,
  { partRatio, ms }: typeof WHOLE,
): Promise<number> {
  return withFleet(COUNT, tickS, async ({ url }) => {
    const { page } = await openDashboard(browser, url);
    const scroll = await scrollThrough(page, partRatio, ms);
    await page.close();
    return printScroll(name, scroll);
  });
}

/** @returns The frames per second. */
function printScroll(name: string, { framesMs, cpuMs, longTasksMs }: Scroll): number {
  const perSecond = (framesMs.length * 1000) / framesMs.reduce((sum, ms) => sum + ms, 0);
  print(
    name,
    perSecond,
    median(framesMs),
    percentile(framesMs, 99),
    cpuMs / framesMs.length,
    longTasksMs.length,
    Math.max(0, ...longTasksMs),
  );
  return perSecond;
}

async function benchPixel(browser: Browser): Promise<void> {
  printNames(`tick to pixel, ms (${TICKS} ticks)`, "median", "p99");
  for (const count of [100, COUNT]) {
    await withFleet(count, TICK_S, async ({ url }) => {
      const { page } = await openDashboard(browser, url);
      const timesMs = await timesToPixel(page, TICKS);
      await page.close();
      print(`${count.toLocaleString("en")} assets`, median(timesMs), percentile(timesMs, 99));
    });
  }
}

/** Runs a server all of whose assets have a setpoint. */
async function withFleet<T>(
  count: number,
  tickS: number,
  work: (server: ServerProcess) => Promise<T>,
): Promise<T> {
  const file = writeAssetsFile(makeAssets(count));
  const args = ["--port", `${PORT}`, "--assets-file", file, "--tick-seconds", `${tickS}`];
  const server = await startServer("../dist/main.js", PORT, args);
  try {
    await dispatchAll(server.url, count);
    return await work(server);
  } finally {
    await server.stop();
  }
}

async function dispatchAll(url: string, count: number): Promise<void> {
  const inputs = makeAssets(count).map(({ id }, n) => ({ asset_id: id, mw: (n % 11) - 5 }));
  for (let begin = 0; begin < count; begin += IN_BULK) {
    const answer = await fetch(`${url}/dispatches`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ dispatches: inputs.slice(begin, begin + IN_BULK) }),
    });
    if (!answer.ok) throw new Error(`the fleet was not dispatched: ${await answer.text()}`);
  }
}
