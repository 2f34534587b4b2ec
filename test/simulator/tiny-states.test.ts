// Stored states with values that no arithmetic of the fleet produces.
import { expect, test } from "vitest";
import { telemetryAt } from "../../src/domain/telemetry/frame.ts";
import { createSimulator } from "../../src/simulator/simulator.ts";
import { DT_S, tableOf } from "../support/tick-tables.ts";

test("a fleet continues from 0 where its stored energy is negative, and otherwise exactly from its state", () => {
  const simulator = createSimulator(tableOf({}), DT_S, 1000);
  const tiny = { socMwhr: 1e-310, currentMw: -1e-322, setpointMw: 5e-324 };
  simulator.restore(1000, () => ({ ...tiny, energyInMwhr: 1e-300, energyOutMwhr: 2 }));
  expect(telemetryAt(simulator.latest(), 0)).toMatchObject({
    ...{ socMwhr: 0, currentMw: 0, setpointMw: 0, energyInMwhr: 0, energyOutMwhr: 2 },
  });
  const left = { socMwhr: 1e-22, currentMw: 1e-9, setpointMw: 1e-6 };
  simulator.restore(1000, () => ({ ...left, energyInMwhr: 1e-12, energyOutMwhr: 0 }));
  expect(telemetryAt(simulator.latest(), 0)).toMatchObject({ ...left, energyInMwhr: 1e-12 });
});
