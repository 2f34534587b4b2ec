// A fleet without I/O: the simulator, the services on it, and the ticker that drives them.

import { createJsonSchemas } from "../adapters/json-schema/json-schemas.ts";
import { createMemoryDataPointStore } from "../adapters/memory/data-point-store.ts";
import { createMemoryFleetStore } from "../adapters/memory/fleet-store.ts";
import { createMemoryIdentityStore } from "../adapters/memory/identity-store.ts";
import { systemSecrets } from "../adapters/system/secrets.ts";
import { systemTimeZones } from "../adapters/time-zones/time-zones.ts";
import type { ModelOf } from "../domain/battery/registry.ts";
import { type Origin, originsOf } from "../domain/fleet/change.ts";
import type { FleetTable } from "../domain/fleet/fleet-table.ts";
import type { AlarmStore } from "../domain/ports/alarm-store.ts";
import type { AssetsFile } from "../domain/ports/assets-file.ts";
import type { AuditStore } from "../domain/ports/audit-store.ts";
import type { Chance } from "../domain/ports/chance.ts";
import type { Clock } from "../domain/ports/clock.ts";
import type { DataPointStore } from "../domain/ports/data-point-store.ts";
import type { DispatchStore } from "../domain/ports/dispatch-store.ts";
import type { FleetStore, OpenedFleet } from "../domain/ports/fleet-store.ts";
import type { IdentityStore } from "../domain/ports/identity-store.ts";
import type { Log } from "../domain/ports/log.ts";
import type { SettingStore } from "../domain/ports/setting-store.ts";
import type { SignInFailure } from "../domain/ports/token-verifier.ts";
import { NO_TRACING, type Tracing } from "../domain/ports/tracing.ts";
import { tickAt } from "../domain/time/grid.ts";
import { type AlarmService, createAlarms } from "../services/alarm/alarms.ts";
import { createAlarmWatch } from "../services/alarm/watch.ts";
import { type AuditLog, createAuditLog } from "../services/audit/audit-log.ts";
import { createDataPoints, type DataPoints } from "../services/data-point/data-points.ts";
import { createFleetPoints } from "../services/data-point/fleet/fleet-points.ts";
import { createDispatch, type DispatchService } from "../services/dispatch/dispatch.ts";
import { createFleetFile, type FleetFileService } from "../services/fleet/file.ts";
import { createFleet, type FleetService } from "../services/fleet/fleet.ts";
import { createFleetInForce } from "../services/fleet/in-force.ts";
import { healthChecks } from "../services/health/checks.ts";
import { createHealth, type Health } from "../services/health/health.ts";
import type { StoreStatus } from "../services/health/store-checks.ts";
import type { SettingFollower } from "../services/settings/follower.ts";
import type { SettingsService } from "../services/settings/settings.ts";
import type { SettingValues } from "../services/settings/values.ts";
import { type BackfillService, createBackfill } from "../services/telemetry/backfill.ts";
import {
  createHistory,
  type HistoryService,
  type StoredHistory,
} from "../services/telemetry/history.ts";
import { createSampleSeries } from "../services/telemetry/sample-series.ts";
import { createTelemetry, type TelemetryService } from "../services/telemetry/telemetry.ts";
import { createTicker, type Ticker } from "../services/telemetry/ticker.ts";
import { createWorkTurns, type WorkTurns } from "../services/work-turns.ts";
import { createSimulator, type Simulator } from "../simulator/simulator.ts";
import { createKernelSettings } from "./kernel-settings.ts";
import type { LiveSettings } from "./live-settings.ts";
import {
  type AuditSink,
  createMemoryAlarms,
  createMemoryAudit,
  createMemoryDispatches,
  memoryHistory,
} from "./memory-stores.ts";

