// The dispatches per second with PostgreSQL, each answered after its commit; beside bare commits of the same rows by
// the same driver over as many connections, in turns in the same run.
import { setTimeout as sleep } from "node:timers/promises";
import { newDispatch } from "../src/domain/dispatch/dispatch.ts";
import { createDigests } from "../src/store/audit/digest.ts";
import { type Client, createClient } from "../src/store/database/client.ts";
import { insertDispatches } from "../src/store/dispatch/dispatch-rows.ts";
import { makeAssets, writeAssetsFile } from "./assets.ts";
import { openBenchDatabase } from "./database.ts";
import { loadHttp } from "./http-load.ts";
import { median, print, printNames } from "./measure.ts";
import { startServer } from "./server-process.ts";

const PORT = 29_113;
const CONNECTIONS = 16;
const ROUNDS = 5;
const ROUND_S = 4;
const PAUSE_MS = 1000;
const DEADLINE_MS = 20_000;
const TARGET_RATIO = 0.5;
const assets = makeAssets(100);

export async function benchCommits(): Promise<void> {
  const database = await openBenchDatabase();
  const args = [
    "--port",
    `${PORT}`,
    "--assets-file",
    writeAssetsFile(assets),
    "--data",
    database.directory,
  ];
  const mando = await startServer("../dist/main.js", PORT, args, { DATABASE_URL: database.url });
  try {
    await createBareTables(database.url);
    const address = new URL(database.url);
    address.searchParams.set("search_path", "bare");
    const [ours, bare]: [number[], number[]] = [[], []];
    // The first round warms up.
    for (let round = 0; round <= ROUNDS; round++) {
      bare.push(await withConnections(address.href, commitsPerSecond));
      await sleep(PAUSE_MS);
      ours.push(await dispatchesPerSecond(mando.url));
      await sleep(PAUSE_MS);
    }
    const [rate, bareRate] = [median(ours.slice(1)), median(bare.slice(1))];
    printNames(
      `over ${CONNECTIONS} connections (target ${TARGET_RATIO})`,
      "dispatches/s",
      "commits/s",
      "ratio",
    );
    print("with PostgreSQL", rate, bareRate, rate / bareRate);
  } finally {
    await mando.stop();
    await database.close();
  }
}

/** The tables of dispatches once more, in a schema of their own. */
async function createBareTables(url: string): Promise<void> {
  const client = createClient(1);
  client.connect(url);
  await client.within(DEADLINE_MS, async (sql) => {
    await sql`create schema bare`;
    await sql`create table bare.dispatches (like public.dispatches including all)`;
    await sql`create table bare.dispatch_requests (like public.dispatch_requests including all)`;
  });
  await client.close();
}

/** Opens all connections before the work, and closes them after it: the server needs them for its own. */
async function withConnections<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = createClient(CONNECTIONS);
  client.connect(url);
  try {
    const opened = Array.from({ length: CONNECTIONS }, () =>
      client.within(DEADLINE_MS, (sql) => sql`select pg_sleep(0.2)`),
    );
    await Promise.all(opened);
    return await work(client);
  } finally {
    await client.close();
  }
}

async function dispatchesPerSecond(url: string): Promise<number> {
  const requests = Array.from({ length: 100 }, (_, n) => ({
    method: "POST" as const,
    body: JSON.stringify({ asset_id: assets[n]?.id, mw: (n % 11) - 5 }),
  }));
  const result = await loadHttp({
    url: `${url}/dispatch`,
    headers: { "content-type": "application/json" },
    requests,
    connections: CONNECTIONS,
    duration: ROUND_S,
  });
  if (result.non2xx > 0 || result.errors > 0) throw new Error("a dispatch was not accepted");
  return result.requests.average;
}

/** Rows as those of the server, each in its own transaction. */
async function commitsPerSecond(client: Client): Promise<number> {
  const untilMs = performance.now() + ROUND_S * 1000;
  let count = 0;
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (performance.now() < untilMs) {
        await client.within(DEADLINE_MS, (sql) =>
          insertDispatches(sql, [rowOf(count)], [], [], createDigests()),
        );
        count++;
      }
    }),
  );
  return count / ROUND_S;
}

function rowOf(n: number) {
  const nowMs = Date.now();
  return newDispatch({
    ...{ id: crypto.randomUUID(), assetId: assets[n % assets.length]?.id ?? "", scheduleId: null },
    ...{ mw: (n % 11) - 5, durationS: null, startMs: nowMs, endMs: null, validForS: null },
    ...{ leaseUntilMs: null, onShortfall: "curtail", requestId: null, submittedAtMs: nowMs },
    reason: null,
    rationale: { windows: null, shortfall: null },
  });
}
