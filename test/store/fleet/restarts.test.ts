// A fleet that came by the file and by the API, from one start to the next.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Asset, Site } from "../../../src/domain/fleet/asset.ts";
import type { Origin } from "../../../src/domain/fleet/change.ts";
import { createFleetTable, type FleetTable } from "../../../src/domain/fleet/fleet-table.ts";
import type { GivenFleet } from "../../../src/domain/fleet/reconcile.ts";
import { createSimulator } from "../../../src/simulator/simulator.ts";
import { createClient } from "../../../src/store/database/client.ts";
import { DataPathsRefused, type NewestFleet } from "../../../src/store/fleet/records.ts";
import { createStore, type Store } from "../../../src/store/store.ts";
import { bigAssetId } from "../../support/big-fleet.ts";
import { SERVERS, type TestServer } from "../../support/databases.ts";
import { dispatchOf } from "../../support/dispatches.ts";
import { KEEP_ALL } from "../../support/keep-all.ts";
import { silentLog } from "../../support/silent-log.ts";
import { queryDatabase } from "../../support/stored-rows.ts";
import { ASSET, DT_S, SITE } from "../../support/tick-tables.ts";

const TO_KILL = fileURLToPath(new URL("../../support/store-to-kill.ts", import.meta.url));

const siteOf = (n: number, difference: Partial<Site> = {}): Site => ({
  ...SITE,
  id: bigAssetId(900 + n),
  ...difference,
});
const assetOf = (n: number, difference: Partial<Asset> = {}): Asset => ({
  ...ASSET,
  id: bigAssetId(n),
  dataPath: `Asset/BESS-${n}`,
  siteId: bigAssetId(901),
  ...difference,
});
/** The assets of these numbers, all at the first site. */
const fileOf = (...numbers: number[]): GivenFleet => ({
  sites: [siteOf(1)],
  assets: numbers.map((n) => assetOf(n)),
});
const FILE = fileOf(1, 2, 3);
const DEFAULT: GivenFleet = {
  sites: [siteOf(8), siteOf(9)],
  assets: [assetOf(81, { siteId: siteOf(8).id })],
};

/** Nothing here is a default, and no number is a short one. */
const ODD_SITE = siteOf(2, {
  name: `"Ä", {NULL}\\n\n${"\t"}`,
  location: "",
  maxExportMw: 0.1 + 0.2,
  maxImportMw: 1e-6,
});
const ODD = assetOf(11, {
  siteId: ODD_SITE.id,
  name: "null",
  capacityMwhr: 100 / 3,
  maxMw: 1e-6,
  minMw: -0.1 - 0.2,
  rampRateMwPerMin: 2 / 3,
  efficiency: 1 - Number.EPSILON / 2,
  socMinRatio: 1 / 7,
  socMaxRatio: 6 / 7,
  initialSocPct: 200 / 3,
  fallbackMw: -0.3,
});
const RETIRED_SITE = siteOf(3, { retired: true });
const RETIRED = assetOf(12, { siteId: RETIRED_SITE.id, retired: true });
const EMPTY_SITE = siteOf(4);
const GUEST = assetOf(13);

const API = {
  sites: [ODD_SITE, RETIRED_SITE, EMPTY_SITE],
  assets: [ODD, RETIRED, GUEST],
  originOf: (): Origin => "api",
};

