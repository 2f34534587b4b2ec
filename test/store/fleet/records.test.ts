import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { GivenFleet } from "../../../src/domain/fleet/reconcile.ts";
import { migrateDatabase } from "../../../src/store/adoption/migration.ts";
import { type Client, createClient } from "../../../src/store/database/client.ts";
import { storeChanges } from "../../../src/store/dispatch/dispatch-rows.ts";
import { createDispatchStore } from "../../../src/store/dispatch/dispatch-store.ts";
import { createFleetRecords, type FleetRecords } from "../../../src/store/fleet/records.ts";
import { NO_KEY } from "../../support/audit.ts";
import { SERVERS, type TestServer } from "../../support/databases.ts";
import { dispatchOf, startOf } from "../../support/dispatches.ts";
import { silentLog } from "../../support/silent-log.ts";
import { queryDatabase } from "../../support/stored-rows.ts";
import { ASSET, SITE } from "../../support/tick-tables.ts";

const OTHERS = [randomUUID(), randomUUID()] as const;

describe.each(SERVERS)("the records of a fleet on $name", { timeout: 60_000 }, ({ start }) => {
  let server: TestServer;
  let url: string;
  let client: Client;
  let records: FleetRecords;
  beforeAll(async () => {
    server = await start();
  }, 60_000);
  afterAll(() => server?.stop());
  beforeEach(async () => {
    url = await server.createDatabase();
    await migrateDatabase(url, silentLog);
    client = createClient(2);
    client.connect(url);
    records = createFleetRecords(client, silentLog);
    return () => client.close();
  });
  const keep = (...ids: string[]) =>
    open({
      sites: [SITE],
      assets: [ASSET, ...ids.map((id) => ({ ...ASSET, id, dataPath: `Asset/${id}` }))],
    });
  const open = (given: GivenFleet) => records.open({ given, origin: "file" }, false);

  /** Both assets for one request, and one of its own for each; all of them begun, that of the other last. */
  async function dispatchBoth() {
    const [both, own, other] = ["both", "own", "other"] as const;
    const dispatches = [
      dispatchOf({ requestId: both }),
      dispatchOf({ requestId: own }),
      dispatchOf({ requestId: both, assetId: OTHERS[0] }),
      dispatchOf({ requestId: other, assetId: OTHERS[0] }),
    ];
    const store = createDispatchStore(
      client,
      async (changes) => {
        await client.within(5_000, (sql) => storeChanges(sql, changes));
      },
      () => true,
      NO_KEY,
    );
    await store.add(
      dispatches,
      [both, own, other].map((id) => ({ id, text: "{}" })),
    );
    await store.record(dispatches.map((dispatch, n) => startOf(dispatch, n + 1)));
    return { store, dispatches };
  }

  test("hold the limits of a site and the fallback of an asset, and lose them again", async () => {
    const read = () =>
      queryDatabase(
        url,
        "select max_export_mw, max_import_mw, fallback_mw from sites join assets on site_id = sites.id",
      );
    await open({
      sites: [{ ...SITE, maxExportMw: 0.1 + 0.2, maxImportMw: 0 }],
      assets: [{ ...ASSET, fallbackMw: -1 / 3 }],
    });
    expect(await read()).toEqual([
      { max_export_mw: 0.1 + 0.2, max_import_mw: 0, fallback_mw: -1 / 3 },
    ]);
    await keep();
    expect(await read()).toEqual([{ max_export_mw: null, max_import_mw: null, fallback_mw: null }]);
  });

  test("lose the events of a pruned asset and the requests that nothing is left of", async () => {
    await keep(...OTHERS);
    const { store, dispatches } = await dispatchBoth();
    await keep(OTHERS[1]);
    expect((await store.list({ limit: 10 })).map(({ dispatch }) => dispatch.id)).toEqual([
      dispatches[1]?.id,
      dispatches[0]?.id,
    ]);
    expect(await queryDatabase(url, "select id from dispatch_requests order by id")).toEqual([
      { id: "both" },
      { id: "own" },
    ]);
    expect(await store.eventsOf(dispatches[2]?.id ?? "")).toEqual([]);
    expect(await store.eventsAfter(0, 10)).toMatchObject([{ number: 1 }, { number: 2 }]);
    // A number that was given is not given again.
    expect((await store.open()).lastEventNumber).toBe(4);
    await store.record([startOf(dispatchOf({ id: dispatches[0]?.id ?? "" }), 5)]);
    expect(await store.eventsAfter(2, 1)).toMatchObject([{ number: 5 }]);
  });

  test("hold no state of an asset that was dispatched and has not ticked", async () => {
    await keep(OTHERS[0]);
    await dispatchBoth();
    expect((await keep(OTHERS[0])).states).toEqual(new Map());
  });

  test("are empty after a reset, with all that belongs to dispatches", async () => {
    await keep(OTHERS[0]);
    const { store } = await dispatchBoth();
    await records.reset();
    expect(await store.list({ limit: 1 })).toEqual([]);
    expect(await store.request("both")).toBeUndefined();
    expect(await store.open()).toMatchObject({ lastEventNumber: 0 });
  });
});
