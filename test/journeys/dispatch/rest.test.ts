// Dispatches over REST, from the request to their end.

import { describe, expect, test } from "vitest";
import type { Json } from "../../support/json.ts";
import { ASSET, at, OTHER, SITE, UNKNOWN_ID, within } from "../../support/rest-under-test.ts";

describe("a dispatch", () => {
  test("is accepted with its decision, holds for its time, and shows what it delivered", () =>
    within(async ({ call, get, tick }) => {
      const { status, body } = await call("POST", "/dispatch", {
        ...{ asset_id: ASSET, mw: 2, duration_s: 12, start_at: "2026-11-20T13:00:08+01:00" },
      });
      expect(status).toBe(202);
      expect(body).toEqual({
        id: expect.any(String),
        asset_id: ASSET,
        schedule_id: null,
        mw: 2,
        duration_s: 12,
        start_at: at(2),
        end_at: at(5),
        valid_for_s: null,
        lease_until: null,
        on_shortfall: "refuse",
        request_id: null,
        status: "accepted",
        reason: null,
        submitted_at: at(0),
        ended_at: null,
        delivered_mwhr: 0,
        shortfall: null,
        decision: {
          windows: {
            power: { min_mw: -30, max_mw: 30 },
            site: { min_mw: -30, max_mw: 30 },
            dispatches: { min_mw: -30, max_mw: 30 },
            energy: { min_mw: -30, max_mw: 30 },
          },
          shortfall: null,
        },
      });
      tick(3);
      const under = await get(`/dispatch/${body.id.toUpperCase()}`);
      expect(under).toMatchObject({ status: "active", reason: "started", ended_at: null });
      expect(under.delivered_mwhr).toBeCloseTo((2 * 4) / 3600, 12);
      tick(3);
      const over = await get(`/dispatch/${body.id}`);
      expect(over).toMatchObject({ status: "completed", reason: "ended", ended_at: at(5) });
      expect(over.delivered_mwhr).toBeCloseTo((3 * 2 * 4) / 3600, 12);
      expect(over.events).toEqual([
        { timestamp: at(0), from: null, to: "accepted", reason: null, by_id: null },
        { timestamp: at(2), from: "accepted", to: "active", reason: "started", by_id: null },
        { timestamp: at(5), from: "active", to: "completed", reason: "ended", by_id: null },
      ]);
      const { dispatches } = await get("/dispatches?status=completed");
      expect(dispatches).toEqual([{ ...over, events: undefined }]);
      expect((await get("/dispatches?status=active")).dispatches).toEqual([]);
      expect((await call("GET", "/dispatches?status=asleep")).body.code).toBe("BAD_INPUT");
    }));

  test("gives way to a later one, which its events name", () =>
    within(async ({ call, get, tick }) => {
      const first = (await call("POST", "/dispatch", { asset_id: ASSET, mw: 5 })).body;
      tick(1);
      const later = (await call("POST", "/dispatch", { asset_id: ASSET, mw: 1 })).body;
      tick(1);
      const { status, events } = await get(`/dispatch/${first.id}`);
      expect(status).toBe("superseded");
      expect(events.at(-1)).toMatchObject({ reason: "next_dispatch", by_id: later.id });
    }));

  test("is refused where energy does not last, with what would", () =>
    within(async ({ call }) => {
      const { status, body } = await call("POST", "/dispatch", {
        ...{ asset_id: ASSET, mw: 30, duration_s: 7200 },
      });
      expect(status).toBe(422);
      expect(body).toMatchObject({ code: "ENERGY_INSUFFICIENT", field: "duration_s" });
      expect(body.longest_duration_s).toBeGreaterThan(1900);
      expect(body.highest_mw).toBeGreaterThan(8);
      const curtailed = await call("POST", "/dispatch", {
        ...{ asset_id: ASSET, mw: 30, duration_s: 7200, on_shortfall: "curtail" },
      });
      expect(curtailed.body.decision.shortfall.missing_mwhr).toBeGreaterThan(40);
    }));

  test.each([
    ["START_OUT_OF_RANGE", "start_at", { start_at: "2026-01-01T00:00:00Z" }],
    ["LEASE_OUT_OF_RANGE", "valid_for_s", { valid_for_s: 0 }],
    ["WINDOW_TOO_SHORT", "duration_s", { start_at: at(1).replace("00Z", "01Z"), duration_s: 1 }],
    ["BAD_INPUT", "start_at", { start_at: "tomorrow" }],
    ["BAD_INPUT", "valid_for_s", { valid_for_s: 1.5 }],
    ["BAD_INPUT", "on_shortfall", { on_shortfall: "REFUSE" }],
    ["BAD_INPUT", "request_id", { request_id: "" }],
    ["BAD_INPUT", "request_id", { request_id: "x".repeat(201) }],
    ["BAD_INPUT", "request_id", { request_id: "a\0" }],
  ])("is refused with %s for the field %s", (code, field, more) =>
    within(async ({ call }) => {
      const { status, body } = await call("POST", "/dispatch", { asset_id: ASSET, mw: 1, ...more });
      expect(body).toMatchObject({ code, field, status });
      expect(status).toBe(code === "BAD_INPUT" ? 400 : 422);
    }),
  );

  test("is cancelled, once", () =>
    within(async ({ call, get, tick }) => {
      const { id } = (await call("POST", "/dispatch", { asset_id: ASSET, mw: 2 })).body;
      tick(2);
      const cancelled = await call("DELETE", `/dispatch/${id}`);
      expect(cancelled.status).toBe(200);
      expect(cancelled.body).toMatchObject({ id, status: "cancelled", reason: "cancelled" });
      tick(2);
      expect(await get(`/telemetry/${ASSET}`)).toMatchObject({ setpoint_mw: 0, current_mw: 0 });
      expect(await call("DELETE", `/dispatch/${id}`)).toMatchObject({
        ...{ status: 409, body: { code: "DISPATCH_ENDED", field: "id" } },
      });
      expect(await call("DELETE", `/dispatch/${UNKNOWN_ID}`)).toMatchObject({
        ...{ status: 404, body: { code: "DISPATCH_UNKNOWN" } },
      });
      expect((await call("GET", `/dispatch/${UNKNOWN_ID}`)).body.code).toBe("DISPATCH_UNKNOWN");
      expect((await call("GET", "/dispatch/preview")).body.code).toBe("BAD_UUID");
    }));
});

