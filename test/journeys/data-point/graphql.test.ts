// Data points over GraphQL: described, saved, withdrawn, read in pages, and followed.
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  type ApplicationUnderTest,
  startApplication,
} from "../../support/application-under-test.ts";
import { createGraphClient, type GraphClient } from "../../support/graph-client.ts";
import type { Json } from "../../support/json.ts";

let application: ApplicationUnderTest;
let graph: GraphClient;

beforeEach(async () => {
  application = await startApplication({});
  graph = createGraphClient(application);
});
afterEach(async () => {
  await graph.close();
  await application.stop();
});

const PATH = "Market/FI/DayAhead/Price";
const [FROM, UNTIL] = ["2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"];
const quarter = (n: number) => new Date(Date.parse(FROM as string) + n * 900_000).toISOString();

const DESCRIBE = `mutation ($input: DescribeDataPointInput!) { describeDataPoint(input: $input) {
  ... on DataPointDescribed { dataPoint { id type unit resolution timeZone isReadOnly } }
  ... on DataPointRefused { code message id field } } }`;
const SAVE = `mutation ($input: [SaveDataPointInput!]!, $requestId: String) {
  saveDataPoints(input: $input, requestId: $requestId) {
    ... on DataPointsSaved { recordedAt valueCount }
    ... on DataPointRefused { code id field input row } } }`;
const WITHDRAW = `mutation { withdrawDataPoints(id: "${PATH}", source: OVERRIDE, from: "${FROM}", until: "${UNTIL}") {
  ... on DataPointsSaved { valueCount } ... on DataPointRefused { code } } }`;
const VALUES = `query ($first: Int, $after: String, $step: Duration, $aggregate: Aggregate, $mode: DataPointMode) {
  dataPoint(id: "${PATH}") { values(from: "${FROM}", until: "${UNTIL}", first: $first, after: $after,
    step: $step, aggregate: $aggregate, mode: $mode) {
      nodes { timestamp value source coveredRatio } pageInfo { hasNextPage endCursor } } } }`;

async function describe(id = PATH, more: object = {}): Promise<Json> {
  const input = { id, type: "TIME_SERIES_DOUBLE", unit: "EUR/MWh", resolution: "PT15M", ...more };
  return (await graph.call(DESCRIBE, { input })).data.describeDataPoint;
}

async function save(source: string, values: Record<number, unknown>, id = PATH): Promise<Json> {
  const list = Object.entries(values).map(([n, value]) => ({
    timestamp: quarter(Number(n)),
    value,
  }));
  const { data } = await graph.call(SAVE, { input: [{ id, source, values: list }] });
  return data.saveDataPoints;
}

async function values(variables: object = {}): Promise<Json> {
  return (await graph.call(VALUES, variables)).data.dataPoint.values;
}

test("values are saved, overridden and withdrawn, and read in pages and steps", async () => {
  expect(await describe()).toEqual({
    dataPoint: {
      ...{ id: PATH, type: "TIME_SERIES_DOUBLE", unit: "EUR/MWh", resolution: "PT15M" },
      ...{ timeZone: "UTC", isReadOnly: false },
    },
  });
  expect(await save("ORIGINAL", { 0: 1, 1: 2, 2: 3, 4: 5 })).toMatchObject({ valueCount: 4 });
  expect(await save("OVERRIDE", { 1: 9 })).toMatchObject({ valueCount: 1 });
  const first = await values({ first: 2 });
  expect(first.nodes.map(({ value, source }: Json) => [value, source])).toEqual([
    [1, "ORIGINAL"],
    [9, "OVERRIDE"],
  ]);
  expect(first.pageInfo.hasNextPage).toBe(true);
  const second = await values({ first: 2, after: first.pageInfo.endCursor });
  expect(second.nodes.map(({ value }: Json) => value)).toEqual([3, 5]);
  const hours = await values({ step: "PT1H", aggregate: "MEAN", first: 1 });
  const mean = { timestamp: quarter(0), value: 13 / 3, coveredRatio: 0.75 };
  expect(hours.nodes).toMatchObject([{ ...mean, source: "OVERRIDE" }]);
  const next = await values({ step: "PT1H", first: 1, after: hours.pageInfo.endCursor });
  expect(next.nodes).toMatchObject([{ timestamp: quarter(4), value: 5, coveredRatio: 0.25 }]);
  const { data } = await graph.call(WITHDRAW);
  expect(data.withdrawDataPoints).toEqual({ valueCount: 0 });
  expect((await values({ first: 2 })).nodes[1]).toMatchObject({ value: 2, source: "ORIGINAL" });
});

