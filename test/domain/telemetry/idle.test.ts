// From which power on an asset counts as doing something.
import { expect, test } from "vitest";
import { statusOf } from "../../../src/domain/telemetry/frame.ts";
import { directionWithin } from "../../../web/dashboard/text/format.ts";

test.each([
  { minMw: -30, maxMw: 30, idleMw: 0.1 },
  { minMw: -1, maxMw: 0, idleMw: 0.1 },
  { minMw: -0.005, maxMw: 0.0115, idleMw: 0.000115 },
  { minMw: -0.5, maxMw: 0, idleMw: 0.005 },
])("with a rating of $minMw to $maxMw MW an asset is idle up to $idleMw MW", (rating) => {
  const { minMw, maxMw, idleMw } = rating;
  const at = (mw: number) => [statusOf(mw, minMw, maxMw), directionWithin(mw, rating)];
  expect(at(idleMw * 0.999)).toEqual(["idle", "idle"]);
  expect(at(-idleMw * 0.999)).toEqual(["idle", "idle"]);
  expect(at(idleMw * 1.001)).toEqual(["discharging", "discharge"]);
  expect(at(-idleMw * 1.001)).toEqual(["charging", "charge"]);
});
