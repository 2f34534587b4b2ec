// Changes of dispatches take the path of the frames: onto the disk, and from there into the database.
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { DispatchChange, DispatchStore } from "../../../src/domain/ports/dispatch-store.ts";
import type { Log } from "../../../src/domain/ports/log.ts";
import { createSimulator, type Simulator } from "../../../src/simulator/simulator.ts";
import { migrateDatabase } from "../../../src/store/adoption/migration.ts";
import { type Client, createClient } from "../../../src/store/database/client.ts";
import { createDispatchStore } from "../../../src/store/dispatch/dispatch-store.ts";
import { openSpool, type Spool } from "../../../src/store/spool/spool.ts";
import { createWatermarks } from "../../../src/store/telemetry/watermarks.ts";
import {
  createTelemetryWriter,
  type TelemetryWriter,
} from "../../../src/store/write-behind/telemetry-writer.ts";
import { NO_KEY } from "../../support/audit.ts";
import { OWN_SERVERS, type OwnServer } from "../../support/databases.ts";
import { changeOf, dispatchOf, startOf } from "../../support/dispatches.ts";
import { silentLog } from "../../support/silent-log.ts";
import { queryDatabase } from "../../support/stored-rows.ts";
import { DT_S, tableOf } from "../../support/tick-tables.ts";

const UNAVAILABLE = { code: "STORE_UNAVAILABLE", retryable: true };
/** Longer than any of these tests. */
const LONG_MS = 120_000;

