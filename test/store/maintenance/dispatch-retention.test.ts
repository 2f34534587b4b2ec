// The retention of dispatches, events and named requests.
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Dispatch } from "../../../src/domain/dispatch/dispatch.ts";
import type { DispatchStatus } from "../../../src/domain/dispatch/status.ts";
import type { DispatchStore } from "../../../src/domain/ports/dispatch-store.ts";
import { migrateDatabase } from "../../../src/store/adoption/migration.ts";
import { createDigests } from "../../../src/store/audit/digest.ts";
import { type Client, createClient } from "../../../src/store/database/client.ts";
import { storeChanges } from "../../../src/store/dispatch/dispatch-rows.ts";
import { createDispatchStore } from "../../../src/store/dispatch/dispatch-store.ts";
import { createFleetRecords } from "../../../src/store/fleet/records.ts";
import { removeOldDispatches } from "../../../src/store/maintenance/dispatch-retention.ts";
import { createRetention } from "../../../src/store/maintenance/retention.ts";
import { FLEET_ID } from "../../../src/store/telemetry/minutes.ts";
import { createWatermarks, readWatermarks } from "../../../src/store/telemetry/watermarks.ts";
import { exportTables, importTables } from "../../../src/store/transfer/transfer.ts";
import { NO_KEY } from "../../support/audit.ts";
import { SERVERS, type TestServer } from "../../support/databases.ts";
import { changeOf, dispatchOf, SUBMITTED_MS, startOf } from "../../support/dispatches.ts";
import { KEEP_ALL } from "../../support/keep-all.ts";
import { silentLog } from "../../support/silent-log.ts";
import { queryDatabase } from "../../support/stored-rows.ts";
import { ASSET, givenOf, tableOf } from "../../support/tick-tables.ts";

const EVENTS_UNTIL = "select events_until::int as number from history_marks";
const DAY_MS = 24 * 3600 * 1000;
const DAYS = 400;
const OTHER_ID = randomUUID();
/** Later than everything that is old here, and before everything that is new. */
const CUT_MS = SUBMITTED_MS + DAY_MS;

/** A dispatch that ended before the cut, or so much after it. */
const endedOf = (afterCutMs: number, difference: Partial<Dispatch> = {}) =>
  dispatchOf({ status: "completed", endedAtMs: CUT_MS + afterCutMs, ...difference });

