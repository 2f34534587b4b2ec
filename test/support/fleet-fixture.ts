// A fleet that changes while it ticks, driven by hand: its stores, a clock, its dispatches and its ticker.
import { createManualClock } from "../../src/adapters/memory/clock.ts";
import { createMemoryDispatchStore } from "../../src/adapters/memory/dispatch-store.ts";
import { createMemoryFleetStore } from "../../src/adapters/memory/fleet-store.ts";
import type { Asset, Site } from "../../src/domain/fleet/asset.ts";
import { type FleetChange, type Origin, originsOf } from "../../src/domain/fleet/change.ts";
import { createFleetTable } from "../../src/domain/fleet/fleet-table.ts";
import type { FleetDifference, FleetStore } from "../../src/domain/ports/fleet-store.ts";
import type { Log } from "../../src/domain/ports/log.ts";
import { telemetryAt } from "../../src/domain/telemetry/frame.ts";
import { createDispatch } from "../../src/services/dispatch/dispatch.ts";
import type { AnnouncedEvent } from "../../src/services/dispatch/events.ts";
import { createFleet } from "../../src/services/fleet/fleet.ts";
import { createFleetInForce } from "../../src/services/fleet/in-force.ts";
import { createTelemetry } from "../../src/services/telemetry/telemetry.ts";
import { createTicker } from "../../src/services/telemetry/ticker.ts";
import { createSimulator } from "../../src/simulator/simulator.ts";
import { bigAssetId } from "./big-fleet.ts";
import { silentLog } from "./silent-log.ts";
import { ASSET, DT_S, SITE } from "./tick-tables.ts";

const START_TICK = 1_000;

/** Asset `n` of a fleet, with what differs. */
export const assetOf = (n: number, difference: Partial<Asset> = {}): Asset => ({
  ...ASSET,
  id: bigAssetId(n),
  name: `BESS-${n}`,
  ...difference,
});

/** Registers asset `n` over the API. */
export function registration(n: number, difference: Partial<Asset> = {}): FleetChange {
  const { retired: _, ...asset } = assetOf(n, difference);
  return { kind: "registerAsset", asset };
}

/** A store of a fleet that writes down what it is told. */
export function createFleetRecord() {
  const puts: FleetDifference[] = [];
  const pruned: (readonly string[])[] = [];
  const store: FleetStore = {
    ...createMemoryFleetStore(),
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
  /** Who brought what there is at first; left out: the file. */
  readonly origin?: Origin;
  /** Whether the ticker begins at once. */
  readonly starts?: boolean;
}

export function fleetFixture(options: FleetFixtureOptions = {}) {
  const { assets = [assetOf(1), assetOf(2)], sites = [SITE], mayPrune = true } = options;
  const { store = createMemoryFleetStore(), starts = true } = options;
  const { origin = "file" } = options;
  const table = createFleetTable(sites, assets);
  const simulator = createSimulator(table, DT_S, START_TICK);
  const telemetry = createTelemetry(simulator.latest(), 10);
  const { latest } = telemetry;
  const clock = createManualClock(START_TICK * DT_S * 1000);
  let ids = 0;
  const chance = { newId: () => `id-${++ids}` };
  const lines: { readonly level: string; readonly fields: object; readonly text: string }[] = [];
  const writeTo = (level: string) => (fields: object, text: string) =>
    void lines.push({ level, fields, text });
  const log: Log = { ...silentLog, info: writeTo("info"), warn: writeTo("warn") };
  const dispatch = createDispatch({
    ...{ gateway: simulator, latest, clock, chance, log: silentLog },
    store: createMemoryDispatchStore(10_000),
  });
  const inForce = createFleetInForce(simulator, dispatch);
  const isRunning = () => ticker.stats().running;
  const origins = originsOf(table, origin);
  const fleet = createFleet({
    ...{ inForce, origins, telemetry, store, mayPrune, isRunning, log },
  });
  const beginTick = (startMs: number) => {
    fleet.beginTick(startMs);
    dispatch.beginTick(startMs);
  };
  const ticker = createTicker({ clock, simulator, telemetry, log, dtS: DT_S, beginTick });
  if (starts) ticker.start();
  const announced: AnnouncedEvent[] = [];
  dispatch.events.follow((event) => announced.push(event));

  /** Lets what was asked be decided and kept. */
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
  const driven = { log, simulator, telemetry, clock, dispatch, fleet, ticker, announced, lines };
  return { ...driven, flushed, tick, change, reload, idsNow, sampleOf };
}
