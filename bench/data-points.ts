// Reads and writes of data points in PostgreSQL: many versions beside one, many paths beside none, blocks beside rows.
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { PointWrite } from "../src/domain/data-point/write.ts";
import type { DataPointStore, PointRange } from "../src/domain/ports/data-point-store.ts";
import { migrateDatabase } from "../src/store/adoption/migration.ts";
import { createDataPointStore } from "../src/store/data-point/data-point-store.ts";
import { type Connections, createConnections } from "../src/store/database/connections.ts";
import { copyIn } from "../src/store/database/copy.ts";
import { openBenchDatabase, silent } from "./database.ts";
import { median, print, printNames } from "./measure.ts";

const START_MS = Date.UTC(2026, 0, 1);
const QUARTER_MS = 900_000;
const DAY_MS = 86_400_000;
const YEAR_QUARTERS = 35_040;
const VERSIONS = 20;
const ROUNDS = 15;
const OTHER_PATHS = 10_000;
const OTHER_VALUES = 1_000;
const OVERRIDES = 1_000;
const DEADLINE_MS = 600_000;

export async function run(): Promise<void> {
  const database = await openBenchDatabase();
  await migrateDatabase(database.url, silent);
  const connections = createConnections();
  connections.connect(database.url);
  const { readers, points: writer, history } = connections;
  const store = createDataPointStore({ readers, writer, history, insertAudit: async () => {} });
  try {
    await runWrites(store, connections);
    await prepareReads(store, connections);
    const before = await runReads(store);
    await fillOthers(store, connections);
    printNames("beside 10 M values of 10,000 paths", "median ms", "to itself");
    const after = await runReads(store, false);
    for (const [name, ms] of after) print(name, ms, ms / (before.get(name) as number));
  } finally {
    await connections.close();
    await database.close();
  }
}

/** A write of numbers at each quarter of an hour. */
function quartersOf(
  path: string,
  count: number,
  version: number,
  difference: Partial<PointWrite> & { readonly isWanted?: (quarter: number) => boolean } = {},
): PointWrite {
  const { isWanted = () => true, ...rest } = difference;
  const quarters = Array.from({ length: count }, (_, quarter) => quarter).filter(isWanted);
  return {
    ...{ path, source: "original", withdrawn: null, expiresAtMs: null, author: "bench" },
    knownMs: START_MS + version,
    values: quarters.map((quarter) => ({
      atMs: START_MS + quarter * QUARTER_MS,
      content: Math.sin(quarter + version) * 100,
    })),
    ...rest,
  };
}

const describe = (store: DataPointStore, paths: readonly string[]) =>
  store.describe(
    paths.map((path) => ({
      ...{ path, type: "time_series_double", unit: "MW", resolution: "PT15M", timeZone: "UTC" },
      ...{ description: null, minValue: null, maxValue: null, jsonSchema: null, retention: null },
    })),
    [],
  );

const insert = (store: DataPointStore, writes: readonly PointWrite[]) =>
  store.insert(writes, START_MS, undefined, []);

/** A million values into blocks, beside a COPY of the same rows into a table with the key that rows would have. */
async function runWrites(store: DataPointStore, { maintenance }: Connections): Promise<void> {
  const paths = Array.from({ length: 29 }, (_, n) => `Write/${n}`);
  await describe(store, paths);
  const copied: number[] = [];
  const blocks: number[] = [];
  for (let round = 0; round < 3; round++) {
    const writes = paths.map((path) => quartersOf(path, YEAR_QUARTERS, round));
    blocks.push(await elapsedMs(() => insert(store, writes)));
    copied.push(await copyMs(maintenance, writes));
  }
  printNames("1 M values in", "median ms", "to COPY");
  print("COPY into a keyed table", median(copied), 1);
  print("blocks", median(blocks), median(blocks) / median(copied));
}

async function copyMs(client: Connections["maintenance"], writes: readonly PointWrite[]) {
  return client.within(DEADLINE_MS, async (sql) => {
    await sql.unsafe(`drop table if exists bench_rows`);
    await sql.unsafe(`create table bench_rows (path text, source text, at timestamptz, known timestamptz,
      value float8, primary key (path, source, at, known))`);
    const lines = writes.map(({ path, source, knownMs, values }) => {
      const known = new Date(knownMs).toISOString();
      return values
        .map(
          ({ atMs, content }) =>
            `${path}\t${source}\t${new Date(atMs).toISOString()}\t${known}\t${content}\n`,
        )
        .join("");
    });
    return elapsedMs(() =>
      copyIn(sql, "copy bench_rows from stdin", async (stream) =>
        pipeline(Readable.from(lines), stream),
      ),
    );
  });
}

