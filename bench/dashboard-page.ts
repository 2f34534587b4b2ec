// The scripts that bench/dashboard runs in the page: plain text, because the types of a browser are not available here.
import type { Page } from "playwright-core";

export interface Scroll {
  /** The time from each picture to the next, in ms. */
  readonly framesMs: readonly number[];
  /** CPU time of the page's main thread over the whole run, in ms: it hardly depends on other load of the machine. */
  readonly cpuMs: number;
  /** Tasks that blocked the page for more than 50 ms, in ms. */
  readonly longTasksMs: readonly number[];
}

/** Scrolls through the first part of a page in so many ms, at one speed whatever the number of pictures. */
export async function scrollThrough(page: Page, partRatio: number, ms: number): Promise<Scroll> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
  const readCpuMs = async () => {
    const { metrics } = await devtools.send("Performance.getMetrics");
    return 1000 * (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN);
  };
  const beganMs = await readCpuMs();
  const scroll = await page.evaluate<Omit<Scroll, "cpuMs">>(scrollScript(partRatio, ms));
  return { ...scroll, cpuMs: (await readCpuMs()) - beganMs };
}

function scrollScript(partRatio: number, ms: number): string {
  return `new Promise((resolve) => {
    const framesMs = [];
    const longTasksMs = [];
    const observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) longTasksMs.push(duration);
    });
    observer.observe({ type: "longtask" });
    const endPx = ${partRatio} * (document.documentElement.scrollHeight - innerHeight);
    let beganMs;
    let lastMs;
    const step = (nowMs) => {
      beganMs ??= nowMs;
      if (lastMs !== undefined) framesMs.push(nowMs - lastMs);
      lastMs = nowMs;
      scrollTo(0, (endPx * (nowMs - beganMs)) / ${ms});
      if (nowMs - beganMs < ${ms}) requestAnimationFrame(step);
      else resolve({ framesMs, longTasksMs });
    };
    requestAnimationFrame(step);
  })`;
}

/** The time from the instant of a tick to the first picture with it, in ms, for so many ticks. */
export function timesToPixel(page: Page, ticks: number): Promise<number[]> {
  return page.evaluate<number[]>(`new Promise((resolve) => {
    const timesMs = [];
    const shown = document.querySelector(".badge time");
    const observer = new MutationObserver(() => {
      const tickMs = Date.parse(shown.dateTime);
      requestAnimationFrame(() => {
        if (timesMs.push(Date.now() - tickMs) < ${ticks}) return;
        observer.disconnect();
        resolve(timesMs);
      });
    });
    observer.observe(shown, { attributeFilter: ["datetime"] });
  })`);
}

/** Fills an empty page with a table as long and as high as that of the dashboard, without live values. */
export async function fillPlainTable(page: Page, rows: number): Promise<void> {
  await page.setContent(`
    <style>
      table { width: 100%; table-layout: fixed; border-collapse: collapse }
      td { height: 48px; padding: 0 8px; border-bottom: 1px solid }
    </style>
    <table></table>
  `);
  await page.evaluate(`document.querySelector("table").innerHTML = Array.from({ length: ${rows} }, (_, n) =>
    "<tr>" + ("<td>" + n).repeat(8)).join("")`);
}