export interface Kernel {
  readonly simulator: Simulator;
  readonly telemetry: TelemetryService;
  readonly history: HistoryService;
  readonly backfill: BackfillService;
  readonly dispatch: DispatchService;
  readonly alarms: AlarmService;
  readonly audit: AuditLog;
  /** Named tokens and role rules, whose changes are in the audit log. */
  readonly identityStore: IdentityStore;
  readonly dataPoints: DataPoints;
  readonly settings: SettingsService;
  /** Follows the stored settings: started before the kernel, also as a standby. */
  readonly settingFollower: SettingFollower;
  readonly fleet: FleetService;
  readonly fleetFile: FleetFileService;
  readonly health: Health;
  readonly ticker: Ticker;
  readonly workTurns: WorkTurns;
  /** Whether the fleet ticks, so that answers are current. */
  isRunning(): boolean;
  /**
   * Continues from what the stores hold. Called at most once, before `start`; without it the fleet starts at rest.
   *
   * @param opened The stored fleet; left out: the fleet of the kernel, at rest, with the open dispatches alone.
   */
  restore(opened?: OpenedFleet): Promise<void>;
  /** Starts the ticks, the checks of the health, and the alarms. */
  start(): void;
  /** Stops them, and answers the changes that wait for a tick. */
  stop(): void;
}

/** What is stored outside of the kernel. What is left out is held in memory, until the process ends. */
export interface KernelStores {
  readonly dispatches?: DispatchStore;
  readonly alarms?: AlarmStore;
  readonly audit?: AuditStore;
  readonly identities?: IdentityStore;
  readonly settings?: SettingStore;
  readonly dataPoints?: DataPointStore;
  readonly fleet?: FleetStore;
  /** Stored telemetry, which reaches further back than the recent frames; left out: these alone. */
  readonly history?: StoredHistory;
  /** The state of the store for the health; undefined until the store is open. */
  readonly status?: () => StoreStatus | undefined;
}

/** Read where they are used: they may change. */
export interface KernelLimits {
  /** Recent frames at most, 2 or more. */
  readonly recentFrames: number;
  /** Bytes of the recent frames at most, as long as there are more than 2 frames. */
  readonly recentBytes?: number;
  /** Whether a reload of the assets file may remove more than half of its assets. */
  readonly mayPrune: boolean;
}

export interface KernelDeps {
  readonly clock: Clock;
  readonly chance: Chance;
  /** The ids of records of the audit log; left out: by `chance`. */
  readonly auditChance?: Chance;
  readonly log: Log;
  /** The model of an asset; left out: that of the registry. */
  readonly modelOf?: ModelOf;
  /** The fleet to simulate, and its origin. */
  readonly loaded: { readonly table: FleetTable; readonly origin: Origin };
  /** The assets file, which is read for each reload and at no other time. */
  readonly file: AssetsFile;
  readonly stores?: KernelStores;
  /** Length of a tick in s; whole ms. */
  readonly dtS: number;
  readonly limits: KernelLimits;
  /** The values of the settings in force; left out: those of the store of the kernel. */
  readonly settingValues?: SettingValues;
  /** Whether a demo may run: it begins in an empty store alone. Left out: it may not. */
  readonly mayRunDemo?: boolean;
  /** Why the keys of the sign-in could not be renewed, for the health. */
  readonly signInFailure?: () => SignInFailure | undefined;
  /** Left out: there are no traces. */
  readonly tracing?: Tracing | undefined;
}

