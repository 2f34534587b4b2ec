// Random histories of writes, read in every mode at every instant: each store reads what a naive model does.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { blockMsOf } from "../../src/domain/data-point/block.ts";
import type { DataPointMode, DataPointSource } from "../../src/domain/data-point/data-point.ts";
import type { AsOf, PointWrite } from "../../src/domain/data-point/write.ts";
import type { DataPointStore } from "../../src/domain/ports/data-point-store.ts";
import type { Client } from "../../src/store/database/client.ts";
import { DATA_POINT_STORES, type DataPointStoreMaker } from "../support/data-point-stores.ts";
import {
  pointOf,
  POINTS_START_MS as START_MS,
  withdrawalOf,
  writeOf,
} from "../support/data-points.ts";
import fc from "../support/fast-check.ts";

const MODES: readonly DataPointMode[] = ["original", "override", "merged"];
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The paths, each with the instants that are written: few, so that writes meet; more than a block. */
const PATHS = {
  Hourly: { resolution: "PT1H", stepMs: HOUR_MS, instants: 60 },
  Minutes: { resolution: "PT10M", stepMs: 600_000, instants: 300 },
  Fast: { resolution: "PT30S", stepMs: 30_000, instants: 250 },
  Irregular: { resolution: null, stepMs: 7_654_321, instants: 30 },
  Monthly: { resolution: "P1M", stepMs: DAY_MS, instants: 6 },
  /** Whose writes may have more values than a row of the database. */
  Tenths: { resolution: "PT0.1S", stepMs: 100, instants: 14_000 },
  Dense: { resolution: null, stepMs: 777, instants: 14_000 },
} as const;
type Path = keyof typeof PATHS;
const NAMES = Object.keys(PATHS) as Path[];
const LONG_NAMES: readonly Path[] = ["Tenths", "Dense"];
const SHORT_NAMES = NAMES.filter((name) => !LONG_NAMES.includes(name));

/** A step of a history: a write, with how much the clock advances before it. */
interface Step {
  readonly write: PointWrite;
  readonly nowMs: number;
}

interface Written extends Step {
  readonly recordedMs: number;
}

const atOf = (path: Path, n: number) => START_MS - DAY_MS + n * PATHS[path].stepMs;

const GIVEN = fc.record({
  source: fc.constantFrom<DataPointSource>("original", "override"),
  kind: fc.constantFrom("one", "some", "block", "block", "off the grid", "withdraw", "many"),
  /** Mostly in one block, where writes meet. */
  first: fc.oneof({ weight: 4, arbitrary: fc.nat({ max: 8 }) }, fc.nat({ max: 1_000 })),
  length: fc.integer({ min: 1, max: 40 }),
  value: fc.integer({ min: -5, max: 5 }),
  /** How long ago it was known, in s: a backfill. */
  backS: fc.oneof(fc.constant(0), fc.nat({ max: 40 })),
  expiresS: fc.option(fc.nat({ max: 40 }), { freq: 3 }),
});
const stepOf = GIVEN.map((given) => (path: Path) => stepsOf({ ...given, path }));

/** Two paths, so that there are many writes of each. */
const historyOf = fc
  .tuple(
    fc.subarray(SHORT_NAMES, { minLength: 1, maxLength: 2 }),
    fc.array(fc.tuple(fc.nat(1), stepOf), { minLength: 1, maxLength: 25, size: "max" }),
  )
  .map(([paths, steps]) => steps.map(([n, step]) => step((paths[n] ?? paths[0]) as Path)));

/** Long writes of one path, with others over them and between. */
const longHistoryOf = fc
  .tuple(
    fc.constantFrom(...LONG_NAMES),
    fc.array(
      fc.tuple(
        GIVEN,
        fc.constantFrom("long", "long", "one", "some", "off the grid", "withdraw", "many"),
      ),
      { minLength: 2, maxLength: 7, size: "max" },
    ),
  )
  .map(([path, steps]) =>
    steps.map(([given, kind], n) => stepsOf({ ...given, path, kind: n === 0 ? "long" : kind })),
  );

interface Given {
  readonly path: Path;
  readonly source: DataPointSource;
  readonly kind: string;
  readonly first: number;
  readonly length: number;
  readonly value: number;
  readonly backS: number;
  readonly expiresS: number | null;
}

