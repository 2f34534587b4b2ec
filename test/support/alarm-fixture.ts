// A kernel for tests of alarms, whose health and time a test drives.
import { createManualClock, type ManualClock } from "../../src/adapters/memory/clock.ts";
import { createMemorySettingStore } from "../../src/adapters/memory/setting-store.ts";
import type { KernelStores } from "../../src/compose/kernel.ts";
import type { AlarmEvent } from "../../src/domain/alarm/alarm.ts";
import type { Asset } from "../../src/domain/fleet/asset.ts";
import type { FleetTable } from "../../src/domain/fleet/fleet-table.ts";
import type { Log } from "../../src/domain/ports/log.ts";
import type { SettingVersion } from "../../src/domain/settings/in-force.ts";
import type { StoreStatus } from "../../src/services/health/store-checks.ts";
import { kernelUnderTest } from "./kernel-under-test.ts";
import { silentLog } from "./silent-log.ts";
import { DT_S, tableOf } from "./tick-tables.ts";

export const DT_MS = DT_S * 1000;
export const START_TICK = 1_000;
export const START_MS = START_TICK * DT_MS;

const WELL: StoreStatus = {
  ...{ degraded: false, degradedCause: undefined, degradedReason: undefined },
  ...{ waitingRecords: 0, waitingBytes: 0, spoolCause: undefined, memoryRecords: 0 },
  ...{ unspooledFrames: 0, unspooledChanges: 0, droppedRecords: 0, droppedFrames: 0 },
  ...{ lostRecords: 0, cutSegments: 0, foreignSegments: 0, rejectedRows: 0, rejectedChanges: 0 },
  ...{ rejectedCause: undefined, rejectedRecords: 0, aheadSamples: 0, refusedSums: 0 },
  maintenanceFailure: undefined,
};

interface FixtureOptions {
  readonly asset?: Partial<Asset>;
  readonly table?: FleetTable;
  readonly stores?: Pick<KernelStores, "alarms" | "dispatches">;
  readonly startTick?: number;
  readonly idPrefix?: string;
  /** What is wrong with the store at the start. */
  readonly status?: Partial<StoreStatus>;
}

export async function alarmFixture(options: FixtureOptions = {}) {
  const { asset = {}, table = tableOf(asset), stores = {}, startTick = START_TICK } = options;
  const { idPrefix = "id-", status = {} } = options;
  let aheadMs = 0;
  const store: { status: StoreStatus } = { status: { ...WELL, ...status } };
  const lines: string[] = [];
  const line = (level: string) => (fields: object, message: string) =>
    void ("alarm" in fields && lines.push(`${level} ${message}`));
  const log: Log = { ...silentLog, info: line("info"), warn: line("warn") };
  const timers = createManualClock(startTick * DT_MS);
  const clock: ManualClock = { ...timers, aheadMs: () => aheadMs };
  const settings = createMemorySettingStore(() => {});
  const kernel = kernelUnderTest({
    ...{ table, startTick, clock, log, idPrefix },
    stores: { ...stores, settings, status: () => store.status },
  });
  const events: AlarmEvent[] = [];
  kernel.alarms.events.follow((event) => events.push(event));
  await kernel.restore();
  kernel.start();

  /** Runs ticks, with turns of the event loop after each. */
  async function run(ticks: number): Promise<void> {
    for (let tick = 0; tick < ticks; tick++) {
      clock.advance(DT_MS);
      await turns();
    }
  }

  return {
    ...{ ...kernel, events, lines, run },
    /** Stores a version of a setting as another server would, and follows it. */
    async storeSetting(given: Pick<SettingVersion, "id" | "scope" | "version" | "value">) {
      const changed = { isReset: false, changedAtMs: START_MS, changedBy: "other", reason: null };
      await settings.change(given.id, () => ({ version: { ...changed, ...given }, audit: [] }));
      await kernel.settingFollower.read();
    },
    degrade: (next: Partial<StoreStatus>) => {
      store.status = { ...WELL, ...next };
    },
    setAhead: (ms: number) => {
      aheadMs = ms;
    },
    open: async () => (await kernel.alarms.list({ open: true, limit: 500 })).toReversed(),
  };
}

/** Lets what waits for a turn run. */
export async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}
