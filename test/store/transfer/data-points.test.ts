// Data points after an import: the catalogue, all versions, reads as of any instant, requests and changes are equal.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { DataPointMode } from "../../../src/domain/data-point/data-point.ts";
import type { PointWrite } from "../../../src/domain/data-point/write.ts";
import type { DataPointStore } from "../../../src/domain/ports/data-point-store.ts";
import { createStore, type Store } from "../../../src/store/store.ts";
import { exportTables, importTables } from "../../../src/store/transfer/transfer.ts";
import {
  pointOf,
  QUARTER_MS,
  POINTS_START_MS as START_MS,
  withdrawalOf,
  writeOf,
} from "../../support/data-points.ts";
import { startEmbedded, type TestServer } from "../../support/databases.ts";
import fc from "../../support/fast-check.ts";
import { KEEP_ALL } from "../../support/keep-all.ts";
import { silentLog } from "../../support/silent-log.ts";
import { DT_S, givenOf, tableOf } from "../../support/tick-tables.ts";

const DAY_MS = 86_400_000;
const [NUMBERS, IRREGULAR, MATRICES, DOCUMENTS] = ["M/Numbers", "M/Odd", "M/Ladder", "M/Setup"];
const POINTS = [
  pointOf(NUMBERS, { description: 'quote " and\nline, é', minValue: -1e300, retention: "P9Y" }),
  pointOf(IRREGULAR, { resolution: null, unit: null, timeZone: "Europe/Helsinki" }),
  pointOf(MATRICES, { type: "time_series_double_matrix" }),
  pointOf(DOCUMENTS, { type: "static_data", jsonSchema: { title: "é" } }),
];

let server: TestServer;
let directory: string;
let source: Store;
let copy: Store;

async function open(url: string, name: string): Promise<Store> {
  const store = createStore(
    {
      ...{ directory: join(directory, name), spoolBytes: 2 ** 26, reset: false },
      ...{ mayPrune: false, retention: KEEP_ALL },
    },
    silentLog,
  );
  const given = givenOf(tableOf({}));
  await store.open(url, { given, origin: "file", dtS: DT_S, nowMs: Date.now });
  return store;
}

const contentOf = (path: string, value: number) => {
  if (path === DOCUMENTS) return { document: { value, text: 'a\n"b"' } };
  if (path === MATRICES) return { rows: ["a", "b"], columns: ["é"], values: [[value], [null]] };
  return value;
};

const writes: fc.Arbitrary<PointWrite> = fc
  .record({
    path: fc.constantFrom(NUMBERS, IRREGULAR, MATRICES, DOCUMENTS),
    source: fc.constantFrom("original", "override"),
    from: fc.nat(150),
    length: fc.integer({ min: 1, max: 8 }),
    isWithdrawal: fc.nat(5).map((n) => n === 0),
    earlierMs: fc.constantFrom(0, 0, 1, DAY_MS),
    expiry: fc.constantFrom(null, null, 5, 500),
    value: fc.double({ noNaN: true, noDefaultInfinity: true }),
  })
  .map(({ path, source: of, from, length, isWithdrawal, earlierMs, expiry, value }) => {
    const at = (n: number) => START_MS + n * QUARTER_MS + (path === IRREGULAR ? (n * 7) % 11 : 0);
    const origin = {
      ...{ source: of, knownMs: START_MS - earlierMs, author: `user:${length}` },
      expiresAtMs: of === "override" && expiry !== null ? START_MS + expiry : null,
    } as const;
    if (isWithdrawal)
      return withdrawalOf(path, at(from), at(from + 20), { ...origin, expiresAtMs: null });
    const values = Array.from(
      { length },
      (_, n) => [at(from + n), contentOf(path, value + n)] as const,
    );
    return writeOf(path, values, origin);
  });

/** Requests: 40 of random writes, 60 of one quarter each, whose rows are derived, and a whole day. */
function requests(): PointWrite[][] {
  const random = fc.sample(fc.array(writes, { minLength: 1, maxLength: 4 }), 40);
  const day = Array.from({ length: 96 }, (_, n) => [START_MS + n * QUARTER_MS, n] as const);
  const small = Array.from({ length: 60 }, (_, n) => [
    writeOf(NUMBERS, [[START_MS + (n % 50) * QUARTER_MS, n / 7]]),
  ]);
  return [...random, ...small, [writeOf(NUMBERS, day)], ...small.slice(0, 5)];
}

