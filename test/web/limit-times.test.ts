import { expect, test } from "vitest";
import type { AtLimitsFragment } from "../../web/dashboard/api/operations.ts";
import {
  addTimes,
  limitedOfStep,
  limitedOfTick,
  totalTimes,
} from "../../web/dashboard/chart/limit-times.ts";

const step = (part: Partial<AtLimitsFragment>): AtLimitsFragment => ({
  ...{ sampleCount: 15, limitedByRampS: 0, limitedByPowerS: 0 },
  ...{ limitedByEnergyS: 0, limitedBySiteS: 0, ...part },
});
const OLDER = step({
  ...{ limitedByRampS: null, limitedByPowerS: null, limitedByEnergyS: null, limitedBySiteS: null },
});

test("ticks and steps add up to the time at each limit, the longest first", () => {
  const parts = [
    limitedOfTick("RAMP", 4),
    limitedOfTick(null, 4),
    limitedOfStep(step({ limitedByEnergyS: 52, limitedByRampS: 8 })),
    limitedOfStep(step({ limitedBySiteS: 4 })),
  ];
  expect(totalTimes(parts)).toEqual({
    times: [
      { limit: "ENERGY", lengthS: 52 },
      { limit: "RAMP", lengthS: 12 },
      { limit: "SITE", lengthS: 4 },
    ],
    isPartial: false,
  });
});

test("a step whose limits are not stored makes the total partial, one without a sample does not", () => {
  const empty = limitedOfStep({ ...OLDER, sampleCount: 0 });
  expect(totalTimes([empty])).toBeUndefined();
  expect(totalTimes([limitedOfTick("RAMP", 4), limitedOfStep(OLDER), empty])).toEqual({
    times: [{ limit: "RAMP", lengthS: 4 }],
    isPartial: true,
  });
});

test("a sum is not known where a part of it is not, and leaves out what has no limits", () => {
  const ramp = { RAMP: 4 };
  const { atLimitsS: power } = limitedOfStep(step({ limitedByPowerS: 60 }));
  expect(addTimes(addTimes(undefined, ramp), power)).toEqual({
    RAMP: 4,
    POWER: 60,
    ENERGY: 0,
    SITE: 0,
  });
  expect(addTimes(ramp, undefined)).toEqual(ramp);
  expect(addTimes(ramp, limitedOfStep(OLDER).atLimitsS)).toBeNull();
  expect(addTimes(null, ramp)).toBeNull();
  expect(addTimes(undefined, null)).toBeNull();
});
