import { describe, expect, test } from "vitest";
import { createSystemClock } from "../../src/adapters/system/clock.ts";

const HOUR_MS = 3_600_000;

function machine() {
  const time = { system: 1_795_219_437_000, monotonic: 50 };
  const clock = createSystemClock({
    systemMs: () => time.system,
    monotonicMs: () => time.monotonic,
  });
  const pass = (ms: number) => {
    time.system += ms;
    time.monotonic += ms;
    return clock.nowMs();
  };
  /** Reads the clock as often as a server does. */
  const passInSteps = (ms: number) => {
    for (let passed = 0; passed < ms; passed += 500) pass(500);
    return clock.nowMs();
  };
  return { time, clock, pass, passInSteps };
}

describe("the system clock", () => {
  test("is UTC", () => {
    const { time, clock, pass } = machine();
    expect(pass(1234)).toBe(time.system);
    expect(clock.aheadMs()).toBe(0);
  });

  test("follows a small step forward of the machine at once", () => {
    const { time, pass } = machine();
    time.system += 900;
    expect(pass(1)).toBe(time.system);
  });

  test("follows a machine that is set forward once that has lasted 5 s, and runs on meanwhile", () => {
    const { time, clock, pass } = machine();
    const beganMs = clock.nowMs();
    time.system += HOUR_MS;
    expect(pass(1000)).toBe(beganMs + 1000);
    expect(pass(4999)).toBe(beganMs + 5999);
    expect(clock.aheadMs()).toBe(0);
    expect(pass(1)).toBe(time.system);
  });

  test("ignores a step forward that is undone before that", () => {
    const { time, clock, pass } = machine();
    const beganMs = clock.nowMs();
    for (let times = 0; times < 3; times++) {
      time.system += HOUR_MS;
      pass(4000);
      time.system -= HOUR_MS;
      pass(4000);
    }
    expect(clock.nowMs()).toBe(beganMs + 24_000);
    expect(clock.nowMs()).toBe(time.system);
  });

  test("never goes back, and runs a thousandth slow after a small step back of the machine", () => {
    const { time, clock, pass } = machine();
    const beforeMs = clock.nowMs();
    time.system -= 2;
    expect(clock.nowMs()).toBe(beforeMs);
    expect(pass(1000)).toBe(beforeMs + 999);
    expect(pass(2000)).toBe(time.system);
  });

  test("runs at half speed where it is ahead, so that an hour is gone after two", () => {
    const { time, clock, pass, passInSteps } = machine();
    time.system += HOUR_MS;
    passInSteps(6000);
    expect(clock.nowMs()).toBe(time.system);
    time.system -= HOUR_MS;
    const beganMs = clock.nowMs();
    expect(clock.aheadMs()).toBe(HOUR_MS);
    expect(pass(1000)).toBe(beganMs + 500);
    expect(passInSteps(2 * HOUR_MS - 2000)).toBe(time.system + 500);
    expect(clock.aheadMs()).toBe(500);
    expect(pass(1000)).toBe(time.system);
    expect(pass(1000)).toBe(time.system);
    expect(clock.aheadMs()).toBe(0);
  });

  test("wakes at an instant, and not once it is cancelled", async () => {
    const clock = createSystemClock();
    let wrong = false;
    clock.wakeAt(clock.nowMs() + 1, () => {
      wrong = true;
    })();
    await new Promise<void>((resolve) => clock.wakeAt(clock.nowMs() + 5, resolve));
    expect(wrong).toBe(false);
  });

  test("wakes no sooner where it runs at half speed, and not once it is cancelled meanwhile", async () => {
    let aheadMs = HOUR_MS;
    const systemMs = () => Date.now() + aheadMs;
    const clock = createSystemClock({ systemMs, monotonicMs: () => performance.now() });
    aheadMs = 0;
    const beganMs = clock.nowMs();
    let wrong = false;
    const cancel = clock.wakeAt(beganMs + 20, () => {
      wrong = true;
    });
    await new Promise<void>((resolve) => clock.wakeAt(beganMs + 15, resolve));
    expect(clock.nowMs()).toBeGreaterThanOrEqual(beganMs + 15);
    cancel();
    await new Promise<void>((resolve) => clock.wakeAt(beganMs + 40, resolve));
    expect(wrong).toBe(false);
  });
});
