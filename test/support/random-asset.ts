// Assets and states of them for property tests.

import type { Asset } from "../../src/domain/fleet/asset.ts";
import fc from "./fast-check.ts";
import { ASSET } from "./tick-tables.ts";

const double = (min: number, max: number) => fc.double({ min, max, noNaN: true });
/** A number that people would write. */
const round = (min: number, max: number) =>
  fc.integer({ min: min * 100, max: max * 100 }).map((n) => n / 100);

export const anyAsset: fc.Arbitrary<Asset> = fc
  .record({
    capacityMwhr: fc.oneof(double(0.01, 40), round(1, 40)),
    maxMw: fc.oneof(double(0.01, 40), round(1, 40), fc.constant(0)),
    minMw: fc.oneof(double(-40, -0.01), round(-40, -1)),
    rampRateMwPerMin: fc.oneof(double(1, 500), fc.constantFrom(10, 30, 1e5)),
    efficiency: fc.oneof(double(0.6, 1), fc.constantFrom(0.92, 1)),
    socMinRatio: fc.constantFrom(0, 0.05, 0.2),
    socMaxRatio: fc.constantFrom(0.7, 0.95, 1),
  })
  .map((fields) => ({ ...ASSET, ...fields }));

/** An asset with a SoC within its bounds, in MWh, and a power within its rating, in MW. */
export const anyState = fc
  .record({
    asset: anyAsset,
    socRatio: fc.oneof(double(0, 1), fc.constantFrom(0, 0.5, 1)),
    powerRatio: fc.oneof(
      fc.integer({ min: -1000, max: 1000 }).map((n) => n / 1000),
      fc.constant(0),
    ),
  })
  .map(({ asset, socRatio, powerRatio }) => {
    const { capacityMwhr, socMinRatio, socMaxRatio, maxMw, minMw } = asset;
    const [floorMwhr, ceilingMwhr] = [socMinRatio * capacityMwhr, socMaxRatio * capacityMwhr];
    const socMwhr = Math.min(floorMwhr + socRatio * (ceilingMwhr - floorMwhr), ceilingMwhr);
    return { asset, socMwhr, powerMw: powerRatio * (powerRatio > 0 ? maxMw : -minMw) };
  });
