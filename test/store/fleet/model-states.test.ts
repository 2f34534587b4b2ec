// The own states of battery models, from one start to the next and to another database.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { linearModel } from "../../../src/domain/battery/linear/linear-model.ts";
import type { ModelOf } from "../../../src/domain/battery/registry.ts";
import { createFleetTable } from "../../../src/domain/fleet/fleet-table.ts";
import { createSimulator } from "../../../src/simulator/simulator.ts";
import { createStore, type Store } from "../../../src/store/store.ts";
import { exportTables, importTables } from "../../../src/store/transfer/transfer.ts";
import { OWN_SERVERS, type TestServer } from "../../support/databases.ts";
import { assetOf } from "../../support/fleet-fixture.ts";
import { KEEP_ALL } from "../../support/keep-all.ts";
import { partLoadModel } from "../../support/part-load-model.ts";
import { silentLog } from "../../support/silent-log.ts";
import { queryDatabase } from "../../support/stored-rows.ts";
import { DT_S, givenOf, SITE } from "../../support/tick-tables.ts";

const [LINEAR, PART_LOAD] = [assetOf(1), assetOf(2)];
const TABLE = createFleetTable([SITE], [LINEAR, PART_LOAD]);
const twoModels: ModelOf = ({ id }) => (id === PART_LOAD.id ? partLoadModel : linearModel);

const [NEWEST] = OWN_SERVERS.slice(0, 1);

describe.each(NEWEST ? [NEWEST] : [])("own states on $name", { timeout: 60_000 }, ({ start }) => {
  let server: TestServer;
  let url: string;
  let directory: string;
  let store: Store | undefined;

  beforeAll(async () => {
    server = await start();
  }, 60_000);
  afterAll(() => server?.stop());
  beforeEach(async () => {
    url = await server.createDatabase();
    directory = mkdtempSync(join(tmpdir(), "mando-model-states-"));
  });
  afterEach(async () => {
    await close();
    rmSync(directory, { recursive: true });
  });

  async function close(): Promise<void> {
    await store?.close();
    store = undefined;
  }
  /** Starts anew on a database with these models, and returns what runs. */
  async function restart(modelOf: ModelOf, at = url) {
    await close();
    const settings = { directory: join(directory, at === url ? "a" : "b"), spoolBytes: 2 ** 26 };
    const opening = createStore(
      { ...settings, reset: false, mayPrune: false, retention: KEEP_ALL },
      silentLog,
    );
    store = opening;
    const fleet = { given: givenOf(TABLE), origin: "file" as const, dtS: DT_S, nowMs: Date.now };
    const { states } = await opening.open(at, fleet);
    const simulator = createSimulator(TABLE, DT_S, 1_000, modelOf);
    const newestTick = Math.max(0, ...[...states.values()].map((it) => it.timestampMs)) / 4000;
    const restored = simulator.restore(Math.max(1_000, newestTick), (id) => states.get(id));
    opening.keepModelStates(simulator.modelStates);
    simulator.setSetpoint(1, 20, 0);
    const run = async (ticks: number) => {
      for (let n = 0; n < ticks; n++) opening.keep(simulator.tick(simulator.latest().tick + 1));
      await opening.flush();
    };
    return { simulator, restored, run };
  }
  const storedIn = (at: string) =>
    queryDatabase<{ state: unknown }>(
      at,
      "select model_state as state from asset_states order by asset_id",
    ).then((rows) => rows.map(({ state }) => state));
  const stored = () => storedIn(url);

  test("are those of the last tick after a stop, and none for the linear model", async () => {
    const first = await restart(twoModels);
    await first.run(20);
    await first.run(10);
    const own = first.simulator.ownStateAt(1);
    expect(own.lossesMwhr).toBeGreaterThan(0);
    const again = await restart(twoModels);
    expect(again.restored.unreadableIds).toEqual([]);
    expect(again.simulator.ownStateAt(1)).toEqual(own);
    expect(again.simulator.latest().socMwhr).toEqual(first.simulator.latest().socMwhr);
    expect(await stored()).toEqual([null, { model: "part-load", version: 3, state: own }]);
  });

  test("stay stored until a fleet runs that has another model, which begins its own", async () => {
    const first = await restart(twoModels);
    await first.run(20);
    const own = first.simulator.ownStateAt(1);
    const socMwhr = first.simulator.latest().socMwhr[1];
    await restart(twoModels);
    const before = await stored();
    const other = await restart(() => linearModel);
    expect(other.restored.unreadableIds).toEqual([PART_LOAD.id]);
    expect(other.simulator.latest().socMwhr[1]).toBe(socMwhr);
    expect(await stored()).toEqual(before);
    expect(before[1]).toMatchObject({ state: own });
    await other.run(1);
    await expect.poll(stored).toEqual([null, null]);
    expect((await restart(() => linearModel)).restored.unreadableIds).toEqual([]);
  });

  test("are exported, and imported into another database", async () => {
    await (await restart(twoModels)).run(20);
    await close();
    const otherUrl = await server.createDatabase();
    const folder = join(directory, "export");
    await exportTables(url, folder, silentLog);
    await importTables(otherUrl, folder, silentLog);
    expect(await storedIn(otherUrl)).toEqual(await stored());
    expect((await restart(twoModels, otherUrl)).restored.unreadableIds).toEqual([]);
  });
});
