// A random history of a small fleet, with what each dispatch demanded and got by a law of its own.

import type { Dispatch } from "../../src/domain/dispatch/dispatch.ts";
import { createFleetTable, type FleetTable } from "../../src/domain/fleet/fleet-table.ts";
import type { AnnouncedEvent } from "../../src/services/dispatch/events.ts";
import { dispatchFixture } from "./dispatch-fixture.ts";
import fc from "./fast-check.ts";
import { restartedFixture } from "./restarted-fixture.ts";
import { ASSET, DT_S, givenOf, SITE } from "./tick-tables.ts";

/** Ticks of a history, without those of its restarts. */
const TICKS = 60;
const RAMP_RATE_MW_PER_MIN = 150;
const IDS = [ASSET.id, `${ASSET.id.slice(0, -1)}2`];

interface Changeable {
  readonly capacityMwhr: number;
  readonly maxMw: number;
  readonly maxExportMw: number;
  readonly maxImportMw: number;
}

/** Two small batteries at a site with limits: they are full or empty within a minute. */
function tableOf({ maxExportMw, maxImportMw, ...asset }: Changeable): FleetTable {
  const common = {
    ...ASSET,
    minMw: -30,
    rampRateMwPerMin: RAMP_RATE_MW_PER_MIN,
    fallbackMw: 2,
    ...asset,
  };
  return createFleetTable(
    [{ ...SITE, maxExportMw, maxImportMw }],
    IDS.map((id, n) => ({ ...common, id, name: `battery ${n}` })),
  );
}

export const anyFleet: fc.Arbitrary<Changeable> = fc.record({
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
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("restart" as const),
      downTicks: fc.integer({ min: 1, max: 5 }),
    }),
  },
);
export const anyCalls = fc.array(
  fc.record({ tick: fc.nat(TICKS - 10), inMs: fc.nat(3999), asset: fc.nat(1), call: anyCall }),
  { minLength: 4, maxLength: 16 },
);
type TimedCall = typeof anyCalls extends fc.Arbitrary<readonly (infer T)[]> ? T : never;
type Call = Exclude<TimedCall["call"], { kind: "restart" }>;
type Fixture = ReturnType<typeof dispatchFixture>;

/** What a dispatch demanded and got: its ramp alone binds it. */
export interface Energy {
  powerMw: number;
  demandedMwhr: number;
  deliveredMwhr: number;
  /** When it lacked energy first, in ms since the epoch; infinite: never. */
  shortMs: number;
  /** Whether its demand while no server ran is known: it alone was in force then. */
  isKnown: boolean;
}

/** The time from the last tick of a server to the first instant of the next one, in ms since the epoch. */
export interface Gap {
  readonly fromMs: number;
  readonly untilMs: number;
}

export interface PromiseHistory {
  readonly dispatches: readonly Dispatch[];
  readonly events: readonly AnnouncedEvent[];
  readonly energies: ReadonlyMap<string, Energy>;
  readonly gaps: readonly Gap[];
}

const turns = async () => {
  for (let turn = 0; turn < 30; turn++) await Promise.resolve();
};

const allOf = async ({ store }: Fixture): Promise<readonly Dispatch[]> =>
  (await store.list({ limit: 1000 })).map(({ dispatch }) => dispatch);

async function perform(
  { dispatch, fleet, clock }: Fixture,
  events: readonly AnnouncedEvent[],
  assetId: string,
  call: Call,
): Promise<void> {
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
  } else if (call.kind === "cancel") await dispatch.cancel(events[call.nth]?.dispatchId ?? "none");
  // It is answered once a tick has run.
  else void fleet.reload(givenOf(tableOf(call.fleet)), "file");
}

