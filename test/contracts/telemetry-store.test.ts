// What a store of telemetry promises, on every database that can run here and in memory.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createMemoryTelemetryStore } from "../../src/adapters/memory/telemetry-store.ts";
import type {
  InstantRange,
  LateSample,
  StoredSample,
  TelemetryStore,
} from "../../src/domain/ports/telemetry-store.ts";
import { type Frame, telemetryAt } from "../../src/domain/telemetry/frame.ts";
import { type Scope, type StepSample, stepsOf } from "../../src/domain/telemetry/history.ts";
import { DURATION_FIELDS, durationsAt } from "../../src/domain/telemetry/step-figures.ts";
import { createSimulator } from "../../src/simulator/simulator.ts";
import { createStore } from "../../src/store/store.ts";
import { SERVERS } from "../support/databases.ts";
import { KEEP_ALL } from "../support/keep-all.ts";
import { silentLog } from "../support/silent-log.ts";
import { ASSET, DT_S, givenOf, tableOf } from "../support/tick-tables.ts";

const OTHER = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b02";
const UNKNOWN = "00000000-0000-4000-8000-000000000000";
const START = Date.UTC(2026, 10, 20) / 1000 / DT_S;
const TICKS = 100;
const at = (tick: number) => (START + tick) * DT_S * 1000;

/** The same hundred ticks for every store: both assets move, one runs empty. */
function frames(): { table: ReturnType<typeof tableOf>; all: Frame[] } {
  const table = tableOf({ initialSocPct: 1 }, { id: OTHER, initialSocPct: 70, efficiency: 0.9 });
  const simulator = createSimulator(table, DT_S, START);
  simulator.setSetpoint(0, 30, 0);
  simulator.setSetpoint(1, -7.3, 0);
  return { table, all: Array.from({ length: TICKS }, (_, n) => simulator.tick(START + n + 1)) };
}

interface Opened {
  readonly store: TelemetryStore;
  /** Sums up minutes, where the store does. */
  maintain(): Promise<void>;
  close(): Promise<void>;
}

const memory = async (): Promise<Opened> => {
  const { all } = frames();
  const nothing = async () => {};
  return { store: createMemoryTelemetryStore(() => all), maintain: nothing, close: nothing };
};

const stored =
  (start: (typeof SERVERS)[0]["start"], summedUp: boolean) => async (): Promise<Opened> => {
    const server = await start();
    const directory = mkdtempSync(join(tmpdir(), "mando-store-"));
    const store = createStore(
      { directory, spoolBytes: 2 ** 26, reset: false, mayPrune: false, retention: KEEP_ALL },
      silentLog,
    );
    const { table, all } = frames();
    await store.open(await server.createDatabase(), {
      given: givenOf(table),
      origin: "file",
      dtS: DT_S,
      nowMs: Date.now,
    });
    for (const frame of all) store.keep(frame);
    await store.flush();
    if (summedUp) {
      await store.maintenance();
      expect(store.usage()?.minutesUntilMs).toBe(at(90));
    }
    return {
      store: store.telemetry,
      maintain: store.maintenance,
      async close() {
        await store.close();
        await server.stop();
        rmSync(directory, { recursive: true });
      },
    };
  };

const STORES = [
  ["memory", memory] as const,
  ...SERVERS.flatMap(({ name, start }) => [
    [`samples on ${name}`, stored(start, false)] as const,
    [`minutes on ${name}`, stored(start, true)] as const,
  ]),
];

/** The sample of the asset at a position of a frame, as a store returns it. */
function sampleAt(frame: Frame, index: number): StoredSample {
  const { asset: _, site: __, status: ___, ...sample } = telemetryAt(frame, index);
  return sample;
}

