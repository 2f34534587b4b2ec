// The reading of history over HTTP from the built program, against bare SQL on the same database in the same run.
import { Agent, get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { migrateDatabase } from "../src/store/adoption/migration.ts";
import { type Client, createClient, type Sql } from "../src/store/database/client.ts";
import { totalsSql } from "../src/store/telemetry/totals.ts";
import { makeAssets, SITE, writeAssetsFile } from "./assets.ts";
import { openBenchDatabase, silent } from "./database.ts";
import { percentile, print, printNames } from "./measure.ts";
import { startServer } from "./server-process.ts";

const PORT = 39_160;
const ASSETS = 1_000;
const SIZES = [1_000_000, 10_000_000];
const DT_S = 4;
/** Ticks that one statement loads. */
const BATCH_TICKS = 250;
const ROUNDS = 500;
const WARM_UP = 100;
const DEADLINE_MS = 600_000;
const TARGET_RATIO = 2.5;

export async function benchReads(): Promise<void> {
  const database = await openBenchDatabase();
  try {
    await migrateDatabase(database.url, silent);
    await compareSizes(database.url, database.directory);
  } finally {
    await database.close();
  }
}

async function compareSizes(url: string, directory: string): Promise<void> {
  const client = createClient(1);
  client.connect(url);
  // The load is not measured, and need not pause for checkpoints.
  if (process.env.DATABASE_URL === undefined) {
    await client.within(DEADLINE_MS, (sql) => sql`alter system set max_wal_size = '16GB'`);
    await client.within(DEADLINE_MS, (sql) => sql`select pg_reload_conf()`);
  }
  // A whole hour, so that its minutes are whole, too.
  const endMs = Math.floor(Date.now() / 3_600_000) * 3_600_000;
  const columns = ["HTTP p50", "SQL p50", "times", "HTTP p99", "SQL p99", "times"];
  printNames(`reads, ms (target: ${TARGET_RATIO} times)`, ...columns);
  let loaded = 0;
  for (const size of SIZES) {
    await load(client, loaded, size / ASSETS, endMs);
    loaded = size / ASSETS;
    await compare(client, url, directory, endMs, size);
  }
  await client.close();
}

/** Loads ticks `from` up to `until`, counted back from the end, as they are stored: all assets of a tick together. */
async function load(client: Client, from: number, until: number, endMs: number): Promise<void> {
  for (let at = from; at < until; at += BATCH_TICKS)
    await client.within(DEADLINE_MS, (sql) =>
      sql.unsafe(`
        set synchronous_commit = off;
        insert into telemetry (asset_id, site_id, capacity_mwhr, max_mw, min_mw, dt_s, ts, soc_mwhr, soc_pct,
          current_mw, setpoint_mw, energy_in_mwhr, energy_out_mwhr, status, limited_by)
        select ('00000000-0000-4000-8000-' || lpad(to_hex(asset), 12, '0'))::uuid, '${SITE.id}', 36, 30, -30, ${DT_S},
          to_timestamp(${endMs / 1000} - tick * ${DT_S}), 18 + 9 * sin(tick / 90.0 + asset), 50 + 25 * sin(tick / 90.0 + asset),
          20 * cos(tick / 90.0 + asset), 20 * cos(tick / 90.0 + asset), asset + tick / 900.0, asset + tick / 700.0,
          'discharging', case when tick % 10 = 0 then 'ramp' end
        from generate_series(${at + 1}, ${Math.min(at + BATCH_TICKS, until)}) tick, generate_series(0, ${ASSETS - 1}) asset`),
    );
  await client.within(DEADLINE_MS, (sql) => sql.unsafe(totalsSql("telemetry")));
  await client.within(DEADLINE_MS, (sql) => sql`update history_marks set minutes_until = null`);
  await client.within(DEADLINE_MS, (sql) => sql`vacuum analyze telemetry`);
}

/** Waits until the server has summed up all whole minutes, as it does from its start on. */
async function summedUp(client: Client, endMs: number): Promise<void> {
  for (;;) {
    const [row] = await client.within(
      DEADLINE_MS,
      (sql) => sql`select minutes_until >= ${instant(endMs - 60_000)} as done from history_marks`,
    );
    if (row?.done) return;
    await sleep(500);
  }
}

async function compare(
  client: Client,
  databaseUrl: string,
  directory: string,
  endMs: number,
  size: number,
): Promise<void> {
  const file = writeAssetsFile(makeAssets(ASSETS));
  // Ticks far apart, so that nothing recent is in memory and every answer comes from the database.
  const args = ["--port", `${PORT}`, "--assets-file", file, "--data", directory];
  const application = await startServer(
    "../dist/main.js",
    PORT,
    [...args, "--tick-seconds", "900", "--recent-frames", "2"],
    { DATABASE_URL: databaseUrl },
  );
  await summedUp(client, endMs);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const call = async (path: string) => {
    const text = await read(`${application.url}/telemetry/${path}`, agent);
    const rows = JSON.parse(text) as unknown[];
    if (!Array.isArray(rows)) throw new Error(text);
    return rows.length;
  };
  const hour = { fromMs: endMs - 3_600_000, untilMs: endMs };
  const range = `from=${instant(hour.fromMs)}&until=${instant(hour.untilMs)}&step_s=60`;
  const cases = [
    ["last 100", 100, (id: string) => call(`${id}/history`), lastHundred],
    ["hour by minute", 60, (id: string) => call(`${id}/history?${range}`), hourByMinute(hour)],
  ] as const;
  for (const [name, count, overHttp, bySql] of cases) {
    const tookMs = { http: [] as number[], sql: [] as number[] };
    for (let round = 0; round < WARM_UP + ROUNDS; round++) {
      const keep = round >= WARM_UP;
      const http = await timed(() => overHttp(assetAt(2 * round)), count);
      const sql = await timed(
        () => client.within(DEADLINE_MS, (db) => bySql(db, assetAt(2 * round + 1))),
        count,
      );
      if (keep) tookMs.http.push(http);
      if (keep) tookMs.sql.push(sql);
    }
    const [http50, http99] = [percentile(tookMs.http, 50), percentile(tookMs.http, 99)];
    const [sql50, sql99] = [percentile(tookMs.sql, 50), percentile(tookMs.sql, 99)];
    print(
      `${name}, ${size.toLocaleString("en")} rows`,
      http50,
      sql50,
      http50 / sql50,
      http99,
      sql99,
      http99 / sql99,
    );
  }
  agent.destroy();
  await application.stop();
}

async function lastHundred(sql: Sql, id: string): Promise<number> {
  const rows = await sql`
    select ts, soc_mwhr, soc_pct, capacity_mwhr, current_mw, setpoint_mw, max_mw, min_mw, status, limited_by,
           energy_in_mwhr, energy_out_mwhr
    from telemetry where asset_id = ${id} order by ts desc limit 100`;
  return rows.length;
}

const hourByMinute =
  ({ fromMs, untilMs }: { fromMs: number; untilMs: number }) =>
  async (sql: Sql, id: string): Promise<number> => {
    const rows = await sql`
      select date_bin('1 minute', ts, '2000-01-03') as minute, count(*)::int, sum(dt_s),
             sum(soc_pct * dt_s) / sum(dt_s), min(soc_pct), max(soc_pct), (array_agg(soc_pct order by ts desc))[1],
             sum(current_mw * dt_s) / sum(dt_s), min(current_mw), max(current_mw),
             (array_agg(current_mw order by ts desc))[1],
             sum(greatest(-current_mw, 0) * dt_s / 3600), sum(greatest(current_mw, 0) * dt_s / 3600)
      from telemetry where asset_id = ${id} and ts >= ${instant(fromMs)} and ts < ${instant(untilMs)}
      group by 1 order by 1`;
    return rows.length;
  };

async function timed(work: () => Promise<number>, expected: number): Promise<number> {
  const beganMs = performance.now();
  const count = await work();
  if (count !== expected) throw new Error(`${count} rows came, not ${expected}`);
  return performance.now() - beganMs;
}

function read(url: string, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (chunk) => {
        text += chunk;
      });
      answer.on("end", () => resolve(text));
    }).on("error", reject);
  });
}

/** Another asset for each call, spread over the fleet. */
function assetAt(n: number): string {
  return `00000000-0000-4000-8000-${((n * 7919) % ASSETS).toString(16).padStart(12, "0")}`;
}

const instant = (ms: number) => new Date(ms).toISOString();
