// A kernel whose time moves only when a test advances it.
import { randomUUID } from "node:crypto";
import { createManualClock, type ManualClock } from "../../src/adapters/memory/clock.ts";
import { createKernel, type Kernel, type KernelStores } from "../../src/compose/kernel.ts";
import { createAssetsFile } from "../../src/config/fleet.ts";
import type { ModelOf } from "../../src/domain/battery/registry.ts";
import type { DispatchRequest } from "../../src/domain/dispatch/request.ts";
import type { FleetChange, Origin } from "../../src/domain/fleet/change.ts";
import type { FleetTable } from "../../src/domain/fleet/fleet-table.ts";
import type { GivenFleet } from "../../src/domain/fleet/reconcile.ts";
import { everywhere, type Principal } from "../../src/domain/identity/principal.ts";
import type { AssetsFile } from "../../src/domain/ports/assets-file.ts";
import type { Log } from "../../src/domain/ports/log.ts";
import type { ScheduleRequest, SiteRequest } from "../../src/services/dispatch/decide.ts";
import { silentLog } from "./silent-log.ts";
import { DT_S, tableOf } from "./tick-tables.ts";

interface KernelOptions {
  /** By default one battery. */
  readonly table?: FleetTable;
  readonly origin?: Origin;
  /** The number on the grid at whose instant the fleet starts. */
  readonly startTick?: number;
  /** By default it stands at the instant of `startTick`. */
  readonly clock?: ManualClock;
  readonly dtS?: number;
  readonly recentFrames?: number;
  readonly recentBytes?: number;
  readonly mayPrune?: boolean;
  readonly mayRunDemo?: boolean;
  readonly stores?: KernelStores;
  /** By default a file that does not exist. */
  readonly file?: AssetsFile;
  /** The model of an asset; by default that of the registry. */
  readonly modelOf?: ModelOf;
  readonly log?: Log;
  /** How the ids of dispatches begin. */
  readonly idPrefix?: string;
}

/** The kernel and its clock; it does not tick until `start`. */
export function kernelUnderTest(options: KernelOptions = {}) {
  const { table = tableOf({}), origin = "file", startTick = 1_000, dtS = DT_S } = options;
  const { clock = createManualClock(startTick * dtS * 1000), stores = {} } = options;
  const { recentFrames = 10, recentBytes = Infinity, mayPrune = true } = options;
  const { mayRunDemo = false } = options;
  const { file = createAssetsFile("missing.yaml"), log = silentLog, idPrefix = "id-" } = options;
  let ids = 0;
  const kernel = createKernel({
    ...{ clock, chance: { newId: () => `${idPrefix}${++ids}` }, log },
    auditChance: { newId: randomUUID },
    ...{ loaded: { table, origin }, file, stores, dtS, mayRunDemo },
    limits: { recentFrames, recentBytes, mayPrune },
    ...(options.modelOf && { modelOf: options.modelOf }),
  });
  return { ...kernel, ...byTester(kernel), audited: kernel, clock };
}

/** The principal of what tests request. */
export const TESTER: Principal = {
  ...{ id: "tester", name: "A tester", grants: [everywhere("admin")], expiresAtMs: null },
  ...{ channel: "rest", address: "127.0.0.1" },
};

/** The services that change something, with the tester as the author. */
function byTester({ dispatch, fleet, fleetFile, alarms, telemetry }: Kernel) {
  const by = TESTER;
  return {
    dispatch: {
      ...dispatch,
      dispatch: (request: DispatchRequest) => dispatch.dispatch(request, by),
      dispatchMany: (requests: readonly DispatchRequest[]) => dispatch.dispatchMany(requests, by),
      dispatchSite: (request: SiteRequest) => dispatch.dispatchSite(request, by),
      setSchedule: (request: ScheduleRequest) => dispatch.setSchedule(request, by),
      renew: (id: string) => dispatch.renew(id, by),
      cancel: (id: string) => dispatch.cancel(id, by),
      demo: { ...dispatch.demo, end: () => dispatch.demo.end(by) },
    },
    fleet: {
      ...fleet,
      change: (changes: readonly FleetChange[]) => fleet.change(changes, by),
      reload: (given: GivenFleet, origin: "file" | "default") => fleet.reload(given, origin, by),
    },
    fleetFile: {
      reload: () => fleetFile.reload(by),
      text: () => fleetFile.textOf(telemetry.latest().table),
    },
    alarms: { ...alarms, acknowledge: (id: string) => alarms.acknowledge(id, by) },
  };
}

/** Runs the next tick of a fleet whose ticker does not run, and returns its frame. */
export function runTick({
  simulator,
  telemetry,
}: Pick<ReturnType<typeof kernelUnderTest>, "simulator" | "telemetry">) {
  const frame = simulator.tick(simulator.latest().tick + 1, telemetry.spare(simulator.table));
  telemetry.publish(frame);
  return frame;
}
