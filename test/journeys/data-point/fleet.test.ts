// The fleet as data points: listed, read in every form, and never written.
import { tableFromIPC } from "@uwdata/flechette";
import { expect, test } from "vitest";
import { inForce } from "../../support/fleet-requests.ts";
import { createGraphClient } from "../../support/graph-client.ts";
import type { Json } from "../../support/json.ts";
import { ASSET, at, type RestApplication, SITE, within } from "../../support/rest-under-test.ts";

const ONE = "Asset/VALKEAKOSKI-1";
const NAMES = [
  ...["AvailableMax", "AvailableMin", "EnergyIn", "EnergyOut", "Power"],
  ...["Schedule/InForce", "Setpoint", "SoC", "SoCPct"],
].sort();
const ids = (body: Json): string[] => body.data_points.map(({ id }: Json) => id);
const RANGE = `from=${at(0)}&until=${at(1_000)}`;
const start = (application: RestApplication, body: object) =>
  application.call("POST", "/dispatch", { asset_id: ASSET, ...body });

test("each asset has nine entries, in the order of paths among the stored ones", () =>
  within(async ({ call, get }) => {
    const stored = [`${ONE}/Schedule/Target`, `${ONE}/Limits`, "Aaa", "Zzz"];
    const type = "time_series_double";
    await call(
      "POST",
      "/describe_data",
      stored.map((id) => ({ id, type })),
    );
    const ofFleet = [1, 2].flatMap((n) => NAMES.map((name) => `Asset/VALKEAKOSKI-${n}/${name}`));
    const all = [...ofFleet, ...stored].sort();
    expect(ids(await get("/data_points?limit=100"))).toEqual(all);
    const paged: string[] = [];
    for (let after = ""; after !== null; ) {
      const page = await get(`/data_points?limit=4${after && `&after=${after}`}`);
      paged.push(...ids(page));
      after = page.next;
    }
    expect(paged).toEqual(all);
    expect(ids(await get("/data_points?is_read_only=true"))).toEqual(ofFleet);
    expect(ids(await get("/data_points?is_read_only=false"))).toEqual([...stored].sort());
    expect(ids(await get(`/data_points?prefix=${ONE}/Schedule`))).toEqual([
      `${ONE}/Schedule/InForce`,
      `${ONE}/Schedule/Target`,
    ]);
    expect(ids(await get(`/data_points?prefix=${ONE}/SoC`))).toEqual([`${ONE}/SoC`]);
    expect(ids(await get("/data_points?prefix=Asset/VALKEAKOSKI"))).toEqual([]);
    expect(ids(await get("/data_points?search=valkeakoski-2&limit=100"))).toHaveLength(9);
    expect(ids(await get("/data_points?type=static_data"))).toEqual([]);
    const { data_points: found } = await get("/data_points?search=power at the terminal");
    expect(found[0]).toEqual({
      ...{ id: `${ONE}/Power`, type, unit: "MW", resolution: "PT4S", time_zone: "UTC" },
      description: "Power at the terminal, discharge positive, of VALKEAKOSKI-1.",
      ...{ min_value: -30, max_value: 30, json_schema: null, retention: null, is_read_only: true },
    });
  }));

test("a stored data point is hidden where an asset has its path", () =>
  within(async (application) => {
    const { call, get } = application;
    const point = { id: "Plant/New/Power", type: "static_data" };
    await call("POST", "/describe_data", [point]);
    await call("POST", "/save_data", [{ id: point.id, timestamp: at(0), value: { a: 1 } }]);
    const asset = { site_id: SITE, name: "NEW", capacity_mwhr: 10, max_mw: 5, min_mw: -5 };
    const given = { ...asset, ramp_rate_mw_per_min: 5, efficiency: 0.9, data_path: "Plant/New" };
    const made = await inForce(application, () => call("POST", "/assets", given));
    expect(made.status).toBe(201);
    expect(ids(await get("/data_points?prefix=Plant&type=static_data"))).toEqual([]);
    const [power] = await get(`/query_data?id=${point.id}`);
    expect(power).toMatchObject({ value: 0, author: "fleet" });
    expect((await call("POST", "/describe_data", [point])).body.code).toBe("READ_ONLY");
    expect(ids(await get("/data_points?prefix=Plant"))).toHaveLength(9);
  }));

