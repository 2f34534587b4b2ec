// Everything that dispatch needs, driven by hand: a store, a clock, a fleet and its ticker.
import { createManualClock } from "../../src/adapters/memory/clock.ts";
import { createMemoryDispatchStore } from "../../src/adapters/memory/dispatch-store.ts";
import type { FleetTable } from "../../src/domain/fleet/fleet-table.ts";
import type { DispatchStore } from "../../src/domain/ports/dispatch-store.ts";
import { telemetryAt } from "../../src/domain/telemetry/frame.ts";
import { createDispatch } from "../../src/services/dispatch/dispatch.ts";
import type { AnnouncedEvent } from "../../src/services/dispatch/events.ts";
import { createTelemetry } from "../../src/services/telemetry/telemetry.ts";
import { createTicker } from "../../src/services/telemetry/ticker.ts";
import { createSimulator } from "../../src/simulator/simulator.ts";
import { silentLog } from "./silent-log.ts";
import { DT_S, tableOf } from "./tick-tables.ts";

const START_TICK = 1_000;
/** When a house begins, in ms. */
export const NOW_MS = START_TICK * DT_S * 1000;

/** @param store What is kept; by default in memory. */
export function dispatchFixture(
  store: DispatchStore = createMemoryDispatchStore(1_000),
  table: FleetTable = tableOf({}),
  startTick = START_TICK,
) {
  const simulator = createSimulator(table, DT_S, startTick);
  const telemetry = createTelemetry(simulator.latest(), 10);
  const clock = createManualClock(startTick * DT_S * 1000);
  let ids = 0;
  const chance = { newId: () => `id-${startTick}-${++ids}` };
  const { latest } = telemetry;
  const deps = { gateway: simulator, latest, store, clock, chance, log: silentLog };
  const dispatch = createDispatch(deps);
  const { beginTick } = dispatch;
  const driven = { clock, simulator, telemetry, log: silentLog, dtS: DT_S };
  createTicker({ ...driven, beginTick }).start();
  const announced: AnnouncedEvent[] = [];
  dispatch.events.follow((event) => announced.push(event));

  /** Runs ticks, and returns what the asset at a position was to hold in each. */
  function setpointsMw(ticks: number, index = 0): number[] {
    return Array.from({ length: ticks }, () => {
      clock.advance(DT_S * 1000);
      return telemetryAt(latest(), index).setpointMw;
    });
  }

  /** What happened so far, as short text with the s since the house began. */
  const history = () =>
    announced.map(({ dispatchId, atMs, to, reason }) =>
      [(atMs - startTick * DT_S * 1000) / 1000, dispatchId, to, reason ?? ""].join(" ").trimEnd(),
    );

  return { simulator, telemetry, clock, store, dispatch, announced, history, setpointsMw };
}