describe("a lease", () => {
  test("is renewed, and once it is lost the asset falls back", () =>
    within(async ({ call, get, tick }) => {
      const { body } = await call("POST", "/dispatch", { asset_id: ASSET, mw: 4, valid_for_s: 8 });
      expect(body).toMatchObject({ valid_for_s: 8, lease_until: at(2) });
      tick(1);
      const renewed = await call("POST", `/dispatch/${body.id}/renew`);
      expect(renewed).toMatchObject({ status: 200, body: { lease_until: at(3) } });
      tick(1);
      expect(await get(`/dispatch/${body.id}`)).toMatchObject({ status: "active" });
      tick(1);
      expect(await get(`/dispatch/${body.id}`)).toMatchObject({
        ...{ status: "expired", reason: "lease_lost", ended_at: at(3) },
      });
      expect((await get(`/telemetry/${ASSET}`)).setpoint_mw).toBe(4);
      tick(1);
      expect((await get(`/telemetry/${ASSET}`)).setpoint_mw).toBe(-1);
      expect((await get(`/assets/${ASSET}`)).fallback_mw).toBe(-1);
      expect((await call("POST", `/dispatch/${body.id}/renew`)).body.code).toBe("DISPATCH_ENDED");
    }));

  test("cannot be renewed where there is none", () =>
    within(async ({ call }) => {
      const { id } = (await call("POST", "/dispatch", { asset_id: ASSET, mw: 4 })).body;
      expect(await call("POST", `/dispatch/${id}/renew`)).toMatchObject({
        ...{ status: 409, body: { code: "NO_LEASE" } },
      });
      expect((await call("POST", `/dispatch/${UNKNOWN_ID}/renew`)).status).toBe(404);
    }));
});

describe("a repeated request", () => {
  const body = { asset_id: ASSET, mw: 3, duration_s: 60 };

  test("gets the first answer, by its body or its header", () =>
    within(async ({ call, get, tick }) => {
      const first = await call("POST", "/dispatch", { ...body, request_id: "a" });
      expect(first.body.request_id).toBe("a");
      tick(2);
      expect(await call("POST", "/dispatch", { ...body, request_id: "a" })).toEqual(first);
      expect(await call("POST", "/dispatch", body, { "idempotency-key": "a" })).toEqual(first);
      expect((await get("/dispatches")).dispatches).toHaveLength(1);
      const other = await call("POST", "/dispatch", { ...body, mw: 4, request_id: "a" });
      expect(other).toMatchObject({
        ...{ status: 409, body: { code: "REQUEST_ID_REUSED", field: "request_id" } },
      });
    }));

  test("is named in one way, or in both the same", () =>
    within(async ({ call }) => {
      const named = { ...body, request_id: "a" };
      const both = (key: string) => call("POST", "/dispatch", named, { "idempotency-key": key });
      expect((await both("a")).status).toBe(202);
      expect(await both("b")).toMatchObject({
        ...{ status: 400, body: { code: "BAD_INPUT", field: "request_id" } },
      });
      expect((await both("x".repeat(201))).status).toBe(400);
      const list = { dispatches: [body] };
      expect((await call("POST", "/dispatches", list, { "idempotency-key": "a" })).status).toBe(
        400,
      );
    }));
});

