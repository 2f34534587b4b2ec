// Data points with a database: what is written stays after a restart, and followers are sent that they missed changes.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type ApplicationUnderTest,
  DT_MS,
  START_MS,
  startApplication,
} from "../../support/application-under-test.ts";
import { OWN_SERVERS, type OwnServer } from "../../support/databases.ts";
import { createGraphClient } from "../../support/graph-client.ts";
import type { Json } from "../../support/json.ts";

let server: OwnServer;
let databaseUrl: string;
let directory: string;

beforeAll(async () => {
  server = await (OWN_SERVERS[0] as (typeof OWN_SERVERS)[0]).start();
  databaseUrl = await server.createDatabase();
  directory = mkdtempSync(join(tmpdir(), "mando-data-points-"));
}, 60_000);
afterAll(async () => {
  await server?.stop();
  rmSync(directory, { recursive: true });
});

async function call({ url }: ApplicationUnderTest, method: string, path: string, body?: unknown) {
  const answer = await fetch(url + path, {
    method,
    headers: { "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return (await answer.json()) as Json;
}

const FOLLOW =
  "subscription ($after: String) { dataPointChanges(after: $after) { cursor missed changes { id } } }";
const rows = (value: number, more: object = {}) => [
  { id: "Market/Price", timestamp: "2026-01-01T00:00:00Z", value, ...more },
];
const RANGE = "from=2026-01-01T00:00:00Z&until=2026-01-02T00:00:00Z";

test("values, requests and records stay, and a cursor of before the restart is answered with missed", {
  timeout: 60_000,
}, async () => {
  const environment = { DATABASE_URL: databaseUrl, DATA: directory };
  const first = await startApplication(environment, { startMs: START_MS });
  const point = { id: "Market/Price", type: "time_series_double", resolution: "PT15M" };
  await call(first, "POST", "/describe_data", [point]);
  const graph = createGraphClient(first);
  const live = graph.open<{ dataPointChanges: Json }>(FOLLOW);
  await expect.poll(graph.activeCount).toBe(1);
  const saved = await call(first, "POST", "/save_data?request_id=r1", rows(1));
  const { dataPointChanges: change } = await live.next();
  expect(change).toMatchObject({ missed: false, changes: [{ id: "Market/Price" }] });
  await call(first, "POST", "/save_data", rows(2, { source: "override" }));
  await graph.close();
  await first.stop();

  const second = await startApplication(environment, { startMs: START_MS + 10 * DT_MS });
  const again = createGraphClient(second);
  expect(await call(second, "GET", `/query_data?${RANGE}`)).toMatchObject([
    { value: 2, source: "override" },
  ]);
  expect(await call(second, "GET", `/query_data?${RANGE}&mode=original`)).toMatchObject([
    { value: 1 },
  ]);
  expect(await call(second, "POST", "/save_data?request_id=r1", rows(1))).toEqual(saved);
  const resumed = again.open<{ dataPointChanges: Json }>(FOLLOW, { after: change.cursor });
  expect((await resumed.next()).dataPointChanges).toMatchObject({ missed: true, changes: [] });
  await call(second, "POST", "/save_data", rows(3));
  expect((await resumed.next()).dataPointChanges.changes).toHaveLength(1);
  const { records } = await call(second, "GET", "/audit_logs?action=data_point.save");
  expect(records).toHaveLength(3);
  await again.close();
  await second.stop();
});
