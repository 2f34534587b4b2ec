import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type ApplicationUnderTest,
  DT_MS,
  START_MS,
  startApplication,
} from "../../support/application-under-test.ts";
import type { Json } from "../../support/json.ts";

const ASSET = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01";
const SITE = "5d0c7a52-6a3e-4c0b-9d54-0f6b1f2a7c01";
const UNKNOWN_ID = "00000000-0000-4000-8000-000000000000";

let application: ApplicationUnderTest;
beforeAll(async () => {
  application = await startApplication();
});
afterAll(() => application.stop());

const get = (path: string, init?: RequestInit) => fetch(application.url + path, init);
const json = async (path: string): Promise<Json> => (await get(path)).json();
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  get(path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

interface Schema {
  readonly description?: string;
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

interface Body {
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}

interface Operation {
  readonly requestBody?: Body;
  readonly responses: Readonly<Record<string, Body>>;
  readonly parameters?: readonly { readonly name: string; readonly description?: string }[];
}

/** A request with any headers, which fetch does not allow. */
function raw(path: string, headers: Record<string, string>, method = "GET"): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(application.url + path, { method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on("error", reject);
    request.end();
  });
}

describe("a person with curl", () => {
  test("lists the assets with the documented fields", async () => {
    const assets = await json("/assets");
    expect(assets).toHaveLength(7);
    expect(assets[0]).toEqual({
      id: ASSET,
      site_id: SITE,
      site_name: "Valkeakoski",
      name: "VALKEAKOSKI-1",
      data_path: "Asset/VALKEAKOSKI-1",
      location: "Valkeakoski, Finland",
      capacity_mwhr: 36,
      max_mw: 30,
      min_mw: -30,
      efficiency: 0.92,
      ramp_rate_mw_per_min: 30,
      soc_min_ratio: 0,
      soc_max_ratio: 1,
      initial_soc_pct: 50,
      fallback_mw: null,
      origin: "file",
    });
    expect(await json(`/assets/${ASSET.toUpperCase()}`)).toEqual(assets[0]);
  });

  test("reads telemetry before the first tick", async () => {
    expect(await json(`/telemetry/${ASSET}`)).toEqual({
      asset_id: ASSET,
      site_id: SITE,
      site_name: "Valkeakoski",
      timestamp: new Date(START_MS).toISOString(),
      soc_mwhr: 18,
      soc_pct: 50,
      capacity_mwhr: 36,
      current_mw: 0,
      setpoint_mw: 0,
      max_mw: 30,
      min_mw: -30,
      status: "idle",
      limited_by: null,
      energy_in_mwhr: 0,
      energy_out_mwhr: 0,
      available_min_mw: -30,
      available_max_mw: 30,
      charge_duration_s: expect.closeTo((18 / 0.92 / 30) * 3600, 6),
      discharge_duration_s: expect.closeTo(((18 * 0.92) / 30) * 3600, 6),
    });
    expect(await json(`/telemetry/${ASSET}/history`)).toEqual([]);
  });

  test("dispatches, and sees the SoC move within two ticks", async () => {
    const answer = await post("/dispatch", { asset_id: ASSET, mw: 5 });
    expect(answer.status).toBe(202);
    expect(await answer.json()).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      asset_id: ASSET,
      mw: 5,
      duration_s: null,
      status: "accepted",
      reason: null,
      submitted_at: new Date(START_MS).toISOString(),
    });
    application.clock.advance(2 * DT_MS);
    const sample = await json(`/telemetry/${ASSET}`);
    expect(sample).toMatchObject({
      timestamp: new Date(START_MS + 2 * DT_MS).toISOString(),
      current_mw: 4,
      setpoint_mw: 5,
      status: "discharging",
      limited_by: "ramp",
    });
    expect(sample.soc_mwhr).toBeCloseTo(17.9927536232, 9);
    const history = await json(`/telemetry/${ASSET}/history`);
    expect(history.map((row: { current_mw: number }) => row.current_mw)).toEqual([4, 2]);
  });

  test("charges with the mode of older clients", async () => {
    const answer = await post("/dispatch", {
      asset_id: ASSET,
      mw: 3,
      mode: "charge",
      duration_s: 60,
    });
    expect(await answer.json()).toMatchObject({ mw: -3, duration_s: 60 });
  });

  test("has the last 100 of a longer history", async () => {
    application.clock.advance(150 * DT_MS);
    const history = await json(`/telemetry/${ASSET}/history`);
    expect(history).toHaveLength(100);
    expect(Date.parse(history[0].timestamp) - Date.parse(history[99].timestamp)).toBe(99 * DT_MS);
  });

  test("sees sites, the fleet and a site's telemetry", async () => {
    const fleet = await json("/fleet");
    const sites = await json("/sites");
    expect(fleet).toMatchObject({ asset_count: 7, capacity_mwhr: 421 });
    expect(sites[0]).toMatchObject({ max_export_mw: null, max_import_mw: null });
    const rows = await json(`/telemetry?site_id=${SITE}`);
    expect(sites[0].totals.available_max_mw).toBe(
      rows.reduce(
        (all: number, row: { available_max_mw: number }) => all + row.available_max_mw,
        0,
      ),
    );
    expect(sites.map((site: { name: string }) => site.name)).toEqual([
      "Valkeakoski",
      "Grindsted",
      "Bollingstedt",
    ]);
    const sum = sites.reduce(
      (all: number, site: { totals: { soc_mwhr: number } }) => all + site.totals.soc_mwhr,
      0,
    );
    expect(sum).toBeCloseTo(fleet.soc_mwhr, 9);
    expect(await json(`/sites/${SITE}`)).toEqual(sites[0]);
    expect(await json("/telemetry")).toHaveLength(7);
    const ofSite = await json(`/telemetry?site_id=${SITE}`);
    expect(ofSite.map((row: { asset_id: string }) => row.asset_id)).toEqual([
      ASSET,
      ASSET.replace(/1$/, "2"),
    ]);
  });

  test("finds health, metrics, addresses and the OpenAPI document", async () => {
    expect(await json("/health/live")).toEqual({ status: "live" });
    expect(await json("/health/ready")).toEqual({ status: "ready", reasons: [] });
    const metrics = await (await get("/metrics")).text();
    expect(metrics).toMatch(/^mando_ticks_total 1\d\d$/m);
    expect(metrics).toMatch(/^mando_assets 7$/m);
    expect(metrics).toMatch(/^mando_tick_lateness_seconds_count 1\d\d$/m);
    expect(metrics).toMatch(/^mando_dispatches_total\{outcome="accepted"\} 2$/m);
    expect(metrics).toContain(
      'mando_http_request_duration_seconds_count{method="GET",route="/telemetry/:id"',
    );
    await get(`/telemetry/stream?asset_id=${UNKNOWN_ID}`);
    await get("/assets", { method: "DELETE" });
    await get(`/assets/${UNKNOWN_ID}`);
    const later = await (await get("/metrics")).text();
    for (const labels of [
      'method="GET",route="/telemetry/stream",status="404"',
      'method="DELETE",route="none",status="405"',
      'method="GET",route="/assets/:id",status="404"',
    ])
      expect(later).toContain(`mando_http_request_duration_seconds_count{${labels}}`);
    expect(metrics).toContain("process_cpu_seconds_total");
    // For an engine that was not measured yet, prom-client has no numbers, or a lag of 292 years.
    expect(metrics).not.toMatch(/^nodejs_eventloop_lag_\w+ (nan|\d{6})/im);
    expect(metrics).toContain("nodejs_eventloop_lag_max_seconds");
    const { addresses } = await json("/");
    expect(addresses["POST /dispatch"]).toBeDefined();
    const { openapi, paths } = await json("/openapi.json");
    expect(openapi).toBe("3.1.0");
    for (const path of Object.keys(paths)) expect(Object.keys(addresses).join(" ")).toContain(path);
    expect(paths["/dispatch"].post.responses).toHaveProperty("422");
    expect(paths["/dispatch"].post.security).toContainEqual({ token: [] });
    const limits = paths["/dispatch"].post.requestBody.content["application/json"].schema;
    expect(JSON.stringify(limits)).toContain("DispatchInput");
  });

  test("finds every field and parameter described", async () => {
    const { components, paths } = await json("/openapi.json");
    const bare: string[] = [];
    const lookAt = (place: string, schema: Schema) => {
      for (const [name, it] of Object.entries(schema.properties ?? {})) {
        const described = it.description ?? it.allOf?.find(({ description }) => description);
        if (described === undefined && it.$ref === undefined) bare.push(`${place}.${name}`);
        lookAt(`${place}.${name}`, it);
      }
      if (schema.items) lookAt(`${place}[]`, schema.items);
      for (const part of [schema.allOf, schema.anyOf, schema.oneOf].flat())
        if (part) lookAt(place, part);
    };
    for (const [name, schema] of Object.entries<Schema>(components.schemas)) lookAt(name, schema);
    for (const [path, methods] of Object.entries<Record<string, Operation>>(paths))
      for (const [method, operation] of Object.entries(methods)) {
        const { parameters = [], requestBody, responses } = operation;
        for (const { name, description } of parameters)
          if (description === undefined) bare.push(`${method} ${path} ${name}`);
        for (const body of [requestBody, ...Object.values(responses)])
          for (const { schema } of Object.values(body?.content ?? {}))
            lookAt(`${method} ${path}`, schema);
      }
    expect(bare).toEqual([]);
    expect(Object.keys(components.schemas)).toContain("DispatchPreview");
  });

  test("opens the API page, which loads nothing from elsewhere", async () => {
    const page = await get("/docs");
    expect(page.headers.get("content-security-policy")).toContain("default-src 'self'");
    const [, script] = /src="\.([^"]+)"/.exec(await page.text()) ?? [];
    const file = await get(script as string, { headers: { "accept-encoding": "gzip" } });
    expect(file.status).toBe(200);
    expect(file.headers.get("content-encoding")).toBe("gzip");
    expect(file.headers.get("cache-control")).toContain("immutable");
  });
});

