import { describe, expect, test } from "vitest";
import { LIMIT } from "../../src/domain/battery/limit.ts";
import { batteryLimits, stepBattery } from "../../src/domain/battery/linear/law.ts";
import type { Asset } from "../../src/domain/fleet/asset.ts";
import type { FleetChange, Origins } from "../../src/domain/fleet/change.ts";
import { changeFleet } from "../../src/domain/fleet/changes.ts";
import { createFleetTable, type FleetTable } from "../../src/domain/fleet/fleet-table.ts";
import { type Frame, telemetryAt } from "../../src/domain/telemetry/frame.ts";
import { createSimulator, type Replaced } from "../../src/simulator/simulator.ts";
import { bigAssetId } from "../support/big-fleet.ts";
import fc from "../support/fast-check.ts";
import { COLUMNS } from "../support/frame-columns.ts";
import { anyAsset } from "../support/random-asset.ts";
import { ASSET, DT_S, SITE, tableOf } from "../support/tick-tables.ts";

const START = 1_000;
const startMs = START * DT_S * 1000;
const [A, B, C] = [bigAssetId(1), bigAssetId(2), bigAssetId(3)];
const sampleOf = (frame: Frame, id: string) =>
  telemetryAt(frame, frame.table.indexOf(id) as number);

/** Two assets that have run for two ticks at 3 and -2 MW. */
function running(difference: Partial<Asset> = {}) {
  const simulator = createSimulator(tableOf({ id: A }, { id: C, ...difference }), DT_S, START);
  simulator.setSetpoint(0, 3, startMs);
  simulator.setSetpoint(1, -2, startMs);
  simulator.tick(START + 1);
  return { simulator, last: simulator.tick(START + 2) };
}

describe("another table", () => {
  test("is that of the next tick and of the state that is the latest, and the newest frame stays what it was", () => {
    const { simulator, last } = running();
    const before = last.socMwhr.slice();
    const next = tableOf({ id: A }, { id: B, initialSocPct: 80 }, { id: C });
    const { state, clamps } = simulator.replaceTable(next);
    expect(clamps).toEqual([]);
    expect(simulator.table).toBe(next);
    expect(simulator.latest()).toBe(state);
    expect(state).toMatchObject({ table: next, tick: last.tick, timestampMs: last.timestampMs });
    expect([...state.currentMw]).toEqual([3, 0, -2]);
    simulator.setSetpoint(1, 1, startMs + 8_000);
    const frame = simulator.tick(START + 3, undefined);
    expect(frame.table).toBe(next);
    expect([...frame.setpointMw]).toEqual([3, 1, -2]);
    expect([...frame.currentMw]).toEqual([3, 1, -2]);
    expect(frame.energyInMwhr[1]).toBe(0);
    expect(frame.socMwhr[1]).toBeCloseTo(0.8 * 36 - 4 / 3600 / 0.92, 12);
    expect(last.table.assets).toHaveLength(2);
    expect(last.socMwhr).toEqual(before);
  });

  test("moves setpoints that are not in force yet, and drops those of assets that are gone", () => {
    const { simulator } = running();
    simulator.setSetpoint(0, 9, startMs + 8_001);
    simulator.setSetpoint(1, -3, startMs + 8_001);
    simulator.replaceTable(tableOf({ id: B }, { id: C }));
    expect([...simulator.tick(START + 3).setpointMw]).toEqual([0, -2]);
    expect([...simulator.tick(START + 4).setpointMw]).toEqual([0, -3]);
  });

  test("is restored with the setpoints of its assets, whatever was pending before", () => {
    const { simulator } = running();
    simulator.setSetpoint(0, 9, startMs + 8_000);
    simulator.replaceTable(tableOf({ id: A }, { id: B }));
    simulator.setSetpoint(1, 0, startMs + 8_000);
    simulator.hold([4, 6]);
    expect([...simulator.tick(START + 3).setpointMw]).toEqual([4, 6]);
  });

  test("keeps the energy of an asset whose capacity changes, and cuts what it cannot hold", () => {
    const { simulator, last } = running();
    const socMwhr = last.socMwhr[1] as number;
    const larger = simulator.replaceTable(tableOf({ id: A }, { id: C, capacityMwhr: 72 }));
    expect(larger.clamps).toEqual([]);
    expect(larger.state.socMwhr[1]).toBe(socMwhr);
    expect(telemetryAt(larger.state, 1).socPct).toBeCloseTo((socMwhr / 72) * 100, 12);
    const smaller = simulator.replaceTable(
      tableOf({ id: A }, { id: C, capacityMwhr: 20, socMaxRatio: 0.5 }),
    );
    expect(smaller.clamps).toEqual([{ assetId: C, field: "socMwhr", from: socMwhr, to: 10 }]);
    const fuller = simulator.replaceTable(
      tableOf({ id: A }, { id: C, capacityMwhr: 20, socMinRatio: 0.75 }),
    );
    expect(fuller.clamps).toEqual([{ assetId: C, field: "socMwhr", from: 10, to: 15 }]);
    expect(sampleOf(simulator.tick(START + 3), C)).toMatchObject({
      capacityMwhr: 20,
      currentMw: -2,
    });
  });

  test("leaves energy alone that lay outside the bounds before, where these stay", () => {
    const simulator = createSimulator(tableOf({ id: A, socMinRatio: 0.5 }), DT_S, START);
    const left = { socMwhr: 3, currentMw: 0, setpointMw: 0, energyInMwhr: 0, energyOutMwhr: 0 };
    simulator.restore(START, () => left);
    const moved = simulator.replaceTable(tableOf({ id: A, socMinRatio: 0.5, name: "other" }));
    expect(moved.clamps).toEqual([]);
    expect(moved.state.socMwhr[0]).toBe(3);
  });

  test("cuts a power above the new limit with the next tick, which has the reason", () => {
    const { simulator } = running();
    simulator.replaceTable(tableOf({ id: A, maxMw: 1 }, { id: C }));
    expect(sampleOf(simulator.tick(START + 3), A)).toMatchObject({
      setpointMw: 3,
      currentMw: 1,
      limitedBy: "power",
    });
  });

  test("starts an asset that returns from its last state, and other new assets at rest", () => {
    const { simulator } = running();
    const left = { socMwhr: 7, currentMw: 4, setpointMw: 4, energyInMwhr: 1, energyOutMwhr: 2 };
    const { state } = simulator.replaceTable(tableOf({ id: A }, { id: B }, { id: C }), (id) =>
      id === B || id === A ? left : undefined,
    );
    expect(sampleOf(state, B)).toMatchObject({ ...left, socPct: (7 / 36) * 100 });
    expect(sampleOf(state, A).socMwhr).not.toBe(7);
    expect(sampleOf(simulator.tick(START + 3), B)).toMatchObject({ setpointMw: 4, currentMw: 4 });
  });

  test("does not write over frames of the one before, whose size is another or the same", () => {
    const { simulator, last } = running();
    const columns = [last.socMwhr, last.currentMw, last.limit];
    const copies = columns.map((column) => column.slice());
    simulator.replaceTable(tableOf({ id: A }, { id: B }));
    const frame = simulator.tick(START + 3, last);
    expect(columns).toEqual(copies);
    expect(columns).not.toContain(frame.socMwhr);
    expect(simulator.tick(START + 5, simulator.tick(START + 4)).table).toBe(frame.table);
  });
});

