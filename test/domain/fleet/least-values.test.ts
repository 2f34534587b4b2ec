// The least sizes of ratings, limits and powers, and what becomes of smaller ones that were kept.

import { describe, expect, test } from "vitest";
import { type Asset, defaultInitialSocPct } from "../../../src/domain/fleet/asset.ts";
import { assetFindings, siteFindings } from "../../../src/domain/fleet/asset-rules.ts";
import { withLeastLimits, withLeastRating } from "../../../src/domain/fleet/least-values.ts";
import { clampedAsset } from "../../../src/domain/fleet/update.ts";
import fc from "../../support/fast-check.ts";
import { ASSET, SITE } from "../../support/tick-tables.ts";

const TINY = [Number.MIN_VALUE, 1e-322, 1e-305, 1e-7, 0.99e-6];
const fieldsOf = (difference: Partial<Asset>) =>
  assetFindings({ ...ASSET, ...difference }).map(([field]) => field);

describe("a rating", () => {
  test.each(TINY)("is not %d", (value) => {
    expect(fieldsOf({ capacityMwhr: value })).toEqual(["capacityMwhr"]);
    expect(fieldsOf({ maxMw: value })).toEqual(["maxMw"]);
    expect(fieldsOf({ minMw: -value })).toEqual(["minMw"]);
    expect(fieldsOf({ rampRateMwPerMin: value })).toEqual(["rampRateMwPerMin"]);
    expect(fieldsOf({ fallbackMw: -value })).toEqual(["fallbackMw"]);
    expect(fieldsOf({ efficiency: value })).toEqual(["efficiency"]);
    expect(fieldsOf({ socMinRatio: value })).toEqual(["socMinRatio"]);
    expect(fieldsOf({ initialSocPct: value })).toEqual(["initialSocPct"]);
    expect(siteFindings({ ...SITE, maxExportMw: value })).toHaveLength(1);
    expect(siteFindings({ ...SITE, maxImportMw: value })).toHaveLength(1);
  });

  test("is 1 W, 1 Wh, 0.01 or 0, where 0 is a value", () => {
    const least = { capacityMwhr: 1e-6, maxMw: 1e-6, minMw: -1e-6, rampRateMwPerMin: 1e-6 };
    expect(fieldsOf({ ...least, fallbackMw: -1e-6, efficiency: 0.01 })).toEqual([]);
    expect(fieldsOf({ maxMw: 0, fallbackMw: 0, socMinRatio: 0, initialSocPct: 0 })).toEqual([]);
    expect(fieldsOf({ efficiency: 0.00999 })).toEqual(["efficiency"]);
    expect(siteFindings({ ...SITE, maxExportMw: 0, maxImportMw: 1e-6 })).toEqual([]);
  });

  test("is named with its least value, as people write it", () => {
    const [[, message] = []] = assetFindings({ ...ASSET, maxMw: 1e-305 });
    expect(message).toBe("must be 0, or at least 0.000001 MW (1 W) in size, not 1e-305");
  });
});

describe("a value that was kept", () => {
  test("is brought to the nearest that is allowed, and what it bounds goes with it", () => {
    const kept = { capacityMwhr: 1e-305, maxMw: 0.9e-6, minMw: -0.1e-6, efficiency: 1e-320 };
    const raised = withLeastRating({ ...ASSET, ...kept, fallbackMw: -0.1e-6 });
    expect(raised).toEqual({
      ...ASSET,
      ...{ capacityMwhr: 1e-6, maxMw: 1e-6, minMw: 0, efficiency: 0.01, fallbackMw: 0 },
    });
    expect(withLeastLimits({ ...SITE, maxExportMw: 1e-322, maxImportMw: 0.6e-6 })).toEqual({
      ...{ ...SITE, maxExportMw: 0, maxImportMw: 1e-6 },
    });
  });

  test("stays the very same where it is allowed", () => {
    const site = { ...SITE, maxExportMw: 5 };
    expect(withLeastRating(ASSET)).toBe(ASSET);
    expect(withLeastLimits(site)).toBe(site);
  });

  test("whatever was allowed before is sound after", () => {
    const size = fc.oneof(
      fc.double({ min: Number.MIN_VALUE, max: 2e-6, noNaN: true }),
      fc.constantFrom(...TINY, 1, 0.5),
    );
    const older = fc.record({
      ...{ capacityMwhr: size, maxMw: size, minMw: size.map((mw) => -mw) },
      ...{ rampRateMwPerMin: size, efficiency: size, socMinRatio: size, span: size, share: size },
    });
    fc.assert(
      fc.property(older, ({ span, share, ...fields }) => {
        const socMinRatio = fields.socMinRatio / 3;
        const socMaxRatio = Math.min(1, socMinRatio + span);
        fc.pre(socMinRatio < socMaxRatio);
        const initialSocPct =
          100 * (socMinRatio + (socMaxRatio - socMinRatio) * Math.min(1, share));
        const asset = { ...ASSET, ...fields, socMinRatio, socMaxRatio, initialSocPct };
        expect(assetFindings(withLeastRating(asset))).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("a bound of SoC", () => {
  const bounds = Array.from({ length: 99 }, (_, n) => n + 1);
  const ratioOf = (pct: number) => Number((pct / 100).toFixed(2));

  test.each(bounds)("of %d %% is that per cent, below and above", (pct) => {
    const ratio = ratioOf(pct);
    expect(fieldsOf({ socMinRatio: ratio, initialSocPct: pct })).toEqual([]);
    expect(fieldsOf({ socMaxRatio: ratio, initialSocPct: pct })).toEqual([]);
    expect(fieldsOf({ socMinRatio: ratio, initialSocPct: pct - 0.01 })).toEqual(["initialSocPct"]);
    expect(fieldsOf({ socMaxRatio: ratio, initialSocPct: pct + 0.01 })).toEqual(["initialSocPct"]);
    const low = { ...ASSET, initialSocPct: 0 };
    expect(clampedAsset(low, { socMinRatio: ratio }).next.initialSocPct).toBe(pct);
    expect(defaultInitialSocPct(ratio, 1)).toBe(Math.max(50, pct));
    expect(defaultInitialSocPct(0, ratio)).toBe(Math.min(50, pct));
  });

  test("with more digits is compared with all of them", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1000, max: 99_999_999 }), (n) => {
        const [socMinRatio, pct] = [Number(`${n}e-8`), Number(`${n}e-6`)];
        expect(fieldsOf({ socMinRatio, initialSocPct: pct })).toEqual([]);
        expect(fieldsOf({ socMinRatio, initialSocPct: Number(`${n - 1}e-6`) })).toEqual([
          "initialSocPct",
        ]);
      }),
    );
  });

  test("is named as it is written", () => {
    const [[, message] = []] = assetFindings({ ...ASSET, socMinRatio: 0.07, initialSocPct: 6 });
    expect(message).toBe("must lie within the SoC bounds, 7 to 100 %, not 6");
  });
});
