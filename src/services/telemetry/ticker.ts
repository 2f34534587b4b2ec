// The ticker: runs the simulator at every instant of the grid, and publishes its frames.
import type { Clock } from "../../domain/ports/clock.ts";
import type { Log } from "../../domain/ports/log.ts";
import { NO_TRACING, type SpanContext, type Tracing } from "../../domain/ports/tracing.ts";
import { tickAt, tickInstantMs } from "../../domain/time/grid.ts";
import type { Simulator } from "../../simulator/simulator.ts";
import type { TelemetryService } from "./telemetry.ts";

/** More missed ticks than this are skipped rather than caught up, as if no server had run. */
export const CATCH_UP_TICKS = 15;

export interface Ticker {
  /** Runs a tick at every instant of the grid from now on. */
  start(): void;
  stop(): void;
  /** Runs the ticks that are due now, if the ticker runs. Called before what must not come before them. */
  runDue(): void;
  stats(): TickerStats;
  /** Calls as each tick begins, with how long after its instant that is, in s. */
  onTick(listener: (latenessS: number) => void): void;
}

export interface TickerStats {
  readonly running: boolean;
  /** When the first tick starts, in ms since the epoch: in the future where the newest sample is there. */
  readonly waitsUntilMs: number;
  /** Ticks run. */
  readonly ticks: number;
  /** Ticks whose work ended after the instant of the next one. */
  readonly overruns: number;
  /** How many of the last ticks in a row were overruns; 0 after a tick in time. */
  readonly overrunsInARow: number;
  /** Ticks left out because the server was too far behind. */
  readonly skipped: number;
  /** The time that all ticks took, in s. */
  readonly workS: number;
}

interface TickerDeps {
  readonly clock: Clock;
  readonly simulator: Simulator;
  readonly telemetry: TelemetryService;
  /**
   * Brings the fleet and its dispatches to an instant of the grid, in ms since the epoch: called once the frame of the
   * tick that ends there is published, and after ticks were left out with the start of the one that runs next.
   */
  readonly bringTo: (instantMs: number) => void;
  readonly log: Log;
  readonly dtS: number;
  /** Left out: there are no traces. */
  readonly tracing?: Tracing;
  /** The spans of what a tick begins with; left out: none. */
  readonly begunSpans?: () => readonly SpanContext[];
}

/** Drives the simulator on the grid. A late tick is caught up, each one a whole `dt` with its own instant. */
export function createTicker(deps: TickerDeps): Ticker {
  const { clock, simulator, bringTo, log, dtS } = deps;
  const stats = {
    running: false,
    waitsUntilMs: -Infinity,
    ticks: 0,
    overruns: 0,
    overrunsInARow: 0,
    skipped: 0,
    workS: 0,
  };
  let last = 0;
  let isTicking = false;
  let cancel = () => {};
  const listeners: ((latenessS: number) => void)[] = [];

  function runTick(tick: number): void {
    const beganMs = clock.nowMs();
    const latenessS = Math.max(0, beganMs - tickInstantMs(tick, dtS)) / 1000;
    for (const listener of listeners) listener(latenessS);
    step(deps, tick, latenessS, () => noteEnd(tick, beganMs));
  }

  function noteEnd(tick: number, beganMs: number): void {
    const endedMs = clock.nowMs();
    stats.ticks++;
    stats.workS += (endedMs - beganMs) / 1000;
    const overran = endedMs >= tickInstantMs(tick + 1, dtS);
    stats.overrunsInARow = overran ? stats.overrunsInARow + 1 : 0;
    if (overran) {
      stats.overruns++;
      // Once for many in a row: the health has their number.
      if (stats.overrunsInARow === 1)
        log.warn({ tick, workMs: endedMs - beganMs }, "a tick ended after the next one was due");
    }
  }

  function runUntil(due: number): void {
    if (due - last > CATCH_UP_TICKS) {
      stats.skipped += due - last;
      last = due;
      bringTo(tickInstantMs(due, dtS));
    }
    while (last < due && stats.running) {
      last++;
      runTick(last);
    }
  }

  function runDue(): void {
    // What a tick calls may call this: that tick comes first.
    if (isTicking || !stats.running) return;
    isTicking = true;
    try {
      runUntil(tickAt(clock.nowMs(), dtS));
    } finally {
      isTicking = false;
    }
  }

  function wake(): void {
    runDue();
    if (stats.running) cancel = clock.wakeAt(tickInstantMs(last + 1, dtS), wake);
  }

  return {
    start() {
      last = simulator.latest().tick;
      stats.waitsUntilMs = tickInstantMs(last, dtS);
      stats.running = true;
      wake();
    },
    stop() {
      stats.running = false;
      cancel();
    },
    runDue,
    stats: () => ({ ...stats }),
    onTick: (listener) => void listeners.push(listener),
  };
}

/** One tick, as a trace of its own: that of a dispatch of hours would have thousands of spans. */
function step(deps: TickerDeps, tick: number, latenessS: number, noteEnd: () => void): void {
  const { simulator, telemetry, bringTo, dtS, tracing = NO_TRACING, begunSpans } = deps;
  const span = tracing.start("tick", {
    parent: null,
    attributes: { "mando.tick": tick, "mando.tick.lateness_s": latenessS },
    links: begunSpans?.() ?? [],
  });
  span.run(() => {
    const { table } = simulator;
    const frame = tracing.start("frame", { attributes: { "mando.assets": table.assets.length } });
    frame.run(() => telemetry.publish(simulator.tick(tick, telemetry.spare(table))));
    frame.end();
    bringTo(tickInstantMs(tick, dtS));
    noteEnd();
  });
  span.end();
}
