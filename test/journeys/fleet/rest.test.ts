// Sites and assets that come, change and go over REST.

import { describe, expect, test } from "vitest";
import { assetBody, inForce, newAssetId, newSiteId } from "../../support/fleet-requests.ts";
import type { Json } from "../../support/json.ts";
import {
  ASSET,
  OTHER,
  type RestApplication,
  SITE,
  UNKNOWN_ID,
  within,
} from "../../support/rest-under-test.ts";

const here = (difference: object = {}) => assetBody({ site_id: SITE, ...difference });
const place = (difference: object = {}) => ({ name: "Imatra", location: "Imatra", ...difference });

/** Sends a request that is accepted. */
const change = (application: RestApplication, method: string, path: string, body?: object) =>
  inForce(application, () => application.call(method, path, body));
const register = async (application: RestApplication, difference: object = {}): Promise<Json> =>
  (await change(application, "POST", "/assets", here(difference))).body;

describe("assets", () => {
  test("are registered with the defaults of the file, and are there at once", () =>
    within(async (application) => {
      const { status, body } = await change(application, "POST", "/assets", here());
      expect([status, body]).toEqual([
        201,
        {
          id: expect.stringMatching(/^[0-9a-f-]{36}$/),
          site_id: SITE,
          site_name: "Valkeakoski",
          location: "Valkeakoski, Finland",
          name: "BESS-NEW",
          data_path: "Asset/BESS-NEW",
          capacity_mwhr: 20,
          max_mw: 10,
          min_mw: -10,
          ramp_rate_mw_per_min: 600,
          efficiency: 0.9,
          soc_min_ratio: 0,
          soc_max_ratio: 1,
          initial_soc_pct: 50,
          fallback_mw: null,
          origin: "api",
        },
      ]);
      const { get } = application;
      expect(await get(`/assets/${body.id}`)).toEqual(body);
      expect(await get("/assets")).toContainEqual(body);
      expect(await get(`/telemetry/${body.id}`)).toMatchObject({ soc_mwhr: 10, current_mw: 0 });
      expect(await get("/fleet")).toMatchObject({ asset_count: 3, capacity_mwhr: 92 });
      expect(await get(`/sites/${SITE}`)).toMatchObject({
        ...{ origin: "file", totals: { asset_count: 3 } },
      });
      expect((await get(`/assets/${ASSET}`)).origin).toBe("file");
    }));

  test("are found at the address of their answer", () =>
    within(async (application) => {
      const id = newAssetId(1);
      const answer = await inForce(application, () =>
        fetch(`${application.url}/assets`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(here({ id: id.toUpperCase() })),
        }),
      );
      expect([answer.status, answer.headers.get("location")]).toEqual([201, `/assets/${id}`]);
    }));

  test("take every field that the file takes, and null for what may be left out", () =>
    within(async (application) => {
      const fields = { soc_min_ratio: 0.1, soc_max_ratio: 0.4, fallback_mw: -2 };
      expect(await register(application, fields)).toMatchObject({ ...fields, initial_soc_pct: 40 });
      const nulls = { id: null, soc_min_ratio: null, soc_max_ratio: null, initial_soc_pct: null };
      expect(await register(application, { ...nulls, fallback_mw: null })).toMatchObject({
        ...{ soc_min_ratio: 0, soc_max_ratio: 1, initial_soc_pct: 50, fallback_mw: null },
      });
    }));

  test("change: energy stays, what is out of bounds is clamped, and what no longer fits is named", () =>
    within(async (application) => {
      const { id } = await register(application, { fallback_mw: 8, initial_soc_pct: 75 });
      const sent = await application.call("POST", "/dispatch", { asset_id: id, mw: 9 });
      application.tick(1);
      const wanted = { max_mw: 6, capacity_mwhr: 12, soc_max_ratio: 0.7, name: "B" };
      const { status, body } = await change(application, "PATCH", `/assets/${id}`, wanted);
      expect(status).toBe(200);
      expect(body).toMatchObject({
        asset: { id, ...wanted, min_mw: -10, fallback_mw: 6, initial_soc_pct: 70 },
        clamps: [
          { field: "fallback_mw", from: 8, to: 6 },
          { field: "initial_soc_pct", from: 75, to: 70 },
          { field: "soc_mwhr", from: expect.closeTo(15, 1), to: expect.closeTo(8.4, 9) },
        ],
        cut_dispatches: [{ id: sent.body.id, mw: 9, status: "active" }],
      });
      expect(await application.get(`/telemetry/${id}`)).toMatchObject({
        ...{ current_mw: 6, limited_by: "power", capacity_mwhr: 12 },
      });
      const cleared = { fallback_mw: null, max_mw: 20 };
      expect((await change(application, "PATCH", `/assets/${id}`, cleared)).body).toMatchObject({
        ...{ asset: cleared, clamps: [], cut_dispatches: [] },
      });
    }));

  test("retire: dispatches end with a reason, what was reported stays, and no list has them", () =>
    within(async (application) => {
      const { id } = await register(application);
      const { call, get } = application;
      const sent = await call("POST", "/dispatch", { asset_id: id, mw: 1 });
      application.tick(3);
      const { status, body } = await change(application, "DELETE", `/assets/${id}`);
      expect([status, body]).toMatchObject([200, { id, retired: true, origin: "api" }]);
      expect(await get(`/assets/${id}`)).toEqual(body);
      expect(await get("/assets")).toHaveLength(2);
      expect(await get("/telemetry")).toHaveLength(2);
      expect((await get("/fleet")).asset_count).toBe(2);
      expect(await get(`/telemetry/${id}/history`)).toHaveLength(4);
      expect(await get(`/dispatch/${sent.body.id}`)).toMatchObject({
        ...{ status: "failed", reason: "retired" },
      });
      expect(await call("POST", "/dispatch", { asset_id: id, mw: 1 })).toMatchObject({
        ...{ status: 422, body: { code: "ASSET_RETIRED", field: "asset_id" } },
      });
    }));
});