/** The writes of a step, for a clock. */
function stepsOf(given: Given) {
  const { path, source, kind, length, value, backS, expiresS } = given;
  const { instants, stepMs } = PATHS[path];
  const first = given.first % instants;
  return (nowMs: number): PointWrite[] => {
    const expiresAtMs =
      source === "override" && expiresS !== null ? nowMs + expiresS * 1_000 : null;
    const how = { source, expiresAtMs, knownMs: nowMs - backS * 1_000, author: `by ${value}` };
    const from = (n: number, count: number, shiftMs = 0) =>
      writeOf(
        path,
        Array.from({ length: count }, (_, m) => [atOf(path, n + m) + shiftMs, value + m]),
        how,
      );
    const blockMs = blockMsOf(PATHS[path].resolution);
    const begin = Math.floor(atOf(path, first) / blockMs) * blockMs;
    switch (kind) {
      case "one":
        return [from(first, 1)];
      case "some":
        return [from(first, Math.min(length, instants - first))];
      case "long":
        return [from(first, 5_000 + 50 * length)];
      case "off the grid":
        return [from(first, Math.min(length % 3, instants - first) || 1, 1)];
      case "block":
        return [
          from((begin - atOf(path, 0)) / stepMs, Math.max(1, Math.floor(blockMs / stepMs))),
        ].filter(() => path !== "Irregular");
      case "withdraw": {
        const untilMs = length > 30 ? begin + blockMs : atOf(path, first + length);
        const fromMs = length > 30 ? begin : atOf(path, first);
        return [withdrawalOf(path, fromMs, untilMs, { ...how, expiresAtMs: null })];
      }
      // Enough for a derived row, and a few more: known in another order than they are written.
      default:
        return Array.from({ length: 32 + (length % 8) }, (_, m) => {
          const one = from((first + (m % 14)) % instants, 1);
          return { ...one, knownMs: one.knownMs - ((m * 7) % 11) * 3_000 };
        });
    }
  };
}

const contentsOf = ({ values }: PointWrite) =>
  new Map(values.map(({ atMs, content }) => [atMs, content]));

/** The newest by the order of writes, of those that are seen; by instant. */
function readNaively(
  history: readonly Written[],
  path: Path,
  mode: DataPointMode,
  asOf: AsOf,
  nowMs: number,
) {
  const contents = new Map(history.map(({ write }) => [write, contentsOf(write)]));
  const seen = history
    .filter(({ write }) => write.path === path && write.knownMs <= (asOf.knownMs ?? Infinity))
    .filter(({ recordedMs }) => recordedMs <= (asOf.recordedMs ?? Infinity));
  const instants = new Set(seen.flatMap(({ write }) => write.values.map(({ atMs }) => atMs)));
  const newestOf = (atMs: number, source: DataPointSource) => {
    const last = seen.findLast(
      ({ write }) =>
        write.source === source &&
        (contents.get(write)?.has(atMs) ||
          (write.withdrawn !== null &&
            write.withdrawn.fromMs <= atMs &&
            atMs < write.withdrawn.untilMs)),
    );
    if (last === undefined || last.write.withdrawn !== null) return undefined;
    const { expiresAtMs, knownMs, author } = last.write;
    if (expiresAtMs !== null && expiresAtMs <= (asOf.knownMs ?? nowMs)) return undefined;
    const content = contents.get(last.write)?.get(atMs);
    return { atMs, content, source, knownMs, recordedMs: last.recordedMs, author };
  };
  return [...instants]
    .sort((a, b) => a - b)
    .map((atMs) => {
      const override = mode === "original" ? undefined : newestOf(atMs, "override");
      return override ?? (mode === "override" ? undefined : newestOf(atMs, "original"));
    })
    .filter((value) => value !== undefined);
}

async function all<T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> {
  const items: T[] = [];
  for await (const page of pages) items.push(...page);
  return items;
}

/** Writes a history: some steps share a request. */
async function play(store: DataPointStore, steps: readonly ReturnType<typeof stepsOf>[]) {
  await store.describe(
    NAMES.map((path) => pointOf(path, { resolution: PATHS[path].resolution })),
    [],
  );
  const history: Written[] = [];
  let nowMs = START_MS;
  for (const [n, step] of steps.entries()) {
    nowMs += 1_000;
    const writes = step(nowMs);
    const requests = n % 3 === 0 ? [writes] : writes.map((write) => [write]);
    for (const request of requests) {
      const outcome = await store.insert(request, nowMs, undefined, []);
      if (outcome.kind === "reused") throw new Error("no request has a name");
      history.push(...request.map((write) => ({ write, nowMs, recordedMs: outcome.recordedMs })));
    }
  }
  return { history, nowMs };
}

/** Compares many values: those of objects take long. */
function expectSame(found: readonly object[], expected: readonly object[]): void {
  const texts = (list: readonly object[]) =>
    list.map((it) => JSON.stringify(keysAs(expected[0], it)));
  expect(texts(found)).toEqual(texts(expected));
}

const RANGE = { fromMs: START_MS - 30 * DAY_MS, untilMs: START_MS + 30 * DAY_MS };

