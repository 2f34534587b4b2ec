// Alarms with a database: after a restart, and while the database is unavailable.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { riskPromise } from "../../support/alarm-journeys.ts";
import {
  type ApplicationUnderTest,
  DT_MS,
  START_MS,
  startApplication,
} from "../../support/application-under-test.ts";
import { OWN_SERVERS, type OwnServer } from "../../support/databases.ts";
import { createGraphClient } from "../../support/graph-client.ts";
import type { Json } from "../../support/json.ts";
import { queryDatabase } from "../../support/stored-rows.ts";

let server: OwnServer;
let databaseUrl: string;
let directory: string;
let running: ApplicationUnderTest[] = [];

beforeAll(async () => {
  server = await (OWN_SERVERS[0] as (typeof OWN_SERVERS)[0]).start();
}, 60_000);
afterAll(() => server?.stop());
beforeEach(async () => {
  databaseUrl = await server.createDatabase();
  directory = mkdtempSync(join(tmpdir(), "mando-alarms-"));
});
afterEach(async () => {
  for (const application of running.splice(0)) await application.stop();
  rmSync(directory, { recursive: true });
});

async function start(startMs = START_MS): Promise<ApplicationUnderTest> {
  const environment = { DATABASE_URL: databaseUrl, DATA: directory };
  const application = await startApplication(environment, { startMs });
  running.push(application);
  return application;
}

async function stop(application: ApplicationUnderTest): Promise<void> {
  running = running.filter((other) => other !== application);
  await application.stop();
}

async function call({ url }: ApplicationUnderTest, path: string, method = "GET") {
  const answer = await fetch(url + path, { method });
  return { status: answer.status, body: (await answer.json()) as Json };
}
const alarms = async (application: ApplicationUnderTest, query = "") =>
  (await call(application, `/alarms${query}`)).body.alarms as Json[];

/** Runs ticks, with time for the database in between, until something holds. */
async function runUntil(application: ApplicationUnderTest, holds: () => Promise<boolean>) {
  await expect
    .poll(
      async () => {
        application.clock.advance(DT_MS);
        return holds();
      },
      { timeout: 20_000, interval: 100 },
    )
    .toBe(true);
}

const FOLLOW =
  "subscription ($after: String) { alarmEvents(after: $after) { cursor alarm { id code clearedAt acknowledgedAt } } }";

describe("alarms in a database", { timeout: 60_000 }, () => {
  test("stay after a restart as they were, and events continue after a cursor from before it", async () => {
    const first = await start();
    const graph = createGraphClient(first);
    const live = graph.open<{ alarmEvents: Json }>(FOLLOW);
    await expect.poll(graph.activeCount).toBe(1);
    const dispatchId = await riskPromise(first.url);
    const { alarmEvents: raised } = await live.next();
    first.clock.advance(DT_MS);
    await call(first, `/alarms/${raised.alarm.id}/acknowledge`, "POST");
    const before = await alarms(first);
    await graph.close();
    await stop(first);

    const second = await start(START_MS + 5 * DT_MS);
    expect(await alarms(second, "?open=true")).toEqual(before);
    expect(await alarms(second)).toEqual(before);
    const again = createGraphClient(second);
    const resumed = again.open<{ alarmEvents: Json }>(FOLLOW, { after: raised.cursor });
    const { alarmEvents: acknowledged } = await resumed.next();
    expect(acknowledged.alarm).toEqual({
      ...raised.alarm,
      acknowledgedAt: new Date(START_MS + DT_MS).toISOString(),
    });
    await call(second, `/dispatch/${dispatchId}`, "DELETE");
    const { alarmEvents: cleared } = await resumed.next();
    expect(cleared.alarm.clearedAt).not.toBeNull();
    const after = await alarms(second);
    expect(after).toEqual([{ ...before[0], cleared_at: cleared.alarm.clearedAt }]);
    expect(await alarms(second, "?open=true")).toEqual([]);
    await again.close();
    await stop(second);

    const third = await start(START_MS + 10 * DT_MS);
    expect(await alarms(third)).toEqual(after);
    const body = (await call(third, `/alarms/${raised.alarm.id}/acknowledge`, "POST")).body;
    expect(body).toEqual(after[0]);
  });

  test("are cleared at a start where the dispatch ended meanwhile", async () => {
    const first = await start();
    await riskPromise(first.url);
    await stop(first);
    const second = await start(START_MS + 2 * 3600 * 1000);
    expect(await alarms(second, "?open=true")).toEqual([]);
    expect(await alarms(second)).toMatchObject([{ code: "PROMISE_AT_RISK" }]);
  });

  test("say that the database is unavailable, are acknowledged meanwhile, and are stored after", async () => {
    const application = await start();
    application.clock.advance(DT_MS);
    await server.halt();
    await runUntil(application, async () => (await alarms(application, "?open=true")).length > 0);
    const [degraded] = await alarms(application, "?open=true");
    expect(degraded).toMatchObject({ code: "STORE_DEGRADED", severity: "critical" });
    const acknowledged = await call(application, `/alarms/${degraded.id}/acknowledge`, "POST");
    expect(acknowledged.status).toBe(200);
    expect(await alarms(application, "?open=true")).toEqual([acknowledged.body]);
    expect((await call(application, "/alarms")).body.code).toBe("STORE_UNAVAILABLE");
    await server.restart();
    await runUntil(application, async () => (await alarms(application, "?open=true")).length === 0);
    expect(await alarms(application)).toEqual([
      { ...acknowledged.body, cleared_at: expect.any(String) },
    ]);
    await stop(application);
    const stored = await queryDatabase<{ code: string }>(
      databaseUrl,
      "select code from alarms where cleared_at is not null and acknowledged_at is not null",
    );
    expect(stored).toEqual([{ code: "STORE_DEGRADED" }]);
  });

  test("outlive a server that stops while the database is unavailable", async () => {
    const first = await start();
    first.clock.advance(DT_MS);
    await server.halt();
    await runUntil(first, async () => (await alarms(first, "?open=true")).length > 0);
    const [degraded] = await alarms(first, "?open=true");
    await stop(first);
    await server.restart();
    const second = await start(first.clock.nowMs() + DT_MS);
    expect(await alarms(second)).toEqual([{ ...degraded, cleared_at: expect.any(String) }]);
    expect(await alarms(second, "?open=true")).toEqual([]);
  });
});
