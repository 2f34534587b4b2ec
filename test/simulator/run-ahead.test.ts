// A site run ahead: what the simulator then does, in fewer steps.
import { describe, expect, test } from "vitest";
import { LIMIT } from "../../src/domain/battery/limit.ts";
import { linearModel } from "../../src/domain/battery/linear/linear-model.ts";
import {
  type BatteryModel,
  NO_OWN_STATE,
  type ProfilePart,
} from "../../src/domain/battery/model.ts";
import type { Asset, Site } from "../../src/domain/fleet/asset.ts";
import { createFleetTable } from "../../src/domain/fleet/fleet-table.ts";
import { type AheadPoint, runAhead } from "../../src/simulator/run-ahead.ts";
import { createSimulator } from "../../src/simulator/simulator.ts";
import { assetOf } from "../support/fleet-fixture.ts";
import { DT_S, SITE } from "../support/tick-tables.ts";

const part = (id: string | null, mw: number, ticks = Infinity): ProfilePart => ({ id, mw, ticks });

interface Given {
  readonly site: Site;
  readonly assets: readonly Asset[];
  readonly profiles: readonly (readonly ProfilePart[])[];
  readonly stepTicks: number;
  readonly count: number;
}

/** A copy of a point, which is written anew for the next one. */
const copyOf = ({ socMwhr, meanMw, limit, isCut, idAt }: AheadPoint) => ({
  ...{ socMwhr: [...socMwhr], meanMw: [...meanMw], limit: [...limit], isCut },
  ids: [...socMwhr.keys()].map(idAt),
});
type Point = ReturnType<typeof copyOf>;

/** The points after the first one, with the work that they took. */
function foreseenOf({ site, assets, profiles, stepTicks, count }: Given) {
  const points: Point[] = [];
  let [calls, most, pauses] = [0, 0, 0];
  const model = countingModel(() => calls++);
  const ahead = assets.map((asset, n) => ({
    ...{ asset, model, profile: profiles[n] as readonly ProfilePart[] },
    battery: { socMwhr: asset.capacityMwhr / 2, powerMw: 0, own: NO_OWN_STATE },
  }));
  const grid = { stepTicks, count, tick: 0, dtS: DT_S };
  const steps = runAhead(site, ahead, grid, (_, point) => points.push(copyOf(point)));
  let allCalls = 0;
  for (let isDone = false; !isDone; pauses++) {
    calls = 0;
    isDone = steps.next().done === true;
    allCalls += calls;
    most = Math.max(most, calls);
  }
  return { points, pauses, calls: allCalls, mostCalls: most };
}

/** The linear model, each tick and each forecast of which is counted. */
function countingModel(count: () => void): BatteryModel {
  return {
    ...linearModel,
    forecast(...given) {
      count();
      return linearModel.forecast(...given);
    },
    stepper(...given) {
      const stepper = linearModel.stepper(...given);
      return {
        ...stepper,
        step(last, next) {
          count();
          stepper.step(last, next);
        },
      };
    },
  };
}

/** The same points by the simulator, tick by tick. */
function simulatedOf({ site, assets, profiles, stepTicks, count }: Given): Point[] {
  const simulator = createSimulator(createFleetTable([site], assets), DT_S, 0);
  const changes = profiles.flatMap((profile, index) => {
    let tick = 0;
    return profile.map(({ id, mw, ticks }) => {
      const from = tick;
      tick += ticks;
      return { index, id, mw, from };
    });
  });
  changes.sort((a, b) => a.from - b.from);
  for (const { index, mw, from } of changes) simulator.setSetpoint(index, mw, from * DT_S * 1000);
  const idAt = (index: number, tick: number) =>
    changes.findLast((it) => it.index === index && it.from < tick)?.id ?? null;
  const points: Point[] = [];
  for (let n = 1; n < count; n++) {
    const sums = assets.map(() => 0);
    const limit = assets.map(() => 0);
    let isCut = false;
    for (let k = 0; k < stepTicks; k++) {
      const frame = simulator.tick(simulator.latest().tick + 1);
      for (const i of assets.keys()) {
        sums[i] = (sums[i] as number) + (frame.currentMw[i] as number);
        limit[i] = frame.limit[i] || (limit[i] as number);
        isCut ||= frame.limit[i] === LIMIT.SITE;
      }
    }
    const { socMwhr, tick } = simulator.latest();
    points.push({
      ...{ socMwhr: [...socMwhr], meanMw: sums.map((sum) => sum / stepTicks), limit },
      isCut,
      ids: [...assets.keys()].map((index) => idAt(index, tick)),
    });
  }
  return points;
}

