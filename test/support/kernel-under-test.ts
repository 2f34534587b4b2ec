// A kernel whose time moves only when a test advances it.
import { createManualClock, type ManualClock } from "../../src/adapters/memory/clock.ts";
import { createKernel, type KernelStores } from "../../src/compose/kernel.ts";
import { createAssetsFile } from "../../src/config/fleet.ts";
import type { ModelOf } from "../../src/domain/battery/registry.ts";
import type { Origin } from "../../src/domain/fleet/change.ts";
import type { FleetTable } from "../../src/domain/fleet/fleet-table.ts";
import type { AssetsFile } from "../../src/domain/ports/assets-file.ts";
import type { Log } from "../../src/domain/ports/log.ts";
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
    ...{ loaded: { table, origin }, file, stores, dtS, mayRunDemo },
    limits: { recentFrames, recentBytes, mayPrune },
    ...(options.modelOf && { modelOf: options.modelOf }),
  });
  return { ...kernel, clock };
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