// The following tests compare whole runs, in which a fleet changes as it runs.
const TICKS = 12;
const KEPT_SITE = { ...SITE, id: bigAssetId(500), maxExportMw: 9, maxImportMw: 7 };
const KEPT = [3, 7, 11];
const COME = [0, 2, 5, 8, 12];

const anyHistory = fc.record({
  kept: fc.tuple(anyAsset, anyAsset, anyAsset),
  steps: fc.array(
    fc.record({
      setpoints: fc.array(
        fc.record({
          n: fc.constantFrom(...KEPT, ...COME),
          mw: fc.integer({ min: -40, max: 40 }),
          lateMs: fc.constantFrom(0, 1),
        }),
        { maxLength: 3 },
      ),
      changes: fc.array(
        fc.record({ n: fc.constantFrom(...COME), asset: anyAsset, retires: fc.boolean() }),
        { maxLength: 3 },
      ),
    }),
    { minLength: TICKS, maxLength: TICKS },
  ),
});
type History = typeof anyHistory extends fc.Arbitrary<infer T> ? T : never;
type Change = History["steps"][number]["changes"][number];

function firstFleet(kept: readonly Asset[]) {
  const assets = kept.map((asset, n) => ({
    ...asset,
    id: bigAssetId(KEPT[n] as number),
    siteId: KEPT_SITE.id,
    dataPath: `Asset/BESS-${n}`,
    initialSocPct: 60,
  }));
  const table = createFleetTable([KEPT_SITE, SITE], assets);
  const ids = [SITE.id, KEPT_SITE.id, ...assets.map(({ id }) => id)];
  return { table, origins: new Map(ids.map((id) => [id, "file"])) as Origins };
}

/** The fleet after a change of an asset, which may be new; the same fleet where the asset is retired. */
function afterChange<F extends { table: FleetTable; origins: Origins }>(fleet: F, it: Change) {
  const id = bigAssetId(it.n);
  const { retired, id: _, dataPath, initialSocPct, ...update } = it.asset;
  let change: FleetChange = {
    kind: "registerAsset",
    asset: { ...update, id, initialSocPct: 60 },
  };
  if (fleet.table.findAsset(id)?.retired) return fleet;
  if (fleet.table.assetOf(id) !== undefined)
    change = it.retires
      ? { kind: "retireAsset", assetId: id }
      : { kind: "updateAsset", assetId: id, update };
  const result = changeFleet(fleet.table, fleet.origins, [change]);
  if (!result.accepted) throw new Error(JSON.stringify(result.refusals));
  return result;
}

interface Run {
  readonly frames: readonly Frame[];
  readonly moves: readonly Replaced[];
}