test("samples are read as rows, steps, versions and the newest", () =>
  within(async (application) => {
    const { get, tick } = application;
    await start(application, { mw: 20 });
    tick(30);
    const rows = await get(`/query_data?id=${ONE}/Power&${RANGE}`);
    const history: Json = await get(
      `/telemetry/${ASSET}/history?from=${at(0)}&until=${at(1_000)}&limit=100`,
    );
    const samples = history.toReversed();
    expect(samples.length).toBe(30);
    expect(rows).toEqual(
      samples.map(({ timestamp, current_mw: value }: Json) => ({
        ...{ id: `${ONE}/Power`, timestamp, value, source: "original" },
        ...{ known: timestamp, author: "fleet" },
      })),
    );
    expect(rows.at(-1).value).toBe(20);
    const part = await get(`/query_data?id=${ONE}/Power&from=${at(5)}&until=${at(8)}`);
    expect(part).toEqual(rows.slice(4, 7));
    expect(await get(`/query_data?id=${ONE}/Power&${RANGE}&mode=override`)).toEqual([]);
    for (const as of ["known_at", "recorded_at"])
      expect(await get(`/query_data?id=${ONE}/Power&${RANGE}&${as}=${at(9)}`)).toEqual(
        rows.slice(0, 9),
      );
    const [minute] = await get(`/query_data?id=${ONE}/EnergyOut&${RANGE}&step=PT1M&aggregate=max`);
    expect(minute.covered_ratio).toBeCloseTo(14 / 15);
    const versions = await get(`/query_data?id=${ONE}/Power&${RANGE}&versions=true`);
    expect(versions).toEqual(
      rows.map((row: Json) => ({
        ...{ ...row, recorded_at: row.timestamp, expires_at: null },
        ...{ is_withdrawal: false, request_id: null },
      })),
    );
    const newest = await get(`/query_data?prefix=${ONE}`);
    expect(newest.map(({ id }: Json) => id)).toEqual(NAMES.map((name) => `${ONE}/${name}`));
    const newestOf = (name: string) => newest.find(({ id }: Json) => id === `${ONE}/${name}`).value;
    const last = samples.at(-1);
    expect([newestOf("SoC"), newestOf("SoCPct")]).toEqual([last.soc_mwhr, last.soc_pct]);
    expect([newestOf("Setpoint"), newestOf("Schedule/InForce")]).toEqual([20, 20]);
    expect(newestOf("EnergyOut")).toBe(last.energy_out_mwhr);
    expect([newestOf("AvailableMax"), newestOf("AvailableMin")]).toEqual([30, -30]);
    expect(await get(`/query_data?id=${ONE}/AvailableMax&${RANGE}`)).toEqual([]);
  }));