describe("GET /", () => {
  test.each([
    ["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"],
    ["text/html;q=0.5, application/json", "application/json"],
    ["*/*", "application/json"],
  ])("answers a client that accepts %s with %s", async (accept, type) => {
    const answer = await get("/", { headers: { accept } });
    expect(answer.headers.get("content-type")).toContain(type);
    expect(answer.headers.get("vary")).toMatch(/^Origin, Accept\b/);
  });

  test("gives browsers a page that runs nothing but its own files", async () => {
    const page = await get("/", { headers: { accept: "text/html" } });
    const policy = page.headers.get("content-security-policy");
    expect(policy).toContain("default-src 'self'");
    expect(policy).not.toContain("unsafe");
    expect(await page.text()).not.toMatch(/<script(?![^>]* src=)|<style| style=/);
  });
});

describe("bad input is answered with a problem", () => {
  const accepted = { asset_id: ASSET, mw: 1 };
  test.each([
    ["BAD_JSON", 400, "{"],
    ["BAD_JSON", 400, ""],
    ["BAD_INPUT", 400, "null"],
    ["BAD_INPUT", 400, { asset_id: ASSET }],
    ["BAD_INPUT", 400, { ...accepted, mw: "5" }],
    ["BAD_INPUT", 400, `{"asset_id":"${ASSET}","mw":1e999}`],
    ["BAD_INPUT", 400, { ...accepted, colour: "red" }],
    ["BAD_INPUT", 400, { ...accepted, duration_s: 1.5 }],
    ["BAD_INPUT", 400, { ...accepted, mode: "sideways" }],
    ["BAD_UUID", 400, { ...accepted, asset_id: "BESS-1" }],
    ["ASSET_UNKNOWN", 404, { ...accepted, asset_id: UNKNOWN_ID }],
    ["POWER_OUT_OF_LIMITS", 422, { ...accepted, mw: 80 }],
    ["DURATION_OUT_OF_RANGE", 422, { ...accepted, duration_s: 0 }],
    ["MODE_CONTRADICTS_MW", 422, { ...accepted, mw: -1, mode: "discharge" }],
    ["BODY_TOO_LARGE", 413, { ...accepted, x: "x".repeat(600_000) }],
  ])("%s (%d) for the dispatch %j", async (code, status, body) => {
    const answer = await post("/dispatch", body);
    expect(answer.status).toBe(status);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(await answer.json()).toMatchObject({
      code,
      status,
      detail: expect.stringMatching(/.{10}/),
    });
  });

  test("with the limits and what to do", async () => {
    expect(await (await post("/dispatch", { ...accepted, mw: 80 })).json()).toMatchObject({
      detail: "VALKEAKOSKI-1 cannot discharge 80 MW: its limit is 30 MW",
      field: "mw",
      requested_mw: 80,
      min_mw: -30,
      max_mw: 30,
      limited_by: "power",
    });
  });

  test("with every field at fault", async () => {
    const answer = await post("/dispatch", { mw: "x", colour: 1 });
    const { errors } = (await answer.json()) as { errors: { field: string }[] };
    expect(errors.map(({ field }) => field).sort()).toEqual(["asset_id", "colour", "mw"]);
  });

  test("with a query string that no route has", async () => {
    const { paths } = await json("/openapi.json");
    const answers: string[] = [];
    for (const [path, methods] of Object.entries<object>(paths))
      for (const method of Object.keys(methods).filter(() => !/^\/(health|sign_in|$)/.test(path))) {
        const requested = `${path.replace(/\{\w+\}/g, ASSET)}?colour=red`;
        const headers = { "content-type": "application/json" };
        const body = method === "get" ? {} : { headers, body: "{}" };
        const answer = await get(requested, { method: method.toUpperCase(), ...body });
        const { code, errors } = (await answer.json()) as Json;
        // A parameter that a route requires is missing besides.
        const unknown = (errors as Json[]).filter(({ field }) => field !== "until");
        expect([method, path, answer.status, code, unknown]).toEqual([
          ...[method, path, 400, "BAD_INPUT"],
          [{ field: "colour", message: "is not a known field" }],
        ]);
        answers.push(path);
      }
    expect(answers.length).toBeGreaterThan(25);
    expect((await get("/health/live?colour=red")).status).toBe(200);
  });

  test.each([
    ["GET", "/nothing", 404, "ROUTE_UNKNOWN"],
    ["GET", "/assets/", 200, undefined],
    ["GET", `/assets/${UNKNOWN_ID}`, 404, "ASSET_UNKNOWN"],
    ["GET", "/assets/BESS-1", 400, "BAD_UUID"],
    ["GET", `/telemetry/${UNKNOWN_ID}`, 404, "ASSET_UNKNOWN"],
    ["GET", `/telemetry/${UNKNOWN_ID}/history`, 404, "ASSET_UNKNOWN"],
    ["GET", `/telemetry?site_id=${UNKNOWN_ID}`, 404, "SITE_UNKNOWN"],
    ["GET", `/sites/${UNKNOWN_ID}`, 404, "SITE_UNKNOWN"],
    ["GET", "/telemetry?colour=red", 400, "BAD_INPUT"],
    ["GET", "/assets/%E0%A4%A", 400, "BAD_UUID"],
    ["GET", "/pages/../../package.json", 404, "ROUTE_UNKNOWN"],
    ["GET", "/pages/%2e%2e/%2e%2e/package.json", 404, "ROUTE_UNKNOWN"],
    ["DELETE", "/assets", 405, "METHOD_NOT_ALLOWED"],
    ["OPTIONS", "/assets", 405, "METHOD_NOT_ALLOWED"],
    ["POST", "/docs", 405, "METHOD_NOT_ALLOWED"],
    ["PUT", "/nothing", 404, "ROUTE_UNKNOWN"],
    ["GET", "/dispatch", 405, "METHOD_NOT_ALLOWED"],
  ])("%s %s answers %d %s", async (method, path, status, code) => {
    const answer = await get(path, { method });
    expect(answer.status).toBe(status);
    if (code !== undefined) expect(await answer.json()).toMatchObject({ code, status });
    if (status === 405) expect(answer.headers.get("allow")).toMatch(/GET|POST/);
  });

  test("415 for a change that is not application/json", async () => {
    for (const type of ["text/plain", "application/x-www-form-urlencoded", ""]) {
      const answer = await post("/dispatch", accepted, { "content-type": type });
      expect(answer.status).toBe(415);
    }
    expect(
      (await post("/dispatch", accepted, { "content-type": "Application/JSON; charset=utf-8" }))
        .status,
    ).toBe(202);
  });

  test("413 for a long body of unknown length, and none for a short one", async () => {
    const send = (text: string) =>
      get("/dispatch", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: new Blob([text]).stream(),
        duplex: "half",
      } as RequestInit);
    expect((await send(JSON.stringify({ ...accepted, x: "x".repeat(600_000) }))).status).toBe(413);
    expect((await send(JSON.stringify(accepted))).status).toBe(202);
  });

  test("and never with a 5xx, whatever is sent", async () => {
    const bodies = [
      "[]",
      "[[",
      '"x"',
      "true",
      `{"__proto__":{}}`,
      "\u0000",
      '{"mw":{}}',
      `{"asset_id":[],"mw":[]}`,
      "[".repeat(5000),
    ];
    for (const body of bodies) expect((await post("/dispatch", body)).status).toBe(400);
    for (const path of [
      "//",
      "/%00",
      "/assets/%2f",
      `/assets/${"a".repeat(5000)}`,
      "/telemetry?site_id=&site_id=x",
      "/?q[]=%ff",
    ])
      expect((await get(path)).status, path).toBeLessThan(500);
    expect(application.errors).toEqual([]);
  });

  test("even where the request is not HTTP", async () => {
    const { hostname, port } = new URL(application.url);
    const answer = await new Promise<string>((resolve) => {
      let text = "";
      const socket = connect(Number(port), hostname, () => socket.end("nonsense\r\n\r\n"));
      socket.on("data", (chunk) => {
        text += chunk;
      });
      socket.on("close", () => resolve(text));
    });
    expect(answer).toContain("400 Bad Request");
    expect(answer).toContain('"code":"BAD_REQUEST"');
  });
});