describe.each(STORES)("a store of telemetry in %s", { timeout: 60_000 }, (_, open) => {
  let opened: Opened;
  let store: TelemetryStore;
  const { table, all } = frames();
  const one: Scope = { kind: "asset", id: ASSET.id };
  const two: Scope = { kind: "asset", id: OTHER };
  beforeAll(async () => {
    opened = await open();
    store = opened.store;
  }, 60_000);
  afterAll(() => opened?.close());

  test("returns samples exactly as they were live, newest first", async () => {
    const everything = { limit: 1000, fromMs: -Infinity, untilMs: Infinity };
    for (const [index, { id }] of table.assets.entries()) {
      const samples = await store.samples(id, everything);
      expect(samples).toEqual(all.map((frame) => sampleAt(frame, index)).reverse());
      expect(await store.samples(id.toUpperCase(), { ...everything, limit: 1 })).toHaveLength(1);
    }
  });

  test("respects a half-open range and a count", async () => {
    const ticks = async (limit: number, from: number, until: number) =>
      (await store.samples(ASSET.id, { limit, fromMs: at(from), untilMs: at(until) })).map(
        ({ timestampMs }) => timestampMs / 1000 / DT_S - START,
      );
    expect(await ticks(100, 5, 8)).toEqual([7, 6, 5]);
    expect(await ticks(2, 5, 8)).toEqual([7, 6]);
    expect(await ticks(100, 200, 300)).toEqual([]);
    expect(await store.samples(UNKNOWN, { limit: 1, fromMs: 0, untilMs: Infinity })).toEqual([]);
  });

  test("returns the oldest samples of a range, oldest first", async () => {
    const range = { fromMs: at(5), untilMs: at(9), isOldestFirst: true };
    const oldest = await store.samples(OTHER, { limit: 3, ...range });
    expect(oldest).toEqual(all.slice(4, 7).map((frame) => sampleAt(frame, 1)));
    expect(await store.samples(OTHER, { limit: 100, ...range })).toHaveLength(4);
    expect(await store.samples(UNKNOWN, { limit: 3, ...range })).toEqual([]);
  });

  test("adds up steps: energy, time-weighted means, extremes, coverage, steps without a sample", async () => {
    const range = { fromMs: at(0), untilMs: at(120), stepS: 60 };
    const steps = await store.steps(one, range);
    expect(steps.map(({ sampleCount }) => sampleCount)).toEqual([14, 15, 15, 15, 15, 15, 11, 0]);
    const second = all.slice(14, 29).map((frame) => telemetryAt(frame, 0));
    const powers = second.map(({ currentMw }) => currentMw);
    expect(steps[1]).toMatchObject({ fromMs: at(15), untilMs: at(30), coverageRatio: 1 });
    expect(steps[1]?.currentMw?.mean).toBeCloseTo(powers.reduce((sum, mw) => sum + mw, 0) / 15, 9);
    expect(steps[1]?.currentMw).toMatchObject({
      min: Math.min(...powers),
      max: Math.max(...powers),
      last: powers.at(-1),
    });
    expect(steps[1]?.socPct?.last).toBe(second.at(-1)?.socPct);
    expect(steps[7]).toMatchObject({
      coverageRatio: 0,
      socPct: null,
      currentMw: null,
      energyInMwhr: 0,
      energyOutMwhr: 0,
      limitedByEnergyS: null,
    });
    const last = telemetryAt(all.at(-1) as Frame, 0);
    expect(steps.reduce((sum, step) => sum + step.energyOutMwhr, 0)).toBeCloseTo(
      last.energyOutMwhr,
      9,
    );
  });

  test("counts the seconds of an asset at each limit, and none of a site or the fleet", async () => {
    const range = { fromMs: at(0), untilMs: at(100), stepS: 60 };
    const limits = ["ramp", "power", "energy", "site"] as const;
    for (const [index, scope] of [one, two].entries()) {
      const steps = await store.steps(scope, range);
      const found = steps.map((step) => DURATION_FIELDS.map((field) => step[field]));
      const reports = all.map((frame) => telemetryAt(frame, index));
      const wanted = steps.map(({ fromMs, untilMs }) =>
        limits.map((limit) => {
          const isAt = ({ timestampMs, limitedBy }: (typeof reports)[0]) =>
            timestampMs >= fromMs && timestampMs < untilMs && limitedBy === limit;
          return reports.filter(isAt).length * DT_S;
        }),
      );
      expect(found).toEqual(wanted);
    }
    const [hour] = await store.steps(one, { ...range, stepS: 3600 });
    expect(hour?.limitedByRampS).toBeGreaterThan(0);
    expect(hour?.limitedByEnergyS).toBeGreaterThan(60);
    for (const scope of [{ kind: "site", id: ASSET.siteId }, { kind: "fleet" }] as const)
      for (const step of await store.steps(scope, range))
        expect(DURATION_FIELDS.map((field) => step[field])).toEqual([null, null, null, null]);
  });

  test("has the setpoint of an asset, and none of a site or the fleet", async () => {
    const range = { fromMs: at(0), untilMs: at(90), stepS: 60 };
    for (const [scope, mw] of [
      [one, 30],
      [two, -7.3],
    ] as const)
      for (const { setpointMw } of await store.steps(scope, range))
        expect(setpointMw).toEqual({ mean: expect.closeTo(mw, 9), min: mw, max: mw, last: mw });
    for (const scope of [{ kind: "site", id: ASSET.siteId }, { kind: "fleet" }] as const)
      for (const step of await store.steps(scope, range)) expect(step.setpointMw).toBeNull();
  });

  test("sums several assets before it averages over time", async () => {
    const range = { fromMs: at(15), untilMs: at(30), stepS: 60 };
    const [both] = await store.steps({ kind: "fleet" }, range);
    const [first] = await store.steps(one, range);
    const [second] = await store.steps(two, range);
    expect(both?.sampleCount).toBe(15);
    expect(both?.currentMw?.mean).toBeCloseTo(
      (first?.currentMw?.mean ?? 0) + (second?.currentMw?.mean ?? 0),
      9,
    );
    expect(both?.energyInMwhr).toBeCloseTo(second?.energyInMwhr ?? 0, 9);
    expect(both?.energyOutMwhr).toBeCloseTo(first?.energyOutMwhr ?? 0, 9);
  });

  test("answers with the same digits as memory does", async () => {
    const reference = await memory();
    const scopes: Scope[] = [one, two, { kind: "site", id: ASSET.siteId }, { kind: "fleet" }];
    for (const scope of scopes)
      for (const stepS of [4, 7, 60, 90, 300, 3600, 86_400]) {
        const range = { fromMs: at(0), untilMs: at(120), stepS };
        const [found, wanted] = await Promise.all(
          [opened, reference].map((it) => it.store.steps(scope, range)),
        );
        expect(JSON.stringify(found)).toBe(JSON.stringify(wanted));
      }
  });

  test("has steps without a sample for what it does not know", async () => {
    const range = { fromMs: at(0), untilMs: at(30), stepS: 60 };
    for (const kind of ["asset", "site"] as const)
      expect(await store.steps({ kind, id: UNKNOWN }, range)).toMatchObject([
        { fromMs: at(0), sampleCount: 0, socPct: null, energyInMwhr: 0 },
        { fromMs: at(15), sampleCount: 0, socPct: null, energyInMwhr: 0 },
      ]);
  });

  test("counts weeks from a Monday", async () => {
    const [week] = await store.steps(one, {
      fromMs: at(0),
      untilMs: at(1),
      stepS: 7 * 24 * 3600,
    });
    expect(new Date(week?.fromMs ?? 0).toISOString()).toBe("2026-11-16T00:00:00.000Z");
  });

  describe("the instants since one", () => {
    const since = async (difference: Partial<InstantRange> = {}) => {
      const assetIds = table.assets.map(({ id }) => id);
      const range = { assetIds, afterMs: at(1), beforeMs: at(5), everyMs: DT_S * 1000, most: 100 };
      const instants = await store.since({ ...range, ...difference });
      return instants?.map(({ samples, ...instant }) => ({
        ...instant,
        samples: samples.toSorted((a, b) => (a.assetId < b.assetId ? -1 : 1)),
      }));
    };
    const instantOf = (tick: number) => {
      const frame = all[tick - 1] as Frame;
      const { timestampMs, dtS } = frame;
      const samples = table.assets.map(({ id: assetId }, n) => ({
        assetId,
        ...sampleAt(frame, n),
      }));
      return { timestampMs, dtS, samples };
    };

    test("are those before another, oldest first, exactly as they were live", async () => {
      expect(await since()).toEqual([2, 3, 4].map(instantOf));
      expect(await since({ afterMs: at(4) })).toEqual([]);
    });

    test("are those on multiples of a width, of some assets", async () => {
      const ticks = async (everyTicks: number) =>
        (await since({ everyMs: everyTicks * DT_S * 1000, beforeMs: at(50) }))?.map(
          ({ timestampMs }) => (timestampMs - at(0)) / 1000 / DT_S,
        );
      expect(await ticks(15)).toEqual([15, 30, 45]);
      const [first] = (await since({ assetIds: [OTHER] })) ?? [];
      expect(first?.samples.map(({ assetId }) => assetId)).toEqual([OTHER]);
      expect(await since({ assetIds: [UNKNOWN] })).toEqual([]);
    });

    test("are unknown where none reported at that one, or where they are too many", async () => {
      for (const afterMs of [at(0), at(1) + 1, at(TICKS + 1)])
        expect(await since({ afterMs, beforeMs: at(200) })).toBeUndefined();
      expect(await since({ afterMs: at(5) })).toBeUndefined();
      expect(await since({ most: 5 })).toBeUndefined();
      expect(await since({ most: 6 })).toHaveLength(3);
    });
  });

  // The last test of a store: it changes what is stored.
  test("has samples that came late in the history of their asset, known since then, and nowhere else", async () => {
    const [knownMs, laterMs] = [at(500), at(600)];
    const everything = { limit: 1000, fromMs: -Infinity, untilMs: Infinity };
    const range = { fromMs: at(0), untilMs: at(120), stepS: 60 };
    const others: Scope[] = [two, { kind: "site", id: ASSET.siteId }, { kind: "fleet" }];
    const otherSteps = () => Promise.all(others.map((scope) => store.steps(scope, range)));
    const before = await otherSteps();
    const live = await store.samples(ASSET.id, everything);
    const { knownMs: _, ...sample } = sampleAt(all[19] as Frame, 0);
    const lateAt = (timestampMs: number, difference: Partial<LateSample> = {}): LateSample => ({
      ...{ ...sample, timestampMs, dtS: 1, currentMw: -3, setpointMw: -4.5 },
      ...{ assetId: ASSET.id, siteId: ASSET.siteId, ...difference },
    });
    const late = [lateAt(at(20) + 1000), lateAt(at(70) + 1000), lateAt(at(96) + 1000)];
    const ofNone = lateAt(at(20) + 1000, { assetId: UNKNOWN });
    expect(store.newestLateMs()).toBe(-Infinity);
    await store.backfill([...late, lateAt(at(20)), ofNone], knownMs);
    await store.backfill([lateAt(at(20) + 1000), lateAt(at(21) + 1000)], laterMs);
    expect(store.newestLateMs()).toBe(at(96) + 1000);

    const wanted = [
      ...live,
      ...late.map((it) => ({ ...sampleOf(it), knownMs })),
      { ...sampleOf(lateAt(at(21) + 1000)), knownMs: laterMs },
    ].toSorted((a, b) => b.timestampMs - a.timestampMs);
    expect(await store.samples(ASSET.id, everything)).toEqual(wanted);
    expect(await store.samples(UNKNOWN, everything)).toEqual([]);
    const newest = await store.samples(ASSET.id, { ...everything, limit: 6 });
    expect(newest).toEqual(wanted.slice(0, 6));

    const expected = stepsOf(wanted.toReversed().map(stepSampleOf), range);
    expect(expected.map((it) => it.knownMs)).toEqual([
      null,
      laterMs,
      null,
      null,
      knownMs,
      null,
      knownMs,
      null,
    ]);
    for (const maintain of [async () => {}, opened.maintain]) {
      await maintain();
      expect(JSON.stringify(await store.steps(one, range))).toBe(JSON.stringify(expected));
      expect(await otherSteps()).toEqual(before);
    }
    const since = {
      assetIds: [ASSET.id],
      afterMs: at(19),
      beforeMs: at(23),
      everyMs: 1000,
      most: 9,
    };
    const instants = await store.since(since);
    expect(instants?.map(({ timestampMs }) => timestampMs)).toEqual([20, 21, 22].map(at));
  });
});

function sampleOf({ assetId: _, siteId: __, ...sample }: LateSample) {
  return sample;
}

/** What a sample adds to its step. */
function stepSampleOf(sample: StoredSample): StepSample {
  const mwhr = (sample.currentMw * sample.dtS) / 3600;
  const energies = { energyInMwhr: Math.max(-mwhr, 0), energyOutMwhr: Math.max(mwhr, 0) };
  return { ...sample, ...energies, ...durationsAt(sample.limitedBy, sample.dtS) };
}
