// Data points over REST: described, written, read in every mode, and withdrawn.
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { at, type RestApplication, within } from "../../support/rest-under-test.ts";

const PRICE = "Market/FI/DayAhead/Price";
const FROM = "2026-01-01T00:00:00.000Z";
const UNTIL = "2026-01-02T00:00:00.000Z";
const quarter = (n: number) => new Date(Date.parse(FROM) + n * 900_000).toISOString();
const price = { id: PRICE, type: "time_series_double", unit: "EUR/MWh", resolution: "PT15M" };

async function describePrice({ call }: RestApplication, more: object = {}) {
  const described = await call("POST", "/describe_data", [{ ...price, ...more }]);
  expect(described.status).toBe(200);
}

function text({ url }: RestApplication, path: string, init: RequestInit = {}) {
  return fetch(url + path, init).then(async (it) => ({ status: it.status, body: await it.text() }));
}

test("values are written, overridden, withdrawn, and read in every mode", () =>
  within(async (application) => {
    const { call, get } = application;
    await describePrice(application);
    const rows = [
      { id: PRICE, timestamp: quarter(1), value: 2 },
      { id: PRICE, timestamp: quarter(0), value: 1 },
    ];
    const saved = await call("POST", "/save_data", rows);
    expect(saved).toMatchObject({ status: 200, body: { value_count: 2 } });
    const override = [{ id: PRICE, timestamp: quarter(1), value: 9, source: "override" }];
    await call("POST", "/save_data", override);
    const query = { ids: [PRICE], from: FROM, until: UNTIL };
    const read = async (more: object = {}) =>
      (await call("POST", "/query_data", { ...query, ...more })).body.map(
        ({ timestamp, value, source }: Record<string, unknown>) => [timestamp, value, source],
      );
    expect(await read()).toEqual([
      [quarter(0), 1, "original"],
      [quarter(1), 9, "override"],
    ]);
    expect(await read({ mode: "original" })).toEqual([
      [quarter(0), 1, "original"],
      [quarter(1), 2, "original"],
    ]);
    const range = { id: PRICE, source: "override", from: FROM, until: UNTIL };
    expect((await call("POST", "/withdraw_data", range)).status).toBe(200);
    expect(await read()).toEqual([
      [quarter(0), 1, "original"],
      [quarter(1), 2, "original"],
    ]);
    const versions = await read({ versions: true });
    expect(versions).toContainEqual([quarter(1), null, "override"]);
    const [latest] = await get(`/query_data?id=${PRICE}`);
    expect(latest).toMatchObject({ timestamp: quarter(1), value: 2, author: "anonymous" });
  }));

test("a replay is the same whenever it is: also what an override says that expires later", () =>
  within(async (application) => {
    const { call, clock } = application;
    await describePrice(application);
    const iso = (ms: number) => new Date(ms).toISOString();
    const row = { id: PRICE, timestamp: quarter(0) };
    await call("POST", "/save_data", [{ ...row, value: 1 }]);
    const until = iso(clock.nowMs() + 60_000);
    const override = { ...row, value: 9, source: "override" };
    const saved = await call("POST", `/save_data?expires_at=${until}`, [override]);
    expect(saved.status).toBe(200);
    const query = { ids: [PRICE], from: FROM, until: UNTIL };
    const newest = async (more: object) =>
      (await call("POST", "/query_data", { ...query, ...more })).body[0]?.value;
    const recorded_at = saved.body.recorded_at;
    expect([await newest({}), await newest({ recorded_at })]).toEqual([9, 9]);
    clock.advance(120_000);
    expect([await newest({}), await newest({ recorded_at })]).toEqual([1, 9]);
  }));

test("documents that cannot be stored, or checked, are refused, and the server goes on", () =>
  within(async (application) => {
    const { call, get } = application;
    const document = { id: "Doc", type: "static_data" };
    const described = (json_schema: object) =>
      call("POST", "/describe_data", [{ ...document, json_schema }]);
    for (const schema of [{ $async: true, type: "object" }, { $ref: "#" }])
      expect(await described(schema)).toMatchObject({
        status: 422,
        body: { code: "DATA_POINT_INVALID" },
      });
    expect((await described({ pattern: "^(a+)+$" })).status).toBe(200);
    const nested = `${"[".repeat(5_000)}1${"]".repeat(5_000)}`;
    for (const value of [
      '"\\u0000"',
      '"\\ud800"',
      "1e999",
      "[1e999]",
      nested,
      `"${"a".repeat(60)}!"`,
    ]) {
      const body = `[{"id":"Doc","timestamp":"${quarter(0)}","value":${value}}]`;
      const headers = { "content-type": "application/json" };
      const { status } = await text(application, "/save_data", { method: "POST", headers, body });
      expect([value.slice(0, 20), status]).toEqual([value.slice(0, 20), 422]);
    }
    expect(await get(`/query_data?id=Doc&from=${FROM}&until=${UNTIL}`)).toEqual([]);
    const note = [{ ...document, description: "a\u0000" }];
    expect((await call("POST", "/describe_data", note)).status).toBe(422);
  }));

