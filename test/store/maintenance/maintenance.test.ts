// Maintenance while the database is unavailable, and when it is back.
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { migrateDatabase } from "../../../src/store/adoption/migration.ts";
import { createDigests } from "../../../src/store/audit/digest.ts";
import { createClient } from "../../../src/store/database/client.ts";
import { createMaintenance } from "../../../src/store/maintenance/maintenance.ts";
import { createChunks, type StoreShape } from "../../../src/store/telemetry/timescale.ts";
import { createWatermarks } from "../../../src/store/telemetry/watermarks.ts";
import { SERVERS, type TestServer } from "../../support/databases.ts";
import { KEEP_ALL } from "../../support/keep-all.ts";
import { silentLog } from "../../support/silent-log.ts";

const SHAPE: StoreShape = { kind: "postgresql", chunked: false, aggregates: [] };

let server: TestServer;
let url: string;

beforeAll(async () => {
  server = await (SERVERS[0] as (typeof SERVERS)[0]).start();
  url = await server.createDatabase();
  await migrateDatabase(url, silentLog);
}, 60_000);
afterAll(() => server?.stop());

/** Begins the next maintenance now; its waits have their own time. */
function passMinute(): void {
  vi.advanceTimersByTime(60_000);
  vi.useRealTimers();
}

test("warns once where it does not end in time, and logs its next success", async () => {
  const said: [level: string, message: string][] = [];
  const client = createClient(1);
  const maintenance = createMaintenance({
    client,
    shape: SHAPE,
    watermarks: createWatermarks(),
    rate: { assetCount: () => 1, dtS: 4 },
    retention: KEEP_ALL,
    auditDigests: createDigests(),
    log: {
      ...silentLog,
      info: (_, message) => said.push(["info", message]),
      warn: (_, message) => said.push(["warn", message]),
      error: (_, message) => said.push(["error", message]),
    },
  });
  const warned = ["warn", "maintenance of the store did not end in time: it is tried again"];

  // The client has no server yet, which is like an outage.
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  maintenance.start();
  await maintenance.run().catch(() => {});
  vi.advanceTimersByTime(60_000);
  await maintenance.run().catch(() => {});
  expect(said).toEqual([warned]);

  client.connect(url);
  passMinute();
  await expect.poll(() => said.length).toBe(2);
  expect(said).toEqual([warned, ["info", "maintenance of the store succeeds again"]]);
  expect(maintenance.usage().bytes.telemetry).toBeGreaterThan(0);
  await maintenance.stop();
  await client.close();
});

test("is a failure with its cause, logged once, for as long as the database refuses it", async () => {
  const said: string[] = [];
  const client = createClient(1);
  client.connect(url);
  const maintenance = createMaintenance({
    client,
    shape: SHAPE,
    watermarks: createWatermarks(),
    rate: { assetCount: () => 1, dtS: 4 },
    retention: KEEP_ALL,
    auditDigests: createDigests(),
    log: {
      ...silentLog,
      info: (_, message) => said.push(message),
      error: (_, message) => said.push(message),
    },
  });
  const rename = (from: string, to: string) =>
    client.within(10_000, (sql) => sql.unsafe(`alter table ${from} rename to ${to}`));
  await rename("dispatches", "aside");
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  maintenance.start();
  await maintenance.run().catch(() => {});
  vi.advanceTimersByTime(60_000);
  await maintenance.run().catch(() => {});
  expect(said).toEqual(["maintenance of the store failed: it is tried again each minute"]);
  expect(maintenance.failure()).toMatchObject({ cause: { code: "42P01" } });
  await rename("aside", "dispatches");
  passMinute();
  await expect.poll(() => maintenance.failure()).toBeUndefined();
  expect(said.at(-1)).toBe("maintenance of the store succeeds again");
  await maintenance.stop();
  await client.close();
});

test("makes chunks shorter as the fleet grows, and sets them only where they change", async () => {
  const client = createClient(1);
  client.connect(await server.createDatabase());
  let assetCount = 10;
  const rate = { assetCount: () => assetCount, dtS: 4 };
  const chunks = createChunks({ ...SHAPE, chunked: true }, rate);
  const requested = await client.within(10_000, async (sql) => {
    // Stands for the one that TimescaleDB has.
    await sql.unsafe(`create table requested (place serial, name text, hours text);
      create function set_chunk_time_interval(name text, width interval) returns void language sql as
        'insert into requested (name, hours) values ($1, $2)'`);
    for (const count of [10, 11, 100, 100, 10_000]) {
      assetCount = count;
      await chunks.fit(sql);
    }
    await createChunks(SHAPE, rate).fit(sql);
    return sql`select name, hours from requested order by place`;
  });
  await client.close();
  expect(requested.map(({ name, hours }) => [name, hours])).toEqual(
    // 512 MiB of rows of 230 bytes, 900 an hour of each asset.
    ["168:00:00", "25:00:00", "01:00:00"].flatMap((hours) => [
      ["telemetry", hours],
      ["totals", hours],
    ]),
  );
});