describe("many dispatches", () => {
  test("are decided by themselves, in their order", () =>
    within(async ({ call, get }) => {
      const dispatches = [
        { asset_id: ASSET, mw: 1 },
        { asset_id: ASSET, mw: 80 },
        { asset_id: UNKNOWN_ID, mw: 1 },
        { asset_id: OTHER, mw: -1, duration_s: 60, request_id: "b" },
      ];
      const { status, body } = await call("POST", "/dispatches", { dispatches });
      expect(status).toBe(200);
      expect(body.results).toMatchObject([
        { accepted: true, dispatch: { asset_id: ASSET, mw: 1, status: "accepted" } },
        { accepted: false, problem: { code: "POWER_OUT_OF_LIMITS", max_mw: 30 } },
        { accepted: false, problem: { code: "ASSET_UNKNOWN", field: "asset_id" } },
        { accepted: true, dispatch: { asset_id: OTHER, mw: -1, request_id: "b" } },
      ]);
      expect((await get("/dispatches")).dispatches).toHaveLength(2);
    }));

  test("may be a thousand, and neither none nor more", () =>
    within(async ({ call }) => {
      const list = (count: number) => ({
        dispatches: Array.from({ length: count }, (_, n) => ({
          ...{ asset_id: ASSET, mw: n % 2, duration_s: 60, request_id: `${"x".repeat(190)}${n}` },
        })),
      });
      const thousand = await call("POST", "/dispatches", list(1000));
      expect(thousand.body.results).toHaveLength(1000);
      expect(thousand.body.results.every(({ accepted }: Json) => accepted)).toBe(true);
      for (const count of [0, 1001])
        expect((await call("POST", "/dispatches", list(count))).body).toMatchObject({
          ...{ code: "BAD_INPUT", field: "dispatches" },
        });
      const large = `{"x":"${"x".repeat(2 ** 21)}"}`;
      expect((await call("POST", "/dispatches", large)).body.code).toBe("BODY_TOO_LARGE");
    }));
});

describe("a preview", () => {
  test("is the decision, and changes nothing", () =>
    within(async ({ call, get }) => {
      const request = { asset_id: ASSET, mw: 5, duration_s: 60, valid_for_s: 20, request_id: "a" };
      const { status, body } = await call("POST", "/dispatch/preview", request);
      expect(status).toBe(200);
      expect(body).toEqual({
        accepted: true,
        refused: null,
        mw: 5,
        start_at: at(0),
        end_at: at(15),
        lease_until: at(5),
        on_shortfall: "refuse",
        windows: {
          power: { min_mw: -30, max_mw: 30 },
          site: { min_mw: -30, max_mw: 30 },
          dispatches: { min_mw: -30, max_mw: 30 },
          energy: { min_mw: -30, max_mw: 30 },
        },
        shortfall: null,
      });
      expect((await get("/dispatches")).dispatches).toEqual([]);
      const { decision, ...accepted } = (await call("POST", "/dispatch", request)).body;
      expect(decision).toEqual({ windows: body.windows, shortfall: null });
      expect(accepted).toMatchObject({ start_at: body.start_at, lease_until: body.lease_until });
    }));

  test("returns why it is refused, as a problem", () =>
    within(async ({ call }) => {
      const preview = async (body: object) => (await call("POST", "/dispatch/preview", body)).body;
      expect(await preview({ asset_id: UNKNOWN_ID, mw: 1 })).toMatchObject({
        ...{ accepted: false, refused: { code: "ASSET_UNKNOWN" }, mw: null, windows: null },
      });
      const short = await preview({ asset_id: ASSET, mw: 30, duration_s: 7200 });
      expect(short).toMatchObject({
        accepted: false,
        refused: { code: "ENERGY_INSUFFICIENT", longest_duration_s: expect.any(Number) },
        windows: { power: { max_mw: 30 } },
      });
      expect(short.windows.energy.max_mw).toBe(short.refused.highest_mw);
    }));

  test("needs no token, as the others do", () =>
    within(
      async ({ call }) => {
        const body = { asset_id: ASSET, mw: 1 };
        expect((await call("POST", "/dispatch/preview", body)).status).toBe(200);
        expect((await call("POST", "/dispatch/preview/", body)).status).toBe(200);
        for (const [method, path] of [
          ["POST", "/dispatch"],
          ["POST", "/dispatches"],
          ["POST", `/dispatch/${UNKNOWN_ID}/renew`],
          ["DELETE", `/dispatch/${UNKNOWN_ID}`],
          ["DELETE", "/dispatch/preview"],
          ["PUT", `/assets/${ASSET}/schedule`],
          ["POST", `/sites/${SITE}/dispatch`],
        ] as const)
          expect((await call(method, path)).status, `${method} ${path}`).toBe(401);
      },
      { API_TOKEN: "correct-horse" },
    ));
});