/** Runs a history over reused columns; `changing` is whether the fleet changes. */
function run({ kept, steps }: History, changing: boolean): Run {
  let fleet = firstFleet(kept);
  const simulator = createSimulator(fleet.table, DT_S, START);
  const [recent, frames, moves]: [Frame[], Frame[], Replaced[]] = [[], [], []];
  steps.forEach(({ setpoints, changes }, n) => {
    if (changing)
      for (const change of changes) {
        fleet = afterChange(fleet, change);
        moves.push(simulator.replaceTable(fleet.table));
      }
    const nowMs = startMs + n * DT_S * 1000;
    for (const { n: number, mw, lateMs } of setpoints.toSorted((a, b) => a.lateMs - b.lateMs)) {
      const index = simulator.table.indexOf(bigAssetId(number));
      if (index !== undefined) simulator.setSetpoint(index, mw, nowMs + lateMs);
    }
    const frame = simulator.tick(START + n + 1, recent.length > 2 ? recent.shift() : undefined);
    recent.push(frame);
    frames.push({
      ...frame,
      ...Object.fromEntries(COLUMNS.map((name) => [name, frame[name].slice()])),
    });
  });
  return { frames, moves };
}

/** The bytes of an asset in a frame. */
function bytesOf(frame: Frame, id: string): string {
  const i = frame.table.indexOf(id) as number;
  return COLUMNS.map((name) =>
    Buffer.from(frame[name].slice(i, i + 1).buffer).toString("hex"),
  ).join();
}

describe("a fleet that changes as it runs", () => {
  test("gives byte-equal columns for each asset and site that did not change", () => {
    const property = fc.property(anyHistory, (history) => {
      const [changed, unchanged] = [run(history, true), run(history, false)];
      for (const [n, frame] of changed.frames.entries())
        for (const id of KEPT.map(bigAssetId))
          expect(bytesOf(frame, id)).toBe(bytesOf(unchanged.frames[n] as Frame, id));
      expect(run(history, true).frames.map((frame) => frame.socMwhr)).toEqual(
        changed.frames.map((frame) => frame.socMwhr),
      );
    });
    fc.assert(property, { numRuns: 100 });
  });

  test("moves every asset by the law, from its last state, within its bounds", () => {
    let [moves, clamps] = [0, 0];
    const property = fc.property(anyHistory, (history) => {
      const { frames, ...made } = run(history, true);
      moves += made.moves.length;
      clamps += made.moves.flatMap((moved) => moved.clamps).length;
      const stored = new Map<string, { socMwhr: number; currentMw: number; outMwhr: number }>();
      let next = made.moves;
      frames.forEach((frame, n) => {
        const count = history.steps[n]?.changes.length ?? 0;
        const clampOf = new Map(
          next.slice(0, count).flatMap((it) => it.clamps.map((clamp) => [clamp.assetId, clamp.to])),
        );
        next = next.slice(count);
        for (const [i, asset] of frame.table.assets.entries()) {
          if (asset.siteId !== SITE.id) continue;
          const rest = { socMwhr: 0.6 * asset.capacityMwhr, currentMw: 0, outMwhr: 0 };
          const before = stored.get(asset.id) ?? rest;
          // A new asset was at rest before it changed, if it changed at once.
          if (!stored.has(asset.id) && count > 1) before.socMwhr = Number.NaN;
          const socMwhr = clampOf.get(asset.id) ?? before.socMwhr;
          const limits = batteryLimits(asset, DT_S);
          const setpointMw = frame.setpointMw[i] as number;
          const step = stepBattery(limits, socMwhr, before.currentMw, setpointMw, DT_S);
          if (!Number.isNaN(socMwhr)) {
            expect(frame.socMwhr[i]).toBe(step.socMwhr);
            expect(frame.currentMw[i]).toBe(step.powerMw);
            expect(frame.limit[i]).toBe(step.limit);
            if (step.limit === LIMIT.NONE) expect(step.powerMw).toBe(setpointMw);
          }
          const outMwhr = frame.energyOutMwhr[i] as number;
          expect(outMwhr).toBeGreaterThanOrEqual(before.outMwhr);
          expect(frame.socMwhr[i]).toBeGreaterThanOrEqual(limits.floorMwhr);
          expect(frame.socMwhr[i]).toBeLessThanOrEqual(limits.ceilingMwhr);
          stored.set(asset.id, {
            socMwhr: frame.socMwhr[i] as number,
            currentMw: frame.currentMw[i] as number,
            outMwhr,
          });
        }
      });
    });
    fc.assert(property, { numRuns: 100 });
    expect(moves).toBeGreaterThan(500);
    expect(clamps).toBeGreaterThan(30);
  });
});

test("costs in proportion to the fleet", () => {
  const assets = Array.from({ length: 20_000 }, (_, n) => ({ ...ASSET, id: bigAssetId(n) }));
  const [half, whole] = [10_000, 20_000].map((count) =>
    createFleetTable([SITE], assets.slice(0, count)),
  ) as [FleetTable, FleetTable];
  const simulator = createSimulator(half, DT_S, START);
  const beganMs = performance.now();
  simulator.replaceTable(whole);
  // A cost in the square of the fleet would take minutes.
  expect(performance.now() - beganMs).toBeLessThan(1_000);
});
