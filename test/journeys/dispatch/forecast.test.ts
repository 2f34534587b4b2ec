// Forecasts of assets and sites, over GraphQL and REST.
import { expect, test } from "vitest";
import { DT_MS, START_MS } from "../../support/application-under-test.ts";
import type { Json } from "../../support/json.ts";
import {
  ASSET,
  at,
  OTHER,
  type RestApplication,
  SITE,
  UNKNOWN_ID,
  within,
} from "../../support/rest-under-test.ts";

const DAY_S = 24 * 3600;
const POINT = "timestamp mw socMwhr limitedBy dispatchId";
/** The instant so many seconds after the start. */
const after = (s: number) => new Date(START_MS + s * 1000).toISOString();

/** The answer to a query, whose variables are declared by their types. */
async function query({ call }: RestApplication, text: string, variables: object = {}) {
  return (await call("POST", "/graphql", { query: text, variables })).body;
}

async function forecast(application: RestApplication, args: string, id = ASSET): Promise<Json[]> {
  const text = `{ asset(id: "${id}") { forecast(${args}) { ${POINT} } } }`;
  const { data, errors } = await query(application, text);
  expect(errors).toBeUndefined();
  return data.asset.forecast;
}

async function refusalOf(application: RestApplication, args: string, id = ASSET) {
  const text = `{ asset(id: "${id}") { forecast(${args}) { ${POINT} } } }`;
  const { errors } = await query(application, text);
  const [{ message, extensions }] = errors;
  return { message, ...extensions };
}

async function dispatched({ call }: RestApplication, body: object): Promise<string> {
  const { status, body: answer } = await call("POST", "/dispatch", { asset_id: ASSET, ...body });
  expect([status, answer.detail]).toEqual([202, undefined]);
  return answer.id;
}

const of = (points: readonly Json[], name: string) => points.map((point) => point[name]);

test("a forecast begins now, and follows the dispatch in force, its ramps and its end", () =>
  within(async (application) => {
    const id = await dispatched(application, { mw: 5, duration_s: 12 });
    const points = await forecast(application, `until: "${after(20)}", stepS: 4`);
    expect(of(points, "timestamp")).toEqual([0, 4, 8, 12, 16, 20].map(after));
    expect(of(points, "mw")).toEqual([0, 2, 4, 5, 3, 1]);
    expect(of(points, "dispatchId")).toEqual([id, id, id, id, null, null]);
    expect(of(points, "limitedBy")).toEqual([null, "RAMP", "RAMP", null, "RAMP", "RAMP"]);
    expect(points[0]?.socMwhr).toBe(18);
    expect(points[5]?.socMwhr).toBeCloseTo(18 - (15 * 4) / 3600 / 0.92, 12);
  }));

test("power is the mean over a step, so that energy adds up whatever the step is", () =>
  within(async (application) => {
    await dispatched(application, { mw: 5, duration_s: 12 });
    const [now, ...points] = await forecast(application, `until: "${after(24)}", stepS: 11`);
    expect(of(points, "timestamp")).toEqual([12, 24].map(after));
    const means = of(points, "mw").map((mw) => Number(mw.toFixed(9)));
    expect(means).toEqual([3.666666667, 1.333333333]);
    expect(now?.mw).toBe(0);
  }));

test("what is foreseen is what telemetry then reports, over REST as over GraphQL", () =>
  within(async (application) => {
    const { call, get, tick } = application;
    tick(3);
    await dispatched(application, { mw: 30, duration_s: 3600, on_shortfall: "curtail" });
    const intervals = [
      { from: after(60), until: after(120), mw: -20 },
      { from: after(120), until: after(180), mw: 7 },
    ];
    const path = `/assets/${OTHER}/schedule`;
    expect((await call("PUT", path, { intervals })).status).toBe(200);
    const other = await get(path);
    const range = `until=${after(200)}&step_s=4`;
    const points = await get(`/assets/${OTHER}/forecast?${range}`);
    const graph = await forecast(application, `until: "${after(200)}", stepS: 4`, OTHER);
    expect(points).toHaveLength(48);
    expect(of(graph, "socMwhr")).toEqual(of(points, "soc_mwhr"));
    expect(of(graph, "dispatchId")).toEqual(of(points, "dispatch_id"));
    expect(new Set(of(points, "dispatch_id"))).toEqual(
      new Set([null, ...other.intervals.map(({ id }: Json) => id)]),
    );
    const site = await get(`/sites/${SITE}/forecast?${range}`);
    for (const [n, point] of points.entries()) {
      if (n > 0) tick(1);
      const sample = await get(`/telemetry/${OTHER}`);
      expect(point.timestamp).toBe(sample.timestamp);
      expect(point.mw).toBeCloseTo(sample.current_mw, 9);
      expect(point.soc_mwhr).toBeCloseTo(sample.soc_mwhr, 9);
      expect(point.limited_by).toBe(sample.limited_by);
      const { totals } = await get(`/sites/${SITE}`);
      expect(site[n].mw).toBeCloseTo(totals.current_mw, 9);
      expect(site[n].soc_mwhr).toBeCloseTo(totals.soc_mwhr, 9);
    }
  }));

