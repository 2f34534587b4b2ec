// Schedules over REST, as JSON and as CSV.
import { describe, expect, test } from "vitest";
import {
  ASSET,
  at,
  type RestApplication,
  UNKNOWN_ID,
  within,
} from "../../support/rest-under-test.ts";

const PATH = `/assets/${ASSET}/schedule`;
const CSV = { "content-type": "text/csv" };
const INTERVALS = [
  { from: at(1), until: at(3), mw: 2 },
  { from: at(3), until: at(5), mw: -1 },
];
const TEXT = `from,until,mw\n${INTERVALS.map(({ from, until, mw }) => `${from},${until},${mw}\n`).join("")}`;

const readCsv = ({ url }: RestApplication, accept: string) =>
  fetch(url + PATH, { headers: { accept } }).then((answer) => answer.text());

describe("a schedule", () => {
  test("is accepted as JSON, runs, and is there until its intervals are over", () =>
    within(async ({ call, get, tick }) => {
      const { status, body } = await call("PUT", PATH, { intervals: INTERVALS, request_id: "a" });
      expect(status).toBe(200);
      expect(body.intervals).toMatchObject([
        {
          asset_id: ASSET,
          mw: 2,
          start_at: at(1),
          end_at: at(3),
          duration_s: 8,
          decision: { windows: null, shortfall: null },
        },
        { asset_id: ASSET, mw: -1, start_at: at(3), end_at: at(5), on_shortfall: "refuse" },
      ]);
      for (const { schedule_id, request_id } of body.intervals)
        expect({ schedule_id, request_id }).toEqual({
          ...body,
          intervals: undefined,
          request_id: "a",
        });
      await call("POST", "/dispatch", { asset_id: ASSET, mw: 7, start_at: at(9) });
      expect(await get(PATH)).toEqual(body);
      tick(2);
      expect((await get(PATH)).intervals[0]).toMatchObject({ status: "active" });
      expect((await get(`/telemetry/${ASSET}`)).setpoint_mw).toBe(2);
      tick(2);
      expect((await get(PATH)).intervals).toMatchObject([{ mw: -1, status: "active" }]);
      tick(2);
      expect(await get(PATH)).toEqual({ schedule_id: null, intervals: [] });
      expect((await get("/dispatches?status=completed")).dispatches).toHaveLength(2);
    }));

  test("is accepted as CSV, and read as what was put", () =>
    within(async (application) => {
      const { call, get } = application;
      const query = "?on_shortfall=curtail&request_id=a";
      const first = await call("PUT", PATH + query, TEXT, CSV);
      expect(first).toMatchObject({
        status: 200,
        body: { intervals: [{ mw: 2, on_shortfall: "curtail", request_id: "a" }, { mw: -1 }] },
      });
      expect(await call("PUT", PATH + query, TEXT, CSV)).toEqual(first);
      expect(await readCsv(application, "text/csv")).toBe(TEXT);
      expect(await readCsv(application, "text/csv;q=0.9, */*;q=0.1")).toBe(TEXT);
      expect(await readCsv(application, "application/json, text/csv;q=0.5")).toContain(
        '{"schedule_id"',
      );
      const answer = await fetch(application.url + PATH);
      expect(answer.headers.get("vary")?.split(", ").sort()).toEqual(["Accept", "Origin"]);
      expect(await readCsv(application, "*/*")).toContain('{"schedule_id"');
      const spreadsheet = `\ufeff${TEXT.replaceAll("\n", "\r\n")}\r\n`;
      const again = await call("PUT", PATH, spreadsheet, {
        "content-type": "text/csv; charset=utf-8",
      });
      expect(again.body.intervals).toHaveLength(2);
      expect((await get("/dispatches?status=superseded")).dispatches).toHaveLength(2);
      expect((await get(PATH)).intervals).toHaveLength(2);
    }));

  test("is removed by an empty one, as JSON and as CSV", () =>
    within(async (application) => {
      const { call, get } = application;
      const gone = { status: 200, body: { schedule_id: null, intervals: [] } };
      await call("PUT", PATH, { intervals: INTERVALS });
      expect(await call("PUT", PATH, { intervals: [] })).toEqual(gone);
      expect(await get(PATH)).toEqual(gone.body);
      await call("PUT", PATH, { intervals: INTERVALS });
      expect(await call("PUT", PATH, "from,until,mw\n", CSV)).toEqual(gone);
      expect(await readCsv(application, "text/csv")).toBe("from,until,mw\n");
      const { dispatches } = await get("/dispatches");
      expect(dispatches).toHaveLength(4);
      for (const { status } of dispatches) expect(status).toBe("cancelled");
    }));

  test.each([
    ["POWER_OUT_OF_LIMITS", 1, "intervals.1.mw", [INTERVALS[0], { ...INTERVALS[1], mw: 31 }]],
    ["SCHEDULE_INVALID", 1, "intervals.1.from", [...INTERVALS].reverse()],
    ["DURATION_OUT_OF_RANGE", 0, "intervals.0.until", [{ from: at(3), until: at(3), mw: 1 }]],
    ["START_OUT_OF_RANGE", 0, "intervals.0.from", [{ from: at(-9), until: at(-5), mw: 1 }]],
    ["ENERGY_INSUFFICIENT", 0, "intervals.0.until", [{ from: at(0), until: at(1800), mw: 30 }]],
  ])("is refused whole with %s at its interval %d", (code, index, field, intervals) =>
    within(async ({ call, get }) => {
      const { status, body } = await call("PUT", PATH, { intervals });
      expect(status).toBe(422);
      expect(body).toMatchObject({ code, index, field });
      expect((await get("/dispatches")).dispatches).toEqual([]);
      const lines = intervals.map((it) => `${it?.from},${it?.until},${it?.mw}\n`).join("");
      const asCsv = await call("PUT", PATH, `from,until,mw\n\n${lines}`, CSV);
      expect(asCsv.body).toEqual({ ...body, detail: `line ${index + 3}: ${body.detail}` });
    }),
  );

  test("is refused as a list where it is too long, or its name is taken", () =>
    within(async ({ call }) => {
      const many = Array.from({ length: 3001 }, (_, n) => ({
        from: at(n),
        until: at(n + 1),
        mw: 0,
      }));
      expect(await call("PUT", PATH, { intervals: many })).toMatchObject({
        status: 422,
        body: { code: "SCHEDULE_INVALID", index: null, field: "intervals" },
      });
      const most = await call("PUT", PATH, { intervals: many.slice(1) });
      expect(most.body.intervals).toHaveLength(3000);
      await call("PUT", PATH, { intervals: INTERVALS }, { "idempotency-key": "a" });
      expect(await call("PUT", PATH, { intervals: [] }, { "idempotency-key": "a" })).toMatchObject({
        status: 409,
        body: { code: "REQUEST_ID_REUSED", index: null, field: "request_id" },
      });
    }));

  test.each([
    ["", "line 1 must be from,until,mw, not empty"],
    ["until,from,mw\n", "line 1 must be from,until,mw, not until,from,mw"],
    [`${TEXT}${at(5)},${at(6)}\n`, "line 4 must have 3 values, not 2"],
    [`${TEXT}\n\n${at(5)},${at(6)},1,5\n`, "line 6 must have 3 values, not 4"],
    [`${TEXT}${at(5)},${at(6)},many\n`, 'line 4: mw must be a number, not "many"'],
    [`${TEXT}${at(5)},${at(6)},\n`, 'line 4: mw must be a number, not ""'],
    [`${TEXT}noon,${at(6)},1\n`, "line 4: from must be an instant like 2026-11-20T12:00:00Z"],
    [`${TEXT}"${at(5)},${at(6)},1\n`, "Quote Not Closed"],
  ])("as CSV is refused with the line: %j", (text, detail) =>
    within(async ({ call, get }) => {
      const { status, body } = await call("PUT", PATH, text, CSV);
      expect(status).toBe(400);
      expect(body).toMatchObject({ code: "BAD_INPUT", detail: expect.stringContaining(detail) });
      expect((await get("/dispatches")).dispatches).toEqual([]);
    }),
  );

  test("is for an asset that there is, in a form that is taken", () =>
    within(async ({ call }) => {
      const unknownAsset = `/assets/${UNKNOWN_ID}/schedule`;
      const unknown = { status: 404, body: { code: "ASSET_UNKNOWN", field: "id" } };
      expect(await call("PUT", unknownAsset, { intervals: INTERVALS })).toMatchObject(unknown);
      expect(await call("GET", unknownAsset)).toMatchObject(unknown);
      const form = { "content-type": "text/plain" };
      expect((await call("PUT", PATH, TEXT, form)).body).toMatchObject({
        code: "MEDIA_TYPE_UNSUPPORTED",
        detail: expect.stringContaining("text/csv"),
      });
      expect((await call("POST", "/dispatch", TEXT, CSV)).status).toBe(415);
      expect((await call("POST", "/dispatches", TEXT, CSV)).status).toBe(415);
      expect((await call("PUT", PATH, "", { "content-type": "application/json" })).status).toBe(
        400,
      );
      for (const [query, body, field] of [
        ["", {}, "intervals"],
        ["", { intervals: [{ from: at(1), until: at(2) }] }, "intervals.0.mw"],
        ["?on_shortfall=curtail", { intervals: [] }, "on_shortfall"],
      ] as const)
        expect(await call("PUT", PATH + query, body)).toMatchObject({
          ...{ status: 400, body: { code: "BAD_INPUT", field } },
        });
    }));
});
