// Whatever is requested, cancelled, lost and changed: each promise is delivered in full, or says what it lacks.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Dispatch } from "../../../src/domain/dispatch/dispatch.ts";
import { isOpen } from "../../../src/domain/dispatch/status.ts";
import { createFleetTable, type FleetTable } from "../../../src/domain/fleet/fleet-table.ts";
import { dispatchFixture } from "../../support/dispatch-fixture.ts";
import { ASSET, DT_S, givenOf, SITE } from "../../support/tick-tables.ts";

const TICKS = 60;
const IDS = [ASSET.id, `${ASSET.id.slice(0, -1)}2`];

interface Changeable {
  readonly capacityMwhr: number;
  readonly maxMw: number;
  readonly maxExportMw: number;
  readonly maxImportMw: number;
}

/** Two small batteries at a site with limits: they are full or empty within a minute. */
function tableOf({ maxExportMw, maxImportMw, ...asset }: Changeable): FleetTable {
  const common = { ...ASSET, minMw: -30, rampRateMwPerMin: 150, fallbackMw: 2, ...asset };
  return createFleetTable(
    [{ ...SITE, maxExportMw, maxImportMw }],
    IDS.map((id, n) => ({ ...common, id, name: `battery ${n}` })),
  );
}

const anyFleet: fc.Arbitrary<Changeable> = fc.record({
  capacityMwhr: fc.constantFrom(0.6, 1, 1.5),
  maxMw: fc.constantFrom(20, 30),
  maxExportMw: fc.constantFrom(15, 40, 100),
  maxImportMw: fc.constantFrom(15, 40, 100),
});

const anyCall = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("dispatch" as const),
      mw: fc.integer({ min: -30, max: 30 }),
      durationS: fc.integer({ min: 4, max: 100 }),
      startInS: fc.integer({ min: 0, max: 100 }),
      validForS: fc.constantFrom(undefined, undefined, 10),
      onShortfall: fc.constantFrom("refuse" as const, "refuse" as const, "curtail" as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("schedule" as const),
      mw: fc.integer({ min: -20, max: 20 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("cancel" as const), nth: fc.nat(8) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("reload" as const), fleet: anyFleet }) },
);
const anyCalls = fc.array(
  fc.record({ tick: fc.nat(TICKS - 10), inMs: fc.nat(3999), asset: fc.nat(1), call: anyCall }),
  { minLength: 4, maxLength: 16 },
);
type Call = typeof anyCall extends fc.Arbitrary<infer T> ? T : never;
type Application = ReturnType<typeof dispatchFixture>;

async function perform(fixture: Application, assetId: string, call: Call): Promise<void> {
  const { dispatch, fleet, clock, announced } = fixture;
  const nowMs = clock.nowMs();
  if (call.kind === "dispatch") {
    const { kind: _, startInS, ...rest } = call;
    await dispatch.dispatch({ assetId, ...rest, startAtMs: nowMs + startInS * 1000 });
  } else if (call.kind === "schedule") {
    const interval = (n: number) => ({
      ...{ fromMs: nowMs + n * 20_000, untilMs: nowMs + (n + 1) * 20_000, mw: call.mw * (1 - n) },
    });
    await dispatch.setSchedule({
      assetId,
      intervals: call.mw % 3 === 0 ? [] : [interval(0), interval(2)],
    });
  } else if (call.kind === "cancel")
    await dispatch.cancel(announced[call.nth]?.dispatchId ?? "none");
  // It is answered once a tick has run.
  else void fleet.reload(givenOf(tableOf(call.fleet)), "file");
}

const turns = async () => {
  for (let turn = 0; turn < 30; turn++) await Promise.resolve();
};

const allOf = async ({ store }: Application): Promise<readonly Dispatch[]> =>
  (await store.list({ limit: 1000 })).map(({ dispatch }) => dispatch);

/** What a dispatch demanded and got, by a law of its own: its ramp alone binds it. */
interface Energy {
  powerMw: number;
  demandedMwhr: number;
  deliveredMwhr: number;
  /** When it lacked energy first, in ms since the epoch; infinite: never. */
  shortMs: number;
}