test("a site that passes its limit cuts its assets, in the forecast as in the ticks", () =>
  within(async (application) => {
    const { get, tick } = application;
    for (const asset_id of [ASSET, OTHER]) await dispatched(application, { asset_id, mw: 30 });
    const points = await forecast(application, `until: "${at(40)}", stepS: 4`);
    const text = `{ site(id: "${SITE}") { forecast(until: "${at(40)}", stepS: 40) { ${POINT} } } }`;
    const site: Json[] = (await query(application, text)).data.site.forecast;
    tick(40);
    const sample = await get(`/telemetry/${ASSET}`);
    expect(sample).toMatchObject({ current_mw: 25, limited_by: "site" });
    expect(points.at(-1)).toMatchObject({ mw: 25, limitedBy: "SITE" });
    expect(points.at(-1)?.socMwhr).toBeCloseTo(sample.soc_mwhr, 9);
    expect(of(site, "limitedBy")).toEqual([null, null, "SITE", "SITE", "SITE"]);
    expect(site.at(-1)).toMatchObject({ mw: 50, dispatchId: null });
    expect(site.at(-1)?.socMwhr).toBeCloseTo(2 * sample.soc_mwhr, 9);
  }));

test("a lease that is not renewed ends, and the fallback follows", () =>
  within(async (application) => {
    await dispatched(application, { mw: 3, valid_for_s: 20 });
    const points = await forecast(application, `until: "${after(60)}", stepS: 20`);
    expect(points[1]?.dispatchId).not.toBeNull();
    expect(points.at(-1)).toMatchObject({ mw: -1, dispatchId: null });
  }));

const SUPPOSED = `query ($until: DateTime!, $with: [DispatchInput!], $id: ID!) { asset(id: $id) {
  forecast(until: $until, stepS: 4, with: $with) { ${POINT} } } }`;

test("a dispatch that is not sent yet is foreseen as if it were, and nothing changes", () =>
  within(async (application) => {
    const { call, get } = application;
    const id = await dispatched(application, { mw: 2, duration_s: 3600 });
    const inputs = [
      { assetId: ASSET.toUpperCase(), mw: 4, durationS: 8, startAt: at(1) },
      { assetId: ASSET, mw: -4, durationS: 8, startAt: at(3) },
    ];
    const variables = { id: ASSET, until: at(6), with: inputs };
    const { data } = await query(application, SUPPOSED, variables);
    const points: Json[] = data.asset.forecast;
    expect(of(points, "dispatchId")).toEqual([
      ...[id, id, "with:0", "with:0", "with:1", "with:1", null],
    ]);
    const supposed = inputs.map(({ mw, durationS, startAt }) => ({
      ...{ asset_id: ASSET, mw, duration_s: durationS, start_at: startAt },
    }));
    const body = { until: at(6), step_s: 4, with: supposed };
    const answer = await call("POST", `/assets/${ASSET}/forecast`, body);
    expect(answer.status).toBe(200);
    expect(of(answer.body, "soc_mwhr")).toEqual(of(points, "socMwhr"));
    expect((await get("/dispatches")).dispatches).toHaveLength(1);
    const without = await call("POST", `/assets/${ASSET}/forecast`, { until: at(6), step_s: 4 });
    expect(without.body).toEqual(await get(`/assets/${ASSET}/forecast?until=${at(6)}&step_s=4`));

    for (const request of supposed) await dispatched(application, request);
    const sent = await forecast(application, `until: "${at(6)}", stepS: 4`);
    expect(of(sent, "socMwhr")).toEqual(of(points, "socMwhr"));
    expect(of(sent, "mw")).toEqual(of(points, "mw"));
  }));

