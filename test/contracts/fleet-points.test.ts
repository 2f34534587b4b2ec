// The data points of the fleet, in memory and over each database: what they answer is what a naive model does, from samples
// and, where these are gone, from minutes.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createMemoryTelemetryStore } from "../../src/adapters/memory/telemetry-store.ts";
import { AGGREGATES, type Aggregate } from "../../src/domain/data-point/aggregate.ts";
import type { DataPointMode } from "../../src/domain/data-point/data-point.ts";
import { FLEET_NAMES, type FleetName } from "../../src/domain/data-point/fleet-series.ts";
import type { DataRefusal } from "../../src/domain/data-point/refusal.ts";
import type { AsOf } from "../../src/domain/data-point/write.ts";
import type { TelemetryStore } from "../../src/domain/ports/telemetry-store.ts";
import { type Frame, telemetryAt } from "../../src/domain/telemetry/frame.ts";
import type { DataPoints } from "../../src/services/data-point/data-points.ts";
import type { Pages } from "../../src/services/data-point/reads.ts";
import type { StoredHistory } from "../../src/services/telemetry/history.ts";
import { createSimulator } from "../../src/simulator/simulator.ts";
import { SERVERS, type TestServerKind } from "../support/databases.ts";
import fc from "../support/fast-check.ts";
import { kernelUnderTest } from "../support/kernel-under-test.ts";
import { openStore } from "../support/opened-store.ts";
import { ASSET, DT_S, tableOf } from "../support/tick-tables.ts";

const OTHER = { id: "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b02", dataPath: "Plant/Other" };
const START = Date.UTC(2026, 10, 20, 23, 55) / 1000 / DT_S;
const TICKS = 180;
const MINUTE_MS = 60_000;
const at = (tick: number) => (START + tick) * DT_S * 1000;
/** Samples before this are gone from databases: a minute's begin, in the next day of UTC. */
const RAW_FROM_MS = at(90);
/** The server was away then; before the samples are gone the assets rested. */
const isDown = (tick: number) => (tick >= 66 && tick < 82) || (tick >= 112 && tick < 117);
/** Of these the first asset sent samples later. */
const isLate = (tick: number) => (tick >= 68 && tick < 76) || tick === 114;
const LATE_KNOWN_MS = at(150) + 1;

function makeFrames() {
  const table = tableOf(
    { initialSocPct: 40, dataPath: "Asset/One" },
    { ...OTHER, initialSocPct: 70, efficiency: 0.9 },
  );
  const simulator = createSimulator(table, DT_S, START);
  const setpoints: Record<number, readonly [number, number]> = {
    0: [20, -7.3],
    45: [0, 0],
    84: [-25, 12],
    130: [3.3, 30],
  };
  const ticked = Array.from({ length: TICKS }, (_, n) => {
    for (const [index, mw] of (setpoints[n] ?? []).entries())
      simulator.setSetpoint(index, mw, at(n));
    return simulator.tick(START + n + 1);
  });
  const [all, late] = [ticked.filter((_, n) => !isDown(n)), ticked.filter((_, n) => isLate(n))];
  return { table, all, late };
}

const { table, all, late } = makeFrames();

/** Stores what the first asset sent late. */
const backfill = (store: TelemetryStore) =>
  store.backfill(
    late.map((frame) => {
      const { asset, site, status: _, knownMs: __, ...sample } = telemetryAt(frame, 0);
      return { assetId: asset.id, siteId: site.id, ...sample };
    }),
    LATE_KNOWN_MS,
  );

interface Sampled {
  readonly frame: Frame;
  readonly knownMs: number;
}

/** The samples of an asset that there were, in the order of time. */
function sampledOf(index: number): readonly Sampled[] {
  const live = all.map((frame) => ({ frame, knownMs: frame.timestampMs }));
  const sent = index === 0 ? late.map((frame) => ({ frame, knownMs: LATE_KNOWN_MS })) : [];
  return [...live, ...sent].sort((a, b) => a.frame.timestampMs - b.frame.timestampMs);
}

