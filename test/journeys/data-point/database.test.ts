// Data points with a database: what is written stays after a restart, and followers are sent the changes that they missed.
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
import { ADMIN_TOKEN, clientWith, makeToken } from "../../support/identities.ts";
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

test("values, requests and records stay, and changes resume after a cursor of before the restart", {
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
  const { dataPointChanges: missed } = await resumed.next();
  expect(missed).toMatchObject({ missed: false, changes: [{ id: "Market/Price" }] });
  await call(second, "POST", "/save_data", rows(3));
  const { dataPointChanges: newest } = await resumed.next();
  expect(newest.changes).toHaveLength(1);
  const caughtUp = again.open<{ dataPointChanges: Json }>(FOLLOW, { after: missed.cursor });
  expect((await caughtUp.next()).dataPointChanges).toEqual(newest);
  for (const number of [5, Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER]) {
    const after = Buffer.from(`data point change:${number}`).toString("base64url");
    const lost = again.open<{ dataPointChanges: Json }>(FOLLOW, { after });
    const { dataPointChanges } = await lost.next();
    expect(dataPointChanges).toMatchObject({ missed: true, changes: [], cursor: newest.cursor });
  }
  const { records } = await call(second, "GET", "/audit_logs?action=data_point.save");
  expect(records).toHaveLength(3);
  await again.close();
  await second.stop();
});

test("a client with prefixes resumes over a restart with its own changes alone", {
  timeout: 60_000,
}, async () => {
  const environment = { DATABASE_URL: await server.createDatabase(), API_TOKEN: ADMIN_TOKEN };
  const first = await startApplication(environment, { startMs: START_MS });
  const admin = clientWith(first, ADMIN_TOKEN);
  const token = await makeToken(first, "own", "viewer", { path_prefixes: ["Market"] });
  const ids = ["Market/Price", "Other/Price"];
  const points = ids.map((id) => ({ id, type: "time_series_double" }));
  await admin.send("POST", "/describe_data", points);
  const save = (who: typeof admin, id: string) =>
    who.send("POST", "/save_data", [{ id, timestamp: "2026-01-01T00:00:00Z", value: 1 }]);
  const { recorded_at } = (await save(admin, "Other/Price")).body;
  for (const id of [...ids, ...ids]) await save(admin, id);
  await first.stop();

  const second = await startApplication(environment, { startMs: START_MS + 10 * DT_MS });
  const after = Buffer.from(`data point change:${Date.parse(recorded_at)}`).toString("base64url");
  const graph = createGraphClient(second, token);
  const live = graph.open<{ dataPointChanges: Json }>(FOLLOW, { after });
  const seen = [await live.next(), await live.next()];
  await save(clientWith(second, ADMIN_TOKEN), "Other/Price");
  await save(clientWith(second, ADMIN_TOKEN), "Market/Price");
  seen.push(await live.next());
  await graph.close();
  for (const { dataPointChanges } of seen)
    expect(dataPointChanges).toMatchObject({ missed: false, changes: [{ id: "Market/Price" }] });
  await second.stop();
});
