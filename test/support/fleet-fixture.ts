// A kernel for tests of a fleet that changes while it ticks, driven by hand.
import type { ManualClock } from "../../src/adapters/memory/clock.ts";
import { createMemoryDispatchStore } from "../../src/adapters/memory/dispatch-store.ts";
import { createMemoryFleetStore } from "../../src/adapters/memory/fleet-store.ts";
import type { Asset, Site } from "../../src/domain/fleet/asset.ts";
import type { FleetChange, Origin } from "../../src/domain/fleet/change.ts";
import { createFleetTable } from "../../src/domain/fleet/fleet-table.ts";
import type { AssetsFile } from "../../src/domain/ports/assets-file.ts";
import type { FleetDifference, FleetStore } from "../../src/domain/ports/fleet-store.ts";
import type { Log } from "../../src/domain/ports/log.ts";
import { telemetryAt } from "../../src/domain/telemetry/frame.ts";
import type { AnnouncedEvent } from "../../src/services/dispatch/events.ts";
import { bigAssetId } from "./big-fleet.ts";
import { kernelUnderTest } from "./kernel-under-test.ts";
import { silentLog } from "./silent-log.ts";
import { ASSET, DT_S, SITE } from "./tick-tables.ts";

/** Asset `n` of a fleet, with what differs. */
export const assetOf = (n: number, difference: Partial<Asset> = {}): Asset => ({
  ...ASSET,
  id: bigAssetId(n),
  name: `BESS-${n}`,
  dataPath: `Asset/BESS-${n}`,
  ...difference,
});

/** The change that registers asset `n`. */
export function registration(n: number, difference: Partial<Asset> = {}): FleetChange {
  const { retired: _, ...asset } = assetOf(n, difference);
  return { kind: "registerAsset", asset };
}

/** A store of a fleet that records what it stores and removes. */
export function createFleetRecord() {
  const puts: FleetDifference[] = [];
  const pruned: (readonly string[])[] = [];
  const store: FleetStore = {
    ...createMemoryFleetStore(() => []),
    put: async (difference) => void puts.push(difference),
    prune: async (goneIds) => void pruned.push(goneIds),
  };
  return { store, puts, pruned };
}

interface FleetFixtureOptions {
  readonly assets?: readonly Asset[];
  readonly sites?: readonly Site[];
  readonly store?: FleetStore;
  readonly mayPrune?: boolean;
  /** The origin of the first fleet; left out: the file. */
  readonly origin?: Origin;
  readonly file?: AssetsFile;
  readonly clock?: ManualClock;
  /** Whether the ticker starts at once. */
  readonly starts?: boolean;
}

export function fleetFixture(options: FleetFixtureOptions = {}) {
  const {
    assets = [assetOf(1), assetOf(2)],
    sites = [SITE],
    store,
    starts = true,
    ...kernelOptions
  } = options;
  const lines: { readonly level: string; readonly fields: object; readonly text: string }[] = [];
  const writeTo = (level: string) => (fields: object, text: string) =>
    void lines.push({ level, fields, text });
  const log: Log = { ...silentLog, info: writeTo("info"), warn: writeTo("warn") };
  const kernel = kernelUnderTest({
    ...{ ...kernelOptions, table: createFleetTable(sites, assets), log },
    stores: { ...(store && { fleet: store }), dispatches: createMemoryDispatchStore(10_000) },
  });
  const { telemetry, clock, dispatch, fleet } = kernel;
  const { latest } = telemetry;
  if (starts) kernel.start();
  const announced: AnnouncedEvent[] = [];
  dispatch.events.follow((event) => announced.push(event));

  /** Waits until requests are decided and stored. */
  const flushed = () => new Promise<void>((resolve) => setImmediate(resolve));
  async function tick(): Promise<void> {
    await flushed();
    clock.advance(DT_S * 1000);
    await flushed();
  }
  /** Changes, in force. */
  async function change(...changes: readonly FleetChange[]) {
    const [result] = await Promise.all([fleet.change(changes), tick()]);
    return result;
  }
  /** A file is read again, and is in force. */
  async function reload(given: readonly Asset[], givenSites: readonly Site[] = sites) {
    const requested = fleet.reload({ sites: givenSites, assets: given }, "file");
    const [result] = await Promise.all([requested, tick()]);
    return result;
  }
  const idsNow = () => latest().table.assets.map(({ id }) => id);
  const sampleOf = (assetId: string) => {
    const index = latest().table.indexOf(assetId);
    return index === undefined ? undefined : telemetryAt(latest(), index);
  };
  return { ...kernel, announced, lines, flushed, tick, change, reload, idsNow, sampleOf };
}
