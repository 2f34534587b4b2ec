// A million values in and out of a server as Arrow, beside COPY in its database; and how late its ticks are meanwhile.
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import {
  columnFromArray,
  float64,
  TimeUnit,
  tableFromColumns,
  tableToIPC,
  timestamp,
  utf8,
} from "@uwdata/flechette";
import type { PointWrite } from "../src/domain/data-point/write.ts";
import { type Client, createClient } from "../src/store/database/client.ts";
import { makeAssets, writeAssetsFile } from "./assets.ts";
import {
  copyMs,
  DEADLINE_MS,
  elapsedMs,
  QUARTER_MS,
  quartersOf,
  START_MS,
  YEAR_QUARTERS,
} from "./data-points-writes.ts";
import { openBenchDatabase } from "./database.ts";
import { isLate, p99Between, scrape } from "./lateness.ts";
import { median, print, printNames } from "./measure.ts";
import { startServer } from "./server-process.ts";

const PORT = 39_181;
const PATHS = 28;
const ASSETS = 1_000;
const ROUNDS = 3;
const IDLE_S = 20;
/** A connection that the server has closed while this process was busy must not be used again. */
const CLOSE = { connection: "close" };
const ARROW = "application/vnd.apache.arrow.stream";
/** Time out to that of a binary COPY and bare encoding. */
const MOST_OUT = 1.2;

export async function benchDataServer(): Promise<void> {
  const database = await openBenchDatabase();
  const client = createClient(1);
  client.connect(database.url);
  const assets = writeAssetsFile(makeAssets(ASSETS));
  const args = ["--port", `${PORT}`, "--data", database.directory, "--assets-file", assets];
  const variables = { DATABASE_URL: database.url, TICK_SECONDS: "1" };
  const server = await startServer("../dist/main.js", PORT, args, variables);
  try {
    await runTransfers(server.url, client, database.url);
  } finally {
    await server.stop();
    await client.close();
    await database.close();
  }
}

async function runTransfers(url: string, client: Client, databaseUrl: string): Promise<void> {
  const writes = Array.from({ length: PATHS }, (_, n) =>
    quartersOf(`Write/${n}`, YEAR_QUARTERS, 0),
  );
  await describe(url, writes);
  const before = await scrape(url);
  await sleep(IDLE_S * 1000);
  const idle = await scrape(url);
  const columns = columnsOf(writes);
  const body = arrowOf(columns, ["id", "timestamp", "value"]);
  const times = { inMs: [] as number[], copyInMs: [] as number[] };
  const out = { outMs: [] as number[], copyOutMs: [] as number[], encodeMs: [] as number[] };
  const ticksMs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const began = await scrape(url);
    times.inMs.push(await elapsedMs(() => send(url, body)));
    out.outMs.push(await elapsedMs(() => receive(url)));
    ticksMs.push(1000 * p99Between(began, await scrape(url)));
    times.copyInMs.push(await copyMs(client, writes));
    out.copyOutMs.push(await copyOutMs(databaseUrl));
    out.encodeMs.push(await elapsedMs(async () => arrowOf(columns, ALL)));
  }
  const [inMs, copyInMs] = [median(times.inMs), median(times.copyInMs)];
  printNames("1 M values as Arrow by HTTP", "median ms", "beside, ms", "ratio", "bound");
  print("in, to COPY into a keyed table", inMs, copyInMs, inMs / copyInMs, 1);
  const [outMs, bareMs] = [median(out.outMs), median(out.copyOutMs) + median(out.encodeMs)];
  print("out, to binary COPY and encoding", outMs, bareMs, outMs / bareMs, MOST_OUT);
  const [tickMs, idleMs] = [median(ticksMs), 1000 * p99Between(before, idle)];
  print("p99 of ticks, to idle", tickMs, idleMs, isLate(tickMs, idleMs) ? "late" : "in time");
}

async function describe(url: string, writes: readonly PointWrite[]): Promise<void> {
  const points = writes.map(({ path }) => ({
    ...{ id: path, type: "time_series_double", resolution: "PT15M" },
  }));
  const headers = { "content-type": "application/json", ...CLOSE };
  await answered(
    await fetch(`${url}/describe_data`, { method: "POST", headers, body: JSON.stringify(points) }),
  );
}

async function send(url: string, body: Uint8Array<ArrayBuffer>): Promise<void> {
  const headers = { "content-type": ARROW, ...CLOSE };
  await answered(await fetch(`${url}/save_data`, { method: "POST", headers, body }));
}

async function receive(url: string): Promise<void> {
  const query = new URLSearchParams({
    ...{ prefix: "Write", from: new Date(START_MS).toISOString() },
    until: new Date(START_MS + YEAR_QUARTERS * QUARTER_MS).toISOString(),
  });
  await answered(
    await fetch(`${url}/query_data?${query}`, { headers: { accept: ARROW, ...CLOSE } }),
  );
}

async function answered(response: Response): Promise<void> {
  const body = await response.arrayBuffer();
  if (!response.ok) throw new Error(`${response.status}: ${Buffer.from(body).toString()}`);
}

/** Reads the rows of the COPY in, which have no author, as they arrive; on a connection of its own, which it leaves paused. */
async function copyOutMs(url: string): Promise<number> {
  const client = createClient(1);
  client.connect(url);
  try {
    return await client.within(DEADLINE_MS, async (sql) => {
      await sql`select 1`;
      return elapsedMs(async () => {
        const rows = await sql.unsafe("copy bench_rows to stdout (format binary)").readable();
        await pipeline(rows, new Writable({ write: (_, __, done) => done() }));
      });
    });
  } finally {
    await client.close();
  }
}

const ALL = ["id", "timestamp", "value", "source", "known", "author"] as const;

/** The rows of all writes by columns. */
function columnsOf(writes: readonly PointWrite[]) {
  const cells = <T>(of: (write: PointWrite, n: number) => T) =>
    writes.flatMap((write) => write.values.map((_, n) => of(write, n)));
  return {
    id: cells(({ path }) => path),
    timestamp: cells(({ values }, n) => values[n]?.atMs),
    value: cells(({ values }, n) => values[n]?.content),
    source: cells(({ source }) => source),
    known: cells(({ knownMs }) => knownMs),
    author: cells(({ author }) => author),
  };
}

type Columns = ReturnType<typeof columnsOf>;

/** Some columns in one batch. */
function arrowOf(columns: Columns, names: readonly (keyof Columns)[]): Uint8Array<ArrayBuffer> {
  const instants = () => timestamp(TimeUnit.MILLISECOND, "UTC");
  const types = { id: utf8, timestamp: instants, value: float64, known: instants };
  const typeOf = (name: keyof Columns) => ({ ...types, source: utf8, author: utf8 })[name]();
  const table = tableFromColumns(
    names.map((name) => [name, columnFromArray<unknown>(columns[name], typeOf(name))]),
  );
  return tableToIPC(table, { format: "stream" }) as Uint8Array<ArrayBuffer>;
}
