// Takes the screenshots of the pages for docs: always the same fleet, with the same dispatches, at the same time.
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { DT_MS, startApplication } from "./application-under-test.ts";
import { hasBrowser, openBrowser } from "./browser.ts";
import { type Look, openDashboard } from "./dashboard-page.ts";
import { openGraphiql, openTab, resultOf, run, showSubscriptionType } from "./graphiql-page.ts";
import { postDispatch } from "./program-under-test.ts";

const DOCS = fileURLToPath(new URL("../../docs", import.meta.url));
const FLEET = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b0";
/** The dispatches: minutes after the start, asset, power. */
const PLAN = [
  { atMin: 1, asset: 1, mw: 24 },
  { atMin: 1, asset: 5, mw: 60 },
  { atMin: 2, asset: 3, mw: -18 },
  { atMin: 4, asset: 6, mw: -15 },
  { atMin: 5, asset: 1, mw: 9 },
  { atMin: 6, asset: 2, mw: 8 },
  { atMin: 8, asset: 5, mw: -80 },
  { atMin: 10, asset: 1, mw: -26 },
  { atMin: 12, asset: 4, mw: 11 },
  { atMin: 13, asset: 5, mw: 35 },
  { atMin: 13, asset: 1, mw: 18 },
];
const LENGTH_MIN = 14.4;

const PICTURES: readonly (Look & { readonly name: string; readonly hash: string })[] = [
  { name: "fleet-light", hash: "", colorScheme: "light", height: 1160 },
  { name: "fleet-dark", hash: "", colorScheme: "dark", height: 1160 },
  { name: "asset-dark", hash: `#/asset/${FLEET}1`, colorScheme: "dark", height: 1160 },
  { name: "phone", hash: "", colorScheme: "light", width: 390, height: 844 },
];

if (!hasBrowser) throw new Error("pictures are taken with a Chromium: set CHROMIUM");
const browser = await openBrowser();
const application = await startApplication();
for (let atMs = 0; atMs < LENGTH_MIN * 60_000; atMs += DT_MS) {
  for (const { atMin, asset, mw } of PLAN)
    if (atMin * 60_000 === atMs) await dispatch(`${FLEET}${asset}`, mw);
  application.clock.advance(DT_MS);
}
for (const { name, hash, ...look } of PICTURES) await take(browser, name, hash, look);
await takeGraphiql(browser);
await application.stop();
await browser.close();

async function dispatch(assetId: string, mw: number): Promise<void> {
  const answer = await postDispatch(application.url, assetId, mw);
  if (!answer.ok) throw new Error(`refused: ${await answer.text()}`);
}

async function take(by: Browser, name: string, hash: string, look: Look): Promise<void> {
  const { page } = await openDashboard(by, `${application.url}/${hash}`, look);
  await page.getByText("Loading").first().waitFor({ state: "detached" });
  await page.screenshot({ path: `${DOCS}/${name}.png`, scale: "css" });
  await page.close();
}

/** With a live subscription, and what subscriptions there are. */
async function takeGraphiql(by: Browser): Promise<void> {
  const { page } = await openGraphiql(by, application.url);
  await showSubscriptionType(page);
  await openTab(page, "Watch");
  await run(page);
  while (!(await resultOf(page)).includes('"TICK"')) application.clock.advance(DT_MS);
  await page.screenshot({ path: `${DOCS}/graphiql.png`, scale: "css" });
  await page.close();
}