test("sites are registered, changed and retired, and found by their ids in the end", () =>
  within(async (application) => {
    const { get } = application;
    const made = await change(application, "POST", "/sites", place({ max_export_mw: 5 }));
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      ...place({ max_export_mw: 5, max_import_mw: null, origin: "api" }),
      totals: { asset_count: 0, soc_pct: 0 },
    });
    expect(made.body).not.toHaveProperty("retired");
    const path = `/sites/${made.body.id}`;
    // It was answered at the instant of the grid at which it was requested; a tick has run since.
    const totals = { ...made.body.totals, timestamp: expect.any(String) };
    expect(await get(path)).toEqual({ ...made.body, totals });
    const { id } = await register(application, { site_id: made.body.id });
    const fields = { max_export_mw: null, max_import_mw: 3, name: "Imatra 2" };
    expect(await change(application, "PATCH", path, fields)).toMatchObject({
      ...{ status: 200, body: { ...fields, location: "Imatra", totals: { asset_count: 1 } } },
    });
    await change(application, "DELETE", `/assets/${id}`);
    const retired = await change(application, "DELETE", path);
    expect(retired).toMatchObject({ status: 200, body: { id: made.body.id, retired: true } });
    expect(await get(path)).toMatchObject({ retired: true, totals: { asset_count: 0 } });
    expect(await get("/sites")).toHaveLength(1);
    expect(await get(`/assets/${id}`)).toMatchObject({ site_name: "Imatra 2", retired: true });
  }));

