// The dashboard on 10,000 live assets: how smoothly it scrolls, beside an empty page, and how old what it shows is.
import type { Page } from "playwright-core";
import { hasBrowser, openBrowser } from "../test/browser.ts";
import { makeAssets, writeAssetsFile } from "./assets.ts";
import { median, percentile, print } from "./measure.ts";
import { startServer } from "./server-process.ts";

const PORT = 29_400;
const ASSET_COUNT = 10_000;
const TICK_S = 1;
const SCROLL_MS = 10_000;
const TICKS = 15;

export async function run(): Promise<void> {
  if (!hasBrowser) return;
  const server = await startServer("../dist/main.js", PORT, [
    "--port",
    `${PORT}`,
    "--assets-file",
    writeAssetsFile(makeAssets(ASSET_COUNT)),
    "--tick-seconds",
    `${TICK_S}`,
  ]);
  const browser = await openBrowser();
  const page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });

  await page.setContent('<div style="height: 500000px">An empty page</div>');
  const bare = await scroll(page);
  await page.goto(server.url);
  await page.locator(".assets tbody tr").first().waitFor();
  const ages = await agesOfTicks(page);
  const full = await scroll(page);

  const fps = (gapsMs: number[]) => (1000 * gapsMs.length) / SCROLL_MS;
  print("frames per second, empty page", fps(bare));
  print(`frames per second, ${ASSET_COUNT} assets`, fps(full));
  print("times", fps(full) / fps(bare));
  print("99 of 100 frames within, ms", percentile(full, 99));
  print("tick to pixel, ms (median)", median(ages));
  print("tick to pixel, ms (worst of 15)", Math.max(...ages));

  await browser.close();
  await server.stop();
}

/** Scrolls down and gives the time between frames, in ms. */
function scroll(page: Page): Promise<number[]> {
  return page.evaluate(`new Promise((done) => {
    const gaps = [];
    let last = performance.now();
    const end = last + ${SCROLL_MS};
    const step = (now) => {
      gaps.push(now - last);
      last = now;
      scrollBy(0, 60);
      if (now < end) requestAnimationFrame(step);
      else done(gaps.slice(1));
    };
    requestAnimationFrame(step);
  })`);
}

/** For each of some ticks, how long after its end the page had drawn it, in ms. */
function agesOfTicks(page: Page): Promise<number[]> {
  return page.evaluate(`new Promise((done) => {
    const ages = [];
    const time = document.querySelector("header time");
    new MutationObserver(() => {
      const endedMs = Date.parse(time.dateTime);
      requestAnimationFrame(() => setTimeout(() => {
        ages.push(Date.now() - endedMs);
        if (ages.length === ${TICKS}) done(ages);
      }));
    }).observe(time, { attributes: true });
  })`);
}