describe("a power for a site", () => {
  test("is split over its assets, which add up to it", () =>
    within(async ({ call, get, tick }) => {
      const request = { mw: 12, duration_s: 600, request_id: "s" };
      const first = await call("POST", `/sites/${SITE}/dispatch`, request);
      expect(first.status).toBe(202);
      const { shares } = first.body;
      expect(shares).toMatchObject([
        { asset_id: ASSET, mw: 6, duration_s: 600, request_id: "s" },
        { asset_id: OTHER, mw: 6, duration_s: 600, request_id: "s" },
      ]);
      expect(await call("POST", `/sites/${SITE}/dispatch`, request)).toEqual(first);
      tick(5);
      expect((await get(`/sites/${SITE}`)).totals.current_mw).toBe(12);
      expect(await get(`/sites/${SITE}`)).toMatchObject({ max_export_mw: 50, max_import_mw: null });
    }));

  test("is previewed with its shares, which it then gets, and changes nothing", () =>
    within(async ({ call, get }) => {
      await call("POST", "/dispatch", { asset_id: ASSET, mw: 20, start_at: at(400) });
      const request = { mw: 31.7, duration_s: 3600 };
      const preview = await call("POST", `/sites/${SITE}/dispatch/preview`, request);
      expect(preview).toMatchObject({ status: 200, body: { accepted: true, refused: null } });
      expect((await get("/dispatches")).dispatches).toHaveLength(1);
      const { body } = await call("POST", `/sites/${SITE}/dispatch`, request);
      const { shares } = preview.body;
      expect(
        shares.map(({ asset_id, mw, end_at, windows }: Json) => [asset_id, mw, end_at, windows]),
      ).toEqual(
        body.shares.map(({ asset_id, mw, end_at, decision }: Json) => [
          asset_id,
          mw,
          end_at,
          decision.windows,
        ]),
      );
      expect(shares[0].mw + shares[1].mw).toBe(31.7);
      expect(await call("POST", `/sites/${SITE}/dispatch/preview`, { mw: 51 })).toMatchObject({
        status: 200,
        body: { accepted: false, refused: { code: "POWER_OUT_OF_LIMITS", max_mw: 50 }, shares: [] },
      });
      expect(await call("POST", `/sites/${UNKNOWN_ID}/dispatch/preview`, { mw: 1 })).toMatchObject({
        body: { accepted: false, refused: { code: "SITE_UNKNOWN" } },
      });
    }));

  test("is refused beyond its meter, and for an unknown site", () =>
    within(async ({ call }) => {
      expect(await call("POST", `/sites/${SITE}/dispatch`, { mw: 51 })).toMatchObject({
        status: 422,
        body: { code: "POWER_OUT_OF_LIMITS", max_mw: 50, limited_by: "site" },
      });
      expect(await call("POST", `/sites/${UNKNOWN_ID}/dispatch`, { mw: 1 })).toMatchObject({
        ...{ status: 404, body: { code: "SITE_UNKNOWN" } },
      });
      const { body } = await call("POST", `/sites/${SITE}/dispatch`, { mw: 1, asset_id: ASSET });
      expect(body).toMatchObject({ code: "BAD_INPUT", field: "asset_id" });
    }));
});

test("metrics count the changes, the open dispatches, and the refusals", () =>
  within(async ({ call, tick, url }) => {
    await call("POST", "/dispatch", { asset_id: ASSET, mw: 1, duration_s: 4 });
    await call("POST", "/dispatch", { asset_id: OTHER, mw: 1 });
    await call("POST", "/dispatch", { asset_id: ASSET, mw: 30, duration_s: 7200 });
    tick(2);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toContain('mando_dispatch_changes_total{to="accepted"} 2');
    expect(metrics).toContain('mando_dispatch_changes_total{to="completed"} 1');
    expect(metrics).toMatch(/^mando_dispatches_open\{status="(accepted|active)"\} 1$/m);
    expect(metrics).toContain('mando_dispatches_total{outcome="ENERGY_INSUFFICIENT"} 1');
  }));