/** The most by which stored energies differ, in MWh. */
function differenceMwhr(a: readonly Point[], b: readonly Point[]): number {
  const differences = a.flatMap(({ socMwhr }, n) =>
    socMwhr.map((mwhr, i) => Math.abs(mwhr - (b[n]?.socMwhr[i] as number))),
  );
  return Math.max(...differences);
}

describe("a site with limits", () => {
  const LIMITED: Site = { ...SITE, maxExportMw: 25, maxImportMw: 20 };
  /** The ramp of the second one is slow: beside the first one, a cut takes an hour to settle. */
  const TWO: Given = {
    site: LIMITED,
    assets: [assetOf(1), assetOf(2, { rampRateMwPerMin: 0.5, efficiency: 1 })],
    profiles: [
      [part("a", 20, 901), part("b", -30, 1500), part(null, 0)],
      [part("c", 30, 1200), part("d", -5)],
    ],
    stepTicks: 150,
    count: 41,
  };

  test("is run ahead as the simulator then runs it", () => {
    const { points } = foreseenOf(TWO);
    const simulated = simulatedOf(TWO);
    expect(points).toHaveLength(40);
    expect(differenceMwhr(points, simulated)).toBeLessThan(1e-9 * 36);
    for (const [n, { meanMw, limit, isCut, ids }] of points.entries()) {
      const expected = simulated[n] as Point;
      for (const [i, mw] of meanMw.entries()) expect(mw).toBeCloseTo(expected.meanMw[i] ?? 0, 7);
      expect([n, limit, isCut, ids]).toEqual([n, expected.limit, expected.isCut, expected.ids]);
    }
    expect(points.filter(({ isCut }) => isCut).length).toBeGreaterThan(5);
    expect(points.some(({ limit }) => limit.includes(LIMIT.ENERGY))).toBe(true);
  });

  test("is run in few steps where no power changes, and pauses often", () => {
    const month = { ...TWO, stepTicks: 2232, count: 301 };
    const { points, calls, mostCalls, pauses } = foreseenOf(month);
    expect(points).toHaveLength(300);
    expect(calls).toBeLessThan((2232 * 300) / 50);
    expect(mostCalls).toBeLessThanOrEqual(5_000 / 20);
    expect(pauses).toBeGreaterThan(calls / 250);
  });

  test("is run in longer ticks once it has too many, which its ramps show", () => {
    const assets = Array.from({ length: 250 }, (_, n) =>
      assetOf(n + 1, { rampRateMwPerMin: 0.5 + (n % 50) / 10 }),
    );
    const profiles = assets.map((_, n) => [
      ...Array.from({ length: 60 }, (_, k) =>
        part("x", k % 2 === 0 ? 10 + (n % 50) / 4 : -15, 500 + (n % 50)),
      ),
      part(null, 0),
    ]);
    const site = { ...SITE, maxExportMw: 1_200, maxImportMw: 2_500 };
    const given = { site, assets, profiles, stepTicks: 300, count: 101 };
    const { points: all, calls, mostCalls } = foreseenOf(given);
    const points = all.slice(0, 50);
    const simulated = simulatedOf({ ...given, count: 51 });
    expect(points.filter(({ isCut }) => isCut).length).toBeGreaterThan(20);
    expect(differenceMwhr(points.slice(0, 30), simulated)).toBeLessThan(1e-8);
    expect(differenceMwhr(points, simulated)).toBeGreaterThan(1e-3);
    expect(differenceMwhr(points, simulated)).toBeLessThan(0.1 * 36);
    const sumOf = ({ socMwhr }: Point) => socMwhr.reduce((sum, mwhr) => sum + mwhr, 0);
    for (const [n, point] of points.entries()) {
      const shareOf = sumOf(point) / sumOf(simulated[n] as Point);
      expect(Math.abs(shareOf - 1)).toBeLessThan(0.02);
    }
    expect(mostCalls).toBeLessThanOrEqual(2 * (5_000 / 50));
    expect(calls).toBeLessThan(60_000);
  }, 60_000);
});