describe.each(SERVERS)("a stored fleet on $name", { timeout: 60_000 }, ({ start }) => {
  let server: TestServer;
  let url: string;
  let directory: string;
  let store: Store | undefined;

  beforeAll(async () => {
    server = await start();
  }, 60_000);
  afterAll(() => server?.stop(), 60_000);
  beforeEach(async () => {
    url = await server.createDatabase();
    directory = mkdtempSync(join(tmpdir(), "mando-restarts-"));
  });
  afterEach(async () => {
    await close();
    rmSync(directory, { recursive: true });
  });

  async function close(): Promise<void> {
    await store?.close();
    store = undefined;
  }
  /** Closes the open store, and opens one with this fleet. */
  async function restart(
    given: GivenFleet,
    origin: NewestFleet["origin"] = "file",
    mayPrune = false,
  ) {
    await close();
    const settings = { directory, spoolBytes: 2 ** 26, reset: false, retention: KEEP_ALL };
    const opening = createStore({ ...settings, mayPrune }, silentLog);
    store = opening;
    return {
      ...(await opening.open(url, { given, origin, dtS: DT_S, nowMs: Date.now })),
      store: opening,
    };
  }
  const query = <T = Record<string, unknown>>(text: string) => queryDatabase<T>(url, text);
  const ids = async (table: string) =>
    (await query<{ id: string }>(`select id from ${table} order by id`)).map(({ id }) => id);
  const rows = () =>
    query(
      "select json_agg(a order by id) as assets, (select json_agg(s order by id) from sites s) as sites from assets a",
    );
  /** Blocks writes of telemetry until the returned function is called. */
  async function lockTelemetry(): Promise<() => Promise<void>> {
    const client = createClient(1);
    client.connect(url);
    let release = () => {};
    let done = Promise.resolve();
    await new Promise<void>((locked) => {
      done = client.transact(60_000, async (sql) => {
        await sql`lock table telemetry`;
        await new Promise<void>((resolve) => {
          release = resolve;
          locked();
        });
      });
    });
    return async () => {
      release();
      await done;
      await client.close();
    };
  }
  /** Has some assets report for some ticks. */
  async function tick(
    { keep, flush }: Store,
    assets: readonly Asset[],
    from: number,
    count: number,
  ) {
    const sites = [siteOf(1), ...API.sites];
    const simulator = createSimulator(createFleetTable(sites, assets), DT_S, from);
    for (const index of assets.keys()) simulator.setSetpoint(index, 1e-8, 0);
    for (let n = from + 1; n <= from + count; n++) keep(simulator.tick(n));
    await flush();
    return simulator.latest();
  }

  describe("has data paths", () => {
    const pathsOf = ({ table }: { table: FleetTable }) =>
      [...table.assets, ...table.retired].map(({ dataPath }) => dataPath).sort();
    const renamed = (n: number): GivenFleet => {
      const assets = [assetOf(1, { name: "Other", dataPath: "Asset/Other" }), assetOf(n)];
      return { sites: [siteOf(1)], assets };
    };

    test("that stay where the file renames an asset, unless it names another path", async () => {
      await restart(fileOf(1, 2));
      expect(pathsOf(await restart(renamed(2)))).toEqual(["Asset/BESS-1", "Asset/BESS-2"]);
      const ownPathIds = new Set([bigAssetId(1)]);
      const given = { ...renamed(2), ownPathIds };
      expect(pathsOf(await restart(given))).toEqual(["Asset/BESS-2", "Asset/Other"]);
      expect(pathsOf(await restart(fileOf(1, 2)))).toEqual(["Asset/BESS-2", "Asset/Other"]);
    });

    test("that clash with a kept one refuse the start, and are free once their asset left", async () => {
      await restart(fileOf(1, 2, 3));
      const added = assetOf(4, { dataPath: "Asset/BESS-1" });
      const { sites, assets } = renamed(2);
      const clashing = restart({ sites, assets: [...assets, added] });
      await expect(clashing).rejects.toThrow(DataPathsRefused);
      await expect(clashing).rejects.toMatchObject({
        violations: [{ list: "assets", index: 2, field: "dataPath" }],
      });
      const gone = { sites, assets: [assetOf(2), assetOf(3), added] };
      expect(pathsOf(await restart(gone))).toEqual([
        "Asset/BESS-1",
        "Asset/BESS-2",
        "Asset/BESS-3",
      ]);
    });

    test("from the first start on, where an older version stored none", async () => {
      const named = (n: number, name: string) => assetOf(n, { name, dataPath: `Asset/${name}` });
      const ofApi = [named(21, "BESS-1"), named(22, "Jyväskylä 1"), named(23, "Jyväskylä 1")];
      const put = { sites: [], assets: ofApi, originOf: (): Origin => "api" };
      await (await restart(fileOf(1))).store.fleet.put(put);
      await query("update assets set data_path = null");
      const wanted = [
        "Asset/BESS-1",
        `Asset/BESS-1-${bigAssetId(21)}`,
        "Asset/Jyvaskyla-1",
        `Asset/Jyvaskyla-1-${bigAssetId(23)}`,
      ].sort();
      expect(pathsOf(await restart(fileOf(1)))).toEqual(wanted);
      expect(pathsOf(await restart(fileOf(1)))).toEqual(wanted);
      expect(await query("select data_path from assets where data_path is null")).toEqual([]);
    });

    test("of the default fleet that give way to those of the API", async () => {
      const guest = assetOf(21, { dataPath: "Asset/BESS-81" });
      const put = { sites: [], assets: [guest], originOf: (): Origin => "api" };
      await (await restart(fileOf(1))).store.fleet.put(put);
      const { table } = await restart(DEFAULT, "default");
      const id = bigAssetId(81);
      expect(table.findAsset(id)?.dataPath).toContain(id);
    });
  });

  test("comes back exactly as the API brought it, though nothing of it ever ticked", async () => {
    await (await restart(FILE)).store.fleet.put(API);
    const { table, origins, states } = await restart(FILE);
    for (const asset of API.assets) expect(table.findAsset(asset.id)).toStrictEqual(asset);
    for (const site of API.sites) expect(table.findSite(site.id)).toStrictEqual(site);
    expect(table.retired).toEqual([RETIRED]);
    expect(table.retiredSites).toEqual([RETIRED_SITE]);
    expect(table.assets).toEqual([...FILE.assets, ODD, GUEST]);
    const ofApi = [...API.sites, ...API.assets].map(({ id }) => [id, "api"] as const);
    const ofFile = [...FILE.sites, ...FILE.assets].map(({ id }) => [id, "file"] as const);
    expect(origins).toEqual(new Map([...ofFile, ...ofApi]));
    expect(states).toEqual(new Map());
  });

  test("stays as the API set it, whatever the file has", async () => {
    const { fleet } = (await restart(FILE)).store;
    await fleet.put(API);
    const [changed, lost] = [{ ...GUEST, name: "renamed" }, assetOf(11, { siteId: ODD_SITE.id })];
    await fleet.put({ ...API, sites: [], assets: [changed, lost] });
    const before = await rows();
    expect((await restart(FILE)).table.assets).toEqual([...FILE.assets, lost, changed]);
    expect(await rows()).toEqual(before);
    const other = {
      sites: [siteOf(5)],
      assets: FILE.assets.map((asset) => ({ ...asset, siteId: siteOf(5).id, maxMw: 7 })),
    };
    const { table, origins } = await restart(other);
    expect(table.assets).toEqual([...other.assets, lost, changed]);
    // An asset of the API is at it.
    expect(table.siteOf(siteOf(1).id)).toEqual(siteOf(1));
    expect(origins.get(siteOf(1).id)).toBe("file");
    expect(await query("select distinct max_mw, origin from assets order by max_mw")).toEqual([
      { max_mw: 7, origin: "file" },
      { max_mw: 30, origin: "api" },
    ]);
  });

  test("continues from the state of an asset that was added a moment ago", async () => {
    const { fleet, ...first } = (await restart(FILE)).store;
    await tick({ fleet, ...first }, FILE.assets, 1_000, 1);
    await fleet.put(API);
    const latest = await tick({ fleet, ...first }, [...FILE.assets, ODD], 1_001, 5);
    const { states } = await restart(FILE);
    expect(await query(`select * from asset_states where asset_id = '${ODD.id}'`)).toEqual([]);
    expect(states.get(ODD.id)).toMatchObject({
      timestampMs: 1_006 * DT_S * 1000,
      socMwhr: latest.socMwhr[3],
      energyOutMwhr: latest.energyOutMwhr[3],
    });
    expect(latest.energyOutMwhr[3]).toBeGreaterThan(0);
    expect(states.has(GUEST.id)).toBe(false);
    expect(states.size).toBe(4);
  });

  test("is whole after a kill: what had ticked, and what had not yet", async () => {
    const [ticked, fresh] = [GUEST.id, ODD.id];
    const child = spawn(process.execPath, [
      "--import",
      "tsx",
      TO_KILL,
      url,
      directory,
      ticked,
      fresh,
    ]);
    await once(child.stdout, "data");
    child.kill("SIGKILL");
    await once(child, "exit");
    const { table, origins, states } = await restart({ sites: [SITE], assets: [ASSET] });
    expect(table.assets.map(({ id }) => [id, origins.get(id)])).toEqual(
      expect.arrayContaining([
        [ASSET.id, "file"],
        [ticked, "api"],
        [fresh, "api"],
      ]),
    );
    expect([...states].map(([id, { timestampMs }]) => [id, timestampMs]).sort()).toEqual(
      [
        [ASSET.id, 1_002 * DT_S * 1000],
        [ticked, 1_002 * DT_S * 1000],
      ].sort(),
    );
  });

  test("does not start where the file names what came by the API, and stays as it was", async () => {
    await (await restart(FILE)).store.fleet.put(API);
    const before = await rows();
    const file = {
      sites: [siteOf(1), ODD_SITE],
      assets: [assetOf(1), { ...RETIRED, siteId: siteOf(1).id, retired: false }],
    };
    await expect(restart(file, "file", true)).rejects.toThrow(
      `the assets file names ids that were registered by the API: ${ODD_SITE.id}, ${RETIRED.id}: name`,
    );
    expect(await rows()).toEqual(before);
    await expect(restart(file, "default")).rejects.toThrow(/default fleet has ids .*by the API/);
    expect(await rows()).toEqual(before);
    expect((await restart(FILE)).table.assets).toHaveLength(5);
  });

  test("does not start with a row of the API that breaks a rule, and names it", async () => {
    await (await restart(FILE)).store.fleet.put(API);
    const cases = [
      ["assets", ODD.id, "efficiency", "2", "must be 0.01 to 1, not 2"],
      ["assets", ODD.id, "initial_soc_pct", "1", "must lie within the SoC bounds"],
      ["assets", ODD.id, "site_id", "null", "must be the id of a site in use, not null"],
      ["assets", ODD.id, "site_id", `'${RETIRED_SITE.id}'`, "must be the id of a site in use"],
      ["sites", ODD_SITE.id, "max_export_mw", "-1", "must be 0 to 1000000 MW, not -1"],
    ] as const;
    for (const [table, id, column, value, message] of cases) {
      const [old] = await query<{ text: string }>(
        `select ${column}::text as text from ${table} where id = '${id}'`,
      );
      await query(`update ${table} set ${column} = ${value} where id = '${id}'`);
      const noun = table === "assets" ? "asset" : "site";
      await expect(restart(FILE)).rejects.toThrow(`${column} of ${noun} ${id} ${message}`);
      await query(`update ${table} set ${column} = '${old?.text}' where id = '${id}'`);
    }
    expect((await restart(FILE)).table.assets).toContainEqual(ODD);
  });

  test("loses what the file no longer names, and nothing that came by the API", async () => {
    const { store: first } = await restart({ ...FILE, sites: [siteOf(1), siteOf(5), siteOf(6)] });
    await first.fleet.put(API);
    await tick(first, [...FILE.assets, ODD, GUEST], 1_000, 3);
    await close();
    // Two of three of the file, though two of eight of all.
    await expect(restart(fileOf(3))).rejects.toThrow(/2 of 3 stored assets.*PRUNE=1/);
    expect(await ids("assets")).toHaveLength(6);
    const file = { ...fileOf(3), sites: [siteOf(1), siteOf(6)] };
    const { table, states } = await restart(file, "file", true);
    expect(await ids("assets")).toEqual([3, 11, 12, 13].map(bigAssetId));
    expect(await ids("sites")).toEqual([901, 902, 903, 904, 906].map(bigAssetId));
    expect(table.assets.map(({ id }) => id)).toEqual([3, 11, 13].map(bigAssetId));
    expect([...states.keys()].sort()).toEqual([3, 11, 13].map(bigAssetId));
    const [{ count }] = (await query("select count(*)::int as count from telemetry")) as [
      { count: number },
    ];
    expect(count).toBe(9);
  });

  test("loses the history of what is pruned while it runs", async () => {
    const { store: first } = await restart(FILE);
    await first.fleet.put(API);
    await tick(first, [...FILE.assets, GUEST], 1_000, 200);
    await first.dispatches.add(
      [dispatchOf({ assetId: bigAssetId(1) }), dispatchOf({ assetId: GUEST.id })],
      [],
    );
    await first.maintenance();
    await first.fleet.prune([bigAssetId(1), bigAssetId(2), GUEST.id, RETIRED.id]);
    // Minutes that the database sums up itself are made anew with the next.
    await first.maintenance();
    expect(await ids("assets")).toEqual([3, 11, 12, 13].map(bigAssetId));
    for (const table of ["telemetry", "telemetry_1m"])
      expect(await query(`select distinct asset_id as id from ${table} order by id`)).toEqual([
        { id: bigAssetId(3) },
        { id: GUEST.id },
      ]);
    expect(
      (await first.dispatches.list({ limit: 9 })).map(({ dispatch }) => dispatch.assetId),
    ).toEqual([GUEST.id]);
    expect((await restart(fileOf(3))).table.assets).toHaveLength(3);
  });

  test("leaves for the next start what cannot be pruned yet, as it is not written", async () => {
    const { store: first } = await restart(FILE);
    const unlock = await lockTelemetry();
    await tick(first, FILE.assets, 1_000, 5);
    await expect(first.fleet.prune([bigAssetId(1)])).rejects.toMatchObject({
      code: "STORE_UNAVAILABLE",
    });
    await unlock();
    await restart(fileOf(2, 3));
    const left = await query<{ id: string }>(
      "select asset_id as id, count(*)::int from telemetry group by 1",
    );
    expect(left.sort()).toEqual([2, 3].map((n) => ({ id: bigAssetId(n), count: 5 })));
  });

  test("retains the fleet of the file while the default fleet runs, without simulating it; and the reverse", async () => {
    const { store: first } = await restart({ ...FILE, sites: [siteOf(1), siteOf(6)] });
    await first.fleet.put(API);
    await tick(first, FILE.assets, 1_000, 1);
    const { table, origins } = await restart(DEFAULT, "default");
    expect(table.assets).toEqual([ODD, GUEST, ...DEFAULT.assets]);
    expect(table.siteOf(siteOf(1).id)).toEqual(siteOf(1));
    expect(origins.get(siteOf(8).id)).toBe("default");
    expect(await ids("assets")).toHaveLength(7);
    expect(await ids("sites")).toContain(siteOf(6).id);
    const back = await restart(FILE);
    expect(back.table.assets).toEqual([...FILE.assets, ODD, GUEST]);
    expect(back.table.findSite(siteOf(8).id)).toBeUndefined();
    expect(back.states.size).toBe(3);
    expect(
      await query("select origin, count(*)::int as count from sites group by 1 order by 1"),
    ).toEqual([
      { origin: "api", count: 3 },
      { origin: "default", count: 2 },
      { origin: "file", count: 1 },
    ]);
    expect(await ids("assets")).toHaveLength(7);
    // As an export of before sites had an origin leaves them.
    await query("update sites set origin = 'file' where origin = 'default'");
    await restart(FILE);
    expect(await ids("sites")).toContain(siteOf(8).id);
    expect(await ids("sites")).not.toContain(siteOf(9).id);
  });

  test("takes no id from the file for the API, nor the reverse, and then none of the call", async () => {
    await (await restart(FILE)).store.fleet.put(API);
    const { store: second } = await restart(DEFAULT, "default");
    const before = await rows();
    const fresh = assetOf(14);
    const refused = {
      code: "STORE_UNAVAILABLE",
      retryable: true,
      message: expect.stringContaining(bigAssetId(2)),
    };
    await expect(
      second.fleet.put({ ...API, sites: [], assets: [fresh, assetOf(2, { name: "taken" })] }),
    ).rejects.toMatchObject(refused);
    await expect(
      second.fleet.put({
        sites: [],
        assets: [fresh, { ...GUEST, name: "taken" }],
        originOf: () => "file",
      }),
    ).rejects.toMatchObject({ message: expect.stringContaining(GUEST.id) });
    expect(await rows()).toEqual(before);
    await second.fleet.put({ ...API, sites: [], assets: [fresh] });
    expect(await ids("assets")).toContain(fresh.id);
  });

  test("stores with each asset the location of its site, also where only the site moves", async () => {
    const { fleet } = (await restart(FILE)).store;
    await fleet.put(API);
    await fleet.put({ ...API, assets: [], sites: [{ ...ODD_SITE, location: "Oulu" }] });
    const located = `select location from assets where site_id = '${ODD_SITE.id}'`;
    expect(await query(located)).toEqual([{ location: "Oulu" }]);
    await fleet.put({ ...API, sites: [], assets: [{ ...GUEST, siteId: ODD_SITE.id }] });
    expect(await query(located)).toEqual([{ location: "Oulu" }, { location: "Oulu" }]);
  });
});
