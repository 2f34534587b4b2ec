// Assets of two battery models in one fleet, through the whole kernel.
import { describe, expect, test } from "vitest";
import { LIMIT } from "../../../src/domain/battery/limit.ts";
import { linearModel } from "../../../src/domain/battery/linear/linear-model.ts";
import type { ModelOf } from "../../../src/domain/battery/registry.ts";
import type { Site } from "../../../src/domain/fleet/asset.ts";
import { createFleetTable } from "../../../src/domain/fleet/fleet-table.ts";
import { assetOf } from "../../support/fleet-fixture.ts";
import { kernelUnderTest } from "../../support/kernel-under-test.ts";
import { partLoadModel } from "../../support/part-load-model.ts";
import { DT_S, SITE } from "../../support/tick-tables.ts";

const NOW_MS = 4_000_000;
/** Every other asset is of the second model. */
const LINEAR = assetOf(1);
const PART_LOAD = assetOf(2);
const modelOf: ModelOf = ({ id }) =>
  id === PART_LOAD.id || id === assetOf(4).id ? partLoadModel : linearModel;

function fixture(site: Site = SITE, assets = [LINEAR, PART_LOAD, assetOf(3), assetOf(4)]) {
  const kernel = kernelUnderTest({ table: createFleetTable([site], assets), modelOf });
  kernel.start();
  const tick = () => kernel.clock.advance(DT_S * 1000);
  const column = (name: "currentMw" | "socMwhr" | "limit") => [...kernel.telemetry.latest()[name]];
  return { kernel, tick, column };
}

describe("a fleet of two models", () => {
  test("decides each dispatch by the model of its asset, and delivers what it accepted", async () => {
    const { kernel, tick, column } = fixture();
    const request = (assetId: string, mw: number) =>
      kernel.dispatch.dispatch({ assetId, mw, durationS: 3600, onShortfall: "refuse" });
    const highestMw = [];
    for (const { id } of [LINEAR, PART_LOAD]) {
      const refused = await request(id, 30);
      if (refused.accepted) expect.unreachable();
      expect(refused.refusal).toMatchObject({ code: "ENERGY_INSUFFICIENT", limitedBy: "energy" });
      highestMw.push(refused.refusal.highestMw);
    }
    // 18 MWh: the linear one loses 8 %, the other one 0.0145 + 0.0437 × p² of its 30 MW.
    expect(highestMw[0]).toBe(16.55);
    expect(highestMw[1]).toBeGreaterThan(17);
    expect(highestMw[1]).toBeLessThan(17.3);
    const mw = highestMw[1] as number;
    expect(await request(LINEAR.id, mw)).toMatchObject({ accepted: false });
    expect(await request(PART_LOAD.id, mw)).toMatchObject({ accepted: true });
    expect(await request(LINEAR.id, 16.55)).toMatchObject({ accepted: true });
    for (let n = 0; n < 3600 / DT_S; n++) {
      tick();
      for (const limit of column("limit")) expect(limit).not.toBe(LIMIT.ENERGY);
    }
    expect(column("currentMw")).toEqual([16.55, mw, 0, 0]);
    expect(column("socMwhr")[1]).toBeLessThan(0.3);
    kernel.stop();
  });

  test("cuts both at the meter of their site by the same factor, each with its own losses", () => {
    const { kernel, tick, column } = fixture({ ...SITE, maxExportMw: 40 });
    for (const index of [0, 1, 2, 3]) kernel.simulator.setSetpoint(index, 20, NOW_MS);
    for (let n = 0; n < 20; n++) tick();
    for (const mw of column("currentMw")) expect(mw).toBeCloseTo(10, 9);
    expect(column("limit")).toEqual(Array(4).fill(LIMIT.SITE));
    const [linear, partLoad, third, fourth] = column("socMwhr") as [number, number, number, number];
    expect([third, fourth]).toEqual([linear, partLoad]);
    expect(partLoad).not.toBeCloseTo(linear, 3);
    kernel.stop();
  });

  test("continues with the own state of a model, and at its first start where that cannot be read", () => {
    const { kernel, tick } = fixture();
    kernel.simulator.setSetpoint(1, 20, NOW_MS);
    for (let n = 0; n < 20; n++) tick();
    const { simulator } = kernel;
    const states = simulator.modelStates();
    expect(states.map(({ assetId }) => assetId)).toEqual([PART_LOAD.id, assetOf(4).id]);
    expect(states[0]?.modelState).toMatchObject({ model: "part-load", version: 3 });
    const lossesMwhr = states[0]?.modelState.state.lossesMwhr as number;
    expect(lossesMwhr).toBeGreaterThan(0);
    const left = simulator.stateAt(1);
    kernel.stop();

    const again = fixture().kernel.simulator;
    expect(again.restore(2000, () => left).unreadableIds).toEqual([LINEAR.id, assetOf(3).id]);
    expect(again.ownStateAt(1)).toEqual({ lossesMwhr });
    for (const modelState of [
      { ...left.modelState, version: 2 },
      { ...left.modelState, state: {} },
      { ...left.modelState, state: { lossesMwhr: Number.NaN } },
      "damaged",
    ]) {
      const { unreadableIds } = again.restore(2000, (id) =>
        id === PART_LOAD.id ? ({ ...left, modelState } as typeof left) : undefined,
      );
      expect(unreadableIds).toEqual([PART_LOAD.id]);
      expect(again.ownStateAt(1)).toEqual({ lossesMwhr: 0 });
      expect(again.latest().socMwhr[1]).toBe(left.socMwhr);
    }
  });

  test("keeps own states while assets come and go", () => {
    const { kernel, tick } = fixture();
    const { simulator } = kernel;
    simulator.setSetpoint(1, 20, NOW_MS);
    for (let n = 0; n < 20; n++) tick();
    const before = simulator.ownStateAt(1);
    simulator.replaceTable(
      createFleetTable([SITE], [PART_LOAD, assetOf(3), assetOf(4), assetOf(5)]),
    );
    expect(simulator.ownStateAt(0)).toEqual(before);
    tick();
    expect(simulator.ownStateAt(0).lossesMwhr).toBeGreaterThan(before.lossesMwhr as number);
    kernel.stop();
  });
});