describe("what is refused", () => {
  const [RUNNING, RETIRED] = [newAssetId(1), newAssetId(2)];
  const [BUSY_SITE, OLD_SITE] = [newSiteId(1), newSiteId(2)];
  const withPast = (work: (application: RestApplication) => Promise<void>) =>
    within(async (application) => {
      for (const id of [BUSY_SITE, OLD_SITE])
        await change(application, "POST", "/sites", place({ id }));
      await register(application, { id: RUNNING, site_id: BUSY_SITE });
      await register(application, { id: RETIRED });
      await change(application, "DELETE", `/assets/${RETIRED}`);
      await change(application, "DELETE", `/sites/${OLD_SITE}`);
      const before = await application.get("/assets");
      await work(application);
      application.tick(1);
      expect(await application.get("/assets")).toEqual(before);
    });

  test("has its code, its field and its status", () =>
    withPast(async ({ call }) => {
      const refused: [string, string, number, string, string, object?][] = [
        ["ASSET_EXISTS", "id", 409, "POST", "/assets", here({ id: OTHER })],
        ["ASSET_EXISTS", "id", 409, "POST", "/assets", here({ id: RETIRED })],
        ["DATA_PATH_TAKEN", "data_path", 409, "POST", "/assets", here({ data_path: "Asset" })],
        ["ASSET_INVALID", "data_path", 422, "POST", "/assets", here({ data_path: "Asset/ä" })],
        ["ASSET_INVALID", "efficiency", 422, "POST", "/assets", here({ efficiency: 2 })],
        ["SITE_UNKNOWN", "site_id", 404, "POST", "/assets", here({ site_id: UNKNOWN_ID })],
        ["SITE_RETIRED", "site_id", 422, "POST", "/assets", here({ site_id: OLD_SITE })],
        ["ASSET_UNKNOWN", "id", 404, "PATCH", `/assets/${UNKNOWN_ID}`, { name: "B" }],
        ["ASSET_RETIRED", "id", 422, "PATCH", `/assets/${RETIRED}`, { name: "B" }],
        ["MANAGED_BY_FILE", "id", 409, "PATCH", `/assets/${ASSET}`, { name: "B" }],
        ["ASSET_INVALID", "min_mw", 422, "PATCH", `/assets/${RUNNING}`, { min_mw: 1 }],
        ["SITE_UNKNOWN", "site_id", 404, "PATCH", `/assets/${RUNNING}`, { site_id: UNKNOWN_ID }],
        ["ASSET_UNKNOWN", "id", 404, "DELETE", `/assets/${UNKNOWN_ID}`],
        ["ASSET_RETIRED", "id", 422, "DELETE", `/assets/${RETIRED}`],
        ["MANAGED_BY_FILE", "id", 409, "DELETE", `/assets/${ASSET}`],
        ["SITE_EXISTS", "id", 409, "POST", "/sites", place({ id: OLD_SITE })],
        ["ASSET_EXISTS", "id", 409, "POST", "/sites", place({ id: RUNNING })],
        ["SITE_INVALID", "name", 422, "POST", "/sites", place({ name: " " })],
        ["SITE_UNKNOWN", "id", 404, "PATCH", `/sites/${UNKNOWN_ID}`, { name: "B" }],
        ["SITE_RETIRED", "id", 422, "PATCH", `/sites/${OLD_SITE}`, { name: "B" }],
        [
          "SITE_INVALID",
          "max_import_mw",
          422,
          "PATCH",
          `/sites/${BUSY_SITE}`,
          { max_import_mw: -1 },
        ],
        ["MANAGED_BY_FILE", "id", 409, "PATCH", `/sites/${SITE}`, { name: "B" }],
        ["SITE_NOT_EMPTY", "id", 409, "DELETE", `/sites/${BUSY_SITE}`],
        ["SITE_UNKNOWN", "id", 404, "DELETE", `/sites/${UNKNOWN_ID}`],
        ["SITE_RETIRED", "id", 422, "DELETE", `/sites/${OLD_SITE}`],
        ["MANAGED_BY_FILE", "id", 409, "DELETE", `/sites/${SITE}`],
      ];
      for (const [code, field, status, method, path, body] of refused) {
        const problem = { code, field, status, errors: [{ code, field }] };
        const answer = await call(method, path, body);
        expect(answer, `${method} ${path}`).toMatchObject({ status, body: problem });
      }
    }));

  test("has every reason at once", () =>
    withPast(async ({ call }) => {
      const wrong = { id: RUNNING, site_id: UNKNOWN_ID, efficiency: 0, max_mw: -1 };
      const { status, body } = await call("POST", "/assets", here(wrong));
      expect(status).toBe(409);
      expect(body).toMatchObject({
        code: "ASSET_EXISTS",
        field: "id",
        detail: expect.stringContaining(
          "; max_mw must be 0 to 1000000 MW, not -1; efficiency must",
        ),
        errors: [
          { code: "ASSET_EXISTS", field: "id" },
          { code: "ASSET_INVALID", field: "max_mw", message: "must be 0 to 1000000 MW, not -1" },
          { code: "ASSET_INVALID", field: "efficiency" },
          { code: "SITE_UNKNOWN", field: "site_id" },
        ],
      });
    }));

  test("is malformed where its shape is wrong", () =>
    withPast(async ({ call }) => {
      const malformed: [string, string, string, string, object][] = [
        ["BAD_UUID", "id", "POST", "/assets", here({ id: "BESS-1" })],
        ["BAD_INPUT", "name", "POST", "/assets", here({ name: undefined })],
        ["BAD_INPUT", "retired", "POST", "/assets", here({ retired: false })],
        ["BAD_INPUT", "max_mw", "POST", "/assets", here({ max_mw: "5" })],
        ["BAD_INPUT", "name", "PATCH", `/assets/${RUNNING}`, { name: null }],
        ["BAD_INPUT", "id", "PATCH", `/assets/${RUNNING}`, { id: OTHER }],
        ["BAD_INPUT", "initial_soc_pct", "PATCH", `/assets/${RUNNING}`, { initial_soc_pct: 5 }],
        ["BAD_UUID", "id", "PATCH", "/assets/BESS-1", { name: "B" }],
        ["BAD_INPUT", "location", "POST", "/sites", { name: "S" }],
        ["BAD_INPUT", "location", "PATCH", `/sites/${BUSY_SITE}`, { location: null }],
        ["BAD_INPUT", "assets", "POST", "/assets/batch", { assets: [] }],
        ["BAD_INPUT", "assets", "POST", "/assets/batch", { assets: Array(1001).fill(here()) }],
        [
          "BAD_INPUT",
          "assets.1.name",
          "POST",
          "/assets/batch",
          { assets: [here(), here({ name: 1 })] },
        ],
      ];
      for (const [code, field, method, path, body] of malformed)
        expect(await call(method, path, body), `${method} ${path} ${field}`).toMatchObject({
          ...{ status: 400, body: { code, field } },
        });
    }));
});

