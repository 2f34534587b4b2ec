// What the disk does not take goes to the database out of memory, in its order, and what cannot is counted.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { createSimulator, type Simulator } from "../../../src/simulator/simulator.ts";
import { migrateDatabase } from "../../../src/store/adoption/migration.ts";
import { type Client, createClient } from "../../../src/store/database/client.ts";
import { createDispatchStore } from "../../../src/store/dispatch/dispatch-store.ts";
import { SpoolFault } from "../../../src/store/spool/fault.ts";
import { openSpool, type Spool } from "../../../src/store/spool/spool.ts";
import { createWatermarks } from "../../../src/store/telemetry/watermarks.ts";
import { createMemoryQueue } from "../../../src/store/write-behind/memory-queue.ts";
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

/** On a busy machine. */
const SOON = { timeout: 20_000 };

let server: OwnServer;
let url: string;
let directory: string;
let client: Client;
let simulator: Simulator;
let spool: Spool;
let writer: TelemetryWriter;
let append: Spool["append"];

beforeAll(async () => {
  server = await (OWN_SERVERS[0] as (typeof OWN_SERVERS)[0]).start();
}, 60_000);
afterAll(() => server?.stop());
beforeEach(async () => {
  url = await server.createDatabase();
  const ownerId = await migrateDatabase(url, silentLog);
  directory = mkdtempSync(join(tmpdir(), "mando-unspooled-"));
  client = createClient(1);
  client.connect(url);
  simulator = createSimulator(tableOf({}), DT_S, 1_000);
  spool = await openSpool({ directory, ownerId, maxBytes: 2 ** 26, log: silentLog });
  append = spool.append;
  writer = createTelemetryWriter({
    auditDigests: NO_KEY,
    client,
    spool,
    watermarks: createWatermarks(),
    log: silentLog,
  });
});
afterEach(async () => {
  await spool.close();
  await client.close();
  rmSync(directory, { recursive: true });
});

const full = () => Promise.reject(new SpoolFault("ENOSPC", "no space is left", true));
function setFull(isFull: boolean): void {
  spool.append = isFull ? full : append;
}
const keep = () => writer.keep(simulator.tick(simulator.latest().tick + 1));
const query = <T>(text: string) => queryDatabase<T>(url, text);
const countRows = async () => {
  const [row] = await query<{ count: number }>("select count(*)::int from telemetry");
  return row?.count;
};

test("frames that a full disk does not take are written, and it is used again once there is room", async () => {
  writer.start();
  keep();
  setFull(true);
  for (let n = 0; n < 3; n++) keep();
  await expect.poll(countRows, SOON).toBe(4);
  expect(writer.stats()).toMatchObject({
    ...{ spoolCause: { code: "ENOSPC" }, memoryRecords: 0, waitingFrames: 0 },
    ...{ unspooledFrames: 0, degraded: false },
  });
  setFull(false);
  keep();
  await expect.poll(countRows, SOON).toBe(5);
  expect(writer.stats()).toMatchObject({ spoolCause: undefined, unspooledFrames: 0 });
  await writer.stop();
});

test("changes are held in memory too, and later changes on the disk are written after them", async () => {
  const dispatch = dispatchOf();
  const store = createDispatchStore(client, writer.record, () => true, NO_KEY);
  await store.add([dispatch], []);
  keep();
  setFull(true);
  const begun = writer.record([startOf(dispatch, 1)], 60_000);
  keep();
  await expect.poll(() => writer.stats().memoryRecords, SOON).toBe(2);
  expect(writer.stats().waitingFrames).toBe(2);
  setFull(false);
  const over = changeOf(dispatch, { status: "cancelled", endedAtMs: 1e12 });
  const ended = writer.record([over], 60_000);
  keep();
  await expect.poll(() => spool.stats().waitingRecords, SOON).toBe(3);
  expect(await writer.flush(0)).toBe(false);
  await writer.drain();
  await Promise.all([begun, ended]);
  expect(await store.find(dispatch.id)).toMatchObject({ status: "cancelled" });
  expect(await countRows()).toBe(3);
  expect(await writer.flush(0)).toBe(true);
});

test("a value that is refused out of memory costs no other", async () => {
  setFull(true);
  const frame = simulator.tick(1_001);
  writer.keep({ ...frame, currentMw: new Float64Array([Number.NaN]) });
  keep();
  await expect.poll(() => writer.stats().memoryRecords, SOON).toBe(2);
  await writer.drain();
  expect(writer.stats()).toMatchObject({ rejectedRows: 1, memoryRecords: 0 });
  expect(await countRows()).toBe(1);
});

test("what waits in memory when a server ends is counted as lost", async () => {
  const lost: object[] = [];
  const log = { ...silentLog, error: (fields: object) => void lost.push(fields) };
  writer = createTelemetryWriter({
    auditDigests: NO_KEY,
    client,
    spool,
    watermarks: createWatermarks(),
    log,
  });
  await server.halt();
  writer.start();
  setFull(true);
  keep();
  const refused = writer.record([startOf(dispatchOf(), 1)], 60_000);
  const announced = expect(refused).rejects.toMatchObject({
    code: "STORE_UNAVAILABLE",
    retryable: true,
  });
  await expect.poll(() => writer.isDegraded(), SOON).toBe(true);
  await writer.stop();
  await announced;
  expect(writer.stats()).toMatchObject({ unspooledFrames: 1, unspooledChanges: 1 });
  expect(lost).toContainEqual(expect.objectContaining({ records: 2 }));
  await server.restart();
});

test("memory is bounded: the oldest go, and each is named", () => {
  const dropped: number[] = [];
  const queue = createMemoryQueue(100, ({ sequence }) => dropped.push(sequence));
  const add = (bytes: number) => queue.add(new Uint8Array(bytes), 7);
  expect([add(60), add(40), add(10), add(200), add(5)]).toEqual([-1, -2, -3, -4, -5]);
  expect(dropped).toEqual([-1, -2, -3, -4]);
  expect(queue.records.map(({ sequence }) => sequence)).toEqual([-5]);
});

test("memory returns the records between two records of the disk, up to the requested size", () => {
  const queue = createMemoryQueue(1_000, () => {});
  for (const after of [3, 3, 3, 5, 5]) queue.add(new Uint8Array(10), after);
  expect(queue.oldest(20)).toHaveLength(2);
  expect(queue.oldest(1_000)).toHaveLength(3);
  expect(queue.oldest(1)).toHaveLength(1);
  queue.remove(3);
  expect(queue.oldest(1_000).map(({ sequence }) => sequence)).toEqual([-4, -5]);
});

test("a database that is read-only is named so, until it can be written to", async () => {
  const name = new URL(url).pathname.slice(1);
  await query(`alter database ${name} set default_transaction_read_only = on`);
  writer.start();
  keep();
  await expect.poll(() => writer.stats().degradedReason, SOON).toMatch(/^it is read-only: /);
  await query(
    `set transaction read write; alter database ${name} reset default_transaction_read_only`,
  );
  await client.close();
  client.connect(url);
  await expect.poll(() => writer.stats().degraded, SOON).toBe(false);
  expect(writer.stats().degradedReason).toBeUndefined();
  await writer.stop();
});
