// Durations of steps: known only where every tick of the step has its limit.
import { expect, test } from "vitest";
import { LIMIT } from "../../../src/domain/battery/limit.ts";
import { limitNameOf } from "../../../src/domain/telemetry/frame.ts";
import { type StepSample, stepsOf } from "../../../src/domain/telemetry/history.ts";
import {
  DURATION_FIELDS,
  durationsAt,
  NO_ASSET_FIGURES,
  STEP_FIGURES,
} from "../../../src/domain/telemetry/step-figures.ts";
import type { PowerLimit } from "../../../src/domain/telemetry/telemetry.ts";

const DT_S = 4;
const sampleAt = (tick: number, limitedBy?: PowerLimit | null): StepSample => ({
  ...{ timestampMs: tick * DT_S * 1000, dtS: DT_S, knownMs: null },
  ...{ socPct: 50, currentMw: 0, setpointMw: 0, energyInMwhr: 0, energyOutMwhr: 0 },
  ...(limitedBy === undefined ? NO_ASSET_FIGURES : durationsAt(limitedBy, DT_S)),
});
const durationsOf = (samples: readonly StepSample[], stepS: number) =>
  stepsOf(samples, { fromMs: 0, untilMs: 120_000, stepS }).map((step) =>
    DURATION_FIELDS.map((field) => step[field]),
  );

test("there is one for each limit", () => {
  const limits = Object.values(LIMIT).flatMap((limit) => limitNameOf(limit) ?? []);
  expect(DURATION_FIELDS.map((field) => STEP_FIGURES[field].limit).sort()).toEqual(limits.sort());
});

test("they are the lengths of the ticks at the limit", () => {
  const samples = [
    sampleAt(0, "ramp"),
    sampleAt(1, null),
    sampleAt(2, "ramp"),
    sampleAt(15, "site"),
  ];
  expect(durationsOf(samples, 60)).toEqual([
    [8, 0, 0, 0],
    [0, 0, 0, 4],
  ]);
});

test.each([40, 60, 120])("a step of %i s with a tick that has none is not known", (stepS) => {
  const samples = [sampleAt(0, "ramp"), sampleAt(1), sampleAt(2, "ramp")];
  expect(durationsOf(samples, stepS)[0]).toEqual([null, null, null, null]);
});

test("a step without a tick has none", () => {
  expect(durationsOf([sampleAt(0, "power")], 60)).toEqual([
    [0, 4, 0, 0],
    [null, null, null, null],
  ]);
});