test("a change needs the token of the server", () =>
  within(
    async ({ call, get, tick }) => {
      const changes: [string, string, object?][] = [
        ["POST", "/assets", here()],
        ["POST", "/assets/batch", { assets: [here()] }],
        ["PATCH", `/assets/${ASSET}`, { name: "B" }],
        ["DELETE", `/assets/${ASSET}`],
        ["POST", "/sites", place()],
        ["PATCH", `/sites/${SITE}`, { name: "B" }],
        ["DELETE", `/sites/${SITE}`],
      ];
      for (const [method, path, body] of changes)
        expect(await call(method, path, body), `${method} ${path}`).toMatchObject({
          ...{ status: 401, body: { code: "UNAUTHORIZED" } },
        });
      tick(1);
      expect([(await get("/assets")).length, (await get("/sites")).length]).toEqual([2, 1]);
    },
    { API_TOKEN: "a-long-secret" },
  ));

test("another method is refused with those that there are", () =>
  within(async ({ call, url }) => {
    expect((await call("PUT", "/assets", here())).status).toBe(405);
    const { headers } = await fetch(`${url}/sites/${SITE}`, { method: "PUT" });
    expect(headers.get("allow")).toBe("GET, HEAD, PATCH, DELETE");
  }));

describe("many assets at once", () => {
  test("are each decided by themselves, in their order", () =>
    within(async (application) => {
      const id = newAssetId(1);
      const assets = [here({ id }), here({ id: ASSET }), here({ id }), here()];
      const requested = () => application.call("POST", "/assets/batch", { assets });
      const { status, body } = await inForce(application, requested, 2);
      expect(status).toBe(200);
      expect(body.results).toMatchObject([
        { accepted: true, asset: { id, origin: "api" } },
        { accepted: false, problem: { code: "ASSET_EXISTS", status: 409, field: "id" } },
        { accepted: false, problem: { code: "ASSET_EXISTS" } },
        { accepted: true },
      ]);
      expect(await application.get("/assets")).toHaveLength(4);
    }));

  test(
    "may be ten thousand, a thousand in each request, with every field",
    { timeout: 60_000 },
    () =>
      within(async (application) => {
        const all = {
          soc_min_ratio: 0.05,
          soc_max_ratio: 0.95,
          initial_soc_pct: 50,
          fallback_mw: 0,
        };
        const batchOf = (batch: number) => ({
          assets: Array.from({ length: 1000 }, (_, n) =>
            here({ id: newAssetId(batch * 1000 + n), name: `BESS-${batch}-${n}`, ...all }),
          ),
        });
        const beganMs = performance.now();
        const call = (_: unknown, batch: number) =>
          application.call("POST", "/assets/batch", batchOf(batch));
        const answers = await inForce(
          application,
          () => Promise.all(Array.from({ length: 10 }, call)),
          10_000,
        );
        const tookS = (performance.now() - beganMs) / 1000;
        process.stderr.write(`10,000 registrations by REST took ${tookS.toFixed(2)} s\n`);
        for (const { status, body } of answers) {
          expect(status).toBe(200);
          expect(body.results.every(({ accepted }: { accepted: boolean }) => accepted)).toBe(true);
        }
        expect((await application.get("/fleet")).asset_count).toBe(10_002);
        expect(await application.get(`/telemetry/${newAssetId(9_999)}`)).toMatchObject({
          soc_mwhr: 10,
        });
      }),
  );
});

test("metrics count what came of changes", () =>
  within(async (application) => {
    await register(application);
    await application.call("POST", "/assets", here({ id: ASSET, efficiency: 0 }));
    const metrics = await (await fetch(`${application.url}/metrics`)).text();
    for (const outcome of ["accepted", "ASSET_EXISTS", "ASSET_INVALID"])
      expect(metrics).toContain(
        `mando_fleet_changes_total{kind="registerAsset",outcome="${outcome}"} 1`,
      );
  }));