test("one that would be refused is refused as it would be, with its place", () =>
  within(async (application) => {
    const { call } = application;
    const fits = { asset_id: ASSET, mw: 1, duration_s: 60 };
    for (const [wrong, code] of [
      [{ mw: 80, duration_s: 60 }, "POWER_OUT_OF_LIMITS"],
      [{ mw: 30, duration_s: 3600 }, "ENERGY_INSUFFICIENT"],
      [{ mw: 1, duration_s: 0 }, "DURATION_OUT_OF_RANGE"],
      [{ mw: 1, start_at: after(-60) }, "START_OUT_OF_RANGE"],
    ] as const) {
      const request = { asset_id: ASSET, ...wrong };
      const preview = (await call("POST", "/dispatch/preview", request)).body.refused;
      expect(preview.code).toBe(code);
      const body = { until: at(100), with: [fits, request] };
      const answer = await call("POST", `/assets/${ASSET}/forecast`, body);
      expect(answer).toEqual({
        status: 422,
        body: {
          ...preview,
          detail: `with.1: ${preview.detail}`,
          field: `with.1.${preview.field}`,
        },
      });
      const {
        mw,
        duration_s: durationS = null,
        start_at: startAt,
      } = { start_at: undefined, ...wrong } as Json;
      const inputs = [
        { assetId: ASSET, mw: 1, durationS: 60 },
        { assetId: ASSET, mw, durationS, startAt },
      ];
      const variables = { id: ASSET, until: at(100), with: inputs };
      const { errors } = await query(application, SUPPOSED, variables);
      expect(errors[0].extensions.code).toBe(code);
      expect(errors[0].extensions.argument).toMatch(/^with\[1\]\.(mw|durationS|startAt)$/);
      expect(errors[0].message).toBe(`with[1]: ${preview.detail}`);
    }
  }));

test("a forecast supposes at most 100 dispatches, of its own asset alone", () =>
  within(async (application) => {
    const { call } = application;
    const path = `/assets/${ASSET}/forecast`;
    const request = { asset_id: OTHER, mw: 1, duration_s: 60 };
    const other = await call("POST", path, { until: at(9), with: [request] });
    expect(other).toMatchObject({
      status: 400,
      body: { code: "BAD_INPUT", field: "with.0.asset_id" },
    });
    const many = Array.from({ length: 101 }, () => ({ ...request, asset_id: ASSET }));
    const refused = await call("POST", path, { until: at(9), with: many });
    expect(refused).toMatchObject({ status: 400, body: { code: "BAD_INPUT", field: "with" } });
    const input = `[{ assetId: "${OTHER}", mw: 1 }]`;
    expect(await refusalOf(application, `until: "${at(9)}", with: ${input}`)).toMatchObject({
      code: "BAD_INPUT",
      argument: "with[0].assetId",
    });
  }));

test("a range is refused with its field, over GraphQL and REST", () =>
  within(async (application) => {
    const { call } = application;
    for (const [until, stepS, code, field] of [
      [after(0), 4, "BAD_INPUT", "until"],
      [after(31 * DAY_S + 1), 900, "BAD_INPUT", "until"],
      [after(DAY_S), 4, "TOO_MANY_STEPS", "stepS"],
    ] as const) {
      const argument = field === "stepS" ? "step_s" : field;
      const graph = await refusalOf(application, `until: "${until}", stepS: ${stepS}`);
      expect(graph).toMatchObject({ code, argument: field, message: expect.stringMatching(/use/) });
      for (const path of [`/assets/${ASSET}`, `/sites/${SITE}`]) {
        const { status, body } = await call(
          ...(["GET", `${path}/forecast?until=${until}&step_s=${stepS}`] as const),
        );
        expect([status, body.code, body.field]).toEqual([400, code, argument]);
        expect(body.detail).toBe(graph.message);
      }
    }
    for (const [path, status, code] of [
      [`/assets/${UNKNOWN_ID}`, 404, "ASSET_UNKNOWN"],
      [`/sites/${UNKNOWN_ID}`, 404, "SITE_UNKNOWN"],
      ["/assets/x", 400, "BAD_UUID"],
    ])
      expect(await call("GET", `${path}/forecast?until=${at(9)}`)).toMatchObject({
        ...{ status, body: { code } },
      });
    for (const text of ["until=soon", `until=${at(9)}&step_s=1.5`, "", `until=${at(9)}&step_s=0`])
      expect(await call("GET", `/assets/${ASSET}/forecast?${text}`)).toMatchObject({
        ...{ status: 400, body: { code: "BAD_INPUT" } },
      });
  }));

