// Reads of stored values: by what was known and recorded, in steps of every kind, and by paths that are paths.
import { expect, test } from "vitest";
import { createGraphClient } from "../../support/graph-client.ts";
import type { Json } from "../../support/json.ts";
import { within } from "../../support/rest-under-test.ts";

const FROM = "2026-01-01T00:00:00.000Z";
const UNTIL = "2026-01-02T00:00:00.000Z";
const quarter = (n: number) => new Date(Date.parse(FROM) + n * 900_000).toISOString();
const RANGE = `id=A&from=${FROM}&until=${UNTIL}`;
const POINT = { id: "A", type: "time_series_double", resolution: "PT15M" };
const valuesOf = (rows: Json[]) => rows.map(({ value }: Json) => value);

test("a path has 1 to 16 segments of its signs, 256 characters at most, and its case counts", () =>
  within(async ({ call, get }) => {
    const path = (count: number, segment: string) => new Array(count).fill(segment).join("/");
    const right = [
      "a",
      "A",
      "a/B_c-1.x",
      path(16, "s"),
      `${path(15, "s".repeat(15))}/${"t".repeat(16)}`,
    ];
    expect(right.at(-1)).toHaveLength(256);
    const wrong = ["", "/a", "a/", "a//b", "a b", "å", "a\\b", path(17, "s"), `${right.at(-1)}t`];
    for (const id of wrong)
      expect((await call("POST", "/describe_data", [{ ...POINT, id }])).body, id).toMatchObject({
        code: "DATA_POINT_INVALID",
        field: "id",
      });
    const described = await call(
      "POST",
      "/describe_data",
      right.map((id) => ({ ...POINT, id })),
    );
    expect(described.status).toBe(200);
    const row = (id: string) => [{ id, timestamp: FROM, value: 1 }];
    for (const id of wrong.slice(1))
      expect((await call("POST", "/save_data", row(id))).body, id).toMatchObject({
        ...{ code: "BAD_INPUT", column: "id", row: 1 },
      });
    await call("POST", "/save_data", row("a"));
    expect(await get("/query_data?id=A")).toEqual([]);
    expect(valuesOf(await get("/query_data?id=a"))).toEqual([1]);
  }));

test("a read has what was known, and what was recorded, at an instant, over REST and GraphQL", () =>
  within(async (application) => {
    const { call, get, tick } = application;
    await call("POST", "/describe_data", [POINT]);
    const save = async (value: number, more: object = {}) => {
      tick(1);
      const row = { id: "A", timestamp: quarter(0), value, ...more };
      return (await call("POST", "/save_data", [row])).body.recorded_at as string;
    };
    const first = await save(1);
    const second = await save(2);
    // Recorded last, and known before the second.
    const third = await save(3, { known: first });
    const graph = createGraphClient(application);
    for (const [known, recorded, values] of [
      [undefined, undefined, [3]],
      [second, undefined, [3]],
      [first, undefined, [3]],
      [first, second, [1]],
      [undefined, second, [2]],
      [second, second, [2]],
      [undefined, third, [3]],
      [quarter(-1), undefined, []],
    ] as const) {
      const rest = [known && `&known_at=${known}`, recorded && `&recorded_at=${recorded}`].join("");
      expect(valuesOf(await get(`/query_data?${RANGE}${rest}`)), rest).toEqual(values);
      expect(valuesOf(await get(`/query_data?id=A${rest}`)), rest).toEqual(values);
      const args = [known && `, knownAt: "${known}"`, recorded && `, recordedAt: "${recorded}"`];
      const query = `{ dataPoint(id: "A") { latest(mode: MERGED${args.join("")}) { value }
        values(from: "${FROM}", until: "${UNTIL}"${args.join("")}) { nodes { value } } } }`;
      const { dataPoint } = (await graph.call(query)).data;
      expect(valuesOf(dataPoint.values.nodes), rest).toEqual(values);
      expect(dataPoint.latest?.value, rest).toBe(values[0]);
    }
    await graph.close();
  }));

test("steps have every aggregate, none where there is no value, and the zone that is named", () =>
  within(async ({ call, get }) => {
    await call("POST", "/describe_data", [{ ...POINT, time_zone: "Europe/Helsinki" }]);
    const values = { 0: 4, 1: 1, 3: 7, 12: -2 };
    const rows = Object.entries(values).map(([n, value]) => {
      return { id: "A", timestamp: quarter(Number(n)), value };
    });
    expect((await call("POST", "/save_data", rows)).status).toBe(200);
    const steps = async (more: string): Promise<Json[]> => get(`/query_data?${RANGE}&${more}`);
    for (const [aggregate, ofHours] of [
      ["mean", [4, -2]],
      ["sum", [12, -2]],
      ["min", [1, -2]],
      ["max", [7, -2]],
      ["first", [4, -2]],
      ["last", [7, -2]],
      ["count", [3, 1]],
    ] as const) {
      const hours = await steps(`step=PT1H&aggregate=${aggregate}`);
      expect([aggregate, valuesOf(hours)]).toEqual([aggregate, ofHours]);
      expect(hours.map(({ timestamp }) => timestamp)).toEqual([quarter(0), quarter(12)]);
      expect(hours.map(({ covered_ratio }) => covered_ratio)).toEqual([0.75, 0.25]);
    }
    const begin = async (more: string) => (await steps(`step=P1D${more}`))[0].timestamp;
    expect(await begin("")).toBe("2025-12-31T22:00:00.000Z");
    expect(await begin("&time_zone=UTC")).toBe(FROM);
    expect(await begin("&time_zone=Europe/Berlin")).toBe("2025-12-31T23:00:00.000Z");
  }));
