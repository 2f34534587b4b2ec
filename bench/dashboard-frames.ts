// The work of the main thread for each animation frame of the dashboard while 10,000 assets are live.
import type { Browser } from "playwright-core";
import { openDashboard } from "../test/support/dashboard-page.ts";
import { print, printNames } from "./measure.ts";

const LENGTH_MS = 30_000;
/** The work that fits between two pictures of the screen, in ms. */
const FRAME_MS = 17;
const MOST_PERCENT = 1;

export async function benchFrames(browser: Browser, url: string): Promise<void> {
  printNames(
    `work of a frame, ${LENGTH_MS / 1000} s`,
    "frames",
    `over ${FRAME_MS} ms`,
    "longest ms",
  );
  const { page } = await openDashboard(browser, url, { width: 1400, height: 850 });
  await page.waitForTimeout(3000);
  await browser.startTracing(page, {
    categories: ["devtools.timeline", "disabled-by-default-devtools.timeline"],
  });
  // Something moves all the time, so that there is a frame for each picture of the screen.
  await page.evaluate(`new Promise((resolve) => {
    const endMs = performance.now() + ${LENGTH_MS};
    const step = (nowMs) => (nowMs < endMs ? requestAnimationFrame(step) : resolve());
    requestAnimationFrame(step);
  })`);
  const trace = JSON.parse((await browser.stopTracing()).toString()) as {
    traceEvents: TraceEvent[];
  };
  await page.close();
  const printWorks = (name: string, works: readonly number[]) => {
    const over = works.filter((ms) => ms > FRAME_MS).length;
    print(name, works.length, over, Math.max(...works));
    print(`% of frames over, at most ${MOST_PERCENT}`, (100 * over) / works.length);
  };
  printWorks(
    "live, 10,000 assets",
    worksOf(trace.traceEvents, ({ dur }) => dur),
  );
  // Without what other processes took meanwhile.
  printWorks(
    "the same, CPU time",
    worksOf(trace.traceEvents, ({ tdur }) => tdur),
  );
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** In µs. */
  readonly ts: number;
  readonly dur?: number;
  /** The CPU time of it, in µs. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/**
 * The work of the main thread of the page between each two animation frames, in ms.
 *
 * @param lengthOf The length of a task, in µs.
 */
function worksOf(
  events: readonly TraceEvent[],
  lengthOf: (task: TraceEvent) => number | undefined,
): number[] {
  const frames = events.filter(({ name }) => name === "FireAnimationFrame");
  const { pid, tid } = frames[0] as TraceEvent;
  const isMain = (event: TraceEvent) => event.pid === pid && event.tid === tid;
  const begins = frames
    .filter(isMain)
    .map(({ ts }) => ts)
    .sort((a, b) => a - b);
  const tasks = events.filter(
    (event) => isMain(event) && event.name === "RunTask" && event.ph === "X",
  );
  if (tasks.length === 0) throw new Error("the trace has no tasks of the page");
  const works = new Array<number>(begins.length).fill(0);
  for (const task of tasks) {
    const next = begins.findIndex((begin) => begin > task.ts);
    const frame = (next === -1 ? begins.length : next) - 1;
    if (frame >= 0) works[frame] = (works[frame] as number) + (lengthOf(task) ?? 0) / 1000;
  }
  return works;
}
