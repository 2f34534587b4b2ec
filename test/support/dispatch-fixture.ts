// A kernel for tests of dispatch, driven by hand.
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

/** @param store The stored dispatches; by default in memory. */
export function dispatchFixture(
  store: DispatchStore = createMemoryDispatchStore(1_000),
  table: FleetTable = tableOf({}),
  startTick = START_TICK,
) {
  const stores = { dispatches: store };
  const kernel = kernelUnderTest({ table, startTick, stores, idPrefix: `id-${startTick}-` });
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
