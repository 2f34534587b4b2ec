// A change of range in the dashboard, from history that is loaded, beside the same points drawn in a bare page.
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { openDashboard } from "../test/support/dashboard-page.ts";
import { median, percentile, print, printNames } from "./measure.ts";

/** Ranges that are changed between, each with many points: their buttons, lengths and steps. */
const RANGES = [
  { name: "1 d", lengthS: 86_400, stepS: 120 },
  { name: "7 d", lengthS: 604_800, stepS: 900 },
] as const;
const CHANGES = 40;
const UPLOT = fileURLToPath(import.meta.resolve("uplot/dist/uPlot.iife.min.js"));

/** Notes when a canvas was drawn on last. */
const NOTE_DRAWING = `
  globalThis.drawnMs = 0;
  for (const name of ["stroke", "fillText", "fill"]) {
    const draw = CanvasRenderingContext2D.prototype[name];
    CanvasRenderingContext2D.prototype[name] = function (...parts) {
      globalThis.drawnMs = performance.now();
      return draw.apply(this, parts);
    };
  }
`;

interface Change {
  /** From the press of a button until the last of it is drawn. */
  readonly drawnMs: number;
  /** From the press until the picture after that. */
  readonly shownMs: number;
}

/** @param url Of a fleet whose ticks are so long that none comes meanwhile. */
export async function benchRange(browser: Browser, url: string, assetId: string): Promise<void> {
  printNames(`change of range, ms (${CHANGES})`, "drawn", "p95", "shown", "p95");
  const bare = await changeBare(browser);
  printChanges("bare page", bare);
  const dashboard = await changeDashboard(browser, `${url}/#/asset/${assetId}?ahead=0`);
  printChanges("dashboard", dashboard);
  const shownMs = (changes: readonly Change[]) => median(changes.map((change) => change.shownMs));
  print("dashboard to bare, shown", shownMs(dashboard) / shownMs(bare));
}

function printChanges(name: string, changes: readonly Change[]): void {
  const drawnMs = changes.map((change) => change.drawnMs);
  const shownMs = changes.map((change) => change.shownMs);
  print(name, median(drawnMs), percentile(drawnMs, 95), median(shownMs), percentile(shownMs, 95));
}

async function changeDashboard(browser: Browser, url: string): Promise<Change[]> {
  const { page: dashboard } = await openDashboard(browser, url, {
    prepare: async (opened) => {
      await opened.addInitScript(NOTE_DRAWING);
      await answerHistory(opened);
    },
  });
  await dashboard.locator(".chart canvas").waitFor();
  const changes = await pressInTurn(dashboard);
  await dashboard.close();
  return changes;
}

/** Answers history with a point for each step, as a store of months would. */
async function answerHistory(page: Page): Promise<void> {
  await page.route("**/graphql", async (route) => {
    const { query, variables } = (route.request().postDataJSON() ?? {}) as HistoryRequest;
    if (!query?.startsWith("query AssetHistory")) return route.continue();
    const { from, until, stepS } = variables;
    const nodes = stepsOf(Date.parse(from), Date.parse(until), stepS * 1000);
    const pageInfo = { endCursor: null, hasNextPage: false };
    await route.fulfill({ json: { data: { asset: { history: { nodes, pageInfo } } } } });
  });
}

interface HistoryRequest {
  readonly query?: string;
  readonly variables: { readonly from: string; readonly until: string; readonly stepS: number };
}

function stepsOf(fromMs: number, untilMs: number, stepMs: number) {
  const nodes = [];
  for (let ms = fromMs; ms < untilMs; ms += stepMs) {
    const mw = powerAt(ms);
    nodes.push({
      from: new Date(ms).toISOString(),
      until: new Date(ms + stepMs).toISOString(),
      currentMw: { mean: mw, min: mw, max: mw },
      socPct: { last: socAt(ms) },
    });
  }
  return nodes;
}

const powerAt = (ms: number) => 20 * Math.sin(ms / 3e6);
const socAt = (ms: number) => 50 + 20 * Math.cos(ms / 3e6);

/** A page with nothing but the library of the chart and two buttons. */
async function changeBare(browser: Browser): Promise<Change[]> {
  const page = await browser.newPage({ viewport: { width: 1400, height: 850 } });
  await page.setContent('<div id="chart"></div><button>1 d</button><button>7 d</button>');
  await page.evaluate(NOTE_DRAWING);
  await page.addScriptTag({ path: UPLOT });
  const nowMs = Date.now();
  const points = RANGES.map(({ lengthS, stepS }) =>
    Array.from({ length: lengthS / stepS }, (_, n) => nowMs - lengthS * 1000 + n * stepS * 1000),
  );
  const data = points.map((times) => [
    times.map((ms) => ms / 1000),
    times.map(powerAt),
    times.map(socAt),
    times.map(() => null),
  ]);
  await page.evaluate(`{
    const data = ${JSON.stringify(data)};
    const options = {
      width: 870, height: 300,
      legend: { show: false },
      scales: { mw: {}, pct: {} },
      axes: [{}, { scale: "mw" }, { scale: "pct", side: 1 }],
      series: [
        {},
        { scale: "mw", stroke: "brown", fill: "rgb(180 80 10 / 20%)", width: 2, points: { show: false } },
        { scale: "pct", stroke: "green", width: 2, points: { show: false } },
        { scale: "mw", stroke: "black", dash: [5, 4], points: { show: false }, paths: uPlot.paths.stepped({ align: -1 }) },
      ],
    };
    const plot = new uPlot(options, data[0], document.getElementById("chart"));
    document.querySelectorAll("button").forEach((button, index) => {
      button.onclick = () => plot.setData(data[index]);
    });
  }`);
  const changes = await pressInTurn(page);
  await page.close();
  return changes;
}

/** Presses the buttons of the ranges in turn, each once before it is measured. */
function pressInTurn(page: Page): Promise<Change[]> {
  return page.evaluate<Change[]>(`(async () => {
    const buttons = ${JSON.stringify(RANGES.map(({ name }) => name))}.map((name) =>
      [...document.querySelectorAll("button")].find(({ textContent }) => textContent === name));
    const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    const picture = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    const press = async (button) => {
      await picture();
      const beganMs = performance.now();
      button.click();
      let shownMs;
      for (let pictures = 0; pictures < 6; pictures++) {
        await picture();
        if (shownMs === undefined || globalThis.drawnMs > shownMs) shownMs = performance.now();
      }
      return { drawnMs: globalThis.drawnMs - beganMs, shownMs: shownMs - beganMs };
    };
    for (const button of buttons) {
      await press(button);
      await pause(1000);
    }
    const changes = [];
    for (let n = 0; n < ${CHANGES}; n++) {
      changes.push(await press(buttons[n % 2]));
      await pause(50);
    }
    return changes;
  })()`);
}
