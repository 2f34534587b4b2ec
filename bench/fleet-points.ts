// A day of samples of one asset as a data point, against the history of telemetry: the same rows, over HTTP, in one run.
import { migrateDatabase } from "../src/store/adoption/migration.ts";
import { createClient } from "../src/store/database/client.ts";
import { totalsSql } from "../src/store/telemetry/totals.ts";
import { makeAssets, SITE, writeAssetsFile } from "./assets.ts";
import { openBenchDatabase, silent } from "./database.ts";
import { median, print, printNames } from "./measure.ts";
import { startServer } from "./server-process.ts";

const PORT = 39_170;
const SAMPLES = 86_400;
const ROUNDS = 7;
const DEADLINE_MS = 600_000;
const ID = "00000000-0000-4000-8000-000000000000";

export async function run(): Promise<void> {
  const database = await openBenchDatabase();
  try {
    await migrateDatabase(database.url, silent);
    const endMs = Math.floor(Date.now() / 3_600_000) * 3_600_000;
    await load(database.url, endMs);
    await compare(database.url, database.directory, endMs);
  } finally {
    await database.close();
  }
}

async function load(url: string, endMs: number): Promise<void> {
  const client = createClient(1);
  client.connect(url);
  await client.within(DEADLINE_MS, (sql) =>
    sql.unsafe(`
      insert into telemetry (asset_id, site_id, capacity_mwhr, max_mw, min_mw, dt_s, ts, soc_mwhr, soc_pct,
        current_mw, setpoint_mw, energy_in_mwhr, energy_out_mwhr, status, limited_by)
      select '${ID}', '${SITE.id}', 10, 5, -5, 1, to_timestamp(${endMs / 1000} - n), 5 + 4 * sin(n / 90.0),
        50 + 40 * sin(n / 90.0), 5 * cos(n / 90.0), 5 * cos(n / 90.0), (${SAMPLES} - n) / 900.0,
        (${SAMPLES} - n) / 700.0, 'discharging', null
      from generate_series(1, ${SAMPLES}) n`),
  );
  await client.within(DEADLINE_MS, (sql) => sql.unsafe(totalsSql("telemetry")));
  await client.within(DEADLINE_MS, (sql) => sql`vacuum analyze telemetry`);
  await client.close();
}

async function compare(databaseUrl: string, directory: string, endMs: number): Promise<void> {
  const file = writeAssetsFile(makeAssets(1));
  const args = ["--port", `${PORT}`, "--assets-file", file, "--data", directory];
  // Ticks far apart, so that every answer comes from the database.
  const ticks = ["--tick-seconds", "900", "--recent-frames", "2"];
  const server = await startServer("../dist/main.js", PORT, [...args, ...ticks], {
    DATABASE_URL: databaseUrl,
  });
  const iso = (ms: number) => new Date(ms).toISOString();
  const range = `from=${iso(endMs - SAMPLES * 1_000)}&until=${iso(endMs)}`;
  const power = `/query_data?id=Asset/BESS-0/Power&${range}`;
  const history = `/telemetry/${ID}/history?${range}&limit=${SAMPLES}`;
  const cases = [
    ["history of telemetry, ndjson", `${history}&format=ndjson`, "", SAMPLES],
    ["data point, ndjson", power, "application/x-ndjson", SAMPLES],
    ["data point, CSV", power, "text/csv", SAMPLES + 1],
    ["data point, quarters of an hour", `${power}&step=PT15M`, "application/x-ndjson", 96],
  ] as const;
  const tookMs = cases.map(() => [] as number[]);
  for (let round = 0; round <= ROUNDS; round++)
    for (const [n, [name, path, accept, count]] of cases.entries()) {
      const beganMs = performance.now();
      const answer = await fetch(server.url + path, { headers: accept ? { accept } : {} });
      const lines = (await answer.text()).split("\n").length - 1;
      if (lines !== count) throw new Error(`${name} has ${lines} lines`);
      // The first round warms up.
      if (round > 0) tookMs[n]?.push(performance.now() - beganMs);
    }
  const baseline = median(tookMs[0] ?? []);
  printNames(`${SAMPLES} samples of one asset`, "median ms", "to history");
  for (const [n, [name]] of cases.entries()) {
    const ms = median(tookMs[n] ?? []);
    print(name, ms, ms / baseline);
  }
  await server.stop();
}
