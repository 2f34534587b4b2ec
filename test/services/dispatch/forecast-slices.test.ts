// The work of forecasts between two turns of the event loop, counted: whatever the schedule is, it stays small.
import { describe, expect, test } from "vitest";
import { createManualClock } from "../../../src/adapters/memory/clock.ts";
import { linearModel } from "../../../src/domain/battery/linear/linear-model.ts";
import type { BatteryModel } from "../../../src/domain/battery/model.ts";
import { makePlan } from "../../../src/domain/dispatch/asset-plan.ts";
import { FORECAST_HORIZON_S } from "../../../src/domain/dispatch/forecast-range.ts";
import { unrenewedProfileOf } from "../../../src/domain/dispatch/power-profile.ts";
import { createFleetTable } from "../../../src/domain/fleet/fleet-table.ts";
import { SLICE_MS } from "../../../src/services/dispatch/slices.ts";
import { assetOf } from "../../support/fleet-fixture.ts";
import { kernelUnderTest } from "../../support/kernel-under-test.ts";
import { DT_S, SITE } from "../../support/tick-tables.ts";

const NOW_MS = 4_000_000;
const QUARTER_MS = 900_000;
const QUARTERS = 2_976;

/** A schedule of 31 days that charges and discharges by turns. */
const MONTH = Array.from({ length: QUARTERS }, (_, n) => ({
  fromMs: NOW_MS + n * QUARTER_MS,
  untilMs: NOW_MS + (n + 1) * QUARTER_MS,
  mw: n % 2 === 0 ? 9 + (n % 7) : -9 - (n % 7),
}));

/** A kernel in which each step of work takes a whole slice, and which counts what the models do in each. */
async function fixture(site = SITE, count = 2) {
  let [calls, most, turns] = [0, 0, 0];
  const model = countingModel(() => calls++);
  const manual = createManualClock(NOW_MS);
  let laterMs = 0;
  const clock = {
    ...manual,
    nowMs() {
      if (laterMs > 0) laterMs += SLICE_MS;
      return manual.nowMs() + laterMs;
    },
    turn: () => {
      turns++;
      most = Math.max(most, calls);
      calls = 0;
      return manual.turn();
    },
  };
  const assets = Array.from({ length: count }, (_, n) => assetOf(n + 1));
  const table = createFleetTable([site], assets);
  const kernel = kernelUnderTest({ table, clock, modelOf: () => model });
  for (const { id: assetId } of assets) {
    const given = { assetId, intervals: MONTH, onShortfall: "curtail" as const };
    expect(await kernel.dispatch.setSchedule(given)).toMatchObject({ accepted: true });
  }
  [turns, most, calls, laterMs] = [0, 0, 0, 1];
  return { dispatch: kernel.dispatch, id: assets[0]?.id ?? "", work: () => ({ most, turns }) };
}

/** The linear model, each forecast and each tick of which is counted. */
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

const RANGE = { untilMs: NOW_MS + FORECAST_HORIZON_S * 1000, stepS: 900 };

describe("a forecast of 31 days of quarters of an hour", () => {
  test("of an asset has its turns between some tens of parts", async () => {
    const { dispatch, id, work } = await fixture();
    expect(await dispatch.forecast(id, RANGE)).toHaveLength(QUARTERS + 1);
    expect(work().most).toBeLessThanOrEqual(50);
    expect(work().turns).toBeGreaterThan(QUARTERS / 50);
  });

  test("of a site has them too, and where its limits cut, between some hundred ticks", async () => {
    const whole = await fixture();
    expect(await whole.dispatch.siteForecast(SITE.id, RANGE)).toHaveLength(QUARTERS + 1);
    expect(whole.work().most).toBeLessThanOrEqual(50);

    const limited = await fixture({ ...SITE, maxExportMw: 20, maxImportMw: 20 });
    const points = await limited.dispatch.siteForecast(SITE.id, RANGE);
    if ("code" in points) expect.unreachable();
    expect(points.some(({ limitedBy }) => limitedBy === "site")).toBe(true);
    expect(limited.work().most).toBeLessThanOrEqual(250);
    expect(limited.work().turns).toBeGreaterThan(100);
  });

  test("has them while the profile of the plan is made", () => {
    const open = MONTH.map(({ fromMs: startMs, untilMs: endMs, mw }, n) => ({
      ...{ id: `${n}`, scheduleId: "S", mw, startMs, endMs, validForS: null },
      ...{ leaseUntilMs: null, onShortfall: "refuse" as const, status: "accepted" as const },
    }));
    const steps = unrenewedProfileOf(makePlan(open), NOW_MS / 1000 / DT_S, DT_S);
    let pauses = 0;
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done) {
        expect(step.value).toHaveLength(QUARTERS + 1);
        break;
      }
      pauses++;
    }
    expect(pauses).toBe(Math.floor(QUARTERS / 200));
  });
});