/** Runs a fleet through calls at instants. */
export async function promiseHistory(
  fleet: Changeable,
  calls: readonly TimedCall[],
): Promise<PromiseHistory> {
  let fixture = dispatchFixture(undefined, tableOf(fleet));
  const earlier: AnnouncedEvent[] = [];
  const events = () => [...earlier, ...fixture.announced];
  const energies = new Map<string, Energy>();
  const gaps: Gap[] = [];
  let held: ReadonlySet<string> = new Set();

  const holdersOf = async () =>
    (await allOf(fixture)).filter(({ heldFromMwhr }) => heldFromMwhr !== null);
  const newEnergy = (powerMw: number): Energy => ({
    ...{ powerMw, demandedMwhr: 0, deliveredMwhr: 0, shortMs: Infinity, isKnown: true },
  });

  /** Adds a tick to what a dispatch demanded and got. */
  function addTick(energy: Energy, mw: number, currentMw: number, atMs: number): void {
    const stepMw = (RAMP_RATE_MW_PER_MIN / 60) * DT_S;
    energy.powerMw += Math.max(-stepMw, Math.min(stepMw, mw - energy.powerMw));
    energy.demandedMwhr += (energy.powerMw * DT_S) / 3600;
    energy.deliveredMwhr += (currentMw * DT_S) / 3600;
    const missingMwhr = Math.sign(mw) * (energy.demandedMwhr - energy.deliveredMwhr);
    if (missingMwhr > 1e-7) energy.shortMs = Math.min(energy.shortMs, atMs);
  }

  /** Kills the server and starts it again some ticks later: what alone was in force meanwhile demanded them. */
  async function restart(downTicks: number): Promise<void> {
    const { timestampMs: fromMs } = fixture.telemetry.latest();
    const before = await allOf(fixture);
    earlier.push(...fixture.announced);
    fixture = await restartedFixture(fixture, downTicks * DT_S);
    await turns();
    const untilMs = fixture.telemetry.latest().timestampMs;
    gaps.push({ fromMs, untilMs });
    const isChange = (ms: number | null) =>
      ms !== null && ms > fromMs - DT_S * 1000 && ms <= untilMs;
    for (const it of await allOf(fixture)) {
      const own = before.filter(({ assetId }) => assetId === it.assetId);
      const isAlone = !own.some(
        (other) => isChange(other.startMs) || isChange(other.endMs) || isChange(other.leaseUntilMs),
      );
      const known = held.has(it.id) && it.heldFromMwhr !== null && isAlone;
      const wasOpen = before.some(({ id, endedAtMs }) => id === it.id && endedAtMs === null);
      const energy = energies.get(it.id);
      if (known && energy)
        for (let tick = 0; tick < downTicks; tick++) addTick(energy, it.mw, 0, untilMs);
      else if (wasOpen && it.startMs <= untilMs)
        energies.set(it.id, { ...(energy ?? newEnergy(0)), isKnown: false });
    }
  }

  for (let tick = 0; tick < TICKS; tick++) {
    let passedMs = 0;
    const now = calls.filter((it) => it.tick === tick).sort((a, b) => a.inMs - b.inMs);
    for (const { inMs, asset, call } of now) {
      fixture.clock.advance(inMs - passedMs);
      passedMs = inMs;
      if (call.kind === "restart") {
        await restart(call.downTicks);
        passedMs = 0;
      } else await perform(fixture, events(), IDS[asset] as string, call);
      await turns();
    }
    const before = fixture.telemetry.latest();
    const holders = await holdersOf();
    for (const { id, assetId } of holders) {
      const powerMw = before.currentMw[before.table.indexOf(assetId) as number] as number;
      const energy = energies.get(id) ?? newEnergy(powerMw);
      if (!held.has(id)) energy.powerMw = powerMw;
      energies.set(id, energy);
    }
    held = new Set(holders.map(({ id }) => id));
    fixture.clock.advance(DT_S * 1000 - passedMs);
    const frame = fixture.telemetry.latest();
    for (const { id, assetId, mw } of holders) {
      const currentMw = frame.currentMw[frame.table.indexOf(assetId) as number] as number;
      addTick(energies.get(id) as Energy, mw, currentMw, frame.timestampMs);
    }
    await turns();
  }
  return { dispatches: await allOf(fixture), events: events(), energies, gaps };
}