test("what is in force has its changes, also those of a schedule to come, since they were decided", () =>
  within(async (application) => {
    const { call, get, tick } = application;
    const path = `${ONE}/Schedule/InForce`;
    tick(1);
    const intervals = [
      { from: at(10), until: at(20), mw: 5 },
      { from: at(20), until: at(40), mw: -7 },
    ];
    const set = await call("PUT", `/assets/${ASSET}/schedule`, { intervals });
    expect(set.status).toBe(200);
    const read = async () =>
      (await get(`/query_data?id=${path}&${RANGE}`)).map(({ timestamp, value, known }: Json) => [
        ...[timestamp, value, known],
      ]);
    const decided = at(1);
    const planned = [
      [at(10), 5, decided],
      [at(20), -7, decided],
      [at(40), 0, decided],
    ];
    expect(await read()).toEqual(planned);
    expect(await get(`/query_data?id=${path}`)).toEqual([]);
    tick(24);
    await start(application, { mw: 3, duration_s: 20 });
    tick(1);
    expect(await get(`/query_data?id=${path}`)).toMatchObject([{ timestamp: at(25), value: 3 }]);
    tick(5);
    expect(await read()).toEqual([
      ...planned.slice(0, 2),
      [at(25), 3, at(25)],
      [at(30), -7, at(25)],
      [at(40), 0, decided],
    ]);
    const before = await get(`/query_data?id=${path}&${RANGE}&known_at=${at(24)}`);
    expect(before.map(({ value }: Json) => value)).toEqual([5, -7, 0]);
    expect(await get(`/query_data?id=${path}&known_at=${at(12)}`)).toMatchObject([{ value: 5 }]);
  }));

test("a schedule that was removed before it began is in force where that was not known yet", () =>
  within(async ({ call, get, tick }) => {
    const path = `${ONE}/Schedule/InForce`;
    tick(1);
    const intervals = [{ from: at(10), until: at(20), mw: 5 }];
    await call("PUT", `/assets/${ASSET}/schedule`, { intervals });
    tick(3);
    await call("PUT", `/assets/${ASSET}/schedule`, { intervals: [] });
    tick(20);
    const values = async (more: string) =>
      (await get(`/query_data?id=${path}&${more}`)).map(({ value }: Json) => value);
    expect(await values(RANGE)).toEqual([]);
    for (const as of ["known_at", "recorded_at"]) {
      expect(await values(`${RANGE}&${as}=${at(0)}`)).toEqual([]);
      expect(await values(`${RANGE}&${as}=${at(2)}`)).toEqual([5, 0]);
      expect(await values(`${RANGE}&${as}=${at(6)}`)).toEqual([]);
    }
  }));

test("nothing is written, withdrawn or described, and the refusal says what to do", () =>
  within(async (application) => {
    const { call, get } = application;
    await call("POST", "/describe_data", [{ id: "Own", type: "time_series_double" }]);
    const row = (id: string) => ({ id, timestamp: at(0), value: 1 });
    const saved = await call("POST", "/save_data?request_id=s", [row("Own"), row(`${ONE}/Power`)]);
    expect(saved).toMatchObject({
      status: 409,
      body: { code: "READ_ONLY", row: 2, column: "id", field: "id" },
    });
    expect(saved.body.detail).toBe(
      `row 2 (${ONE}/Power): ${ONE}/Power is answered from the fleet, and nothing is written to it: dispatch the asset, or write what it is to do to ${ONE}/Schedule/Target`,
    );
    expect(await get(`/query_data?id=Own&${RANGE}`)).toEqual([]);
    const range = { source: "original", from: at(0), until: at(1) };
    const withdrawn = await call("POST", "/withdraw_data", { id: `${ONE}/SoC`, ...range });
    expect([withdrawn.status, withdrawn.body.code]).toEqual([409, "READ_ONLY"]);
    const points = ["New", `${ONE}/Setpoint`].map((id) => ({ id, type: "time_series_double" }));
    const described = await call("POST", "/describe_data", points);
    expect(described).toMatchObject({ status: 409, body: { code: "READ_ONLY", row: 2 } });
    expect(ids(await get("/data_points?prefix=New"))).toEqual([]);
    const target = [{ id: `${ONE}/Schedule/Target`, type: "time_series_double", unit: "MW" }];
    expect((await call("POST", "/describe_data", target)).status).toBe(200);
    expect((await call("POST", "/save_data", [row(`${ONE}/Schedule/Target`)])).status).toBe(200);
    application.tick(1);
    const { records } = await get("/audit_logs?outcome=refused");
    expect(records.map(({ action, target: of, code }: Json) => [action, of, code])).toEqual(
      [
        ["data_point.save", `data_point:${ONE}/Power`, "READ_ONLY"],
        ["data_point.withdraw", `data_point:${ONE}/SoC`, "READ_ONLY"],
        ["data_point.describe", `data_point:${ONE}/Setpoint`, "READ_ONLY"],
      ].reverse(),
    );
  }));

