import { describe, expect, test } from "vitest";
import { LIMIT } from "../../src/domain/battery/limit.ts";
import { aimedMw, batteryLimits, stepBattery } from "../../src/domain/battery/linear/law.ts";
import { createFleetTable } from "../../src/domain/fleet/fleet-table.ts";
import { type Frame, telemetryAt } from "../../src/domain/telemetry/frame.ts";
import { createSimulator } from "../../src/simulator/simulator.ts";
import fc from "../support/fast-check.ts";
import { ASSET, DT_S, SITE } from "../support/tick-tables.ts";

const OTHER = { ...SITE, id: "5d0c7a52-6a3e-4c0b-9d54-0f6b1f2a7c02" };
const STEEP = { rampRateMwPerMin: 1e5 };

function simulatorOf(
  site: { maxExportMw?: number; maxImportMw?: number },
  ...assets: Partial<typeof ASSET>[]
) {
  const table = createFleetTable(
    [{ ...SITE, ...site }, OTHER],
    assets.map((asset, n) => ({ ...ASSET, id: `a${n}`, ...STEEP, ...asset })),
  );
  return createSimulator(table, DT_S, 0);
}
const rowsOf = (frame: Frame) =>
  frame.table.assets.map((_, index) => {
    const { currentMw, limitedBy } = telemetryAt(frame, index);
    return [Number(currentMw.toFixed(9)), limitedBy];
  });
function oneTick(simulator: ReturnType<typeof createSimulator>, setpointsMw: readonly number[]) {
  setpointsMw.forEach((mw, index) => {
    simulator.setSetpoint(index, mw, 0);
  });
  return rowsOf(simulator.tick(1));
}

describe("a site with a limit at its meter", () => {
  test("cuts its assets pro rata, and those of no other site", () => {
    const simulator = simulatorOf({ maxExportMw: 30 }, {}, {}, { siteId: OTHER.id });
    expect(oneTick(simulator, [30, 15, 30])).toEqual([
      [20, "site"],
      [10, "site"],
      [30, null],
    ]);
  });

  test("changes nothing exactly at the limit", () => {
    expect(oneTick(simulatorOf({ maxExportMw: 45 }, {}, {}), [30, 15])).toEqual([
      [30, null],
      [15, null],
    ]);
  });

  test("nets import against export, and cuts only powers in the direction of the excess", () => {
    expect(oneTick(simulatorOf({ maxImportMw: 12 }, {}, {}, {}), [-30, -10, 8])).toEqual([
      [-15, "site"],
      [-5, "site"],
      [8, null],
    ]);
  });

  test("applies energy limits last, and gives the rest to the other assets", () => {
    const nearlyEmpty = { initialSocPct: (0.004 / 36) * 100 };
    const has = (0.004 * 0.92 * 3600) / 4;
    expect(oneTick(simulatorOf({ maxExportMw: 30 }, nearlyEmpty, {}, {}), [30, 30, 30])).toEqual([
      [Number(has.toFixed(9)), "energy"],
      [Number(((30 - has) / 2).toFixed(9)), "site"],
      [Number(((30 - has) / 2).toFixed(9)), "site"],
    ]);
  });

  test("does not count on a charge without free capacity", () => {
    expect(
      oneTick(simulatorOf({ maxExportMw: 10 }, {}, { initialSocPct: 100 }), [20, -10]),
    ).toEqual([
      [10, "site"],
      [0, "energy"],
    ]);
  });

  test("ramps from the limited power, and stops at a limit of 0", () => {
    const simulator = simulatorOf({ maxExportMw: 0 }, { rampRateMwPerMin: 30 });
    expect(oneTick(simulator, [30])).toEqual([[0, "site"]]);
    expect(rowsOf(simulator.tick(2))).toEqual([[0, "site"]]);
  });
});