interface Opened {
  readonly points: DataPoints;
  /** Samples before are gone. */
  readonly rawFromMs: number;
  close(): Promise<void>;
}

/** The data points of a fleet that has this history; the last frames are in memory. */
function pointsOver(history: StoredHistory, recentFrames: number): DataPoints {
  const given = { table, startTick: START, recentFrames, stores: { history } };
  const { telemetry, dataPoints, clock } = kernelUnderTest(given);
  for (const frame of all) {
    telemetry.spare(frame.table);
    telemetry.publish(frame);
  }
  clock.advance(TICKS * DT_S * 1000);
  return dataPoints;
}

const memory = async (): Promise<Opened> => {
  const store = createMemoryTelemetryStore(() => all);
  await backfill(store);
  const history = {
    ...{ store, flush: async () => {}, waitingFrames: () => 0, oldestMs: () => at(1) },
  };
  return { points: pointsOver(history, 1_000), rawFromMs: -Infinity, close: async () => {} };
};

const stored = (start: TestServerKind["start"]) => async (): Promise<Opened> => {
  const { store, client, close } = await openStore(start, table);
  for (const frame of all) store.keep(frame);
  await store.flush();
  await backfill(store.telemetry);
  await store.maintenance();
  await client.within(60_000, async (sql) => {
    const before = sql`ts < ${new Date(RAW_FROM_MS).toISOString()}::text::timestamptz`;
    await sql`delete from telemetry where ${before}`;
  });
  const { flush, oldestMs } = store;
  const history = { store: store.telemetry, flush, oldestMs, waitingFrames: () => 0 };
  return { points: pointsOver(history, 40), rawFromMs: RAW_FROM_MS, close };
};

const STORES = [
  ["memory", memory] as const,
  ...SERVERS.map(({ name, start }) => [name, stored(start)] as const),
];

const OF_SAMPLE: Partial<Record<FleetName, (it: ReturnType<typeof telemetryAt>) => number>> = {
  SoC: ({ socMwhr }) => socMwhr,
  SoCPct: ({ socPct }) => socPct,
  Power: ({ currentMw }) => currentMw,
  Setpoint: ({ setpointMw }) => setpointMw,
  EnergyIn: ({ energyInMwhr }) => energyInMwhr,
  EnergyOut: ({ energyOutMwhr }) => energyOutMwhr,
};
const NAMES = Object.keys(OF_SAMPLE) as FleetName[];

interface Modelled {
  readonly atMs: number;
  readonly knownMs: number;
  readonly lengthMs: number;
  /** The values that it is made of. */
  readonly of: readonly number[];
  readonly content: number;
}

/** What a point has, by all frames that there were. */
function modelOf(index: number, name: FleetName, rawFromMs: number): readonly Modelled[] {
  const figureOf = ({ frame }: Sampled) =>
    (OF_SAMPLE[name] as NonNullable<(typeof OF_SAMPLE)[FleetName]>)(telemetryAt(frame, index));
  const sampled = sampledOf(index);
  const gone = sampled.filter(({ frame }) => frame.timestampMs < rawFromMs);
  const minuteOf = ({ frame }: Sampled) => Math.floor(frame.timestampMs / MINUTE_MS) * MINUTE_MS;
  const isMeter = name.startsWith("Energy");
  const minutes = [...new Set(gone.map(minuteOf))].map((atMs): Modelled => {
    const own = gone.filter((it) => minuteOf(it) === atMs);
    const of = own.map(figureOf);
    const before = sampled.findLast(({ frame }) => frame.timestampMs < atMs);
    const mean = of.reduce((sum, value) => sum + value) / of.length;
    const content = isMeter ? (before ? figureOf(before) : 0) : mean;
    const isLateOne = own.some((it) => it.knownMs === LATE_KNOWN_MS);
    const knownMs = isLateOne ? LATE_KNOWN_MS : atMs + MINUTE_MS;
    const lengthMs = own.length * DT_S * 1000;
    return { atMs, knownMs, lengthMs, content, of: isMeter ? [content] : of };
  });
  const samples = sampled.slice(gone.length).map((it): Modelled => {
    const [content, { frame, knownMs }] = [figureOf(it), it];
    return { atMs: frame.timestampMs, knownMs, lengthMs: DT_S * 1000, content, of: [content] };
  });
  return [...minutes, ...samples];
}

