// A kernel for tests of dispatch, driven by hand.
import { createManualClock, type ManualClock } from "../../src/adapters/memory/clock.ts";
import { createMemoryDispatchStore } from "../../src/adapters/memory/dispatch-store.ts";
import type { FleetTable } from "../../src/domain/fleet/fleet-table.ts";
import type { DispatchStore } from "../../src/domain/ports/dispatch-store.ts";
import { telemetryAt } from "../../src/domain/telemetry/frame.ts";
import type { AnnouncedEvent } from "../../src/services/dispatch/events.ts";
import { kernelUnderTest } from "./kernel-under-test.ts";
import { DT_S, tableOf } from "./tick-tables.ts";

const START_TICK = 1_000;
/** When a fleet starts, in ms. */
export const NOW_MS = START_TICK * DT_S * 1000;

/** A clock whose timers come late: ticks are due for a while before they run. */
export function clockWithLateTimers(lateMs: number): ManualClock {
  const clock = createManualClock(NOW_MS);
  return { ...clock, wakeAt: (instantMs, wake) => clock.wakeAt(instantMs + lateMs, wake) };
}

/** @param store The stored dispatches; by default in memory. */
export function dispatchFixture(
  store: DispatchStore = createMemoryDispatchStore(1_000),
  table: FleetTable = tableOf({}),
  startTick = START_TICK,
  timers: ManualClock = createManualClock(startTick * DT_S * 1000),
) {
  const stores = { dispatches: store };
  const given = { table, startTick, stores, clock: timers };
  const kernel = kernelUnderTest({ ...given, idPrefix: `id-${startTick}-` });
  const { telemetry, clock, dispatch } = kernel;
  kernel.start();
  const announced: AnnouncedEvent[] = [];
  dispatch.events.follow((event) => announced.push(event));

  /** Runs ticks, and returns the setpoint of the asset at a position in each. */
  function setpointsMw(ticks: number, index = 0): number[] {
    return Array.from({ length: ticks }, () => {
      clock.advance(DT_S * 1000);
      return telemetryAt(telemetry.latest(), index).setpointMw;
    });
  }

  /** The events so far, as short text with the s since the fleet started. */
  const history = () =>
    announced.map(({ dispatchId, atMs, to, reason }) =>
      [(atMs - startTick * DT_S * 1000) / 1000, dispatchId, to, reason ?? ""].join(" ").trimEnd(),
    );

  return { ...kernel, store, announced, history, setpointsMw };
}