test("versions are read in pages, each once, and the newest value by itself", async () => {
  await describe();
  await save("ORIGINAL", { 0: 1 });
  await save("ORIGINAL", { 0: 2, 1: 3 });
  await save("OVERRIDE", { 0: 4 });
  await graph.call(WITHDRAW);
  const query = `query ($after: String) { dataPoint(id: "${PATH}") { latest { value }
    versions(from: "${FROM}", until: "${UNTIL}", first: 2, after: $after) {
      nodes { timestamp value isWithdrawal recordedAt } pageInfo { hasNextPage endCursor } } } }`;
  const found: Json[] = [];
  for (let after: string | null = null; ; ) {
    const { dataPoint }: Json = (await graph.call(query, { after })).data;
    expect(dataPoint.latest).toEqual({ value: 3 });
    found.push(...dataPoint.versions.nodes);
    if (!dataPoint.versions.pageInfo.hasNextPage) break;
    after = dataPoint.versions.pageInfo.endCursor;
  }
  const values = found.map(({ timestamp, value }) => [timestamp, value]);
  expect(new Set(values.map(String)).size).toBe(values.length);
  for (const expected of [
    [0, 1],
    [0, 2],
    [0, 4],
    [0, null],
    [1, 3],
  ] as const)
    expect(values).toContainEqual([quarter(expected[0]), expected[1]]);
});

test("matrices and documents are saved and read as they are", async () => {
  await describe("Ladder", { type: "TIME_SERIES_DOUBLE_MATRIX" });
  await describe("Limits", { type: "STATIC_DATA", unit: null, resolution: null });
  const matrix = { rows: ["a", "b"], columns: ["x"], values: [[1], [null]] };
  const timestamp = quarter(0);
  const input = [
    { id: "Ladder", source: "ORIGINAL", values: [{ timestamp, matrix }] },
    { id: "Limits", source: "OVERRIDE", values: [{ timestamp, document: { mw: 3 } }] },
  ];
  const saved = (await graph.call(SAVE, { input })).data.saveDataPoints;
  expect(saved).toMatchObject({ valueCount: 2 });
  // After those of the fleet.
  const { dataPoints } = (
    await graph.call(`{ dataPoints(first: 500) { edges { cursor node { id } } } }`)
  ).data;
  const last = dataPoints.edges.findLast(({ node }: Json) => node.id.startsWith("Asset/"));
  const after = last.cursor;
  const query = `{ dataPoints(after: "${after}") { nodes { id latest { value matrix { rows columns values } document } } } }`;
  expect((await graph.call(query)).data.dataPoints.nodes).toEqual([
    { id: "Ladder", latest: { value: null, matrix, document: null } },
    { id: "Limits", latest: { value: null, matrix: null, document: { mw: 3 } } },
  ]);
});

test("a refusal has its code and place, and nothing is saved", async () => {
  await describe(PATH, { maxValue: 100 });
  const place = { input: 0, row: 1, field: "value", id: PATH };
  expect(await save("ORIGINAL", { 0: 1, 1: 101 })).toEqual({
    code: "VALUE_OUT_OF_RANGE",
    ...place,
  });
  expect(await save("ORIGINAL", { 0: 1, 1: null })).toEqual({ code: "VALUE_INVALID", ...place });
  expect(await save("ORIGINAL", { 0: 1 }, "Other")).toMatchObject({ code: "DATA_POINT_UNKNOWN" });
  const wrong = async (more: object, values: readonly object[] = [{ value: 1 }]) => {
    const list = values.map((it) => ({ timestamp: quarter(0), ...it }));
    const input = [{ id: PATH, source: "ORIGINAL", values: list, ...more }];
    const { data, errors } = await graph.call(SAVE, { input });
    return data?.saveDataPoints?.code ?? errors?.[0]?.extensions.code;
  };
  const later = "2100-01-01T00:00:00Z";
  expect(await wrong({ expiresAt: later })).toBe("EXPIRY_OUT_OF_RANGE");
  expect(await wrong({ known: later })).toBe("KNOWN_OUT_OF_RANGE");
  expect(await wrong({ unit: "MW" })).toBe("UNIT_WRONG");
  expect(await wrong({}, [{ value: 1 }, { value: 2 }])).toBe("INSTANT_TWICE");
  expect(await wrong({}, [{ document: {} }])).toBe("VALUE_TYPE_WRONG");
  expect(await wrong({}, [])).toBe("BAD_INPUT");
  expect((await values()).nodes).toEqual([]);
  const changed = await describe(PATH, { type: "STATIC_DATA" });
  expect(changed).toMatchObject({ code: "DATA_POINT_INVALID", field: "type" });
});

test("an instant that two inputs have is refused at its place", async () => {
  await describe();
  const value = (n: number) => ({ timestamp: quarter(n), value: n });
  const input = [
    { id: PATH, source: "ORIGINAL", values: [value(0), value(1)] },
    { id: PATH, source: "ORIGINAL", values: [value(3), value(2), value(1)] },
  ];
  const { data } = await graph.call(SAVE, { input });
  const place = { code: "INSTANT_TWICE", input: 1, row: 2 };
  expect(data.saveDataPoints).toMatchObject(place);
});

