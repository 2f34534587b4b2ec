// Reads and writes of data points in PostgreSQL: many versions beside one, many paths beside none, blocks beside rows;
// then in and out of a server.
import type { PointWrite } from "../src/domain/data-point/write.ts";
import type { DataPointStore, PointRange } from "../src/domain/ports/data-point-store.ts";
import { migrateDatabase } from "../src/store/adoption/migration.ts";
import { createDataPointStore } from "../src/store/data-point/data-point-store.ts";
import { type Connections, createConnections } from "../src/store/database/connections.ts";
import { benchDataServer } from "./data-points-server.ts";
import {
  copyMs,
  DEADLINE_MS,
  elapsedMs,
  QUARTER_MS,
  quartersOf,
  START_MS,
  YEAR_QUARTERS,
} from "./data-points-writes.ts";
import { openBenchDatabase, silent } from "./database.ts";
import { median, print, printNames } from "./measure.ts";

const DAY_MS = 86_400_000;
const VERSIONS = 20;
const ROUNDS = 25;
const OTHER_PATHS = 10_000;
const OTHER_VALUES = 1_000;
const OVERRIDES = 1_000;

interface Stand {
  readonly store: DataPointStore;
  readonly connections: Connections;
  close(): Promise<void>;
}

export const CASES = ["store", "server"];

/** @param cases The cases to run; none: all. */
export async function run(cases: readonly string[]): Promise<void> {
  const isWanted = (name: string) => cases.length === 0 || cases.includes(name);
  if (isWanted("store")) await benchStore();
  if (isWanted("server")) await benchDataServer();
}

async function benchStore(): Promise<void> {
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
  printNames("1 M values in, by call", "median ms", "to COPY", "bound");
  print("COPY into a keyed table", median(copied), 1);
  print("blocks", median(blocks), median(blocks) / median(copied), 1);
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

/** The first write is full; the others have some hours, each others of a day, of both sources. */
const scattered = (path: string, version: number): PointWrite =>
  quartersOf(path, YEAR_QUARTERS, version, {
    source: version % 2 === 1 ? "override" : "original",
    isWanted: (quarter) => version === 0 || (quarter + version * 13) % 96 < 30,
  });

async function prepareReads({ store, connections: { maintenance } }: Stand): Promise<void> {
  await describe(store, ["Plain", "Full", "Mixed", "Scattered", "Overrides"]);
  await insert(store, [quartersOf("Plain", YEAR_QUARTERS, 0)]);
  for (let version = 0; version < VERSIONS; version++) {
    await insert(store, [quartersOf("Full", YEAR_QUARTERS, version)]);
    await insert(store, [mixed("Mixed", version)]);
    await insert(store, [scattered("Scattered", version)]);
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

interface ReadCase {
  readonly name: string;
  readonly read: Partial<PointRange>;
  /** The read beside which it is set, and how much longer it may take. */
  readonly beside: string;
  readonly bound: number;
}

const yearCase = (name: string, read: Partial<PointRange>, bound = 2): ReadCase => ({
  ...{ name, read: { ...read, ...YEAR }, beside: "plain year", bound },
});

const READS: readonly ReadCase[] = [
  yearCase("plain year", { path: "Plain", mode: "original" }, 1),
  yearCase("MERGED of 20 full versions", { path: "Full" }),
  yearCase("the same as of the middle one", { path: "Full", asOf: MIDDLE }),
  yearCase("MERGED of 20 mixed versions", { path: "Mixed" }),
  yearCase("the same as of the middle one", { path: "Mixed", asOf: MIDDLE }),
  yearCase("MERGED of 20 scattered versions", { path: "Scattered" }),
  yearCase("the same as of the middle one", { path: "Scattered", asOf: MIDDLE }),
  {
    ...{ name: "plain day", read: { path: "Plain", mode: "original", ...DAY } },
    ...{ beside: "plain day", bound: 1 },
  },
  {
    ...{ name: "day with 1,000 overrides", read: { path: "Overrides", ...DAY } },
    ...{ beside: "plain day", bound: 4 },
  },
];
/** How much longer a read may take beside the values of other paths. */
const MOST_AMONG = 1.2;

/** The reads take turns, after a round that warms up; the last columns are of medians beside 10 M values of other paths. */
async function runReads(bare: DataPointStore, crowded: DataPointStore): Promise<void> {
  const times = READS.map(() => [[] as number[], [] as number[]] as const);
  for (let round = 0; round <= ROUNDS; round++)
    for (const [place, { read }] of READS.entries())
      for (const [n, store] of [bare, crowded].entries()) {
        const ms = await elapsedMs(() => readAll(store, read));
        if (round > 0) times[place]?.[n]?.push(ms);
      }
  const medianOf = (place: number, n: 0 | 1) => median(times[place]?.[n] as number[]);
  const columns = ["median ms", "to plain", "bound", "among 10 M", "to alone", "bound"];
  printNames("reads", ...columns);
  for (const [place, { name, beside, bound }] of READS.entries()) {
    const [ms, crowdedMs] = [medianOf(place, 0), medianOf(place, 1)];
    const besideMs = medianOf(
      READS.findIndex((it) => it.name === beside),
      0,
    );
    print(name, ms, ms / besideMs, bound, crowdedMs, crowdedMs / ms, MOST_AMONG);
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