test("without a step it has at most 300 points; CSV and lines are for programs", () =>
  within(async (application) => {
    const { url, get } = application;
    const path = `/assets/${ASSET}/forecast?until=${after(DAY_S)}`;
    const points = await get(path);
    expect(points).toHaveLength(296);
    expect(points[1].timestamp).toBe(at(73));
    const csv = await fetch(`${url}${path}&format=csv`);
    expect(csv.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    const lines = (await csv.text()).trimEnd().split("\n");
    expect(lines[0]).toBe("timestamp,mw,soc_mwhr,limited_by,dispatch_id");
    expect(lines[1]).toBe(`${at(0)},0,18,,`);
    expect(lines).toHaveLength(297);
    const ndjson = await (await fetch(`${url}${path}&format=ndjson`)).text();
    expect(
      ndjson
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toEqual(points);
  }));

test("the cost of a forecast counts its points and its dispatches, and aliases add up", () =>
  within(async (application) => {
    const month = after(31 * DAY_S);
    const many = (count: number, args: string, fields = "mw") =>
      `{ asset(id: "${ASSET}") { ${Array.from({ length: count }, (_, n) => `f${n}: forecast(${args}) { ${fields} }`).join(" ")} } }`;
    const costOf = async (text: string, variables = {}) => {
      const { errors } = await query(application, text, variables);
      return errors?.[0].extensions.code;
    };
    expect(await costOf(many(3, `until: "${month}", stepS: 900`))).toBeUndefined();
    expect(await costOf(many(30, `until: "${month}", stepS: 900`))).toBe("QUERY_TOO_COMPLEX");
    expect(await costOf(many(101, `until: "${at(9)}"`))).toBe("QUERY_TOO_COMPLEX");
    const input = `{ assetId: "${ASSET}", mw: 0 }`;
    const supposed = `until: "${at(9)}", with: [${Array(60).fill(input).join(", ")}]`;
    expect(await costOf(many(2, supposed))).toBe("QUERY_TOO_COMPLEX");
    // The same document, with more in its variable.
    const text = `query ($with: [DispatchInput!]) { asset(id: "${ASSET}") {
      forecast(until: "${at(9)}", with: $with) { mw } } }`;
    const variables = (count: number) => ({ with: Array(count).fill({ assetId: ASSET, mw: 0 }) });
    expect(await costOf(text, variables(1))).toBeUndefined();
    expect(await costOf(text, variables(100))).toBe("QUERY_TOO_COMPLEX");
    const site = `{ sites { nodes { forecast(until: "${month}") { mw } } } }`;
    expect(await costOf(site)).toBe("QUERY_TOO_COMPLEX");
  }));

test("an asset that is retired has no forecast", () =>
  within(async (application) => {
    const { call, tick } = application;
    const id = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b09";
    const siteId = "5d0c7a52-6a3e-4c0b-9d54-0f6b1f2a7c09";
    await call("POST", "/sites", { id: siteId, name: "Other", location: "There" });
    const body = { id, site_id: siteId, name: "X", capacity_mwhr: 1, max_mw: 1, min_mw: -1 };
    const registered = await call("POST", "/assets", {
      ...{ ...body, ramp_rate_mw_per_min: 1, efficiency: 1 },
    });
    expect(registered.status).toBe(201);
    tick(1);
    expect((await call("DELETE", `/assets/${id}`)).status).toBe(200);
    expect((await call("DELETE", `/sites/${siteId}`)).status).toBe(200);
    tick(1);
    const until = new Date(START_MS + 100 * DT_MS).toISOString();
    expect(await call("GET", `/assets/${id}/forecast?until=${until}`)).toMatchObject({
      ...{ status: 422, body: { code: "ASSET_RETIRED", field: "id" } },
    });
    expect(await call("GET", `/sites/${siteId}/forecast?until=${until}`)).toMatchObject({
      ...{ status: 422, body: { code: "SITE_RETIRED", field: "id" } },
    });
    expect(await refusalOf(application, `until: "${until}"`, id)).toMatchObject({
      code: "ASSET_RETIRED",
    });
  }));