/** Every third write is an override of some hours; every second other one leaves out half of each day. */
const mixed = (path: string, version: number): PointWrite =>
  version % 3 === 2
    ? quartersOf(path, YEAR_QUARTERS, version, {
        source: "override",
        isWanted: (quarter) => quarter % 96 < 16,
      })
    : quartersOf(path, YEAR_QUARTERS, version, {
        isWanted: (quarter) => version % 2 === 0 || quarter % 96 < 48,
      });

async function prepareReads(store: DataPointStore, { maintenance }: Connections): Promise<void> {
  await describe(store, ["Plain", "Full", "Mixed", "Overrides"]);
  await insert(store, [quartersOf("Plain", YEAR_QUARTERS, 0)]);
  for (let version = 0; version < VERSIONS; version++) {
    await insert(store, [quartersOf("Full", YEAR_QUARTERS, version)]);
    await insert(store, [mixed("Mixed", version)]);
  }
  await insert(store, [quartersOf("Overrides", 96, 0)]);
  for (let n = 0; n < OVERRIDES; n++)
    await insert(store, [
      quartersOf("Overrides", 96, n, {
        source: "override",
        isWanted: (quarter) => quarter === (n * 7) % 96,
      }),
    ]);
  await analyze(maintenance);
}

const analyze = (client: Connections["maintenance"]) =>
  client.within(DEADLINE_MS, (sql) => sql.unsafe("vacuum analyze"));

async function fillOthers(store: DataPointStore, { maintenance }: Connections): Promise<void> {
  const paths = Array.from({ length: OTHER_PATHS }, (_, n) => `Other/${n}`);
  await describe(store, paths);
  for (let from = 0; from < OTHER_PATHS; from += 500)
    await insert(
      store,
      paths.slice(from, from + 500).map((path) => quartersOf(path, OTHER_VALUES, 0)),
    );
  await analyze(maintenance);
}

const YEAR = { fromMs: START_MS, untilMs: START_MS + YEAR_QUARTERS * QUARTER_MS };
const DAY = { fromMs: START_MS, untilMs: START_MS + DAY_MS };
const MIDDLE = { knownMs: START_MS + VERSIONS / 2 };

/** Reads by their names: what is read, and beside which one it is set. */
const READS: readonly (readonly [name: string, read: Partial<PointRange>, beside: string])[] = [
  ["plain year", { path: "Plain", mode: "original", ...YEAR }, "plain year"],
  ["MERGED of 20 full versions", { path: "Full", ...YEAR }, "plain year"],
  ["the same as of the middle one", { path: "Full", ...YEAR, asOf: MIDDLE }, "plain year"],
  ["MERGED of 20 mixed versions", { path: "Mixed", ...YEAR }, "plain year"],
  ["the same as of the middle one, mixed", { path: "Mixed", ...YEAR, asOf: MIDDLE }, "plain year"],
  ["plain day", { path: "Plain", mode: "original", ...DAY }, "plain day"],
  ["day with 1,000 overrides", { path: "Overrides", ...DAY }, "plain day"],
];

/** Medians in ms; the reads take turns, after a round that warms up. */
async function runReads(
  store: DataPointStore,
  isPrinted = true,
): Promise<ReadonlyMap<string, number>> {
  const times = new Map<string, number[]>(READS.map(([name]) => [name, []]));
  for (let round = 0; round <= ROUNDS; round++)
    for (const [name, read] of READS) {
      const ms = await elapsedMs(() => readAll(store, read));
      if (round > 0) times.get(name)?.push(ms);
    }
  const medians = new Map([...times].map(([name, all]) => [name, median(all)]));
  if (!isPrinted) return medians;
  printNames("reads", "median ms", "to plain");
  for (const [name, , beside] of READS) {
    const ms = medians.get(name) as number;
    print(name, ms, ms / (medians.get(beside) as number));
  }
  return medians;
}

async function readAll(store: DataPointStore, read: Partial<PointRange>): Promise<void> {
  const range = { path: "", mode: "merged", ...YEAR, asOf: {}, nowMs: START_MS, ...read } as const;
  let count = 0;
  for await (const page of store.read(range)) count += page.length;
  const expected = (range.untilMs - range.fromMs) / QUARTER_MS;
  if (count !== expected)
    throw new Error(`${count} values of ${range.path} instead of ${expected}`);
}

async function elapsedMs(work: () => Promise<unknown>): Promise<number> {
  const beganMs = performance.now();
  await work();
  return performance.now() - beganMs;
}
