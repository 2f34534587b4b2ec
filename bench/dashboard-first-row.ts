// The time until the dashboard shows its first row, beside the arrival of the first telemetry frame in a page that does
// nothing else: a fleet of 10,000 assets, the server up and warm.
import type { Browser } from "playwright-core";
import { Frames } from "../web/dashboard/api/operations.ts";
import { median, print, printNames } from "./measure.ts";

const ROUNDS = 9;
/** The first row may take so many times as long as the frame. */
const MOST_TIMES = 1.5;

export async function benchFirstRow(browser: Browser, url: string): Promise<void> {
  printNames(`first row, ms from the begin (${ROUNDS} times)`, "median", "longest");
  const frames: number[] = [];
  const dashboards: DashboardTimes[] = [];
  for (let round = -1; round < ROUNDS; round++) {
    const frameMs = await timeToFrame(browser, url);
    const dashboard = await timesOfDashboard(browser, url);
    // The first round warms up the server and the browser.
    if (round < 0) continue;
    frames.push(frameMs);
    dashboards.push(dashboard);
  }
  const rows = dashboards.map(({ rowMs }) => rowMs);
  const own = dashboards.map((dashboard) => dashboard.frameMs);
  const values = dashboards.map(({ valueMs }) => valueMs);
  print("first frame in a bare page", median(frames), Math.max(...frames));
  print("first row of the dashboard", median(rows), Math.max(...rows));
  print("first frame of the dashboard, read", median(own), Math.max(...own));
  print("first row with a value", median(values), Math.max(...values));
  print(`row to frame, at most ${MOST_TIMES}`, median(rows) / median(frames));
}

/** In a page of the same server that only subscribes. */
async function timeToFrame(browser: Browser, url: string): Promise<number> {
  const page = await browser.newPage();
  await page.addInitScript(BARE);
  await page.goto(`${url}/health/ready`);
  const timeMs = await page.evaluate<number>("arrived");
  await page.close();
  return timeMs;
}

const BARE = `
  const socket = new WebSocket(location.origin.replace(/^http/, "ws") + "/graphql", "graphql-transport-ws");
  socket.onopen = () => socket.send('{"type":"connection_init"}');
  window.arrived = new Promise((resolve) => {
    socket.onmessage = ({ data }) => {
      const { type } = JSON.parse(data);
      if (type === "connection_ack")
        socket.send(JSON.stringify({ id: "1", type: "subscribe", payload: { query: ${JSON.stringify(Frames.query)} } }));
      if (type === "next") resolve(performance.now());
    };
  });
`;

/** In ms from the begin. */
interface DashboardTimes {
  /** The first row is shown. */
  readonly rowMs: number;
  /** The page has the first frame from its worker. */
  readonly frameMs: number;
  /** The first row is shown with its power. */
  readonly valueMs: number;
}

async function timesOfDashboard(browser: Browser, url: string): Promise<DashboardTimes> {
  const page = await browser.newPage();
  await page.addInitScript(`
    const whenShown = (selector) => new Promise((resolve) => {
      new MutationObserver((_, observer) => {
        if (!document.querySelector(selector)) return;
        observer.disconnect();
        requestAnimationFrame(() => resolve(performance.now()));
      }).observe(document, { childList: true, subtree: true });
    });
    const row = whenShown(".assets tbody tr:not(.spacer) th");
    const value = whenShown(".assets tbody tr:not(.spacer) .power");
    const frame = new Promise((resolve) => {
      window.Worker = class extends Worker {
        constructor(...parts) {
          super(...parts);
          this.addEventListener("message", ({ data }) => {
            if (data.kind === "report") resolve(performance.now());
          });
        }
      };
    });
    window.times = Promise.all([row, frame, value])
      .then(([rowMs, frameMs, valueMs]) => ({ rowMs, frameMs, valueMs }));
  `);
  await page.goto(url);
  const times = await page.evaluate<DashboardTimes>("times");
  await page.close();
  return times;
}
