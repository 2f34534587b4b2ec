import { describe, expect, test } from "vitest";
import { type Frame, telemetryAt } from "../../src/domain/telemetry/frame.ts";
import { createSimulator, type Simulator } from "../../src/simulator/simulator.ts";
import fc from "../support/fast-check.ts";
import { COLUMNS } from "../support/frame-columns.ts";
import { ASSET, DT_S, TICK_TABLES, tableOf } from "../support/tick-tables.ts";

const START = 1_000;
const startMs = START * DT_S * 1000;

/** A battery in the first state of a table: at its SoC, and at its power where that is not 0. */
function simulatorAt(socMwhr: number, powerMw: number): { simulator: Simulator; tick: number } {
  if (powerMw === 0) {
    const table = tableOf({ initialSocPct: (socMwhr / ASSET.capacityMwhr) * 100 });
    return { simulator: createSimulator(table, DT_S, START), tick: START };
  }
  // One tick with a steep ramp reaches the power; the SoC before is higher by the energy of that tick.
  const energyMwhr = (powerMw * DT_S) / 3600;
  const beforeMwhr =
    socMwhr + (powerMw > 0 ? energyMwhr / ASSET.efficiency : energyMwhr * ASSET.efficiency);
  const table = tableOf({
    rampRateMwPerMin: (Math.abs(powerMw) / DT_S) * 60,
    initialSocPct: (beforeMwhr / ASSET.capacityMwhr) * 100,
  });
  const simulator = createSimulator(table, DT_S, START);
  simulator.setSetpoint(0, powerMw, startMs);
  simulator.tick(START + 1);
  return { simulator, tick: START + 1 };
}

describe("a fleet in columns", () => {
  test.each(TICK_TABLES.filter(({ powerMw }) => powerMw === 0))("gives table $name", (table) => {
    let { simulator, tick } = simulatorAt(table.socMwhr, table.powerMw);
    for (const row of table.rows) {
      simulator.setSetpoint(0, row.setpointMw, tick * DT_S * 1000);
      const sample = telemetryAt(simulator.tick(++tick), 0);
      expect(sample.currentMw).toBeCloseTo(row.powerMw, 9);
      expect(sample.socMwhr).toBeCloseTo(row.socMwhr, 10);
      expect(sample).toMatchObject({
        setpointMw: row.setpointMw,
        limitedBy: row.limitedBy,
        status: row.status,
        timestampMs: tick * DT_S * 1000,
      });
    }
  });

  test("empties from full power exactly to 0, whatever the ramp", () => {
    const { simulator, tick } = simulatorAt(0.05, 30);
    expect(telemetryAt(simulator.tick(tick + 1), 0).socMwhr).toBeCloseTo(0.013768115942, 10);
    const empty = telemetryAt(simulator.tick(tick + 2), 0);
    expect(empty.currentMw).toBeCloseTo(11.4, 9);
    expect(empty).toMatchObject({ socMwhr: 0, limitedBy: "energy" });
  });

  test("stays within the SoC bounds of the asset", () => {
    const table = tableOf({ socMinRatio: 0.4999, socMaxRatio: 0.5001, rampRateMwPerMin: 1000 });
    const simulator = createSimulator(table, DT_S, START);
    simulator.setSetpoint(0, 30, startMs);
    expect(telemetryAt(simulator.tick(START + 1), 0).socMwhr).toBe(0.4999 * 36);
    simulator.setSetpoint(0, -30, startMs + DT_S * 1000);
    expect(telemetryAt(simulator.tick(START + 2), 0).socMwhr).toBe(0.5001 * 36);
  });

  test("starts at rest at its initial SoC", () => {
    const simulator = createSimulator(tableOf({ initialSocPct: 62 }), DT_S, START);
    expect(telemetryAt(simulator.latest(), 0)).toMatchObject({
      timestampMs: startMs,
      socPct: 62,
      currentMw: 0,
      setpointMw: 0,
      status: "idle",
      limitedBy: null,
      energyInMwhr: 0,
      energyOutMwhr: 0,
    });
  });

  test("uses the setpoint that is in force when a tick starts", () => {
    const simulator = createSimulator(tableOf({}), DT_S, START);
    simulator.setSetpoint(0, 2, startMs);
    simulator.setSetpoint(0, -2, startMs + 1);
    expect(telemetryAt(simulator.tick(START + 1), 0)).toMatchObject({
      setpointMw: 2,
      currentMw: 2,
    });
    expect(telemetryAt(simulator.tick(START + 2), 0)).toMatchObject({
      setpointMw: -2,
      currentMw: 0,
    });
  });

  test("counts energy at the terminal on two meters that only rise", () => {
    const simulator = createSimulator(tableOf({ rampRateMwPerMin: 10_000 }), DT_S, START);
    simulator.setSetpoint(0, 9, startMs);
    simulator.tick(START + 1);
    simulator.setSetpoint(0, -18, startMs + 4000);
    const sample = telemetryAt(simulator.tick(START + 2), 0);
    expect(sample.energyOutMwhr).toBeCloseTo(0.01, 12);
    expect(sample.energyInMwhr).toBeCloseTo(0.02, 12);
  });

  test("leaves a frame as it was when the next one is made", () => {
    const simulator = createSimulator(tableOf({}), DT_S, START);
    const first = simulator.tick(START + 1);
    const copy = first.socMwhr.slice();
    simulator.setSetpoint(0, 30, startMs);
    simulator.tick(START + 2);
    expect(first.socMwhr).toEqual(copy);
    expect(first.tick).toBe(START + 1);
  });

  test("refuses a setpoint that is no number and a tick that goes back", () => {
    const simulator = createSimulator(tableOf({}), DT_S, START);
    expect(() => simulator.setSetpoint(0, Number.NaN, 0)).toThrow(/finite/);
    expect(() => simulator.setSetpoint(1, 1, 0)).toThrow(/asset of the table/);
    expect(() => simulator.tick(START)).toThrow(/forward/);
  });
});

describe("the same inputs", () => {
  const bytes = (frame: Frame) =>
    COLUMNS.map((name) => Buffer.from(frame[name].slice().buffer).toString("hex"));
  const inputs = fc.array(
    fc.record({
      index: fc.integer({ min: 0, max: 2 }),
      mw: fc.double({ min: -30, max: 30, noNaN: true }),
      tick: fc.integer({ min: 0, max: 40 }),
    }),
  );

  test("give byte-equal frames, over new columns and over spare ones", () => {
    fc.assert(
      fc.property(inputs, (setpoints) => {
        const run = (reuse: boolean) => {
          const simulator = createSimulator(tableOf({}, { id: "b" }, { id: "c" }), DT_S, START);
          const frames: Frame[] = [];
          const seen: string[][] = [];
          for (let tick = START + 1; tick <= START + 41; tick++) {
            for (const { index, mw, tick: at } of setpoints)
              if (at === tick - START) simulator.setSetpoint(index, mw, (tick - 1) * DT_S * 1000);
            const frame = simulator.tick(
              tick,
              reuse && frames.length > 2 ? frames.shift() : undefined,
            );
            frames.push(frame);
            seen.push(bytes(frame));
          }
          return seen;
        };
        expect(run(false)).toEqual(run(true));
      }),
      { numRuns: 30 },
    );
  });
});
