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
    *work(name: string, steps = 20): Steps<string> {
      for (let n = 0; n < steps; n++) {
        nowMs++;
        events.push(name);
        yield;
      }
      return name;
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
    const { clock, events, work } = createStepClock();
    const slices = createSlices(clock, createWorkTurns(clock));
    const long = slices.run("numbers", work("long", 3 * SLICE_MS));
    const short = slices.run("numbers", work("short", 2));
    expect(await short).toBe("short");
    expect(events.slice(0, 7)).toEqual(["turn", "long", "short", "long", "short", "long", "turn"]);
    expect(await long).toBe("long");
    expect(events.filter((it) => it === "turn").length).toBeGreaterThanOrEqual(3);
  });

  test("does what came together in the place of one, and decisions before it", async () => {
    const { clock, events, work } = createStepClock();
    const slices = createSlices(clock, createWorkTurns(clock));
    const bulk = {};
    const many = Array.from({ length: 100 }, () => slices.run("numbers", work("bulk"), bulk));
    const alone = slices.run("numbers", work("alone"));
    await alone;
    // Each step of the bulk may come before one of the other, and no more but the rest of the slice.
    expect(events.filter((it) => it === "bulk").length).toBeLessThanOrEqual(21 + SLICE_MS);
    const decision = slices.run("decision", work("decision"));
    const before = events.length;
    await decision;
    const since = events.slice(before).filter((it) => it === "bulk");
    expect(since.length).toBeGreaterThan(0);
    expect(since.length).toBeLessThanOrEqual(20 / 3 + 1 + SLICE_MS);
    await Promise.all(many);
  });

  test("does little soon beside what many have begun", async () => {
    const { clock, events, work } = createStepClock();
    const slices = createSlices(clock, createWorkTurns(clock));
    const long = Array.from({ length: 20 }, (_, n) => slices.run("numbers", work(`${n}`, 100)));
    while (events.filter((it) => it !== "turn").length < 900) await Promise.resolve();
    const before = events.length;
    await slices.run("numbers", work("little", 5));
    expect(events.slice(before).filter((it) => it !== "turn").length).toBeLessThanOrEqual(
      11 + SLICE_MS,
    );
    await Promise.all(long);
    for (let n = 0; n < 20; n++) expect(events.filter((it) => it === `${n}`)).toHaveLength(100);
  });

  test("rejects with what the work throws, and goes on with the others", async () => {
    const { clock } = createStepClock();
    const slices = createSlices(clock, createWorkTurns(clock));
    function* failingWork(): Steps<number> {
      yield;
      throw new Error("no");
    }
    const failing = slices.run("numbers", failingWork());
    const other = slices.run(
      "numbers",
      (function* (): Steps<number> {
        yield;
        return 1;
      })(),
    );
    await expect(failing).rejects.toThrow("no");
    expect(await other).toBe(1);
  });
});