test("lines, CSV and Arrow have the same rows, asset by asset", () =>
  within(async ({ url, get, tick }) => {
    tick(5);
    const query = `/query_data?prefix=Asset&${RANGE}`;
    const rows: Json[] = await get(query);
    expect(rows.map(({ id }) => id)).toEqual(rows.map(({ id }) => id).toSorted());
    expect(rows).toHaveLength(2 * 6 * 5);
    const as = (accept: string) => fetch(url + query, { headers: { accept } });
    const lines = await (await as("application/x-ndjson")).text();
    expect(
      lines
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toEqual(rows);
    const csv = (await (await as("text/csv")).text()).trim().split("\n");
    expect(csv).toHaveLength(rows.length + 1);
    expect(csv[1]).toBe(Object.values(rows[0] as object).join(","));
    const bytes = await (await as("application/vnd.apache.arrow.stream")).arrayBuffer();
    const table = tableFromIPC(new Uint8Array(bytes), { useDate: false });
    expect(table.toArray().map(({ id, timestamp, value }: Json) => [id, timestamp, value])).toEqual(
      rows.map(({ id, timestamp, value }) => [id, Date.parse(timestamp), value]),
    );
  }));

test("GraphQL has them as it has others", () =>
  within(async (application) => {
    const graph = createGraphClient(application);
    application.tick(8);
    const query = `{ dataPoint(id: "${ONE}/SoCPct") { unit isReadOnly minValue maxValue resolution
      latest { value timestamp author }
      values(from: "${at(0)}", until: "${at(99)}", first: 3) { nodes { timestamp } pageInfo { hasNextPage endCursor } }
      versions(from: "${at(0)}", until: "${at(99)}") { nodes { timestamp isWithdrawal } } }
      dataPoints(prefix: "${ONE}", first: 2) { nodes { id } pageInfo { hasNextPage } } }`;
    const { dataPoint, dataPoints } = (await graph.call(query)).data;
    expect(dataPoint).toMatchObject({
      ...{ unit: "%", isReadOnly: true, minValue: 0, maxValue: 100, resolution: "PT4S" },
      latest: { value: 50, timestamp: at(8), author: "fleet" },
    });
    expect(dataPoint.values.nodes.map(({ timestamp }: Json) => timestamp)).toEqual(
      [1, 2, 3].map(at),
    );
    expect(dataPoint.versions.nodes).toHaveLength(8);
    expect(dataPoints.nodes.map(({ id }: Json) => id)).toEqual(
      NAMES.slice(0, 2).map((it) => `${ONE}/${it}`),
    );
    const save = `mutation { saveDataPoints(input: [{ id: "${ONE}/Power", source: OVERRIDE, values: [{ timestamp: "${at(0)}", value: 1 }] }])
      { ... on DataPointRefused { code id field input } } }`;
    expect((await graph.call(save)).data.saveDataPoints).toEqual({
      ...{ code: "READ_ONLY", id: `${ONE}/Power`, field: "id", input: 0 },
    });
    await graph.close();
  }));

test("samples are no changes of data points", () =>
  within(async (application) => {
    await application.call("POST", "/describe_data", [{ id: "Own", type: "time_series_double" }]);
    const graph = createGraphClient(application);
    const live = graph.open<Json>("subscription { dataPointChanges { changes { id } } }");
    await expect.poll(graph.activeCount).toBe(1);
    application.tick(5);
    await application.call("POST", "/save_data", [{ id: "Own", timestamp: at(0), value: 1 }]);
    expect((await live.next()).dataPointChanges.changes).toEqual([{ id: "Own" }]);
    await graph.close();
  }));