/** Runs the ticks of a fleet, and returns what each dispatch demanded and got. */
async function energiesOf(
  fixture: Application,
  calls: readonly { tick: number; inMs: number; asset: number; call: Call }[],
): Promise<ReadonlyMap<string, Energy>> {
  const { telemetry, clock } = fixture;
  const energies = new Map<string, Energy>();
  let held = new Set<string>();
  for (let tick = 0; tick < TICKS; tick++) {
    let passedMs = 0;
    const now = calls.filter((it) => it.tick === tick).sort((a, b) => a.inMs - b.inMs);
    for (const { inMs, asset, call } of now) {
      clock.advance(inMs - passedMs);
      passedMs = inMs;
      await perform(fixture, IDS[asset] as string, call);
      await turns();
    }
    const before = telemetry.latest();
    const holders = (await allOf(fixture)).filter((it) => it.heldFromMwhr !== null);
    for (const { id, assetId } of holders) {
      const powerMw = before.currentMw[before.table.indexOf(assetId) as number] as number;
      const energy = energies.get(id) ?? {
        powerMw,
        demandedMwhr: 0,
        deliveredMwhr: 0,
        shortMs: Infinity,
      };
      if (!held.has(id)) energy.powerMw = powerMw;
      energies.set(id, energy);
    }
    held = new Set(holders.map(({ id }) => id));
    clock.advance(DT_S * 1000 - passedMs);
    const frame = telemetry.latest();
    for (const { id, assetId, mw } of holders) {
      const index = frame.table.indexOf(assetId) as number;
      const energy = energies.get(id) as Energy;
      const stepMw = ((frame.table.assets[index]?.rampRateMwPerMin ?? 0) / 60) * DT_S;
      energy.powerMw += Math.max(-stepMw, Math.min(stepMw, mw - energy.powerMw));
      energy.demandedMwhr += (energy.powerMw * DT_S) / 3600;
      energy.deliveredMwhr += ((frame.currentMw[index] as number) * DT_S) / 3600;
      const missingMwhr = Math.sign(mw) * (energy.demandedMwhr - energy.deliveredMwhr);
      if (missingMwhr > 1e-7) energy.shortMs = Math.min(energy.shortMs, frame.timestampMs);
    }
    await turns();
  }
  return energies;
}

test("missing and delivered are what was demanded, and a promise that lacks energy says so", async () => {
  const seen = { promises: 0, expected: 0, averted: 0, short: 0, early: 0 };
  const history = fc.asyncProperty(anyFleet, anyCalls, async (fleet, calls) => {
    const fixture = dispatchFixture(undefined, tableOf(fleet));
    const energies = await energiesOf(fixture, calls);
    const eventsOf = (id: string) => fixture.announced.filter((it) => it.dispatchId === id);
    for (const it of await allOf(fixture)) {
      const reports = eventsOf(it.id).filter(({ reason }) => reason?.startsWith("SHORTFALL"));
      expect(reports.every(({ from, to }) => from === to)).toBe(true);
      const names = reports.map(({ reason }) => reason);
      const wanted = names.map((_, n) =>
        n % 2 === 0 ? "SHORTFALL_EXPECTED" : "SHORTFALL_AVERTED",
      );
      expect(names).toEqual(wanted);
      if (it.onShortfall === "curtail") expect(names).toEqual([]);
      seen.expected += names.length;
      if (isOpen(it) || it.heldFromMwhr !== null) {
        if (it.onShortfall === "refuse") expect(it.shortfall !== null).toBe(names.length % 2 === 1);
        continue;
      }
      const energy = energies.get(it.id);
      const { demandedMwhr = 0, deliveredMwhr = 0 } = energy ?? {};
      expect(it.deliveredMwhr).toBeCloseTo(deliveredMwhr, 9);
      expect(it.demandedMwhr).toBeCloseTo(demandedMwhr, 9);
      const missingMwhr = Math.sign(it.mw) * (demandedMwhr - deliveredMwhr);
      if (missingMwhr > 1e-7) {
        expect(it.shortfall?.missingMwhr).toBeCloseTo(missingMwhr, 9);
        if (it.status === "completed") expect(it.reason).toBe("ENDED_SHORT");
        seen.short++;
        if (it.onShortfall === "refuse" && names.length > 0) seen.early++;
      } else {
        expect(it.shortfall?.missingMwhr ?? 0).toBeLessThan(1e-7);
        if (it.status === "completed") {
          expect(it.reason).not.toBe("ENDED_SHORT");
          expect(names.length % 2).toBe(0);
          seen.averted += names.length / 2;
        }
      }
      if (it.onShortfall === "refuse" && it.status === "completed") {
        seen.promises++;
        // At the end of the first tick that is cut at the latest.
        const at = reports.findLast(({ reason }) => reason === "SHORTFALL_EXPECTED")?.atMs;
        if (it.shortfall !== null) expect(at).toBeLessThanOrEqual(energy?.shortMs ?? 0);
      }
    }
  });
  await fc.assert(history, { numRuns: 300 });
  expect(seen.promises).toBeGreaterThan(100);
  expect(Math.min(seen.expected, seen.short, seen.early)).toBeGreaterThan(5);
});