describe("the sender of a request", () => {
  test("is checked by the Host header", async () => {
    const { port } = new URL(application.url);
    for (const host of [
      `localhost:${port}`,
      `127.0.0.1:${port}`,
      `[::1]:${port}`,
      "mando.localhost",
      "LOCALHOST",
    ])
      expect(await raw("/assets", { host }), host).toBe(200);
    for (const host of [
      "evil.example",
      "127.0.0.1.evil.example",
      "localhost.evil.example",
      "10.0.0.1",
    ])
      expect(await raw("/assets", { host }), host).toBe(421);
  });

  test("is not a page of another site, but a person may follow a link", async () => {
    const host = new URL(application.url).host;
    const cross = { "sec-fetch-site": "cross-site" };
    expect(await raw("/assets", { host, ...cross })).toBe(403);
    expect(await raw("/docs", { host, ...cross, "sec-fetch-mode": "navigate" })).toBe(200);
    expect(await raw("/dispatch", { host, origin: "https://evil.example" }, "POST")).toBe(403);
    expect(await raw("/dispatch", { host, origin: "null" }, "POST")).toBe(403);
    expect(
      (await get("/assets", { headers: { origin: "https://evil.example" } })).headers.get(
        "access-control-allow-origin",
      ),
    ).toBeNull();
  });

  test("may be a page of an allowed origin, and of a name that is allowed", async () => {
    const open = await startApplication({
      CORS_ORIGIN: "https://app.example",
      ALLOWED_HOSTS: "mando.example",
    });
    const preflight = await fetch(`${open.url}/dispatch`, {
      method: "OPTIONS",
      headers: { origin: "https://app.example", "access-control-request-method": "POST" },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-origin")).toBe("https://app.example");
    expect(preflight.headers.get("access-control-expose-headers")).toBe("etag");
    const other = await fetch(`${open.url}/assets`, {
      headers: { origin: "https://evil.example" },
    });
    expect(other.headers.get("access-control-allow-origin")).toBeNull();
    const { port } = new URL(open.url);
    const status = await new Promise((resolve) =>
      httpRequest({ port, path: "/assets", headers: { host: "mando.example" } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      }).end(),
    );
    expect(status).toBe(200);
    await open.stop();
  });

  test("needs the token for a change where one is set, and for nothing else", async () => {
    const guarded = await startApplication({ API_TOKEN: "correct-horse" });
    const dispatch = (authorization?: string) =>
      fetch(`${guarded.url}/dispatch`, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          ...(authorization ? { authorization } : {}),
        },
        body: JSON.stringify({ asset_id: ASSET, mw: 1 }),
      });
    expect((await fetch(`${guarded.url}/assets`)).status).toBe(200);
    const refused = await dispatch();
    expect(refused.status).toBe(401);
    expect(refused.headers.get("www-authenticate")).toBe("Bearer");
    expect((await dispatch("Bearer wrong-horse")).status).toBe(401);
    expect((await dispatch("Bearer correct-horse")).status).toBe(202);
    await guarded.stop();
  });
});