test("what steps need is refused without them, and by the names that arguments have", async () => {
  await describe();
  const refused = async (args: string) => {
    const query = `{ dataPoint(id: "${PATH}") { values(from: "${FROM}", until: "${UNTIL}", ${args}) { nodes { value } } } }`;
    return (await graph.call(query)).errors?.[0];
  };
  for (const args of ["aggregate: SUM", 'timeZone: "UTC"'])
    expect(await refused(args), args).toMatchObject({
      message: "step is missing: aggregate and timeZone are of steps",
      extensions: { code: "BAD_INPUT" },
    });
  expect(await refused('step: "PT1H", timeZone: "Mars"')).toMatchObject({
    message: expect.stringContaining("the time zone must be a name of IANA"),
  });
});

test("changes are followed, and missed ones come first after a cursor", async () => {
  await describe();
  await describe("Other");
  const follow = `subscription ($after: String) { dataPointChanges(prefix: "Market", after: $after) {
    cursor missed changes { id source from until author known } } }`;
  const live = graph.open<{ dataPointChanges: Json }>(follow);
  await expect.poll(graph.activeCount).toBe(1);
  await save("ORIGINAL", { 0: 1 }, "Other");
  await save("ORIGINAL", { 0: 1, 3: 2 });
  const { dataPointChanges: first } = await live.next();
  expect(first).toMatchObject({
    missed: false,
    changes: [{ id: PATH, source: "ORIGINAL", from: quarter(0), author: "anonymous" }],
  });
  await save("OVERRIDE", { 0: 5 });
  await save("OVERRIDE", { 1: 5 });
  const later = graph.open<{ dataPointChanges: Json }>(follow, { after: first.cursor });
  for (const from of [quarter(0), quarter(1)])
    expect((await later.next()).dataPointChanges.changes).toMatchObject([{ from }]);
  const tooOld = Buffer.from("data point change:5").toString("base64url");
  const lost = graph.open<{ dataPointChanges: Json }>(follow, { after: tooOld });
  expect((await lost.next()).dataPointChanges).toMatchObject({ missed: true, changes: [] });
  await save("OVERRIDE", { 2: 5 });
  expect((await lost.next()).dataPointChanges.changes).toMatchObject([{ from: quarter(2) }]);
});

test("a refusal names fields and types as the schema does, and over REST as REST does", async () => {
  const send = async (path: string, body: unknown): Promise<Json> => {
    const headers = { "content-type": "application/json" };
    const init = { method: "POST", headers, body: JSON.stringify(body) };
    return (await fetch(application.url + path, init)).json();
  };
  const contains = (text: string) => expect.stringContaining(text);
  for (const [input, ownWords, more, words] of [
    [
      { minValue: 2, maxValue: 1 },
      ["minValue", "minValue must be at most maxValue, 1"],
      { min_value: 2, max_value: 1 },
      ["min_value", "min_value must be at most max_value, 1"],
    ],
    [
      { timeZone: "m_m" },
      ["timeZone", "timeZone must"],
      { time_zone: "m_m" },
      ["time_zone", '"m_m"'],
    ],
    [
      { jsonSchema: {} },
      ["jsonSchema", "jsonSchema is"],
      { json_schema: {} },
      ["json_schema", "json_schema is"],
    ],
  ] as const) {
    const [field, message] = ownWords;
    expect(await describe("A", input)).toMatchObject({ field, message: contains(message) });
    const body = [{ id: "A", type: "time_series_double", ...more }];
    const refused = await send("/describe_data", body);
    expect(refused).toMatchObject({ field: words[0], detail: contains(words[1]) });
  }
  await describe("Doc", { type: "STATIC_DATA", unit: null, resolution: null });
  const other = { field: "type", message: contains("type stays STATIC_DATA, which") };
  expect(await describe("Doc")).toMatchObject(other);
  const retyped = await send("/describe_data", [{ id: "Doc", type: "time_series_double" }]);
  expect(retyped).toMatchObject({ detail: contains("type stays static_data, which") });
  await describe();
  const expires = "2100-01-01T00:00:00Z";
  const values = [{ timestamp: quarter(0), value: 1 }];
  const input = [{ id: PATH, source: "ORIGINAL", values, expiresAt: expires }];
  const { data } = await graph.call(SAVE.replace("code id", "code message"), { input });
  const late = { field: "expiresAt", message: contains("expiresAt is for overrides alone") };
  expect(data.saveDataPoints).toMatchObject(late);
  const saved = await send(`/save_data?expires_at=${expires}`, [{ id: PATH, ...values[0] }]);
  expect(saved).toMatchObject({ field: "expires_at", detail: contains(": expires_at is for") });
  const steps = `{ dataPoint(id: "Doc") { values(from: "${FROM}", until: "${UNTIL}", step: "PT1H") { nodes { value } } } }`;
  expect((await graph.call(steps)).errors?.[0]).toMatchObject({
    message: contains("of the type STATIC_DATA"),
  });
});
