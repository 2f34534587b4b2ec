// What every battery model obeys.

import { describe, expect, test } from "vitest";
import { LIMIT } from "../../../src/domain/battery/limit.ts";
import type { BatteryModel, PartForecast, ProfilePart } from "../../../src/domain/battery/model.ts";
import type { Asset } from "../../../src/domain/fleet/asset.ts";
import fc from "../../support/fast-check.ts";
import { oneBattery } from "../../support/one-battery.ts";
import { anyState } from "../../support/random-asset.ts";
import { type TickedPart, tickProfile } from "../../support/ticked-profile.ts";

export interface ModelUnderTest {
  readonly model: BatteryModel;
  /** Losses at a terminal power in MW, by an equation of the test's own. */
  lossMw(asset: Asset, mw: number): number;
  /** The largest margin of a forecast along a profile with some changes of power, in MWh; 0: forecasts are exact. */
  mostMarginMwhr(asset: Asset, changes: number, dtS: number): number;
}

const anyDtS = fc.constantFrom(1, 4, 60, 900);
const anyMw = fc.oneof(
  fc.integer({ min: -4000, max: 4000 }).map((n) => n / 100),
  fc.constant(0),
);
const anyProfile = fc
  .array(fc.record({ mw: anyMw, ticks: fc.integer({ min: 1, max: 1500 }), held: fc.boolean() }), {
    minLength: 1,
    maxLength: 5,
  })
  .map((parts): ProfilePart[] => [
    ...parts.map(({ mw, ticks, held }, n) => ({ id: held || mw !== 0 ? `${n}` : null, mw, ticks })),
    { id: null, mw: 0, ticks: Infinity },
  ]);