const isSeen =
  ({ knownMs = Infinity, recordedMs = Infinity }: AsOf) =>
  ({ knownMs: since }: Modelled) =>
    since <= Math.min(knownMs, recordedMs);

const instant = fc.integer({ min: at(-60), max: at(TICKS + 60) });
const anyRead = fc.record({
  index: fc.nat(1),
  name: fc.constantFrom(...NAMES),
  ends: fc.tuple(instant, instant),
  knownMs: fc.option(instant, { nil: undefined, freq: 2 }),
  recordedMs: fc.option(instant, { nil: undefined, freq: 3 }),
});
const pathOf = (index: number, name: FleetName) => `${table.assets[index]?.dataPath}/${name}`;

async function allOf<V>(pages: Pages<V> | DataRefusal): Promise<V[]> {
  if ("code" in pages) throw new Error(pages.code);
  const found: V[] = [];
  for await (const { values } of pages) found.push(...values);
  return found;
}

describe.each(STORES)("data points of the fleet over %s", { timeout: 120_000 }, (_, open) => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await open();
  }, 60_000);
  afterAll(() => opened?.close());

  const near = (value: number) => expect.closeTo(value, 9);

  test("a range has the samples that were known, and minutes where they are gone", async () => {
    await fc.assert(
      fc.asyncProperty(anyRead, async ({ index, name, ends, knownMs, recordedMs }) => {
        const [fromMs, untilMs] = [Math.min(...ends), Math.max(...ends) + 1];
        const asOf = { knownMs, recordedMs };
        const expected = modelOf(index, name, opened.rawFromMs)
          .filter(({ atMs }) => atMs >= fromMs && atMs < untilMs)
          .filter(isSeen(asOf));
        const read = async (mode: DataPointMode) => {
          const range = { fromMs, untilMs, asOf, mode };
          return allOf(await opened.points.retrieve({ paths: [pathOf(index, name)] }, range));
        };
        const found = await read("merged");
        expect(found.map(({ atMs, knownMs, content }) => ({ atMs, knownMs, content }))).toEqual(
          expected.map(({ atMs, knownMs, content }) => ({ atMs, knownMs, content: near(content) })),
        );
        expect(await read("original")).toEqual(found);
        expect(await read("override")).toEqual([]);
        for (const { source, author, recordedMs: stored, knownMs: since } of found)
          expect([source, author, stored]).toEqual(["original", "fleet", since]);
      }),
      { numRuns: 150 },
    );
  });

  test("the newest value is the newest that was known", async () => {
    await fc.assert(
      fc.asyncProperty(anyRead, async ({ index, name, knownMs, recordedMs }) => {
        const asOf = { knownMs, recordedMs };
        const expected = modelOf(index, name, opened.rawFromMs).findLast(isSeen(asOf));
        const of = { paths: [pathOf(index, name)] };
        const [found] = await allOf(await opened.points.retrieveLatest(of, "merged", asOf));
        const { atMs, content } = found ?? {};
        expect({ atMs, content }).toEqual({
          atMs: expected?.atMs,
          content: expected && near(expected.content),
        });
        expect(await allOf(await opened.points.retrieveLatest(of, "override", asOf))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test("steps have every aggregate of what was sampled, and the share that is covered", async () => {
    const anyStep = fc.record({
      read: anyRead,
      stepMs: fc.constantFrom(30_000, MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS),
      aggregate: fc.constantFrom(...(Object.keys(AGGREGATES) as Aggregate[])),
    });
    await fc.assert(
      fc.asyncProperty(anyStep, async ({ read: { index, name }, stepMs, aggregate }) => {
        const values = modelOf(index, name, opened.rawFromMs);
        const starts = [...new Set(values.map(({ atMs }) => Math.floor(atMs / stepMs) * stepMs))];
        const expected = starts.map((startMs) => {
          const endMs = startMs + stepMs;
          const own = values.filter(({ atMs }) => atMs >= startMs && atMs < endMs);
          const of = own.flatMap((it) => it.of);
          const sum = of.reduce((a, b) => a + b, 0);
          const covered = own.reduce((ms, it) => ms + Math.min(it.lengthMs, endMs - it.atMs), 0);
          const content = {
            ...{ mean: sum / of.length, sum, count: of.length },
            ...{ min: Math.min(...of), max: Math.max(...of) },
            ...{ first: own[0]?.content ?? 0, last: of.at(-1) ?? 0 },
          }[aggregate];
          return {
            atMs: startMs,
            content: expect.closeTo(content, 6),
            covered: near(covered / stepMs),
          };
        });
        const pages = await opened.points.retrieve(
          { paths: [pathOf(index, name)] },
          {
            ...{ fromMs: at(-60), untilMs: at(TICKS + 60), mode: "merged", asOf: {} },
            ...{ step: `PT${stepMs / 1000}S`, aggregate, timeZone: "Europe/Helsinki" },
          },
        );
        const found = await allOf(pages);
        expect(
          found.map(({ atMs, content, coveredRatio: covered }) => ({ atMs, content, covered })),
        ).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });

  test("there is one version of each value, and none of what is not stored", async () => {
    const whole = { fromMs: at(-60), untilMs: at(TICKS + 60) };
    for (const name of FLEET_NAMES) {
      const of = { paths: [pathOf(1, name)] };
      const all = { ...whole, mode: "merged", asOf: {} } as const;
      const values = await allOf(await opened.points.retrieve(of, all));
      const versions = await allOf(await opened.points.retrieveHistory(of, whole));
      expect(versions).toEqual(
        values.map(({ coveredRatio: _, ...it }) => ({ ...it, expiresAtMs: null, requestId: null })),
      );
      expect(values.length > 0).toBe(NAMES.includes(name));
    }
  });

  test("meters rise, without a step where the samples begin", async () => {
    for (const [name, field] of [
      ["EnergyIn", "energyInMwhr"],
      ["EnergyOut", "energyOutMwhr"],
    ] as const) {
      const range = { fromMs: 0, untilMs: at(TICKS + 1), mode: "merged", asOf: {} } as const;
      const of = { paths: [pathOf(0, name)] };
      const values = await allOf(await opened.points.retrieve(of, range));
      const readings = values.map(({ content }) => content as number);
      expect(readings).toEqual(readings.toSorted((a, b) => a - b));
      expect(readings.at(-1)).toBe(telemetryAt(all.at(-1) as Frame, 0)[field]);
    }
  });

  test("what could be held next is known now alone, and is as availability has it", async () => {
    const of = { paths: [pathOf(0, "AvailableMin"), pathOf(0, "AvailableMax")] };
    const newest = await allOf(await opened.points.retrieveLatest(of, "merged", {}));
    expect(newest.map(({ atMs }) => atMs)).toEqual([at(TICKS), at(TICKS)]);
    const [high, low] = newest.map(({ content }) => content as number);
    expect(low).toBeLessThan(high as number);
    expect(low).toBeGreaterThanOrEqual(ASSET.minMw);
    const before = { knownMs: at(TICKS) - 1 };
    expect(await allOf(await opened.points.retrieveLatest(of, "merged", before))).toEqual([]);
  });
});
