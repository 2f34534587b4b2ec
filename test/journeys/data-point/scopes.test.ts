// Data points of a client whose role holds below some prefixes: others are as if they were not there.
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type ApplicationUnderTest,
  DT_MS,
  startApplication,
} from "../../support/application-under-test.ts";
import { ADMIN_TOKEN, clientWith, makeToken } from "../../support/identities.ts";

let application: ApplicationUnderTest;
let own: ReturnType<typeof clientWith>;
let admin: ReturnType<typeof clientWith>;
let viewer: ReturnType<typeof clientWith>;
let curator: ReturnType<typeof clientWith>;

const AT = "2026-01-01T00:00:00Z";
const RANGE = "from=2026-01-01T00:00:00Z&until=2026-01-02T00:00:00Z";
const row = (id: string, more: object = {}) => [{ id, timestamp: AT, value: 1, ...more }];

beforeAll(async () => {
  application = await startApplication({ API_TOKEN: ADMIN_TOKEN });
  const part = { path_prefixes: ["Market/FI", "Price"] };
  own = clientWith(application, await makeToken(application, "own", "trader", part));
  viewer = clientWith(application, await makeToken(application, "viewer", "viewer", part));
  curator = clientWith(application, await makeToken(application, "curator", "admin", part));
  admin = clientWith(application, ADMIN_TOKEN);
  const ids = ["Market/FI/A", "Market/FIN/B", "Market/SE/C", "Price"];
  const points = ids.map((id) => ({ id, type: "time_series_double" }));
  await admin.send("POST", "/describe_data", points);
  await admin.send(
    "POST",
    "/save_data",
    ids.flatMap((id) => row(id)),
  );
});
afterAll(() => application.stop());

test("the catalogue, queries and subscriptions have those below the prefixes alone", async () => {
  const { body } = await own.send("GET", "/data_points");
  expect(body.data_points.map(({ id }: { id: string }) => id)).toEqual(["Market/FI/A", "Price"]);
  const ids = async (query: string) =>
    (await own.send("GET", `/query_data?${query}`)).body.map(({ id }: { id: string }) => id);
  expect(await ids(RANGE)).toEqual(["Market/FI/A", "Price"]);
  expect(await ids(`prefix=Market&${RANGE}`)).toEqual(["Market/FI/A"]);
  expect(await ids("prefix=Market/SE")).toEqual([]);
  const hidden = await own.send("GET", "/query_data?id=Market/SE/C");
  const unknown = await own.send("GET", "/query_data?id=Market/SE/X");
  expect([hidden.status, hidden.body.code]).toEqual([404, "DATA_POINT_UNKNOWN"]);
  expect(hidden.body.detail.replace("/C", "/X")).toBe(unknown.body.detail);
});

test("values are written below the prefixes alone, by whom the role allows, and known from now on", async () => {
  const save = async (who: typeof own, body: object) => {
    const { status, body: answer } = await who.send("POST", "/save_data", body);
    return [status, answer.code];
  };
  expect(await save(own, row("Market/FI/A"))).toEqual([200, undefined]);
  expect(await save(own, row("Market/SE/C"))).toEqual([404, "DATA_POINT_UNKNOWN"]);
  expect(await save(viewer, row("Market/FI/A"))).toEqual([403, "FORBIDDEN"]);
  const past = { known: "2020-01-01T00:00:00Z" };
  expect(await save(own, row("Market/FI/A", past))).toEqual([403, "FORBIDDEN"]);
  expect(await save(curator, row("Market/FI/A", past))).toEqual([200, undefined]);
});

test("an admin of a prefix describes what is below it, and nothing else", async () => {
  const describe = async (id: string) =>
    (await curator.send("POST", "/describe_data", [{ id, type: "static_data" }])).status;
  expect(await describe("Market/FI/New")).toBe(200);
  expect(await describe("Market/SE/New")).toBe(403);
  expect((await curator.send("GET", "/audit_logs")).status).toBe(403);
  const recordsOf = async (target: string) => {
    application.clock.advance(DT_MS);
    return (await admin.send("GET", `/audit_logs?target=data_point:${target}`)).body.records;
  };
  await expect
    .poll(() => recordsOf("Market/SE/New"))
    .toMatchObject([
      {
        action: "data_point.describe",
        actor: "token:curator",
        outcome: "refused",
        code: "FORBIDDEN",
      },
    ]);
});

test("a write has its record in the audit log", async () => {
  await own.send("POST", "/save_data?request_id=r1", row("Price"));
  const { body } = await admin.send("GET", "/audit_logs?target=data_point:Price&limit=1");
  expect(body.records).toMatchObject([
    {
      ...{ action: "data_point.save", actor: "token:own", outcome: "done", request_id: "r1" },
      after: { source: "original", value_count: 1, from: "2026-01-01T00:00:00.000Z" },
    },
  ]);
});

test("a grant with a prefix that is no path is refused", async () => {
  const token = { name: "wrong", role: "viewer", path_prefixes: ["a//b"] };
  const { status, body } = await admin.send("POST", "/tokens", token);
  expect([status, body.code, body.field]).toEqual([422, "TOKEN_INVALID", "path_prefixes"]);
});
