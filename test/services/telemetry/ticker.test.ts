import { describe, expect, test } from "vitest";
import { createManualClock } from "../../../src/adapters/memory/clock.ts";
import type { Log } from "../../../src/domain/ports/log.ts";
import { CATCH_UP_TICKS, createTicker } from "../../../src/services/telemetry/ticker.ts";
import { kernelUnderTest } from "../../support/kernel-under-test.ts";
import { DT_S } from "../../support/tick-tables.ts";

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };
const DT_MS = DT_S * 1000;
const START_MS = 1_000 * DT_MS + 1_500;

function startTicker() {
  const clock = createManualClock(START_MS);
  const { simulator, telemetry } = kernelUnderTest({ clock, recentFrames: 100 });
  const order: string[] = [];
  const bringTo = (instantMs: number) => void order.push(`to ${instantMs / DT_MS}`);
  const deps = { clock, simulator, telemetry, bringTo, log: silent, dtS: DT_S };
  const ticker = createTicker(deps);
  const instants: number[] = [];
  const seenAtMs: number[] = [];
  telemetry.follow((frame) => {
    instants.push(frame.timestampMs / DT_MS);
    order.push(`frame ${frame.timestampMs / DT_MS}`);
    seenAtMs.push(clock.nowMs());
  });
  ticker.start();
  return { clock, telemetry, ticker, order, instants, seenAtMs };
}

describe("the ticker", () => {
  test("ticks at the instants of the grid, the first one after now", () => {
    const { clock, instants, seenAtMs, ticker } = startTicker();
    expect(instants).toEqual([]);
    clock.advance(3 * DT_MS);
    expect(instants).toEqual([1001, 1002, 1003]);
    expect(seenAtMs).toEqual([1001, 1002, 1003].map((tick) => tick * DT_MS));
    expect(ticker.stats()).toMatchObject({ ticks: 3, overruns: 0, skipped: 0 });
  });

  test("brings the fleet to each instant after its frame, also of a tick that is caught up", () => {
    const { clock, telemetry, order } = startTicker();
    let isStalled = true;
    telemetry.follow(() => {
      if (isStalled) clock.advance(DT_MS);
      isStalled = false;
    });
    clock.advance(2 * DT_MS);
    expect(order).toEqual(["frame 1001", "to 1001", "frame 1002", "to 1002"]);
  });

  test("runs what is due when it is called to, once, and later ticks in time", () => {
    const { clock, ticker, order, instants } = startTicker();
    ticker.runDue();
    expect(order).toEqual([]);
    clock.advance(DT_MS);
    ticker.runDue();
    expect(instants).toEqual([1001]);
    clock.advance(DT_MS);
    expect(instants).toEqual([1001, 1002]);
    ticker.stop();
    clock.advance(DT_MS);
    ticker.runDue();
    expect(instants).toEqual([1001, 1002]);
  });

  test("runs no tick within another, also where a follower calls for what is due", () => {
    const { clock, telemetry, ticker, order } = startTicker();
    telemetry.follow(({ tick }) => {
      if (tick === 1001) clock.advance(DT_MS);
      ticker.runDue();
    });
    clock.advance(2 * DT_MS);
    expect(order).toEqual(["frame 1001", "to 1001", "frame 1002", "to 1002"]);
  });

  test("reports how late each tick begins", () => {
    const { clock, telemetry, ticker } = startTicker();
    const latenessS: number[] = [];
    ticker.onTick((late) => latenessS.push(late));
    clock.advance(2 * DT_MS);
    let stalled = false;
    telemetry.follow(() => {
      if (!stalled) clock.advance(2.5 * DT_MS);
      stalled = true;
    });
    clock.advance(4 * DT_MS);
    expect(latenessS).toEqual([0, 0, 0, 1.5 * DT_S, 0.5 * DT_S, 0]);
  });

  test("catches up missed ticks one after the other, each with its own instant", () => {
    const { clock, telemetry, instants, ticker } = startTicker();
    let stalled = false;
    telemetry.follow(() => {
      if (stalled) return;
      stalled = true;
      clock.advance(5 * DT_MS);
    });
    clock.advance(7 * DT_MS);
    expect(instants).toEqual([1001, 1002, 1003, 1004, 1005, 1006, 1007]);
    expect(ticker.stats().skipped).toBe(0);
  });

  test("counts one overrun for a tick that ends after the next is due, and keeps the grid", () => {
    const { clock, telemetry, instants, ticker } = startTicker();
    let slow = true;
    telemetry.follow(() => {
      if (slow) clock.advance(1.5 * DT_MS);
      slow = false;
    });
    clock.advance(4 * DT_MS);
    expect(ticker.stats().overruns).toBe(1);
    expect(instants.slice(0, 4)).toEqual([1001, 1002, 1003, 1004]);
  });

  test("counts overruns in a row until a tick is in time, and reports how late a tick began", () => {
    const { clock, telemetry, ticker } = startTicker();
    const seen: number[][] = [];
    let latenessS = 0;
    ticker.onTick((lateS) => {
      latenessS = lateS;
    });
    telemetry.follow(() => {
      seen.push([latenessS, ticker.stats().overrunsInARow]);
      if (seen.length < 4) clock.advance(1.25 * DT_MS);
    });
    for (let n = 0; n < 6; n++) clock.advance(DT_MS);
    expect(seen.slice(0, 5)).toEqual([
      [0, 0],
      [DT_S / 4, 1],
      [DT_S / 2, 2],
      [(DT_S * 3) / 4, 3],
      [0, 0],
    ]);
    expect(ticker.stats()).toMatchObject({ overruns: 3, overrunsInARow: 0 });
  });

  test("skips a gap that is too long, counts it, and continues after now", () => {
    const { clock, telemetry, instants, order, ticker } = startTicker();
    let frozen = true;
    telemetry.follow(() => {
      if (frozen) clock.advance((CATCH_UP_TICKS + 1) * DT_MS);
      frozen = false;
    });
    clock.advance(2.5 * DT_MS);
    clock.advance(DT_MS);
    expect(ticker.stats().skipped).toBe(CATCH_UP_TICKS + 1);
    expect(instants.slice(0, 2)).toEqual([1001, 1001 + CATCH_UP_TICKS + 2]);
    const skippedTo = 1001 + CATCH_UP_TICKS + 1;
    expect(order.slice(1, 4)).toEqual(["to 1001", `to ${skippedTo}`, `frame ${skippedTo + 1}`]);
  });

  test("runs no tick once it is stopped", () => {
    const { clock, instants, ticker } = startTicker();
    clock.advance(DT_MS);
    ticker.stop();
    clock.advance(10 * DT_MS);
    expect(instants).toEqual([1001]);
  });
});