describe("history", () => {
  const at = (tick: number) => new Date(START_MS + tick * DT_MS).toISOString();

  test("is selected by range and count, newest first", async () => {
    const past = await startApplication();
    past.clock.advance(20 * DT_MS);
    const url = `${past.url}/telemetry/${ASSET}/history`;
    const read = async (query: string) =>
      (await fetch(`${url}?${query}`)).json() as Promise<{ timestamp: string }[]>;
    expect((await read(`from=${at(5)}&until=${at(8)}`)).map((row) => row.timestamp)).toEqual([
      at(7),
      at(6),
      at(5),
    ]);
    expect((await read("limit=2")).map((row) => row.timestamp)).toEqual([at(20), at(19)]);
    await past.stop();
  });

  test("comes in steps, as JSON, as lines of JSON and as CSV", async () => {
    const past = await startApplication();
    await fetch(`${past.url}/dispatch`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ asset_id: ASSET, mw: 6 }),
    });
    past.clock.advance(30 * DT_MS);
    const url = `${past.url}/telemetry/${ASSET}/history?from=${at(0)}&until=${at(45)}&step_s=60`;
    const steps = (await (await fetch(url)).json()) as Record<string, unknown>[];
    expect(steps.map((step) => step.sample_count)).toEqual([14, 15, 1]);
    expect(steps[1]).toMatchObject({
      from: at(15),
      until: at(30),
      coverage_ratio: 1,
      current_mw: { mean: 6, min: 6, max: 6, last: 6 },
    });
    expect(steps[1]?.energy_out_mwhr).toBeCloseTo(6 / 60, 12);
    const none = { limited_by_power_s: 0, limited_by_energy_s: 0, limited_by_site_s: 0 };
    expect(steps[0]).toMatchObject({ ...none, limited_by_ramp_s: 8 });
    expect(steps[1]).toMatchObject({ ...none, limited_by_ramp_s: 0 });
    const lines = (await (await fetch(`${url}&format=ndjson`)).text()).trim().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toEqual(steps);
    const csv = (await (await fetch(`${url}&format=csv`)).text()).trim().split("\n");
    expect(csv[0]).toContain("from,until,sample_count,coverage_ratio,soc_pct_mean,soc_pct_min");
    expect(csv).toHaveLength(4);
    expect(csv[0]).toMatch(
      /,limited_by_ramp_s,limited_by_power_s,limited_by_energy_s,limited_by_site_s$/,
    );
    expect(csv[1]).toMatch(/,8,0,0,0$/);
    const before = `${past.url}/telemetry/${ASSET}/history?from=${at(-15)}&until=${at(0)}&step_s=60`;
    expect(await (await fetch(before)).json()).toMatchObject([{ limited_by_ramp_s: null }]);
    expect((await (await fetch(`${before}&format=csv`)).text()).trim()).toMatch(/,0,0,,,,$/);
    await past.stop();
  });

  test.each([
    ["step_s=60", "BAD_INPUT", "from"],
    [`from=${at(0)}&step_s=60`, "BAD_INPUT", "until"],
    [`from=${at(9)}&until=${at(1)}`, "BAD_INPUT", "until"],
    [`from=${at(9)}&until=${at(1)}&step_s=60`, "BAD_INPUT", "until"],
    ["from=2020-01-01T00:00:00Z&until=2026-01-01T00:00:00Z&step_s=1", "TOO_MANY_STEPS", "step_s"],
    ["limit=0", "BAD_INPUT", "limit"],
    ["limit=ten", "BAD_INPUT", "limit"],
    ["from=yesterday", "BAD_INPUT", "from"],
    ["format=xml", "BAD_INPUT", "format"],
  ])("is refused for %s", async (query, code, field) => {
    const answer = await get(`/telemetry/${ASSET}/history?${query}`);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code, field });
  });
});

test("dispatches are listed, newest first, page by page", async () => {
  const listed = await startApplication();
  for (const mw of [1, 2, 3])
    await fetch(`${listed.url}/dispatch`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ asset_id: ASSET, mw }),
    });
  const read = async (query: string) =>
    (await (await fetch(`${listed.url}/dispatches?${query}`)).json()) as {
      dispatches: { mw: number }[];
      next: string | null;
    };
  const first = await read("limit=2");
  expect(first.dispatches.map(({ mw }) => mw)).toEqual([3, 2]);
  const second = await read(`limit=2&after=${first.next}`);
  expect(second).toMatchObject({ dispatches: [{ mw: 1 }], next: null });
  expect((await read(`asset_id=${UNKNOWN_ID}`)).dispatches).toEqual([]);
  expect((await fetch(`${listed.url}/dispatches?after=x`)).status).toBe(400);
  await listed.stop();
});