describe("whatever the fleet and its setpoints", () => {
  const limitMw = fc.option(fc.double({ min: 0, max: 60, noNaN: true }), { nil: undefined });
  const asset = fc.record({
    capacityMwhr: fc.double({ min: 0.01, max: 1, noNaN: true }),
    rampRateMwPerMin: fc.double({ min: 1, max: 2000, noNaN: true }),
    initialSocPct: fc.double({ min: 0, max: 100, noNaN: true }),
  });
  const run = fc.record({
    maxExportMw: limitMw,
    maxImportMw: limitMw,
    assets: fc.array(asset, { minLength: 1, maxLength: 5 }),
    setpoints: fc.array(
      fc.array(
        fc.integer({ min: -3000, max: 3000 }).map((n) => n / 100),
        { minLength: 5, maxLength: 5 },
      ),
      {
        minLength: 1,
        maxLength: 30,
      },
    ),
  });

  test("no limit is exceeded, each asset balances, and each power other than its setpoint has a reason", () => {
    let cuts = 0;
    fc.assert(
      fc.property(run, ({ maxExportMw, maxImportMw, assets, setpoints }) => {
        const simulator = simulatorOf(
          {
            ...(maxExportMw === undefined ? {} : { maxExportMw }),
            ...(maxImportMw === undefined ? {} : { maxImportMw }),
          },
          ...assets,
        );
        let last = simulator.latest();
        setpoints.forEach((row, n) => {
          assets.forEach((_, index) => {
            simulator.setSetpoint(index, row[index] as number, n * DT_S * 1000);
          });
          const next = simulator.tick(n + 1);
          const netMw = next.currentMw.reduce((sum, mw) => sum + mw, 0);
          expect(netMw).toBeLessThanOrEqual((maxExportMw ?? Infinity) + 1e-9);
          expect(netMw).toBeGreaterThanOrEqual(-(maxImportMw ?? Infinity) - 1e-9);
          const cut = next.limit.includes(LIMIT.SITE);
          if (cut) {
            cuts++;
            const atMw = netMw > 0 ? maxExportMw : -(maxImportMw ?? Number.NaN);
            if (Math.abs(netMw) > 1e-9) expect(netMw).toBeCloseTo(atMw as number, 9);
          }
          next.table.assets.forEach((asset, i) => {
            checkAsset(asset, last, next, i);
          });
          last = next;
        });
      }),
      { numRuns: 300 },
    );
    expect(cuts).toBeGreaterThan(100);
  });
});

function checkAsset(asset: typeof ASSET, last: Frame, next: Frame, i: number): void {
  const limits = batteryLimits(asset, DT_S);
  const [socMwhr, powerMw] = [last.socMwhr[i] as number, last.currentMw[i] as number];
  const alone = stepBattery(limits, socMwhr, powerMw, next.setpointMw[i] as number, DT_S);
  const [mw, afterMwhr] = [next.currentMw[i] as number, next.socMwhr[i] as number];
  const energyMwhr = (mw * DT_S) / 3600;
  const cellsMwhr = energyMwhr > 0 ? energyMwhr / 0.92 : energyMwhr * 0.92;
  expect(Math.abs(socMwhr - afterMwhr - cellsMwhr)).toBeLessThanOrEqual(
    1e-14 + 1e-9 * Math.abs(energyMwhr),
  );
  expect(afterMwhr).toBeGreaterThanOrEqual(limits.floorMwhr);
  expect(afterMwhr).toBeLessThanOrEqual(limits.ceilingMwhr);
  // A site limit only narrows a power, and never reverses it.
  expect(Math.abs(mw)).toBeLessThanOrEqual(Math.abs(alone.powerMw) + 1e-12);
  expect(mw * alone.powerMw).toBeGreaterThanOrEqual(0);
  if (mw !== next.setpointMw[i]) expect(next.limit[i]).not.toBe(LIMIT.NONE);
  if (next.limit[i] === LIMIT.SITE)
    expect(Math.abs(mw)).toBeLessThanOrEqual(
      Math.abs(aimedMw(limits, powerMw, next.setpointMw[i] as number)),
    );
}
