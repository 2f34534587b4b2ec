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
  const rows: number[] = [];
  for (let round = -1; round < ROUNDS; round++) {
    const [frameMs, rowMs] = [await timeToFrame(browser, url), await timeToRow(browser, url)];
    // The first round warms up the server and the browser.
    if (round >= 0) frames.push(frameMs);
    if (round >= 0) rows.push(rowMs);
  }
  print("first frame in a bare page", median(frames), Math.max(...frames));
  print("first row of the dashboard", median(rows), Math.max(...rows));
  print(`row to frame, at most ${MOST_TIMES}`, median(rows) / median(frames));
}

/** In a page of the same server that only subscribes. */
async function timeToFrame(browser: Browser, url: string): Promise<number> {
  const page = await browser.newPage();
  await page.addInitScript(BARE);
  await page.goto(`${url}/health`);
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

async function timeToRow(browser: Browser, url: string): Promise<number> {
  const page = await browser.newPage();
  await page.addInitScript(`
    window.shown = new Promise((resolve) => {
      new MutationObserver((_, observer) => {
        if (!document.querySelector(".assets tbody tr:not(.spacer) th")) return;
        observer.disconnect();
        requestAnimationFrame(() => resolve(performance.now()));
      }).observe(document, { childList: true, subtree: true });
    });
  `);
  await page.goto(url);
  const timeMs = await page.evaluate<number>("shown");
  await page.close();
  return timeMs;
}