test("a row that is wrong is refused with its code, row and column, and nothing is written", () =>
  within(async (application) => {
    const { call, get } = application;
    await describePrice(application, { min_value: -500, max_value: 4000 });
    const good = { id: PRICE, timestamp: quarter(0), value: 1 };
    const cases = [
      [{ ...good, id: "Market/Other" }, "DATA_POINT_UNKNOWN", "id"],
      [{ ...good, timestamp: quarter(1), value: "1" }, "VALUE_TYPE_WRONG", "value"],
      [{ ...good, timestamp: quarter(1), value: 4001 }, "VALUE_OUT_OF_RANGE", "value"],
      [{ ...good, timestamp: quarter(1), value: -501 }, "VALUE_OUT_OF_RANGE", "value"],
      [{ ...good, timestamp: quarter(1), value: null }, "VALUE_INVALID", "value"],
      [{ ...good, value: 2 }, "INSTANT_TWICE", "timestamp"],
      [{ ...good, known: "2100-01-01T00:00:00Z" }, "KNOWN_OUT_OF_RANGE", "known"],
      [{ ...good, timestamp: "then" }, "BAD_INPUT", "timestamp"],
      [{ ...good, source: "other" }, "BAD_INPUT", "source"],
    ] as const;
    for (const [row, code, column] of cases) {
      const { body } = await call("POST", "/save_data", [good, row]);
      expect({ ...body, detail: "" }, body.detail).toMatchObject({ code, column, row: 2 });
    }
    const wrongUnit = await call("POST", "/save_data?unit=EUR", [good]);
    expect(wrongUnit.body).toMatchObject({ code: "UNIT_WRONG", field: "unit" });
    expect(await get(`/query_data?from=${FROM}&until=${UNTIL}`)).toEqual([]);
  }));