/** The fleet is at rest at the newest instant of the grid by the clock, and does not tick until `start`. */
export function createKernel(deps: KernelDeps): Kernel {
  const { clock, chance, log, loaded, file, stores = {}, dtS, limits, modelOf } = deps;
  const { tracing = NO_TRACING } = deps;
  const simulator = createSimulator(loaded.table, dtS, tickAt(clock.nowMs(), dtS), modelOf);
  const telemetry = createTelemetry(simulator.latest(), limits);
  const { latest } = telemetry;
  const runDue = () => ticker.runDue();
  const workTurns = createWorkTurns(clock);
  const { audit, auditSink } = auditOf(deps);
  const shared = { latest, clock, runDue, audit, log };
  const dispatch = createDispatch({
    ...{ ...shared, gateway: simulator, workTurns, chance, tracing },
    store: stores.dispatches ?? createMemoryDispatches(clock, auditSink),
  });
  const origins = originsOf(loaded.table, loaded.origin);
  const isRunning = () => ticker.stats().running;
  const fleet = createFleet({
    ...{ ...shared, origins, isRunning, mayPrune: limits.mayPrune },
    inForce: createFleetInForce({ simulator, telemetry, dispatch, log }),
    store: stores.fleet ?? createMemoryFleetStore(telemetry.recent, origins, auditSink),
  });
  const bringTo = (instantMs: number) => {
    fleet.bringTo(instantMs);
    dispatch.bringTo(instantMs);
  };
  const ticker = createTicker({
    ...{ clock, simulator, telemetry, bringTo, log, dtS, tracing },
    begunSpans: dispatch.begunSpans,
  });
  const { values, live, settings, settingFollower } = createKernelSettings({
    ...{ ...shared, auditSink, store: stores.settings, values: deps.settingValues },
    table: () => latest().table,
  });
  const health = healthOf(deps, ticker, live);
  const points = { telemetry, dispatch, clock, workTurns, audit, auditSink };
  const { history, dataPoints } = dataPointsOf(stores, points);
  const alarmStore = stores.alarms ?? createMemoryAlarms(clock, auditSink);
  const alarms = createAlarms({ store: alarmStore, clock, chance, workTurns, audit, log });
  const alarmWatch = createAlarmWatch({
    ...{ alarms, clock, telemetry, dispatch, health, ticker: ticker.stats, dtS },
    ...{ settings: values, limits: live },
  });
  return {
    ...{ simulator, telemetry, dispatch, alarms, audit, fleet, health, ticker },
    ...{ workTurns, isRunning, dataPoints, history, settings, settingFollower },
    identityStore: stores.identities ?? createMemoryIdentityStore(auditSink),
    backfill: createBackfill(telemetry, stores.history),
    fleetFile: createFleetFile({ file, fleet, audit, log }),
    async restore(opened) {
      await settingFollower.read();
      await audit.restore();
      await dataPoints.begin();
      let endedMs = latest().timestampMs;
      const isEmpty = opened === undefined || opened.states.size === 0;
      const demoStart = isEmpty ? "begin" : "continue";
      if (opened) {
        endedMs = fleet.restore(opened, clock.nowMs());
        telemetry.begin(simulator.latest());
      }
      const restoreDispatches = () =>
        dispatch.restore(endedMs, deps.mayRunDemo ? demoStart : "none");
      simulator.hold(await alarmWatch.restore(restoreDispatches));
      if (opened && endedMs > 0)
        log.info(
          {},
          `continuing from ${new Date(endedMs).toISOString()}, the newest stored sample`,
        );
    },
    start() {
      ticker.start();
      health.start();
      alarmWatch.start();
      audit.start();
    },
    stop() {
      alarmWatch.stop();
      health.stop();
      ticker.stop();
      fleet.stop();
      audit.stop();
    },
  };
}

function healthOf(deps: KernelDeps, ticker: Ticker, limits: LiveSettings): Health {
  const { clock, log, stores = {}, signInFailure: signIn } = deps;
  const { status: store = () => undefined } = stores;
  const checks = healthChecks({ clock, ticker: ticker.stats, store, signIn, limits });
  return createHealth({ clock, log, checks });
}

interface DataPointsParts extends Pick<KernelDeps, "clock"> {
  readonly telemetry: TelemetryService;
  readonly dispatch: DispatchService;
  readonly workTurns: WorkTurns;
  readonly audit: AuditLog;
  readonly auditSink: AuditSink;
}

/** The history of the fleet, and the data points: stored ones, and those that are answered from that history. */
function dataPointsOf(stores: KernelStores, parts: DataPointsParts) {
  const { telemetry, dispatch, clock, workTurns, audit } = parts;
  const stored = stores.history ?? memoryHistory(telemetry);
  const history = createHistory(telemetry, stored);
  const series = createSampleSeries(telemetry, stored);
  const { windows } = dispatch;
  const dataPoints = createDataPoints({
    store: stores.dataPoints ?? createMemoryDataPointStore({ audit: parts.auditSink }),
    fleet: createFleetPoints({ telemetry, history, series, windows, turns: workTurns }),
    ...{ zones: systemTimeZones, schemas: createJsonSchemas(), digestOf: systemSecrets.digestOf },
    ...{ clock, workTurns, audit },
  });
  return { history, dataPoints };
}

/** The audit log, and what records of memory stores go to. */
function auditOf({ stores = {}, clock, chance, auditChance = chance, log }: KernelDeps) {
  const deps = { clock, chance: auditChance, log };
  if (stores.audit !== undefined)
    return { audit: createAuditLog({ ...deps, store: stores.audit }), auditSink: () => {} };
  const store = createMemoryAudit(clock);
  return { audit: createAuditLog({ ...deps, store }), auditSink: store.add };
}
