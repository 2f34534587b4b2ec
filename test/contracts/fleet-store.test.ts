// What a store of fleets promises, on every database that can run here and in memory.
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createMemoryFleetStore } from "../../src/adapters/memory/fleet-store.ts";
import { type Origin, originsOf } from "../../src/domain/fleet/change.ts";
import { createFleetTable } from "../../src/domain/fleet/fleet-table.ts";
import type { FleetStore } from "../../src/domain/ports/fleet-store.ts";
import { type Frame, telemetryAt } from "../../src/domain/telemetry/frame.ts";
import { createSimulator } from "../../src/simulator/simulator.ts";
import { createStore } from "../../src/store/store.ts";
import { SERVERS, type TestServerKind } from "../support/databases.ts";
import { KEEP_ALL } from "../support/keep-all.ts";
import { silentLog } from "../support/silent-log.ts";
import { ASSET, DT_S, givenOf, SITE, tableOf } from "../support/tick-tables.ts";

/** A store of one site and one asset of the file. */
interface Kept {
  readonly fleet: FleetStore;
  /** Resolves once these are written. */
  keep(frames: readonly Frame[]): Promise<void>;
}

/** Makes stores, each of them anew. */
interface Maker {
  make(): Promise<Kept>;
  close(): Promise<void>;
}

const memory = async (): Promise<Maker> => ({
  async make() {
    const recent: Frame[] = [];
    return {
      fleet: createMemoryFleetStore(() => recent, originsOf(tableOf({}), "file")),
      keep: async (frames) => void recent.push(...frames),
    };
  },
  close: async () => {},
});

const stored = (start: TestServerKind["start"]) => async (): Promise<Maker> => {
  const server = await start();
  const url = await server.createDatabase();
  const directory = mkdtempSync(join(tmpdir(), "mando-fleets-"));
  const settings = { directory, spoolBytes: 2 ** 26, mayPrune: false, retention: KEEP_ALL };
  let close = async () => {};
  return {
    async make() {
      await close();
      const store = createStore({ ...settings, reset: true }, silentLog);
      close = store.close;
      await store.open(url, {
        given: givenOf(tableOf({})),
        origin: "file",
        dtS: DT_S,
        nowMs: Date.now,
      });
      return {
        fleet: store.fleet,
        async keep(frames) {
          for (const frame of frames) store.keep(frame);
          await store.flush();
        },
      };
    },
    async close() {
      await close();
      await server.stop();
      rmSync(directory, { recursive: true });
    },
  };
};

const STORES = [
  ["memory", memory] as const,
  ...SERVERS.map(({ name, start }) => [name, stored(start)] as const),
];

const OTHER = { ...ASSET, id: randomUUID(), initialSocPct: 70, efficiency: 0.9 };
const THIRD = { ...ASSET, id: randomUUID() };
const by = (origin: Origin) => ({ originOf: () => origin });

/** Both assets move for some ticks. */
function framesOf(count: number): Frame[] {
  const simulator = createSimulator(createFleetTable([SITE], [ASSET, OTHER]), DT_S, 1_000);
  simulator.setSetpoint(0, 30, 0);
  simulator.setSetpoint(1, -1 / 3, 0);
  return Array.from({ length: count }, (_, n) => simulator.tick(1_001 + n));
}

/** Where the newest of these frames left an asset. */
function leftIn(frames: readonly Frame[], assetId: string) {
  const newest = frames.at(-1) as Frame;
  const { timestampMs, socMwhr, currentMw, setpointMw, energyInMwhr, energyOutMwhr } = telemetryAt(
    newest,
    newest.table.indexOf(assetId) as number,
  );
  const report = { timestampMs, socMwhr, currentMw, setpointMw, energyInMwhr, energyOutMwhr };
  return { ...report, modelState: null };
}

describe.each(STORES)("a store of fleets in %s", { timeout: 60_000 }, (_, start) => {
  let maker: Maker;
  let store: Kept;
  beforeAll(async () => {
    maker = await start();
  }, 60_000);
  afterAll(() => maker?.close());
  beforeEach(async () => {
    store = await maker.make();
  });

  test("takes what is new, what changed, what did not, and nothing", async () => {
    const site = { ...SITE, id: randomUUID() };
    const asset = { ...OTHER, siteId: site.id };
    const { put } = store.fleet;
    await put({ sites: [site], assets: [asset], ...by("api") });
    await put({ sites: [site], assets: [{ ...asset, retired: true }], ...by("api") });
    await put({ sites: [{ ...site, retired: true }], assets: [], ...by("api") });
    await put({ sites: [], assets: [{ ...ASSET, name: "other" }], ...by("file") });
    await put({ sites: [], assets: [], ...by("file") });
    expect(await store.fleet.statesOf([])).toEqual(new Map());
  });

  test("has no state of an asset that never ticked, or is unknown", async () => {
    await store.fleet.put({ sites: [], assets: [OTHER], ...by("api") });
    expect(await store.fleet.statesOf([ASSET.id, OTHER.id, randomUUID()])).toEqual(new Map());
  });

  test("removes nothing where no asset is gone, or the id is unknown", async () => {
    await store.fleet.prune([]);
    await store.fleet.prune([randomUUID()]);
  });

  test("returns the states of assets, also of assets that were added a moment ago", async () => {
    const frames = framesOf(20);
    await store.keep([createSimulator(tableOf({}), DT_S, 999).tick(1_000)]);
    await store.fleet.put({ sites: [], assets: [OTHER], ...by("api") });
    await store.keep(frames);
    const left = await store.fleet.statesOf([OTHER.id, THIRD.id]);
    expect(left).toEqual(new Map([[OTHER.id, leftIn(frames, OTHER.id)]]));
    expect(await store.fleet.statesOf([ASSET.id])).toEqual(
      new Map([[ASSET.id, leftIn(frames, ASSET.id)]]),
    );
  });

  test("forgets where assets of the file were left that it no longer names, and of no others", async () => {
    const frames = framesOf(2);
    await store.fleet.put({ sites: [], assets: [OTHER], ...by("api") });
    await store.keep(frames);
    await store.fleet.prune([ASSET.id, OTHER.id]);
    expect([...(await store.fleet.statesOf([ASSET.id, OTHER.id])).keys()]).toEqual([OTHER.id]);
    await store.fleet.put({ sites: [], assets: [ASSET], ...by("file") });
    expect(await store.fleet.statesOf([ASSET.id])).toEqual(new Map());
  });

  test("refuses an id of the API that is stored as one of the file, and stores nothing then", async () => {
    const put = store.fleet.put({ sites: [], assets: [OTHER, ASSET], ...by("api") });
    await expect(put).rejects.toMatchObject({ code: "STORE_UNAVAILABLE", retryable: true });
    await store.keep(framesOf(1));
    expect([...(await store.fleet.statesOf([ASSET.id, OTHER.id])).keys()]).toEqual([ASSET.id]);
  });

  test("continues with an asset that comes back from its new samples alone", async () => {
    const frames = framesOf(4);
    await store.keep(frames.slice(0, 2));
    await store.fleet.prune([ASSET.id]);
    await store.fleet.put({ sites: [], assets: [ASSET], ...by("file") });
    expect(await store.fleet.statesOf([ASSET.id])).toEqual(new Map());
    await store.keep(frames.slice(2));
    expect(await store.fleet.statesOf([ASSET.id])).toEqual(
      new Map([[ASSET.id, leftIn(frames, ASSET.id)]]),
    );
  });
});