beforeAll(async () => {
  server = await startEmbedded();
  directory = mkdtempSync(join(tmpdir(), "mando-points-"));
  const [from, to] = [await server.createDatabase(), await server.createDatabase()];
  source = await open(from, "from");
  await source.dataPoints.describe(POINTS, []);
  for (const [n, request] of requests().entries())
    await source.dataPoints.insert(
      request,
      START_MS,
      n % 3 === 0 ? { id: `r${n}`, text: `t${n}` } : undefined,
      [],
    );
  const folder = join(directory, "export");
  await exportTables(from, folder, silentLog);
  await importTables(to, folder, silentLog);
  copy = await open(to, "to");
}, 120_000);
afterAll(async () => {
  await copy?.close();
  await source?.close();
  await server?.stop();
  rmSync(directory, { recursive: true });
});

async function all<T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> {
  const found: T[] = [];
  for await (const page of pages) found.push(...page);
  return found;
}

const RANGE = { fromMs: START_MS - DAY_MS, untilMs: START_MS + 9 * DAY_MS };

async function both<T>(read: (store: DataPointStore) => Promise<T>): Promise<T> {
  const [wanted, found] = [await read(source.dataPoints), await read(copy.dataPoints)];
  expect(found).toEqual(wanted);
  return wanted;
}

test("the catalogue and all versions are equal", async () => {
  expect(await both((store) => store.catalogue({ limit: 10 }))).toHaveLength(4);
  for (const { path } of POINTS) {
    const range = { ...RANGE, path, nowMs: START_MS };
    expect((await both((store) => all(store.versions(range)))).length).toBeGreaterThan(20);
  }
});

test("reads are equal in every mode, as of any instant", async () => {
  const seen = await both(async (store) => (await store.lastRecordedMs()) ?? 0);
  const middleMs = START_MS + 30;
  const asOfs = [
    {},
    ...[START_MS, middleMs, seen - 3].map((recordedMs) => ({ recordedMs })),
    ...[START_MS - DAY_MS, START_MS - 1, START_MS + 99].map((knownMs) => ({ knownMs })),
    { knownMs: START_MS - 1, recordedMs: middleMs },
  ];
  let count = 0;
  for (const mode of ["merged", "original", "override"] as DataPointMode[])
    for (const asOf of asOfs)
      for (const nowMs of [START_MS, START_MS + 6, START_MS + DAY_MS]) {
        for (const { path } of POINTS)
          count += (await both((store) => all(store.read({ ...RANGE, path, mode, asOf, nowMs }))))
            .length;
        await both((store) =>
          store.latest(
            POINTS.map(({ path }) => path),
            mode,
            asOf,
            nowMs,
          ),
        );
      }
  expect(count).toBeGreaterThan(1_000);
});

test("changes resume, requests are known, and the next write comes after those imported", async () => {
  const changes = await both((store) => store.changesAfter(START_MS, 10_000));
  expect(changes?.length).toBe(104 + 1);
  const lastMs = (await source.dataPoints.lastRecordedMs()) as number;
  const write = writeOf(NUMBERS, [[START_MS, 7]]);
  // The clock of this server is a year behind.
  const nowMs = START_MS - 365 * DAY_MS;
  const insert = (id: string, text: string) =>
    copy.dataPoints.insert([write], nowMs, { id, text }, []);
  expect(await insert("r0", "t0")).toEqual({ kind: "repeated", recordedMs: START_MS });
  expect(await insert("r3", "other")).toEqual({ kind: "reused" });
  expect(await insert("new", "t")).toEqual({
    ...{ kind: "stored", recordedMs: lastMs + 1, previousMs: lastMs },
  });
  const [value] = await all(
    copy.dataPoints.read({
      ...{ path: NUMBERS, mode: "original", asOf: {}, nowMs: START_MS },
      ...{ fromMs: START_MS, untilMs: START_MS + 1 },
    }),
  );
  expect(value).toMatchObject({ content: 7, recordedMs: lastMs + 1 });
});
