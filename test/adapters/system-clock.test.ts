import { describe, expect, test } from "vitest";
import { createSystemClock } from "../../src/adapters/system/clock.ts";

const HOUR_MS = 3_600_000;

function machine() {
  const time = { wall: 1_795_219_437_000, monotonic: 50 };
  const clock = createSystemClock({ wallMs: () => time.wall, monotonicMs: () => time.monotonic });
  const pass = (ms: number) => {
    time.wall += ms;
    time.monotonic += ms;
    return clock.nowMs();
  };
  return { time, clock, pass };
}

describe("the system clock", () => {
  test("tells UTC", () => {
    const { time, pass } = machine();
    expect(pass(1234)).toBe(time.wall);
  });

  test("follows a step forward at once", () => {
    const { time, pass } = machine();
    time.wall += HOUR_MS;
    expect(pass(1)).toBe(time.wall);
  });

  test("never goes back, and runs a thousandth slow until UTC has caught up", () => {
    const { time, clock, pass } = machine();
    const beforeMs = clock.nowMs();
    time.wall -= 2;
    expect(clock.nowMs()).toBe(beforeMs);
    expect(pass(1000)).toBe(beforeMs + 999);
    expect(pass(2000)).toBe(time.wall);
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
});
