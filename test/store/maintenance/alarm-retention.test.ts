// The retention of alarms, and of the numbers of their events.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Alarm } from "../../../src/domain/alarm/alarm.ts";
import type { AlarmStore } from "../../../src/domain/ports/alarm-store.ts";
import { migrateDatabase } from "../../../src/store/adoption/migration.ts";
import { storeAlarms } from "../../../src/store/alarm/alarm-rows.ts";
import { createAlarmStore } from "../../../src/store/alarm/alarm-store.ts";
import { removeOldAlarms } from "../../../src/store/alarm/removal.ts";
import { createDigests } from "../../../src/store/audit/digest.ts";
import { type Client, createClient } from "../../../src/store/database/client.ts";
import { createRetention } from "../../../src/store/maintenance/retention.ts";
import { FLEET_ID } from "../../../src/store/telemetry/minutes.ts";
import { createWatermarks, readWatermarks } from "../../../src/store/telemetry/watermarks.ts";
import { exportTables, importTables } from "../../../src/store/transfer/transfer.ts";
import { alarmOf, RAISED_MS } from "../../support/alarms.ts";
import { SERVERS, type TestServer } from "../../support/databases.ts";
import { KEEP_ALL } from "../../support/keep-all.ts";
import { silentLog } from "../../support/silent-log.ts";
import { queryDatabase } from "../../support/stored-rows.ts";

const DAY_MS = 24 * 3600 * 1000;
const DAYS = 400;
/** Later than everything that is old here, and before everything that is new. */
const CUT_MS = RAISED_MS + DAY_MS;

describe.each(SERVERS)("the retention of alarms on $name", { timeout: 60_000 }, ({ start }) => {
  let server: TestServer;
  let url: string;
  let client: Client;
  let store: AlarmStore;
  let number = 0;

  /** An alarm that was cleared before the cut, or so much after it. */
  const clearedOf = (afterCutMs: number, difference: Partial<Alarm> = {}) =>
    alarmOf({
      ...{ raisedNumber: ++number, clearedNumber: ++number, clearedAtMs: CUT_MS + afterCutMs },
      ...difference,
    });
  const put = (...alarms: readonly Alarm[]) =>
    client.within(5_000, (sql) => storeAlarms(sql, alarms));
  const keptIds = async () => (await store.list({ limit: 100 })).map(({ id }) => id);

  beforeAll(async () => {
    server = await start();
  }, 60_000);
  afterAll(() => server?.stop());
  beforeEach(async () => {
    number = 0;
    url = await server.createDatabase();
    await migrateDatabase(url, silentLog);
    client = createClient(2);
    client.connect(url);
    await client.within(5_000, (sql) => readWatermarks(sql, createWatermarks()));
    store = createAlarmStore(client, () => {
      throw new Error("not used");
    });
  });
  afterEach(() => client?.close());

  test("removes those that were cleared before the instant, and no open one", async () => {
    const open = alarmOf({ raisedNumber: ++number });
    const known = { acknowledgedAtMs: RAISED_MS + 1, acknowledgedNumber: ++number };
    const [old, young] = [clearedOf(-1, known), clearedOf(0)];
    await put(open, old, young);
    await removeOldAlarms(client, CUT_MS);
    expect(await keptIds()).toEqual([young.id, open.id]);
  });

  test("refuses the events after a number that were removed, and gives no number again", async () => {
    const [old, young] = [clearedOf(-1), clearedOf(-1)];
    await put(old, young);
    await removeOldAlarms(client, CUT_MS);
    expect(await keptIds()).toEqual([]);
    expect(await store.open()).toEqual({ alarms: [], lastNumber: 4 });
    expect(await store.eventsAfter(3, 10)).toBeUndefined();
    expect(await store.eventsAfter(4, 10)).toEqual([]);
    const next = alarmOf({ raisedNumber: 7 });
    await put(next);
    expect(await store.eventsAfter(4, 10)).toMatchObject([{ number: 7 }]);
  });

  test("removes them in small transactions, and stops where the server does", async () => {
    await put(...[1, 2, 3, 4, 5].map((n) => clearedOf(-n)));
    await removeOldAlarms(client, CUT_MS, () => true, 2);
    expect(await keptIds()).toHaveLength(5);
    let calls = 0;
    await removeOldAlarms(client, CUT_MS, () => ++calls > 2, 2);
    expect(await keptIds()).toHaveLength(1);
    await removeOldAlarms(client, CUT_MS, () => false, 2);
    expect(await keptIds()).toEqual([]);
  });

  test("counts the setting from the newest sample", async () => {
    const newestMs = CUT_MS + DAYS * DAY_MS;
    const [old, young] = [clearedOf(-1), clearedOf(0)];
    await put(old, young);
    await queryDatabase(
      url,
      `insert into totals (scope_id, ts, asset_count, soc_mwhr, soc_pct, capacity_mwhr, current_mw, dt_s, tick_in_mwhr, tick_out_mwhr)
       values ('${FLEET_ID}', '${new Date(newestMs).toISOString()}', 1, 1, 1, 1, 1, 4, 0, 0)`,
    );
    const shape = { kind: "postgresql", chunked: false, aggregates: [] } as const;
    const settings = { ...KEEP_ALL, alarmDays: DAYS };
    await createRetention(client, shape, createWatermarks(), settings, createDigests()).run();
    expect(await keptIds()).toEqual([young.id]);
  });

  test("the newest removed number is moved with an export", async () => {
    await put(clearedOf(-1), clearedOf(0));
    await removeOldAlarms(client, CUT_MS);
    const folder = join(mkdtempSync(join(tmpdir(), "mando-alarms-")), "export");
    await exportTables(url, folder, silentLog);
    const other = await server.createDatabase();
    await importTables(other, folder, silentLog);
    rmSync(dirname(folder), { recursive: true });
    expect(await queryDatabase(other, "select alarms_until::int as n from history_marks")).toEqual([
      { n: 2 },
    ]);
  });
});