test("a matrix, an expiry, an order or a body that is wrong is refused, and nothing is written", () =>
  within(async (application) => {
    const { call, get } = application;
    await describePrice(application, { max_value: 9 });
    const ladder = { id: "Ladder", type: "time_series_double_matrix", max_value: 9 };
    await call("POST", "/describe_data", [ladder]);
    const row = (n: number, more: object = {}) => ({
      ...{ id: PRICE, timestamp: quarter(n), value: 1 },
      ...more,
    });
    const matrix = (value: unknown) => [row(0, { id: "Ladder", value })];
    const axes = { rows: ["a"], columns: ["b"] };
    const cases: readonly [unknown, string, object?, string?][] = [
      [matrix(1), "VALUE_TYPE_WRONG"],
      [matrix({ ...axes, values: [["1"]] }), "VALUE_TYPE_WRONG"],
      [matrix({ ...axes, values: [[1, 2]] }), "VALUE_INVALID"],
      [matrix({ ...axes, values: [[10]] }), "VALUE_OUT_OF_RANGE"],
      [[row(0, { value: "CSV" })], "VALUE_TYPE_WRONG"],
      [[row(2), row(0), row(1), row(0)], "INSTANT_TWICE", { row: 4 }],
      [[row(0), row(0, { known: quarter(-9) })], "INSTANT_TWICE", { row: 2 }],
      [[row(0, { timestamp: "0000-12-31T23:59:59Z" })], "BAD_INPUT", { column: "timestamp" }],
      [[row(0, { mw: 1 })], "BAD_INPUT", { column: "mw", row: 1 }],
      [[row(0), 7], "BAD_INPUT", { row: 2 }],
      [[row(0), null], "BAD_INPUT", { row: 2 }],
      [{ rows: [] }, "BAD_INPUT"],
      [[], "BAD_INPUT"],
      [[row(0)], "EXPIRY_OUT_OF_RANGE", {}, "?source=override&expires_at=2000-01-01T00:00:00Z"],
      [
        [row(0, { source: "override" }), row(1)],
        ...(["EXPIRY_OUT_OF_RANGE", { row: 2, field: "expires_at" }] as const),
        "?expires_at=2999-01-01T00:00:00Z",
      ],
    ];
    for (const [body, code, more = {}, query = ""] of cases) {
      const answer = await call("POST", `/save_data${query}`, body);
      expect(answer.body, JSON.stringify(body)).toMatchObject({ code, ...more });
    }
    const known = (n: number) => new Date(Date.parse(FROM) - n * 1_000).toISOString();
    const backfill = (count: number) =>
      Array.from({ length: count }, (_, n) => row(n, { known: known(n) }));
    expect((await call("POST", "/save_data", backfill(802))).body).toMatchObject({
      ...{ code: "TOO_MANY_VALUES", row: 801, column: "known" },
      detail: expect.stringContaining("800 at most"),
    });
    const raw = async (type: string, body: string) => {
      const init = { method: "POST", headers: { "content-type": type }, body };
      return JSON.parse((await text(application, "/save_data", init)).body);
    };
    const json = (value: string) =>
      `[{"id":"${PRICE}","timestamp":"${quarter(0)}","value":${value}}]`;
    expect((await raw("application/json", json("1e999"))).code).toMatch(/VALUE_INVALID|BAD_INPUT/);
    expect((await raw("application/json", json("1").slice(0, -3))).code).toBe("BAD_JSON");
    const head = "id,timestamp,value";
    for (const [lines, found] of [
      [`${head},mw\n${PRICE},${quarter(0)},1,1`, { column: "mw" }],
      [`id,value\n${PRICE},1`, { column: "timestamp" }],
      [
        `${head},value\n${PRICE},${quarter(0)},1,1`,
        { column: "value", detail: expect.stringContaining("twice") },
      ],
      [`${head}\n${PRICE},${quarter(0)}`, { code: "BAD_INPUT", row: 1 }],
      [`${head}\n${PRICE},${quarter(0)},1,2`, { code: "BAD_INPUT", row: 1 }],
      [`${head}\n${PRICE},${quarter(0)},NaN`, { code: "VALUE_TYPE_WRONG", row: 1 }],
      [`${head}\n${PRICE},${quarter(0)},`, { code: "VALUE_INVALID", row: 1 }],
    ] as const)
      expect(await raw("text/csv", lines), lines).toMatchObject(found);
    const withdraw = async (id: string, until: string) => {
      const range = { id, source: "original", from: quarter(0), until };
      return (await call("POST", "/withdraw_data", range)).body.code;
    };
    expect(await withdraw("None", quarter(1))).toBe("DATA_POINT_UNKNOWN");
    expect(await withdraw(PRICE, quarter(0))).toBe("BAD_INPUT");
    expect(await get(`/query_data?from=${FROM}&until=${UNTIL}`)).toEqual([]);
    expect(await get("/query_data?prefix=Ladder")).toEqual([]);
  }));

test("a repeated request gets its first answer, and an id is of one request alone", () =>
  within(async (application) => {
    const { call } = application;
    await describePrice(application);
    const rows = [{ id: PRICE, timestamp: quarter(0), value: 1 }];
    const key = { "idempotency-key": "first" };
    const first = await call("POST", "/save_data", rows, key);
    application.tick(1);
    expect(await call("POST", "/save_data", rows, key)).toEqual(first);
    const other = [{ ...rows[0], value: 2 }];
    expect((await call("POST", "/save_data", other, key)).body.code).toBe("REQUEST_ID_REUSED");
  }));

test("CSV is read and written with European signs, and compressed by gzip", () =>
  within(async (application) => {
    await describePrice(application);
    const csv = `id;timestamp;value\n${PRICE};${quarter(0)};1,5\n${PRICE};${quarter(1)};-2,25\n`;
    const signs = "separator=;&decimal=,";
    const saved = await text(application, `/save_data?${signs}`, {
      method: "POST",
      headers: { "content-type": "text/csv", "content-encoding": "gzip" },
      body: gzipSync(csv),
    });
    expect(saved.status, saved.body).toBe(200);
    const query = `/query_data?id=${PRICE}&from=${FROM}&until=${UNTIL}&${signs}`;
    const { body } = await text(application, query, { headers: { accept: "text/csv" } });
    const lines = body.trimEnd().split("\n");
    expect(lines[0]).toBe("id;timestamp;value;source;known;author");
    expect(lines[2]).toMatch(`${PRICE};${quarter(1)};-2,25;original;`);
    // What was answered can be sent back as it is, by an admin: it was known in the past.
    const back = await text(application, `/save_data?${signs}`, {
      method: "POST",
      headers: { "content-type": "text/csv" },
      body,
    });
    expect(back.status, back.body).toBe(200);
    const torn = await text(application, "/save_data", {
      method: "POST",
      headers: { "content-type": "text/csv", "content-encoding": "gzip" },
      body: gzipSync(csv).subarray(0, 40),
    });
    expect(JSON.parse(torn.body).code).toBe("BAD_REQUEST");
    const wrong = await text(application, "/save_data", {
      method: "POST",
      headers: { "content-type": "text/csv" },
      body: csv,
    });
    expect(JSON.parse(wrong.body)).toMatchObject({ code: "BAD_INPUT", column: "id" });
  }));

