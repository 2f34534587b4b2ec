// Assets that came by the API, in a server that is killed, starts with another file, and loses its database.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { BIG_SITE, bigAssetId, writeBigFleet } from "../../support/big-fleet.ts";
import { type OwnServer, startEmbedded } from "../../support/databases.ts";
import { assetBody, newAssetId, newSiteId } from "../../support/fleet-requests.ts";
import type { Json } from "../../support/json.ts";
import {
  endPrograms,
  type Program,
  postDispatch,
  runProgram,
} from "../../support/program-under-test.ts";

const SITE = newSiteId(1);
const MINE = newAssetId(1);
const RETIRED = newAssetId(2);
const OTHER = newAssetId(3);

let server: OwnServer;
let databaseUrl: string;
let directory: string;
let program: Program;
let url: string;

beforeAll(async () => {
  server = await startEmbedded();
}, 60_000);
afterAll(() => server?.stop());
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "mando-fleet-life-"));
  databaseUrl = await server.createDatabase();
});
afterEach(() => {
  endPrograms();
  rmSync(directory, { recursive: true, maxRetries: 10, retryDelay: 100 });
});

/** @param count Assets of the file. */
async function start(count: number): Promise<void> {
  program = runProgram({
    TICK_SECONDS: "0.1",
    ASSETS_FILE: writeBigFleet(directory, count),
    DATA: directory,
    DATABASE_URL: databaseUrl,
    PRUNE: "1",
  });
  url = await program.url;
}

async function call(method: string, path: string, body?: object) {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(url + path, {
    ...{ method, headers },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Json };
}

/** The newest sample of an asset. */
const announced = async (id: string) => (await call("GET", `/telemetry/${id}`)).body;
const ids = async () => (await call("GET", "/assets")).body.map(({ id }: { id: string }) => id);
const register = (id: string, difference: object = {}) =>
  call("POST", "/assets", assetBody({ id, site_id: SITE, ...difference }));

async function registerAll(): Promise<void> {
  const site = { id: SITE, name: "New site", location: "Imatra", max_export_mw: 12 };
  expect(await call("POST", "/sites", site)).toMatchObject({ status: 201 });
  for (const id of [MINE, RETIRED]) expect((await register(id)).status).toBe(201);
  expect((await register(OTHER, { site_id: BIG_SITE })).status).toBe(201);
}

describe("a fleet of the file and of the API", { timeout: 60_000 }, () => {
  test("continues after a kill, whatever the file has then, each asset from its last state", async () => {
    await start(2);
    await registerAll();
    expect((await postDispatch(url, MINE, 6)).status).toBe(202);
    expect((await postDispatch(url, RETIRED, 5)).status).toBe(202);
    await expect.poll(() => announced(MINE)).toMatchObject({ current_mw: 6 });
    await expect.poll(() => announced(RETIRED)).toMatchObject({ current_mw: 5 });
    const updated = await call("PATCH", `/assets/${MINE}`, { capacity_mwhr: 40, max_mw: 4 });
    expect(updated).toMatchObject({ status: 200, body: { asset: { capacity_mwhr: 40 } } });
    await expect.poll(() => announced(MINE)).toMatchObject({ current_mw: 4, limited_by: "power" });
    expect((await call("DELETE", `/assets/${RETIRED}`)).status).toBe(200);
    const past = (await call("GET", `/telemetry/${RETIRED}/history?limit=1000`)).body;
    const before = await announced(MINE);
    await program.kill();

    // The file names one asset less, and one more.
    await start(1);
    expect(await ids()).toEqual([bigAssetId(0), MINE, OTHER]);
    const { body: asset } = await call("GET", `/assets/${MINE}`);
    expect(asset).toMatchObject({ capacity_mwhr: 40, max_mw: 4, origin: "api", site_id: SITE });
    const { body: site } = await call("GET", `/sites/${SITE}`);
    expect(site).toMatchObject({ name: "New site", max_export_mw: 12, origin: "api" });
    const energyOut = async () => (await announced(MINE)).energy_out_mwhr;
    await expect.poll(energyOut).toBeGreaterThan(before.energy_out_mwhr);
    const after = await announced(MINE);
    expect(after).toMatchObject({ setpoint_mw: 6, current_mw: 4 });
    const gaveMwhr = after.energy_out_mwhr - before.energy_out_mwhr;
    expect(before.soc_mwhr - after.soc_mwhr).toBeCloseTo(gaveMwhr / 0.9, 9);

    const { status, body } = await call("POST", "/dispatch", { asset_id: RETIRED, mw: 1 });
    expect([status, body.code]).toEqual([422, "ASSET_RETIRED"]);
    const stays = (await call("GET", `/telemetry/${RETIRED}/history?limit=1000`)).body;
    expect(past.length).toBeGreaterThan(3);
    expect(stays.slice(0, past.length)).toEqual(past);
    const { body: dispatched } = await call("GET", `/dispatches?asset_id=${RETIRED}`);
    expect(dispatched.dispatches).toMatchObject([{ status: "failed", reason: "retired" }]);
    expect(await register(RETIRED)).toMatchObject({ status: 409, body: { code: "ASSET_EXISTS" } });
  });

  test("is not started by a file that takes an id of the API", async () => {
    await start(2);
    const { status } = await call("POST", "/assets", assetBody({ id: bigAssetId(2) }));
    expect(status).toBe(201);
    await program.kill();
    await expect(start(3)).rejects.toThrow(
      new RegExp(`the assets file names ids that were registered by the API: ${bigAssetId(2)}`),
    );
    await start(2);
    expect(await ids()).toEqual([0, 1, 2].map(bigAssetId));
  });

  test("is not changed by a refused write, and continues where the database is back", async () => {
    await start(2);
    await server.halt();
    const refused = await call("POST", "/assets", assetBody({ id: MINE }));
    expect(refused).toMatchObject({ status: 503, body: { code: "STORE_UNAVAILABLE" } });
    expect(await ids()).toEqual([0, 1].map(bigAssetId));
    await server.restart();
    const kept = async () => (await call("POST", "/assets", assetBody({ id: MINE }))).status;
    await expect.poll(kept, { timeout: 20_000 }).toBe(201);
    await program.kill();
    await start(2);
    expect(await ids()).toEqual([bigAssetId(0), bigAssetId(1), MINE]);
  });
});