describe.each(DATA_POINT_STORES)(
  "a store of data points in %s",
  { timeout: 600_000 },
  (_, start) => {
    let maker: DataPointStoreMaker;
    beforeAll(async () => {
      maker = await start();
    }, 60_000);
    afterAll(() => maker?.close());

    test("reads of each history what a naive model does", async () => {
      const runs = maker.client ? 20 : 60;
      await fc.assert(
        fc.asyncProperty(historyOf, async (steps) => {
          const store = await maker.make();
          const { history, nowMs } = await play(store, steps);
          const asOfs: AsOf[] = [{}];
          for (let ms = START_MS - 20_000; ms <= nowMs + 41_000; ms += 9_500)
            asOfs.push(
              { knownMs: ms },
              { recordedMs: ms },
              { knownMs: ms, recordedMs: ms + 5_000 },
            );
          const paths = new Set(history.map(({ write }) => write.path as Path));
          for (const path of paths)
            for (const asOf of asOfs)
              for (const mode of MODES) {
                const expected = readNaively(history, path, mode, asOf, nowMs);
                const values = await all(store.read({ ...RANGE, path, mode, asOf, nowMs }));
                expect(values).toEqual(expected);
                const newest = await store.latest([path], mode, asOf, nowMs);
                expect(newest.get(path)).toEqual(expected.at(-1));
              }
          for (const path of paths) await checkVersions(store, history, path, nowMs);
          if (maker.client) await checkViews(maker.client, history);
        }),
        { numRuns: runs },
      );
    });

    test("reads of writes with more values than a row has what a naive model does", async () => {
      await fc.assert(
        fc.asyncProperty(longHistoryOf, async (steps) => {
          const store = await maker.make();
          const { history, nowMs } = await play(store, steps);
          const path = history[0]?.write.path as Path;
          const middle = history[history.length >> 1] as Written;
          const asOfs: AsOf[] = [
            {},
            { knownMs: middle.nowMs },
            { knownMs: middle.nowMs + 10_000, recordedMs: middle.recordedMs },
          ];
          for (const asOf of asOfs)
            for (const mode of MODES) {
              const expected = readNaively(history, path, mode, asOf, nowMs);
              const values = await all(store.read({ ...RANGE, path, mode, asOf, nowMs }));
              expectSame(values, expected);
              const newest = await store.latest([path], mode, asOf, nowMs);
              expect(newest.get(path)).toEqual(expected.at(-1));
              const fromMs = atOf(path, 4_990);
              const part = { path, mode, asOf, nowMs, fromMs, untilMs: atOf(path, 5_020) };
              const within = expected.filter(({ atMs }) => atMs >= fromMs && atMs < part.untilMs);
              expectSame(await all(store.read(part)), within);
            }
          await checkVersions(store, history, path, nowMs);
        }),
        { numRuns: maker.client ? 4 : 6 },
      );
    });
  },
);

/** The views of the database, for SQL. */
async function checkViews(client: Client, history: readonly Written[]): Promise<void> {
  const ms = (column: string) => `(extract(epoch from ${column}) * 1000)::float8`;
  const nowMs = Date.now();
  const [values, counts] = await client.within(10_000, async (sql) => [
    await sql.unsafe(`
      select path, ${ms("at")} as "atMs", value as content, source, ${ms("known")} as "knownMs",
        ${ms("recorded_at")} as "recordedMs", author
      from data_point_values order by path, at`),
    await sql`select count(*)::int as count from data_point_versions`,
  ]);
  const expected = [...NAMES]
    .sort()
    .flatMap((path) =>
      readNaively(history, path, "merged", {}, nowMs).map((value) => ({ path, ...value })),
    );
  expect([...values]).toEqual(expected);
  expect(counts[0]?.count).toBe(history.reduce((sum, { write }) => sum + write.values.length, 0));
}

async function checkVersions(
  store: DataPointStore,
  history: readonly Written[],
  path: Path,
  nowMs: number,
) {
  const own = history.filter(({ write }) => write.path === path);
  const expected = own.flatMap(({ write, recordedMs }, n) => {
    const { source, knownMs, expiresAtMs, author, withdrawn } = write;
    const origin = { source, knownMs, recordedMs, expiresAtMs, author, requestId: null };
    const before = own.slice(0, n).filter((one) => one.write.source === source);
    const instants = new Set(before.flatMap((one) => one.write.values.map(({ atMs }) => atMs)));
    const hidden = [...instants].filter(
      (atMs) => withdrawn !== null && withdrawn.fromMs <= atMs && atMs < withdrawn.untilMs,
    );
    return [
      ...hidden.map((atMs) => ({ atMs, content: null, ...origin, n })),
      ...write.values.map((value) => ({ ...value, ...origin, n })),
    ];
  });
  expected.sort((a, b) => a.atMs - b.atMs || b.knownMs - a.knownMs || b.n - a.n);
  const found = await all(store.versions({ ...RANGE, path, nowMs }));
  // Of writes of one request to two sources none is the later one.
  const plain = (list: readonly object[]) => list.map((one) => JSON.stringify(one)).sort();
  expect(plain(found)).toEqual(
    plain(expected.map(({ n: _, ...version }) => keysAs(found[0], version))),
  );
  expect(found.map(({ atMs, knownMs }) => [atMs, knownMs])).toEqual(
    expected.map(({ atMs, knownMs }) => [atMs, knownMs]),
  );
}

/** The fields in the order of another object. */
function keysAs(model: object = {}, item: object): object {
  const fields = new Map(Object.entries(item));
  return Object.fromEntries(Object.keys(model).map((key) => [key, fields.get(key)]));
}