export function testModel({ model, lossMw, mostMarginMwhr }: ModelUnderTest): void {
  const anyStart = anyState.map(({ asset, ...state }) => ({
    asset,
    start: { ...state, own: model.initialState(asset) },
  }));

  describe(`the model "${model.name}"`, () => {
    test("names its own columns with their units, and begins each with a finite value", () => {
      fc.assert(
        fc.property(anyStart, ({ start: { own } }) => {
          const names = model.ownColumns.map(({ name }) => name);
          expect(Object.keys(own)).toEqual(names);
          for (const name of names) expect(Number.isFinite(own[name])).toBe(true);
        }),
        { numRuns: 20 },
      );
    });

    test("balances energy to 1e-9 of the throughput, and passes none of its limits", () => {
      const setpoints = fc.array(anyMw, { minLength: 1, maxLength: 200 });
      fc.assert(
        fc.property(anyStart, setpoints, anyDtS, ({ asset, start }, setpointsMw, dtS) => {
          const { minMw, maxMw, floorMwhr, ceilingMwhr } = model.limits(asset);
          const step = oneBattery(model, asset, start, dtS);
          let { socMwhr } = start;
          let throughputMwhr = asset.capacityMwhr;
          for (const setpointMw of setpointsMw) {
            const ticked = step(setpointMw);
            socMwhr -= ((ticked.powerMw + lossMw(asset, ticked.powerMw)) * dtS) / 3600;
            throughputMwhr += ticked.inMwhr + ticked.outMwhr;
            expect(Math.abs(ticked.socMwhr - socMwhr)).toBeLessThanOrEqual(1e-9 * throughputMwhr);
            expect(ticked.outMwhr - ticked.inMwhr).toBeCloseTo((ticked.powerMw * dtS) / 3600, 9);
            expect(ticked.powerMw).toBeGreaterThanOrEqual(minMw);
            expect(ticked.powerMw).toBeLessThanOrEqual(maxMw);
            expect(ticked.socMwhr).toBeGreaterThanOrEqual(floorMwhr);
            expect(ticked.socMwhr).toBeLessThanOrEqual(ceilingMwhr);
            if (ticked.limit === LIMIT.NONE) expect(ticked.powerMw).toBe(setpointMw + 0);
            if (ticked.limit !== LIMIT.ENERGY) expect(ticked.powerMw).toBe(ticked.aimMw + 0);
            for (const value of Object.values(ticked.own))
              expect(Number.isFinite(value)).toBe(true);
          }
        }),
        { numRuns: 60 },
      );
    });

    test("makes available what a tick delivers where no ramp binds, for as long as ticks deliver it", () => {
      fc.assert(
        fc.property(anyStart, anyDtS, ({ asset: given, start }, dtS) => {
          const asset = { ...given, rampRateMwPerMin: 1e9 };
          const available = model.availability(asset, start, dtS);
          const delivered = (mw: number) => oneBattery(model, asset, start, dtS)(mw).powerMw;
          for (const [mw, lastsS, wantedMw] of [
            [available.minMw, available.chargeDurationS, -1e6],
            [available.maxMw, available.dischargeDurationS, 1e6],
          ] as const) {
            expect(delivered(wantedMw)).toBeCloseTo(mw, 9);
            expect(lastsS === null).toBe(mw === 0);
            if (lastsS === null || lastsS > 2000 * dtS) continue;
            const step = oneBattery(model, asset, start, dtS);
            for (let n = 0; n < Math.floor(lastsS / dtS - 1e-6); n++)
              expect(step(mw).limit).toBe(LIMIT.NONE);
            step(mw);
            expect(step(mw).limit).toBe(LIMIT.ENERGY);
          }
        }),
        { numRuns: 60 },
      );
    });

    test("forecasts every lack of energy at its tick, or earlier within its margin", () => {
      const seen = { short: 0, whole: 0 };
      fc.assert(
        fc.property(anyStart, anyProfile, anyDtS, ({ asset, start }, profile, dtS) => {
          const { parts } = model.forecast(asset, start, profile, dtS);
          const truth = tickProfile(model, asset, start, profile, dtS);
          expect(parts).toHaveLength(profile.length);
          const { floorMwhr, ceilingMwhr } = model.limits(asset);
          const marginMwhr = mostMarginMwhr(asset, profile.length + 1, dtS);
          for (const [n, part] of parts.entries()) {
            const ticked = truth.parts[n] as TickedPart;
            if (ticked.shortTick === null) seen.whole++;
            else seen.short++;
            expect(part.lacks === null).toBe(part.shortTick === null);
            expect(part.marginMwhr).toBeLessThanOrEqual(marginMwhr);
            if (isLate(part, ticked)) expect([n, part, ticked]).toBe("in time");
            const early = earlyBy(part, ticked);
            if (early !== undefined) {
              // The ticks are as near to the bound as the margin and rounding say; what follows is an estimate.
              const socMwhr = truth.socMwhr[early] ?? 0;
              const leftMwhr =
                part.lacks === "energy" ? socMwhr - floorMwhr : ceilingMwhr - socMwhr;
              expect(leftMwhr).toBeLessThanOrEqual(2 * marginMwhr + 1e-9 * asset.capacityMwhr);
              return;
            }
            if (ticked.byRounding) return;
            expect(part.lacks).toBe(ticked.lacks);
            // A model that estimates may be off by more after a tick that energy cuts than it was before it.
            const estimateMwhr = marginMwhr > 0 ? 2 * marginMwhr + 0.01 * asset.capacityMwhr : 0;
            const aboutMwhr = ticked.isCut ? estimateMwhr : 0;
            expect(Math.abs(part.deliveredMwhr - ticked.deliveredMwhr)).toBeLessThanOrEqual(
              aboutMwhr + 1e-8 * asset.capacityMwhr,
            );
            // What follows on a cut is an estimate.
            if (aboutMwhr > 0) return;
            expect(part.powerMw).toBeCloseTo(ticked.powerMw, 7);
            expect(Math.abs(part.socMwhr - ticked.socMwhr)).toBeLessThanOrEqual(
              part.marginMwhr + 1e-9 * asset.capacityMwhr,
            );
          }
        }),
        { numRuns: 250 },
      );
      expect(seen.short).toBeGreaterThan(100);
      expect(seen.whole).toBeGreaterThan(100);
    });

    test("extends a forecast from any of its parts as if it had been run at once, and leaves it as it was", () => {
      fc.assert(
        fc.property(anyStart, anyProfile, fc.nat(6), ({ asset, start }, profile, place) => {
          const first = profile.slice(0, place % profile.length);
          const whole = model.forecast(asset, start, profile, 4);
          const begun = model.forecast(asset, start, first, 4);
          const before = structuredClone(begun.parts);
          const extended = begun.extend(profile);
          expect(extended.parts).toEqual(whole.parts);
          expect(begun.parts).toEqual(before);
          const isShort = (parts: readonly PartForecast[]) =>
            parts.some(({ shortTick }) => shortTick !== null);
          const early = begun.extend(profile, isShort);
          expect(isShort(early.parts)).toBe(isShort(whole.parts));
          expect(early.extend(profile).parts).toEqual(whole.parts);
        }),
        { numRuns: 150 },
      );
    });

    test("demands what ramp and rating leave, as if energy had no end", () => {
      fc.assert(
        fc.property(anyStart, anyProfile, anyDtS, ({ asset, start }, profile, dtS) => {
          const demandMwhr = model.demandMwhr(asset, start, profile, dtS);
          const truth = tickProfile(model, asset, start, profile, dtS);
          const at = truth.parts.findIndex(({ isCut }) => isCut);
          expect(demandMwhr).toHaveLength(profile.length);
          for (const [n, part] of truth.parts.slice(0, at < 0 ? profile.length : at).entries())
            expect(demandMwhr[n]).toBeCloseTo(part.deliveredMwhr, 7);
        }),
        { numRuns: 100 },
      );
    });

    test("steps assets of a fleet as it steps each alone, and leaves those of other models", () => {
      fc.assert(
        fc.property(
          fc.array(fc.tuple(anyStart, anyMw), { minLength: 5, maxLength: 5 }),
          (fleet) => {
            const assets = fleet.map(([{ asset }]) => asset);
            const stepper = model.stepper(assets, Int32Array.of(0, 2, 3, 5), 4);
            const columns = () => ({
              report: {
                dtS: 4,
                socMwhr: new Float64Array(5),
                currentMw: new Float64Array(5),
                setpointMw: new Float64Array(5),
                energyInMwhr: new Float64Array(5),
                energyOutMwhr: new Float64Array(5),
                limit: new Uint8Array(5),
              },
              own: model.ownColumns.map(() => new Float64Array(5)),
            });
            const [last, next] = [columns(), columns()];
            for (const [i, [{ start }, mw]] of fleet.entries()) {
              last.report.socMwhr[i] = start.socMwhr;
              last.report.currentMw[i] = start.powerMw;
              next.report.setpointMw[i] = mw;
            }
            next.report.socMwhr[2] = -1;
            stepper.step(last, next);
            for (const [i, [{ asset, start }, mw]] of fleet.entries()) {
              if (i === 2) continue;
              const alone = oneBattery(model, asset, start, 4)(mw);
              expect(next.report.socMwhr[i]).toBe(alone.socMwhr);
              expect(next.report.currentMw[i]).toBe(alone.powerMw);
              const aimMw = stepper.aimedMw(last, next, i);
              stepper.deliver(last, next, i, aimMw / 2);
              const cut = next.report.currentMw[i] as number;
              expect(Math.abs(cut)).toBeLessThanOrEqual(Math.abs(aimMw / 2));
              if (Math.abs(cut) === Math.abs(aimMw / 2))
                expect(next.report.limit[i]).toBe(LIMIT.SITE);
            }
            expect(next.report.socMwhr[2]).toBe(-1);
          },
        ),
        { numRuns: 50 },
      );
    });
  });
}

/** Whether a forecast meets a lack later than the ticks do; within one tick where rounding makes the lack. */
function isLate({ shortTick }: PartForecast, ticked: TickedPart): boolean {
  if (ticked.shortTick === null || ticked.byRounding) return false;
  return shortTick === null || shortTick > ticked.shortTick;
}

/** The tick of a lack that the ticks do not meet, or meet later. */
function earlyBy({ shortTick }: PartForecast, ticked: TickedPart): number | undefined {
  if (shortTick === null || shortTick === ticked.shortTick || ticked.byRounding) return undefined;
  return shortTick;
}
