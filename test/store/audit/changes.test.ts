// Records of the audit log are stored with the changes that they are of: both, or neither.
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { AuditRecord } from "../../../src/domain/audit/record.ts";
import type { Origin } from "../../../src/domain/fleet/change.ts";
import { createStore, type Store } from "../../../src/store/store.ts";
import { alarmOf } from "../../support/alarms.ts";
import { auditOf } from "../../support/audit.ts";
import { OWN_SERVERS, type OwnServer } from "../../support/databases.ts";
import { dispatchOf, startOf } from "../../support/dispatches.ts";
import { KEEP_ALL } from "../../support/keep-all.ts";
import { silentLog } from "../../support/silent-log.ts";
import { queryDatabase } from "../../support/stored-rows.ts";
import { ASSET, DT_S, givenOf, tableOf } from "../../support/tick-tables.ts";

const SOON = { timeout: 20_000 };

describe.each(OWN_SERVERS)("changes and their audit on $name", { timeout: 60_000 }, ({ start }) => {
  let server: OwnServer;
  let url: string;
  let directory: string;
  let store: Store;

  async function open(reset = false): Promise<Store> {
    const settings = { directory, spoolBytes: 2 ** 26, mayPrune: false, retention: KEEP_ALL };
    const made = createStore({ ...settings, reset }, silentLog);
    const given = givenOf(tableOf({}));
    await made.open(url, { given, origin: "file", dtS: DT_S, nowMs: Date.now });
    return made;
  }
  /** The stored records, oldest first. */
  const listed = async () =>
    (await store.audit.list({ limit: 1_000 })).map(({ record }) => record).toReversed();
  const ids = async () => (await listed()).map(({ id }) => id);

  beforeAll(async () => {
    server = await start();
  }, 60_000);
  afterAll(() => server?.stop());
  beforeEach(async () => {
    url = await server.createDatabase();
    directory = mkdtempSync(join(tmpdir(), "mando-audit-"));
    store = await open();
  });
  afterEach(async () => {
    await store.close();
    rmSync(directory, { recursive: true });
  });

  test("dispatches are added with their records, in one order, or neither is", async () => {
    const [one, two, three] = [auditOf(), auditOf(), auditOf()];
    const dispatch = dispatchOf();
    await store.dispatches.add([dispatch, dispatchOf()], [], [one, two]);
    expect(await listed()).toEqual([one, two]);
    await expect(store.dispatches.add([dispatch], [], [three])).rejects.toThrow("duplicate");
    const broken = { ...three, actor: null as unknown as string };
    const other = dispatchOf();
    await expect(store.dispatches.add([other], [], [broken])).rejects.toThrow("null value");
    expect(await store.dispatches.find(other.id)).toBeUndefined();
    expect(await ids()).toEqual([one.id, two.id]);
  });

  test("records alone are stored where no dispatch is", async () => {
    const record = auditOf({ action: "schedule.set" });
    await store.dispatches.add([], [], [record]);
    const other = auditOf({ action: "demo.end" });
    await store.dispatches.record([], [other]);
    expect(await listed()).toEqual([record, other]);
    await store.dispatches.record([]);
  });

  test("changes of dispatches and alarms are stored with their records", async () => {
    const [cancel, acknowledge] = [auditOf(), auditOf()];
    const dispatch = dispatchOf();
    await store.dispatches.add([dispatch], []);
    await store.dispatches.record([startOf(dispatch, 1)], [cancel]);
    expect((await store.dispatches.find(dispatch.id))?.status).toBe("active");
    const alarm = alarmOf();
    const { kept, stored } = store.alarms.record([alarm], [acknowledge]);
    await Promise.all([kept, stored]);
    expect(await store.alarms.find(alarm.id)).toEqual(alarm);
    expect(await listed()).toEqual([cancel, acknowledge]);
  });

  test("the fleet is changed with its records, or neither is", async () => {
    const [registered, refused] = [auditOf(), auditOf()];
    const originOf = (): Origin => "api";
    const asset = { ...ASSET, id: randomUUID() };
    await store.fleet.put({ sites: [], assets: [asset], originOf }, [registered]);
    const clash = store.fleet.put({ sites: [], assets: [ASSET], originOf }, [refused]);
    await expect(clash).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
    expect(await ids()).toEqual([registered.id]);
  });

  test("a change with its record, and refused attempts, survive an outage, and the end of the server in it", async () => {
    const dispatch = dispatchOf();
    await store.dispatches.add([dispatch], []);
    await server.halt();
    const [started, refused] = [auditOf(), auditOf({ outcome: "refused", code: "FORBIDDEN" })];
    const late = store.dispatches.record([startOf(dispatch, 1)], [started]);
    late.catch(() => {});
    await store.audit.record([refused]);
    await store.close();
    await server.restart();
    store = await open();
    expect((await store.dispatches.find(dispatch.id))?.status).toBe("active");
    expect(await listed()).toEqual([started, refused]);
  });

  test("records that are written again after a crash are stored once", async () => {
    const record = auditOf();
    await store.audit.record([record]);
    await store.audit.record([record]);
    await store.flush();
    expect(await listed()).toEqual([record]);
  });

  test("of a change whose record the database refuses, the change is stored, and the record set aside", async () => {
    const dispatch = dispatchOf();
    await store.dispatches.add([dispatch], []);
    const broken = { ...auditOf(), actor: null as unknown as string } as AuditRecord;
    const sound = auditOf();
    await store.dispatches.record([startOf(dispatch, 1)], [broken, sound]);
    expect((await store.dispatches.find(dispatch.id))?.status).toBe("active");
    expect(await ids()).toEqual([sound.id]);
    const aside = await queryDatabase<{ row: string }>(url, "select row from telemetry_rejected");
    expect(aside.map(({ row }) => JSON.parse(row).id)).toEqual([broken.id]);
    await expect.poll(() => store.stats()?.rejectedChanges, SOON).toBe(1);
  });

  test("the audit log outlives a reset of the store, with what waits in the spool", async () => {
    const record = auditOf();
    await store.dispatches.add([dispatchOf()], [], [record]);
    await server.halt();
    const spooled = auditOf({ outcome: "refused" });
    await store.audit.record([spooled]);
    await store.close();
    await server.restart();
    store = await open(true);
    expect(await listed()).toEqual([record, spooled]);
    expect(await store.dispatches.list({ limit: 10 })).toEqual([]);
  });
});
