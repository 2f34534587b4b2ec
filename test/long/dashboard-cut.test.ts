// The dashboard whose connection is cut while things change, and is mended.
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import {
  type ApplicationUnderTest,
  DT_MS,
  START_MS,
  startApplication,
} from "../support/application-under-test.ts";
import { hasBrowser } from "../support/browser.ts";
import { type CutProxy, startCutProxy } from "../support/cut-proxy.ts";
import { standDashboard } from "../support/dashboard-stand.ts";

const ASSET = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01";
const SITE = "5d0c7a52-6a3e-4c0b-9d54-0f6b1f2a7c01";

describe.skipIf(!hasBrowser)("after a cut of its connection", { timeout: 60_000 }, () => {
  let server: ApplicationUnderTest;
  let proxy: CutProxy;
  const { open, tick } = standDashboard({
    mayComplain: true,
    async start() {
      server = await startApplication();
      proxy = await startCutProxy(server.url);
      return {
        ...server,
        url: proxy.url,
        async stop() {
          await proxy.stop();
          await server.stop();
        },
      };
    },
  });

  /** A request that does not go through the proxy. */
  async function send(method: string, path: string, body?: object) {
    const answer = await fetch(server.url + path, {
      method,
      headers: { "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    expect(answer.ok).toBe(true);
    return (await answer.json()) as Record<string, unknown>;
  }
  const at = (s: number) => new Date(server.clock.nowMs() + s * 1000).toISOString();
  const dispatch = async (mw: number, startS: number) => {
    const body = { asset_id: ASSET, mw, start_at: at(startS), duration_s: 600 };
    return (await send("POST", "/dispatch", body)).id as string;
  };

  /** Does something while the connection of the page is cut. */
  async function whileCut(page: Page, work: () => Promise<unknown>): Promise<void> {
    proxy.cut();
    await page.locator(".badge.reconnecting").waitFor();
    await work();
    // A page that has missed nothing waits for the next tick.
    server.clock.advance(DT_MS);
    proxy.mend();
    await page.locator(".badge.resumed, .badge.live").waitFor();
  }

  /** A promise that can no longer be kept, as a charge before it is cancelled. Gives its id. */
  async function breakPromise(): Promise<string> {
    const charge = { asset_id: ASSET, mw: -15, duration_s: 3600 };
    const { id } = await send("POST", "/dispatch", charge);
    const needs = { asset_id: ASSET, mw: 12, start_at: at(3660), duration_s: 7200 };
    const promised = await send("POST", "/dispatch", needs);
    await send("DELETE", `/dispatch/${id}`);
    tick(2);
    return promised.id as string;
  }

  test("alarms that were raised meanwhile show, and those that were cleared are gone", async () => {
    const page = await open("#/alarms");
    await page.getByText("No alarm.").waitFor();
    let id = "";
    await whileCut(page, async () => {
      id = await breakPromise();
    });
    await page.getByRole("link", { name: "Alarms 1 open" }).waitFor();
    await page.getByText(/will lack .* of its promise/).waitFor();
    const fresh = await open("#/alarms");
    await fresh.getByRole("link", { name: "Alarms 1 open" }).waitFor();
    await whileCut(fresh, async () => {
      await send("DELETE", `/dispatch/${id}`);
      tick();
    });
    for (const one of [fresh, page]) {
      await one.getByText("No alarm.").waitFor();
      await one.getByRole("link", { name: "Alarms", exact: true }).waitFor();
    }
  });

  test("dispatches that were made meanwhile show, and those that were cancelled are not open", async () => {
    const page = await open(`#/asset/${ASSET}`);
    const list = page.getByRole("region", { name: "Dispatches", exact: true });
    await list.getByRole("button", { name: "Open 0" }).waitFor();
    const events = await open("#/alarms");
    await events.getByText("No event yet.").waitFor();
    let id = "";
    await whileCut(page, async () => {
      id = await dispatch(6, 60);
    });
    const cancel = list.getByRole("button", { name: /^Cancel 6(\.00)? MW/ });
    await cancel.waitFor();
    await list.getByRole("button", { name: "Open 1" }).waitFor();
    await page.getByRole("img", { name: /^1 .*bars over time/ }).waitFor();
    const column = events.getByRole("region", { name: "Events" });
    await column.getByText("Accepted").waitFor();
    const fresh = await open(`#/asset/${ASSET}`);
    const freshList = fresh.getByRole("region", { name: "Dispatches", exact: true });
    await freshList.getByRole("button", { name: /^Cancel 6/ }).waitFor();
    await whileCut(fresh, () => send("DELETE", `/dispatch/${id}`));
    for (const one of [list, freshList]) {
      await one.getByRole("button", { name: /^Cancel 6/ }).waitFor({ state: "detached" });
      await one.getByText("Cancelled").first().waitFor();
    }
    await column.getByText("Cancelled").waitFor();
  });

  // The new server has given the numbers of events anew: a cursor of the old one may name none, or another event.
  for (const count of [1, 12])
    test(`a server without a store that was restarted shows what it has after ${count} events`, async () => {
      await dispatch(6, 600);
      const page = await open(`#/asset/${ASSET}`);
      const alarms = await open("#/alarms");
      await alarms.getByRole("region", { name: "Events" }).getByText("Accepted").waitFor();
      await dispatch(7, 1800);
      await breakPromise();
      await alarms.getByRole("link", { name: "Alarms 1 open" }).waitFor();
      const list = page.getByRole("region", { name: "Dispatches", exact: true });
      await list.getByRole("button", { name: /^Cancel 7/ }).waitFor();
      const before = server;
      await whileCut(page, async () => {
        await before.stop();
        server = await startApplication({}, { startMs: START_MS + 60_000 });
        server.clock.advance(DT_MS);
        proxy.lead(server.url);
        for (let n = 0; n < count; n++) await dispatch(1, 600 + n * 1200);
      });
      await list.getByRole("button", { name: `Open ${count}`, exact: true }).waitFor();
      await list
        .getByRole("button", { name: /^Cancel 1(\.00)? MW/ })
        .first()
        .waitFor();
      for (const gone of [/^Cancel 6/, /^Cancel 7/, /^Cancel 12/])
        expect(await list.getByRole("button", { name: gone }).count()).toBe(0);
      await alarms.getByText("No alarm.").waitFor();
    });

  test("pages that were opened meanwhile are read", async () => {
    const page = await open();
    const places = [
      [`#/asset/${ASSET}`, "VALKEAKOSKI-1"],
      [`#/site/${SITE}`, "Valkeakoski"],
    ];
    for (const [hash, title] of places) {
      await whileCut(page, async () => {
        await page.evaluate(`location.hash = "${hash}"`);
        await page.getByText("The server cannot be reached.").first().waitFor();
      });
      await page.getByRole("heading", { name: title as string, exact: true }).waitFor();
      await page.getByText("The server cannot be reached.").waitFor({ state: "detached" });
    }
    await whileCut(page, async () => {
      await page.evaluate('location.hash = "#/alarms"');
      await page.getByText("The server cannot be reached.").first().waitFor();
    });
    await page.getByText("No alarm.").waitFor();
    await page.getByText("The server cannot be reached.").first().waitFor({ state: "detached" });
  });
});