describe.each(OWN_SERVERS)("changes of dispatches on $name", { timeout: 60_000 }, ({ start }) => {
  let server: OwnServer;
  let url: string;
  let ownerId: string;
  let directory: string;
  let client: Client;
  let simulator: Simulator;
  let store: DispatchStore;
  let spool: Spool;
  let writer: TelemetryWriter;
  let errors: string[];
  const dispatch = dispatchOf();

  const log: Log = { ...silentLog, error: (_, message) => errors.push(message) };
  const open = async (folder: string) => {
    spool = await openSpool({ directory: folder, ownerId, maxBytes: 2 ** 26, log: silentLog });
    writer = createTelemetryWriter({
      auditDigests: NO_KEY,
      client,
      spool,
      watermarks: createWatermarks(),
      log,
    });
  };
  const keepFrame = () => writer.keep(simulator.tick(simulator.latest().tick + 1));
  const record = (...changes: DispatchChange[]) => writer.record(changes, LONG_MS);
  const query = <T>(text: string) => queryDatabase<T>(url, text);

  beforeAll(async () => {
    server = await start();
  }, 60_000);
  afterAll(() => server?.stop());
  beforeEach(async () => {
    errors = [];
    url = await server.createDatabase();
    ownerId = await migrateDatabase(url, silentLog);
    directory = mkdtempSync(join(tmpdir(), "mando-changes-"));
    client = createClient(2);
    client.connect(url);
    simulator = createSimulator(tableOf({}), DT_S, 1_000);
    await open(join(directory, "spool"));
    store = createDispatchStore(
      client,
      (changes) => record(...changes),
      () => true,
      NO_KEY,
    );
    await store.add([dispatch], []);
  });
  afterEach(async () => {
    await spool.close();
    await client.close();
    rmSync(directory, { recursive: true });
  });

  test("lie on the disk in the order of the calls, with frames, and are stored with them at once", async () => {
    keepFrame();
    const first = record(startOf(dispatch, 1));
    keepFrame();
    const second = record(changeOf(dispatch, { deliveredMwhr: 0.1 + 0.2 }));
    await writer.flush(0);
    const kinds = (await spool.read(2 ** 20)).map(({ payload }) => payload[0]);
    expect(kinds).toEqual([0, "{".charCodeAt(0), 0, "{".charCodeAt(0)]);
    expect(writer.stats()).toMatchObject({ waitingRecords: 4, waitingFrames: 2 });
    await writer.drain();
    await Promise.all([first, second]);
    expect(await store.find(dispatch.id)).toMatchObject({ deliveredMwhr: 0.1 + 0.2 });
    expect(await store.eventsOf(dispatch.id)).toHaveLength(1);
    const transactions = await query(
      "select xmin::text from telemetry union select xmin::text from dispatches union select xmin::text from dispatch_events",
    );
    expect(transactions).toHaveLength(1);
    expect(writer.stats()).toMatchObject({ waitingRecords: 0, waitingFrames: 0 });
  });

  test("resolve once they are stored, and not before", async () => {
    let kept = false;
    const recorded = record(startOf(dispatch, 1)).then(() => {
      kept = true;
    });
    await writer.flush(0);
    expect(spool.stats().waitingRecords).toBe(1);
    expect(kept).toBe(false);
    writer.start();
    await recorded;
    expect(await store.find(dispatch.id)).toMatchObject({ status: "active" });
    await writer.stop();
  });

  test("change nothing where they are drained again, as after a kill before they were acknowledged", async () => {
    keepFrame();
    const changes = [
      record(startOf(dispatch, 1)),
      record(
        changeOf(
          dispatch,
          { status: "completed", deliveredMwhr: 2 / 3, endedAtMs: 1e12 },
          { number: 2, from: "active", to: "completed", reason: "ENDED" },
        ),
      ),
    ];
    await writer.flush(0);
    const copy = join(directory, "copy");
    cpSync(join(directory, "spool"), copy, { recursive: true });
    await writer.drain();
    await Promise.all(changes);
    const all = `select (select json_agg(d) from dispatches d) as dispatches,
      (select json_agg(e order by number) from dispatch_events e) as events, (select json_agg(t) from telemetry t) as telemetry`;
    const [before] = await query<{ events: unknown[] }>(all);
    expect(before?.events).toHaveLength(2);
    await spool.close();
    await open(copy);
    expect(spool.stats().waitingRecords).toBe(3);
    await writer.drain();
    expect(spool.stats()).toMatchObject({ waitingRecords: 0, rejectedRecords: 0 });
    expect(await query(all)).toEqual([before]);
  });

  test("that the database refuses are set aside alone, and the waiting callers get the refusal", async () => {
    keepFrame();
    const refused = record(changeOf(dispatchOf(), { reason: "\0" }));
    const announced = expect(refused).rejects.toMatchObject({ code: "22P05" });
    const good = record(startOf(dispatch, 1));
    keepFrame();
    await writer.flush(0);
    await writer.drain();
    await Promise.all([announced, good]);
    expect(writer.stats()).toMatchObject({
      ...{ waitingRecords: 0, rejectedChanges: 1, rejectedRows: 0, rejectedRecords: 0 },
      rejectedCause: { code: "22P05" },
    });
    const rejected = await query<{ reason: string; row: string }>(
      "select * from telemetry_rejected",
    );
    expect(rejected).toMatchObject([{ reason: expect.stringMatching(/^22P05 /) }]);
    expect(JSON.parse(rejected[0]?.row ?? "")).toMatchObject({ progress: { reason: "\0" } });
    expect(await store.find(dispatch.id)).toMatchObject({ status: "active" });
    expect(await query("select ts from telemetry")).toHaveLength(2);
    expect(errors).toEqual([]);
  });

  test("that the database refuses cost no other of the same record", async () => {
    const other = dispatchOf();
    await store.add([other], []);
    const both = record(
      startOf(dispatch, 1),
      changeOf(dispatch, { status: "active", deliveredMwhr: Number.NaN }),
      startOf(other, 2),
    );
    await writer.flush(0);
    await writer.drain();
    await both;
    expect(writer.stats()).toMatchObject({ waitingRecords: 0, rejectedChanges: 1 });
    for (const { id } of [dispatch, other])
      expect(await store.find(id)).toMatchObject({ status: "active" });
    expect(await query("select reason from telemetry_rejected")).toMatchObject([
      { reason: expect.stringMatching(/^23502 /) },
    ]);
  });

  test("that the disk cannot take are refused, with one word to the log", async () => {
    await spool.close();
    for (const number of [1, 2])
      await expect(record(startOf(dispatch, number))).rejects.toMatchObject(UNAVAILABLE);
    expect(errors).toEqual([
      "changes of dispatches and alarms, or records of the audit log, cannot be spooled: they are lost",
    ]);
  });

  test("wait while the database is unavailable, and are stored once it is back", async () => {
    writer.start();
    await server.halt();
    await expect(writer.record([startOf(dispatch, 1)], 50)).rejects.toMatchObject(UNAVAILABLE);
    const announced = expect(
      record(changeOf(dispatch, { status: "active", deliveredMwhr: 1 / 3 })),
    ).rejects.toMatchObject(UNAVAILABLE);
    await expect.poll(() => writer.stats().degraded).toBe(true);
    // The end of this process is not the time to wait.
    await writer.stop();
    await announced;
    await spool.close();
    await server.restart();
    await open(join(directory, "spool"));
    await writer.drain();
    expect(await store.find(dispatch.id)).toMatchObject({
      status: "active",
      deliveredMwhr: 1 / 3,
    });
    expect(await store.eventsOf(dispatch.id)).toHaveLength(1);
  });
});

test("a dispatch store waits 5 s for its changes", async () => {
  const waits: number[] = [];
  const store = createDispatchStore(
    createClient(1),
    async (_, deadlineMs) => {
      waits.push(deadlineMs);
    },
    () => true,
    NO_KEY,
  );
  await store.record([startOf(dispatchOf(), 1)]);
  expect(waits).toEqual([5_000]);
});
