import { describe, expect, test } from "vitest";
import type { Steps } from "../../../src/domain/base/steps.ts";
import { createSlices, SLICE_MS } from "../../../src/services/dispatch/slices.ts";
import { createWorkTurns } from "../../../src/services/work-turns.ts";

/** A clock on which each step takes a ms, and that notes when a turn passes. */
function createStepClock() {
  let nowMs = 0;
  const events: string[] = [];
  return {
    events,
    pass: (name: string) => {
      nowMs++;
      events.push(name);
    },
    clock: {
      nowMs: () => nowMs,
      aheadMs: () => 0,
      wakeAt: () => () => {},
      turn: async () => {
        events.push("turn");
      },
    },
  };
}

describe("work in slices", () => {
  test("leaves everything else its turn after each slice, and does much work beside little in turns", async () => {
    const { clock, events, pass } = createStepClock();
    function* work(name: string, steps: number): Steps<string> {
      for (let n = 0; n < steps; n++) {
        pass(name);
        yield;
      }
      return name;
    }
    const slices = createSlices(clock, createWorkTurns(clock));
    const long = slices.run(work("long", 3 * SLICE_MS));
    const short = slices.run(work("short", 2));
    expect(await short).toBe("short");
    expect(events.slice(0, 7)).toEqual(["turn", "long", "short", "long", "short", "long", "turn"]);
    expect(await long).toBe("long");
    expect(events.filter((it) => it === "turn").length).toBeGreaterThanOrEqual(3);
  });

  test("rejects with what the work throws, and goes on with the others", async () => {
    const { clock } = createStepClock();
    const slices = createSlices(clock, createWorkTurns(clock));
    function* failingWork(): Steps<number> {
      yield;
      throw new Error("no");
    }
    const failing = slices.run(failingWork());
    const other = slices.run(
      (function* (): Steps<number> {
        yield;
        return 1;
      })(),
    );
    await expect(failing).rejects.toThrow("no");
    expect(await other).toBe(1);
  });
});