test("steps are of days in a zone: 92 quarters in spring, 100 in autumn", () =>
  within(async (application) => {
    const { call } = application;
    await describePrice(application, { time_zone: "Europe/Helsinki" });
    for (const [day, quarters] of [
      ["2026-03-29T00:00:00+02:00", 92],
      ["2026-10-25T00:00:00+03:00", 100],
      ["2026-06-01T00:00:00+03:00", 96],
    ] as const) {
      const startMs = Date.parse(day);
      const rows = Array.from({ length: quarters + 1 }, (_, n) => {
        return { id: PRICE, timestamp: new Date(startMs + n * 900_000).toISOString(), value: n };
      });
      await call("POST", "/save_data", rows);
      const range = { from: startMs, until: startMs + quarters * 900_000 };
      const steps = { ids: [PRICE], ...range, step: "P1D", aggregate: "count" };
      const { body } = await call("POST", "/query_data", steps);
      expect(body).toMatchObject([{ value: quarters, covered_ratio: 1 }]);
      expect(Date.parse(body[0].timestamp)).toBe(startMs);
    }
  }));

test("a document is checked by the schema of its data point", () =>
  within(async ({ call, get }) => {
    const schema = { type: "object", required: ["mw"], properties: { mw: { type: "number" } } };
    const limits = { id: "Plant/Limits", type: "static_data", json_schema: schema };
    expect((await call("POST", "/describe_data", [limits])).status).toBe(200);
    const row = (value: unknown) => [{ id: "Plant/Limits", timestamp: at(0), value }];
    const { body } = await call("POST", "/save_data", row({ mw: "3" }));
    expect(body).toMatchObject({ code: "DOCUMENT_INVALID", row: 1, column: "value" });
    expect(body.detail).toContain("/mw must be number");
    expect((await call("POST", "/save_data", row({ mw: 3 }))).status).toBe(200);
    expect(await get("/query_data?prefix=Plant")).toMatchObject([{ value: { mw: 3 } }]);
    const wrong = { ...limits, json_schema: { type: "nothing" } };
    expect((await call("POST", "/describe_data", [wrong])).body.code).toBe("DATA_POINT_INVALID");
  }));

test("the catalogue is listed in pages by prefix, type and text", () =>
  within(async (application) => {
    const { call, get } = application;
    const points = ["A/1", "A/2", "AB/1", "B"].map((id) => ({ ...price, id }));
    await call("POST", "/describe_data", points);
    const ids = (body: { data_points: { id: string }[] }) => body.data_points.map(({ id }) => id);
    const first = await get("/data_points?limit=3");
    expect([ids(first), first.next]).toEqual([["A/1", "A/2", "AB/1"], "AB/1"]);
    expect(ids(await get("/data_points?after=AB/1&is_read_only=false"))).toEqual(["B"]);
    expect(ids(await get("/data_points?prefix=A"))).toEqual(["A/1", "A/2"]);
    const csv = await text(application, "/data_points?format=csv");
    expect(csv.body.split("\n")[0]).toMatch(/^id,type,unit,resolution,time_zone/);
  }));

test("a body of JSON is refused by its size before it is parsed, and CSV of that size is not", () =>
  within(async (application) => {
    await describePrice(application);
    const send = (type: string, body: string) =>
      text(application, "/save_data", {
        method: "POST",
        headers: { "content-type": type },
        body,
      });
    const torn = `[${" ".repeat(2 * 512 * 1024)}`;
    const refused = await send("application/json; charset=utf-8", torn);
    expect([refused.status, JSON.parse(refused.body).code]).toEqual([413, "BODY_TOO_LARGE"]);
    expect((await send("application/json", torn.slice(0, 2 * 512 * 1024))).status).toBe(400);
    const lines = Array.from({ length: 30_000 }, (_, n) => `${PRICE},${quarter(n)},${n}`);
    const csv = ["id,timestamp,value", ...lines].join("\n");
    expect(csv.length).toBeGreaterThan(2 * 512 * 1024);
    const saved = await send("text/csv", csv);
    expect([saved.status, JSON.parse(saved.body).value_count]).toEqual([200, 30_000]);
  }));
