// Alarms take the path of the frames: onto the disk, and from there into the database.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Alarm } from "../../../src/domain/alarm/alarm.ts";
import { migrateDatabase } from "../../../src/store/adoption/migration.ts";
import { type Client, createClient } from "../../../src/store/database/client.ts";
import { openSpool, type Spool } from "../../../src/store/spool/spool.ts";
import { createWatermarks } from "../../../src/store/telemetry/watermarks.ts";
import {
  createTelemetryWriter,
  type TelemetryWriter,
} from "../../../src/store/write-behind/telemetry-writer.ts";
import { alarmOf, RAISED_MS } from "../../support/alarms.ts";
import { NO_KEY } from "../../support/audit.ts";
import { OWN_SERVERS, type OwnServer } from "../../support/databases.ts";
import { silentLog } from "../../support/silent-log.ts";
import { queryDatabase } from "../../support/stored-rows.ts";

const UNAVAILABLE = { code: "STORE_UNAVAILABLE", retryable: true };
/** Longer than any of these tests. */
const LONG_MS = 120_000;

describe.each(OWN_SERVERS)("alarms on $name", { timeout: 60_000 }, ({ start }) => {
  let server: OwnServer;
  let url: string;
  let directory: string;
  let client: Client;
  let spool: Spool;
  let writer: TelemetryWriter;

  const stored = () =>
    queryDatabase<{ id: string; open: boolean }>(
      url,
      "select id, cleared_at is null as open from alarms order by raised_number",
    );

  beforeAll(async () => {
    server = await start();
  }, 60_000);
  afterAll(() => server?.stop());
  beforeEach(async () => {
    url = await server.createDatabase();
    const ownerId = await migrateDatabase(url, silentLog);
    directory = mkdtempSync(join(tmpdir(), "mando-alarms-"));
    client = createClient(2);
    client.connect(url);
    spool = await openSpool({ directory, ownerId, maxBytes: 2 ** 26, log: silentLog });
    writer = createTelemetryWriter({
      auditDigests: NO_KEY,
      ...{ client, spool, watermarks: createWatermarks(), log: silentLog },
    });
  });
  afterEach(async () => {
    await writer.stop();
    await spool.close();
    await client.close();
    rmSync(directory, { recursive: true });
  });

  test("are kept on the disk at once, and stored once the database is back", async () => {
    await server.halt();
    writer.start();
    const alarm = alarmOf();
    const cleared = { ...alarm, clearedAtMs: RAISED_MS + 1, clearedNumber: 2 };
    const { kept, stored: committed } = writer.recordAlarms([alarm], LONG_MS);
    await kept;
    const late = writer.recordAlarms([cleared], 50);
    await expect(late.stored).rejects.toMatchObject(UNAVAILABLE);
    await server.restart();
    await committed;
    await writer.drain();
    expect(await stored()).toEqual([{ id: alarm.id, open: false }]);
  });

  test("of which the database refuses one are stored without it, and it is set aside", async () => {
    const [one, two] = [alarmOf({ raisedNumber: 1 }), alarmOf({ raisedNumber: 2 })];
    const refused = { ...alarmOf({ raisedNumber: 3 }), message: null as unknown as string };
    const { stored: committed } = writer.recordAlarms([one, refused as Alarm, two], LONG_MS);
    await writer.drain();
    await committed;
    expect((await stored()).map(({ id }) => id)).toEqual([one.id, two.id]);
    expect(writer.stats()).toMatchObject({
      waitingRecords: 0,
      rejectedChanges: 1,
      rejectedRows: 0,
    });
    const [aside] = await queryDatabase<{ reason: string; row: string }>(
      url,
      "select reason, row from telemetry_rejected",
    );
    expect(aside?.reason).toMatch(/^23502 /);
    expect(JSON.parse(aside?.row ?? "")).toEqual(refused);
  });

  test("that are written again after a crash stay as they were left", async () => {
    const alarm = alarmOf();
    const cleared = { ...alarm, clearedAtMs: RAISED_MS + 1, clearedNumber: 2 };
    for (const state of [alarm, cleared, alarm]) {
      const { stored: committed } = writer.recordAlarms([state], LONG_MS);
      await writer.drain();
      await committed;
    }
    expect(await stored()).toEqual([{ id: alarm.id, open: false }]);
  });

  test("that the disk cannot take are refused, and counted", async () => {
    await spool.close();
    const { kept, stored: committed } = writer.recordAlarms([alarmOf(), alarmOf()], LONG_MS);
    await expect(kept).rejects.toMatchObject(UNAVAILABLE);
    await expect(committed).rejects.toMatchObject(UNAVAILABLE);
    expect(writer.stats()).toMatchObject({ unspooledChanges: 2, unspooledFrames: 0 });
  });
});