describe.each(SERVERS)("the retention of dispatches on $name", { timeout: 60_000 }, ({ start }) => {
  let server: TestServer;
  let url: string;
  let client: Client;
  let store: DispatchStore;
  let number = 0;

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
    store = createDispatchStore(
      client,
      async (changes) => {
        await client.within(5_000, (sql) => storeChanges(sql, changes));
      },
      () => true,
      NO_KEY,
    );
    await client.within(5_000, (sql) => readWatermarks(sql, createWatermarks()));
    const given = givenOf(tableOf({}, { id: OTHER_ID }));
    await createFleetRecords(client, silentLog).open({ given, origin: "file" }, false);
  });
  afterEach(() => client.close());

  /** Stores dispatches as they are, each with the event of its start and that of its end. */
  async function keep(...dispatches: readonly Dispatch[]) {
    const ids = new Set(dispatches.flatMap(({ requestId }) => requestId ?? []));
    await store.add(
      dispatches,
      [...ids].map((id) => ({ id, text: "{}" })),
    );
    for (const dispatch of dispatches)
      await store.record([
        { ...startOf(dispatch, ++number), progress: changeOf(dispatch, {}).progress },
        changeOf(dispatch, {}, { number: ++number, to: dispatch.status }),
      ]);
  }
  const remove = (batch?: number, isStopped?: () => boolean) =>
    removeOldDispatches(client, CUT_MS, DAYS, isStopped, batch);
  const left = async () =>
    (await store.list({ limit: 100 })).map(({ dispatch }) => dispatch.id).reverse();

  test("removes what ended before, with its events and its request, in batches", async () => {
    const old = [1, 2, 3, 4, 5].map((n) => endedOf(-n, { requestId: `old ${n}` }));
    const kept = [endedOf(0, { requestId: "kept" }), endedOf(1)];
    await keep(...old, ...kept);
    await remove(2);
    expect(await left()).toEqual(kept.map(({ id }) => id));
    expect(await queryDatabase(url, "select id from dispatch_requests")).toEqual([{ id: "kept" }]);
    expect(
      await queryDatabase(url, "select number::int as number from dispatch_events order by 1"),
    ).toEqual([11, 12, 13, 14].map((it) => ({ number: it })));
  });

  test("keeps what is open, what still held its asset, and the last that lost its lease", async () => {
    const is = (status: DispatchStatus, difference: Partial<Dispatch> = {}) =>
      endedOf(-10, { status, ...difference });
    const open = [is("accepted", { endedAtMs: null }), is("active", { endedAtMs: null })];
    const ending = is("cancelled", { heldFromMwhr: 1 });
    const earlier = is("expired", { endedAtMs: CUT_MS - 20 });
    const last = is("expired");
    const ofOther = is("expired", { assetId: OTHER_ID });
    await keep(...open, ending, earlier, last, ofOther);
    await remove();
    const kept = [...open, ending, last, ofOther].map(({ id }) => id);
    expect(await left()).toEqual(kept);
    const { expiredAssetIds } = await store.open();
    expect([...expiredAssetIds].sort()).toEqual([ASSET.id, OTHER_ID].sort());
    // One that held the asset later takes its place.
    await keep(endedOf(1, { assetId: OTHER_ID }));
    await remove();
    expect(await left()).not.toContain(ofOther.id);
    expect((await store.open()).expiredAssetIds).toEqual([ASSET.id]);
  });

  test("ends after the batch under way where it is stopped", async () => {
    await keep(endedOf(-3), endedOf(-2), endedOf(-1));
    let batches = 0;
    await remove(1, () => batches++ > 0);
    expect(await left()).toHaveLength(2);
    await remove();
    expect(await left()).toEqual([]);
  });

  test("keeps a request as long as one of its dispatches", async () => {
    const requestId = "both";
    const [old, young] = [endedOf(-1, { requestId }), endedOf(1, { requestId })] as const;
    await keep(old, young);
    await remove();
    expect(await store.request(requestId)).toEqual({ text: "{}", dispatches: [young] });
  });

  test("removes a request without a dispatch at the same age, by the clock of the database", async () => {
    await store.add([], [{ id: "old", text: "" }]);
    await store.add([], [{ id: "young", text: "" }]);
    await queryDatabase(
      url,
      `update dispatch_requests set at = now() - interval '${DAYS} days' - interval '1 minute' where id = 'old'`,
    );
    await remove();
    expect(await queryDatabase(url, "select id from dispatch_requests")).toEqual([{ id: "young" }]);
  });

  test("refuses to continue after an event where later ones were removed", async () => {
    const lasting = dispatchOf();
    await keep(lasting, endedOf(-1), endedOf(1));
    expect(await store.eventsAfter(0, 10)).toHaveLength(6);
    await remove();
    for (const after of [0, 1, 2, 3]) expect(await store.eventsAfter(after, 10)).toBeUndefined();
    expect(await store.eventsAfter(4, 10)).toMatchObject([{ number: 5 }, { number: 6 }]);
    expect(await store.eventsAfter(6, 10)).toEqual([]);
    expect(await store.eventsAfter(7, 10)).toBeUndefined();
    await remove();
    expect(await store.eventsAfter(4, 10)).toHaveLength(2);
  });

  test("never assigns the number of an event again", async () => {
    await keep(endedOf(-1));
    await remove();
    expect(await left()).toEqual([]);
    expect((await store.open()).lastEventNumber).toBe(2);
    expect(await store.eventsAfter(2, 10)).toEqual([]);
  });

  test("is known to the database that an export is imported into", async () => {
    await keep(endedOf(-1), endedOf(1));
    await remove();
    const folder = join(mkdtempSync(join(tmpdir(), "mando-events-")), "export");
    await exportTables(url, folder, silentLog);
    const importedUrl = await server.createDatabase();
    await importTables(importedUrl, folder, silentLog);
    rmSync(dirname(folder), { recursive: true });
    expect(await queryDatabase(importedUrl, EVENTS_UNTIL)).toEqual([{ number: 2 }]);
  });

  test("is part of the retention, whose ages count from the newest sample", async () => {
    await keep(endedOf(-1), endedOf(1));
    const shape = { kind: "postgresql", chunked: false, aggregates: [] } as const;
    const retention = { ...KEEP_ALL, dispatchDays: DAYS };
    const digests = createDigests();
    const { run } = createRetention(client, shape, createWatermarks(), retention, digests);
    await run();
    expect(await left()).toHaveLength(2);
    await queryDatabase(
      url,
      `insert into totals select '${FLEET_ID}', to_timestamp(${(CUT_MS + DAYS * DAY_MS) / 1000}::float8), 0, 0, 0, 0, 0, 4, 0, 0`,
    );
    await run();
    expect(await left()).toHaveLength(1);
  });
});
