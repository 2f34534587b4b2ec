// The demo of the composed application: where it runs, its end, and restarts.
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  type ApplicationUnderTest,
  DT_MS,
  START_MS,
  startApplication,
} from "../../support/application-under-test.ts";
import type { Json } from "../../support/json.ts";
import { postDispatch } from "../../support/program-under-test.ts";

const ASSET = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01";
/** As an empty variable: by itself. */
const BY_ITSELF = { DEMO: "" };

let base: string;
let running: ApplicationUnderTest | undefined;
beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), "mando-demo-"));
  // As root, another user runs PostgreSQL, and must be able to get there.
  chmodSync(base, 0o755);
});
afterAll(() => rmSync(base, { recursive: true, force: true }));
afterEach(() => stop());

async function start(environment: Record<string, string>, startMs = START_MS) {
  const application = await startApplication(environment, { startMs });
  running = application;
  application.clock.advance(DT_MS);
  const demo = async () => ((await get("/demo")) as Json).demo;
  return { ...application, demo };
}

async function stop(): Promise<void> {
  await running?.stop();
  running = undefined;
}

const get = async (path: string): Promise<Json> => (await fetch(running?.url + path)).json();
const send = (method: string, path: string) => fetch(running?.url + path, { method });

async function graph(query: string): Promise<Json> {
  const answer = await fetch(`${running?.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query }),
  });
  return ((await answer.json()) as Json).data;
}

describe("in memory", () => {
  test("it runs where it is wished for alone", async () => {
    expect(await (await start(BY_ITSELF)).demo()).toBe(false);
    await stop();
    const { url, demo } = await start({ DEMO: "1" });
    expect(await demo()).toBe(true);
    await expect
      .poll(async () => (await get("/dispatches?status=active&limit=100")).dispatches.length)
      .toBe(7);
    expect((await get("/dispatches?status=active")).dispatches[0].reason).toBe("demo");
    expect((await postDispatch(url, ASSET, 5)).status).toBe(202);
    expect(await demo()).toBe(false);
  });

  test("it is ended over REST and over GraphQL", async () => {
    const rest = await start({ DEMO: "1" });
    expect(await (await send("DELETE", "/demo")).json()).toEqual({ demo: false });
    expect(await rest.demo()).toBe(false);
    await stop();
    await start({ DEMO: "1" });
    expect(await graph("{ demo }")).toEqual({ demo: true });
    expect(await graph("mutation { endDemo }")).toEqual({ endDemo: false });
    expect(await graph("{ demo }")).toEqual({ demo: false });
  });

  test("its end needs the token", async () => {
    await start({ DEMO: "1", API_TOKEN: "a secret token" });
    expect((await send("DELETE", "/demo")).status).toBe(401);
  });
});

describe("in a data folder", { timeout: 60_000 }, () => {
  test("it runs from the first start on, over restarts, until it is ended for ever", async () => {
    const environment = { ...BY_ITSELF, DATA: join(base, "data") };
    const first = await start(environment);
    expect(await first.demo()).toBe(true);
    await expect
      .poll(async () => (await get("/dispatches?status=active")).dispatches.length)
      .toBe(7);
    await stop();

    // It was away for longer than its schedules.
    const laterMs = START_MS + 3 * 24 * 3_600_000;
    const second = await start(environment, laterMs);
    expect(await second.demo()).toBe(true);
    await expect
      .poll(async () => (await get("/dispatches?status=active")).dispatches.length)
      .toBe(7);
    expect((await postDispatch(second.url, ASSET, 5)).status).toBe(202);
    expect(await second.demo()).toBe(false);
    await stop();

    const third = await start(environment, laterMs + 60_000);
    expect(await third.demo()).toBe(false);
    expect((await get("/dispatches?status=active")).dispatches).toHaveLength(1);
    await stop();
    const fourth = await start({ ...environment, DEMO: "1" }, laterMs + 120_000);
    expect(await fourth.demo()).toBe(false);
  });

  test("it ends at a start that has none", async () => {
    const environment = { DATA: join(base, "turned-off") };
    expect(await (await start({ ...BY_ITSELF, ...environment })).demo()).toBe(true);
    await expect
      .poll(async () => (await get("/dispatches?status=active")).dispatches.length)
      .toBe(7);
    await stop();
    const off = await start({ DEMO: "0", ...environment }, START_MS + 60_000);
    expect(await off.demo()).toBe(false);
    expect((await get("/dispatches?status=active")).dispatches).toEqual([]);
  });

  test("an assets file of one's own has none", async () => {
    const file = join(base, "assets.yaml");
    const shipped = readFileSync(new URL("../../../assets.yaml", import.meta.url), "utf8");
    writeFileSync(file, shipped.replace("capacity_mwhr: 36", "capacity_mwhr: 40"));
    const environment = { ...BY_ITSELF, DATA: join(base, "own"), ASSETS_FILE: file };
    expect(await (await start(environment)).demo()).toBe(false);
  });
});
