// Stored values below the least values are raised at a start, which logs it once.
import { afterAll, beforeAll, expect, test } from "vitest";
import { migrateDatabase } from "../../../src/store/adoption/migration.ts";
import { type Client, createClient } from "../../../src/store/database/client.ts";
import { createDispatchStore } from "../../../src/store/dispatch/dispatch-store.ts";
import { createFleetStore } from "../../../src/store/fleet/fleet-store.ts";
import { createFleetRecords } from "../../../src/store/fleet/records.ts";
import { NO_KEY } from "../../support/audit.ts";
import { bigAssetId } from "../../support/big-fleet.ts";
import { type OwnServer, startEmbedded } from "../../support/databases.ts";
import { dispatchOf } from "../../support/dispatches.ts";
import { silentLog } from "../../support/silent-log.ts";
import { queryDatabase } from "../../support/stored-rows.ts";
import { ASSET, SITE } from "../../support/tick-tables.ts";

let server: OwnServer;
let url: string;
let client: Client;
beforeAll(async () => {
  server = await startEmbedded();
  url = await server.createDatabase();
  await migrateDatabase(url, silentLog);
  client = createClient(2);
  client.connect(url);
}, 60_000);
afterAll(async () => {
  await client?.close();
  await server?.stop();
});

const GIVEN = { sites: [SITE], assets: [ASSET] };
const OF_API = { siteId: bigAssetId(1), assetId: bigAssetId(2) };
const TINY = {
  ...{ capacityMwhr: 1e-305, maxMw: 1e-322, minMw: -0.9e-6, efficiency: 1e-320 },
  ...{ rampRateMwPerMin: 1e-9, fallbackMw: -0.2e-6 },
};

/** Opens the records, and returns what was logged as a warning. */
async function open() {
  const warnings: object[] = [];
  const log = { ...silentLog, warn: (fields: object) => warnings.push(fields) };
  const fleet = await createFleetRecords(client, log).open({ given: GIVEN, origin: "file" }, false);
  return { fleet, warnings };
}

test("a start raises tiny values to the nearest allowed, stores them, and logs how many", async () => {
  await open();
  const store = createFleetStore(client, async () => {}, NO_KEY, silentLog);
  const site = { ...SITE, id: OF_API.siteId, maxExportMw: 1e-310, maxImportMw: 5 };
  const asset = { ...ASSET, ...TINY, id: OF_API.assetId, dataPath: "Asset/Tiny", siteId: site.id };
  await store.put({ sites: [site], assets: [asset], originOf: () => "api" });
  const dispatches = createDispatchStore(
    client,
    async () => {},
    () => true,
    NO_KEY,
  );
  const kept = [1e-322, -0.6e-6, 1e-6, 0].map((mw) => dispatchOf({ mw }));
  await dispatches.add([...kept, dispatchOf({ mw: 1e-322, status: "completed" })], []);

  const { fleet, warnings } = await open();
  expect(warnings).toEqual([{ sites: 1, assets: 1, dispatches: 2 }]);
  expect(fleet.table.assetOf(asset.id)).toMatchObject({
    ...{ capacityMwhr: 1e-6, maxMw: 0, minMw: -1e-6, efficiency: 0.01 },
    ...{ rampRateMwPerMin: 1e-6, fallbackMw: 0 },
  });
  expect(fleet.table.siteOf(site.id)).toMatchObject({ maxExportMw: 0, maxImportMw: 5 });
  expect((await dispatches.open()).dispatches.map(({ mw }) => mw)).toEqual([0, -1e-6, 1e-6, 0]);
  const [row] = await queryDatabase(
    url,
    `select capacity_mwhr, max_mw, min_mw from assets where id = '${asset.id}'`,
  );
  expect(row).toEqual({ capacity_mwhr: 1e-6, max_mw: 0, min_mw: -1e-6 });
  expect((await open()).warnings).toEqual([]);
}, 60_000);
