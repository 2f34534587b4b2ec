// The store: its writes beside `psql \copy` of the same rows and Drizzle's insert, its reads, and ticks meanwhile.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { drizzle } from "drizzle-orm/postgres-js";
import { createFleetTable } from "../src/domain/fleet/fleet-table.ts";
import { type Frame, telemetryAt } from "../src/domain/telemetry/frame.ts";
import { createSimulator } from "../src/simulator/simulator.ts";
import { migrateDatabase } from "../src/store/adoption/migration.ts";
import { type Client, createClient } from "../src/store/database/client.ts";
import { telemetry } from "../src/store/database/schema.ts";
import { ROW_COLUMNS } from "../src/store/telemetry/columns.ts";
import { COPY_HEADER, COPY_TRAILER, createRowEncoder } from "../src/store/telemetry/row-encoder.ts";
import { useTimescale } from "../src/store/telemetry/timescale.ts";
import { storeRows } from "../src/store/write-behind/rows.ts";
import { makeAssets, SITE } from "./assets.ts";
import { openBenchDatabase, silent } from "./database.ts";
import { median, print } from "./measure.ts";
import { benchReads } from "./reads.ts";
import { benchLateness } from "./store-lateness.ts";

const DT_S = 4;
const ROUNDS = 7;
const LARGEST = 100_000;
const DEADLINE_MS = 120_000;

const PARTS = { writes: benchWrites, reads: benchReads, lateness: benchLateness };

export const CASES = Object.keys(PARTS);

/** Runs on an embedded PostgreSQL, or in a new database on the server of DATABASE_URL. */
export async function run(cases: readonly string[]): Promise<void> {
  for (const [name, bench] of Object.entries(PARTS))
    if (cases.length === 0 || cases.includes(name)) await bench();
}

async function benchWrites(): Promise<void> {
  const database = await openBenchDatabase();
  const { url, directory } = database;
  await migrateDatabase(url, silent);
  const client = createClient(1);
  client.connect(url);
  const rate = { assetCount: () => LARGEST, dtS: DT_S };
  const { kind } = await client.within(DEADLINE_MS, (sql) => useTimescale(sql, rate, silent));
  print(`on ${kind}`);
  // A separate client, because Drizzle changes how its client writes values.
  const drizzleClient = createClient(1);
  drizzleClient.connect(url);
  const hasPsql = spawnSync("psql", ["--version"]).status === 0;
  if (!hasPsql) print("there is no psql here: nothing to compare COPY with");

  print(
    "rows/s (median of 7)".padEnd(24),
    "       Mando",
    "  psql \\copy",
    "     Drizzle",
    "  to psql",
    "  to Drizzle",
  );
  for (const count of [1_000, 10_000, LARGEST]) {
    const ours = await rowsPerSecond(client, count, (frame, encode) =>
      storeOurs(client, encode(frame)),
    );
    const drizzles = await rowsPerSecond(client, count, (frame) =>
      storeByDrizzle(drizzleClient, frame),
    );
    const file = join(directory, "rows.bin");
    const copied = hasPsql
      ? await rowsPerSecond(client, count, async (frame, encode) => {
          writeFileSync(file, Buffer.concat([COPY_HEADER, encode(frame), COPY_TRAILER]));
          return copyByPsql(url, file);
        })
      : Number.NaN;
    print(
      count.toLocaleString("en").padEnd(24),
      ours,
      copied,
      drizzles,
      ours / copied,
      ours / drizzles,
    );
  }
  await Promise.all([client.close(), drizzleClient.close()]);
  await database.close();
}

/** Stores new rows round after round; `work` returns its duration in ms. */
async function rowsPerSecond(
  client: Client,
  count: number,
  work: (frame: Frame, encode: (frame: Frame) => Buffer) => Promise<number>,
): Promise<number> {
  await client.within(DEADLINE_MS, (sql) => sql`truncate telemetry, asset_states`);
  const simulator = createSimulator(createFleetTable([SITE], makeAssets(count)), DT_S, 0);
  const encode = createRowEncoder();
  const tookMs: number[] = [];
  for (let round = 0; round <= ROUNDS; round++)
    tookMs.push(await work(simulator.tick(round + 1), encode));
  // The first round warms up.
  return (count / median(tookMs.slice(1))) * 1000;
}

async function storeOurs(client: Client, rows: Buffer): Promise<number> {
  const beganMs = performance.now();
  await client.transact(DEADLINE_MS, (sql) => storeRows(sql, [rows]));
  return performance.now() - beganMs;
}

async function storeByDrizzle(client: Client, frame: Frame): Promise<number> {
  const rows = frame.table.assets.map((asset, index) => {
    const sample = telemetryAt(frame, index);
    return {
      ...sample,
      assetId: asset.id,
      siteId: asset.siteId,
      ts: new Date(sample.timestampMs),
      dtS: frame.dtS,
    };
  });
  const beganMs = performance.now();
  await client.within(DEADLINE_MS, (sql) =>
    drizzle(sql).transaction(async (tx) => {
      for (let at = 0; at < rows.length; at += 4_000)
        await tx
          .insert(telemetry)
          .values(rows.slice(at, at + 4_000))
          .onConflictDoNothing();
    }),
  );
  return performance.now() - beganMs;
}

function copyByPsql(url: string, file: string): number {
  const address = new URL(url);
  const command = `\\copy telemetry (${ROW_COLUMNS.join(", ")}) from '${file}' with (format binary)`;
  const env = { ...process.env, PGPASSWORD: decodeURIComponent(address.password) };
  const at = [
    "-h",
    decodeURIComponent(address.hostname),
    "-p",
    address.port || "5432",
    "-U",
    address.username,
  ];
  // The start of psql and its connection do not belong to the copy, which is timed with \timing.
  const { stdout, stderr } = spawnSync(
    "psql",
    [...at, "-d", address.pathname.slice(1), "-X", "-q", "-c", "\\timing on", "-c", command],
    { env, encoding: "utf8" },
  );
  const [, tookMs] = /Time: ([\d.]+) ms/.exec(stdout) ?? [];
  if (tookMs === undefined) throw new Error(stderr);
  return Number(tookMs);
}
