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

interface Stand {
  readonly store: DataPointStore;
  readonly connections: Connections;
  close(): Promise<void>;
}

export async function run(): Promise<void> {
  const [bare, crowded] = [await openStand(), await openStand()];
  try {
    await runWrites(bare);
    for (const stand of [bare, crowded]) await prepareReads(stand);
    await fillOthers(crowded);
    await runReads(bare.store, crowded.store);
  } finally {
    await bare.close();
    await crowded.close();
  }
}

async function openStand(): Promise<Stand> {
  const database = await openBenchDatabase();
  await migrateDatabase(database.url, silent);
  const connections = createConnections();
  connections.connect(database.url);
  const { readers, points: writer, history } = connections;
  const store = createDataPointStore({ readers, writer, history, insertAudit: async () => {} });
  return {
    ...{ store, connections },
    async close() {
      await connections.close();
      await database.close();
    },
  };
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
async function runWrites({ store, connections: { maintenance } }: Stand): Promise<void> {
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

async function prepareReads({ store, connections: { maintenance } }: Stand): Promise<void> {
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

async function fillOthers({ store, connections: { maintenance } }: Stand): Promise<void> {
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

/** The reads take turns, after a round that warms up; the last column is of medians beside 10 M values of other paths. */
async function runReads(bare: DataPointStore, crowded: DataPointStore): Promise<void> {
  const times = new Map(READS.map(([name]) => [name, [[] as number[], [] as number[]] as const]));
  for (let round = 0; round <= ROUNDS; round++)
    for (const [name, read] of READS)
      for (const [n, store] of [bare, crowded].entries()) {
        const ms = await elapsedMs(() => readAll(store, read));
        if (round > 0) times.get(name)?.[n]?.push(ms);
      }
  const medianOf = (name: string, n: 0 | 1) => median(times.get(name)?.[n] as number[]);
  printNames("reads", "median ms", "to plain", "among 10 M", "to alone");
  for (const [name, , beside] of READS) {
    const [ms, crowdedMs] = [medianOf(name, 0), medianOf(name, 1)];
    print(name, ms, ms / medianOf(beside, 0), crowdedMs, crowdedMs / ms);
  }
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
