// Values past their retention: as if they were not there, also before their block is removed.
import { expect, test } from "vitest";
import { START_MS } from "../../support/application-under-test.ts";
import { createGraphClient } from "../../support/graph-client.ts";
import type { Json } from "../../support/json.ts";
import { within } from "../../support/rest-under-test.ts";

const MINUTE_MS = 60_000;
const minute = (n: number) => new Date(START_MS + n * MINUTE_MS).toISOString();
const RANGE = `from=${minute(-600)}&until=${minute(600)}`;

test("values past the retention of their data point, or of one above, are not read", () =>
  within(async (application) => {
    const { call, get, clock } = application;
    const number = { type: "time_series_double", resolution: "PT1M" };
    const points = [
      { id: "A", ...number, retention: "PT1H" },
      { id: "A/b/C", ...number },
      { id: "A/Doc", type: "static_data" },
      { id: "Kept", ...number },
    ];
    await call("POST", "/describe_data", points);
    const ids = points.map(({ id }) => id);
    const minutes = [-120, -61, -60, -1, 0];
    const rows = ids.flatMap((id) => minutes.map((n) => ({ id, timestamp: minute(n), value: n })));
    expect((await call("POST", "/save_data", rows)).status).toBe(200);
    const seen = async (query: string) => {
      const found: Json[] = await get(`/query_data?${query}`);
      return ids.map((id) =>
        found.filter((row: Json) => row.id === id).map(({ value }: Json) => value),
      );
    };
    const all = minutes;
    const lastHour = [-60, -1, 0];
    const expected = [lastHour, lastHour, lastHour, all];
    for (const query of [RANGE, `${RANGE}&versions=true`, `${RANGE}&recorded_at=${minute(600)}`])
      expect(await seen(query), query).toEqual(expected);
    const byIds = ids.map((id) => `id=${id}&`).join("");
    expect(await seen(byIds + RANGE)).toEqual(expected);
    expect((await seen(`id=A/b/C&${RANGE}&step=PT1H&aggregate=count`))[1]).toEqual([2, 1]);
    expect(
      (await seen(`id=A/b/C&from=${minute(-200)}&until=${minute(-61)}&versions=true`))[1],
    ).toEqual([]);
    const graph = createGraphClient(application);
    const query = `{ dataPoint(id: "A/b/C") { latest { value }
      values(from: "${minute(-600)}", until: "${minute(600)}") { nodes { value } } } }`;
    const { dataPoint } = (await graph.call(query)).data;
    expect(dataPoint.values.nodes.map(({ value }: Json) => value)).toEqual(lastHour);
    clock.advance(61 * MINUTE_MS);
    expect(await seen("")).toEqual([[], [], [], [0]]);
    expect((await graph.call(query)).data.dataPoint).toEqual({
      latest: null,
      values: { nodes: [] },
    });
    await graph.close();
  }));
