// A hundred concurrent dispatches, each answered after its commit; beside a hundred bare INSERTs by the same driver, and
// a hundred empty requests, on the same machine in the same run.
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createEmbeddedPostgres } from "../src/adapters/embedded-postgres/server.ts";
import type { Log } from "../src/domain/ports/log.ts";
import { type Client, createClient } from "../src/store/database/client.ts";
import { makeAssets, writeAssetsFile } from "./assets.ts";
import { percentile, print, printNames } from "./measure.ts";
import { startServer } from "./server-process.ts";

const PORT = 29_112;
const AT_ONCE = 100;
/** Rounds that warm up: V8 continues to compile for about so many. */
const WARM_ROUNDS = 60;
const ROUNDS = 100;
/** The time between two rounds, in which the events of the dispatches are stored, too. */
const PAUSE_MS = 150;
/** The files that PostgreSQL retains for reuse by default. */
const WAL_FILES = 5;
const DEADLINE_MS = 20_000;
const TARGET_RATIO = "p50 5 ms, p99 25 ms";
const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };
const assets = makeAssets(AT_ONCE);

export async function benchBurst(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "mando-bench-"));
  chmodSync(directory, 0o755);
  const server = createEmbeddedPostgres({ directory, log: silent });
  const url = await server.start();
  const client = createClient(8);
  client.connect(url);
  const args = ["--port", `${PORT}`, "--assets-file", writeAssetsFile(assets), "--data", directory];
  const mando = await startServer("../dist/main.js", PORT, args, { DATABASE_URL: url });
  const sockets = Array.from({ length: AT_ONCE }, openSocket);
  try {
    await reuseWal(client);
    await client.within(
      DEADLINE_MS,
      (sql) => sql`create table bare (like dispatches including all)`,
    );
    printNames(`${AT_ONCE} at once, in ms (${TARGET_RATIO})`, "p50", "p99");
    await measure("dispatch, with its commit", (n) => sockets[n]?.(dispatchOf(n)));
    await measure("GET /health/live", (n) => sockets[n]?.(HEALTH));
    await measure("a bare INSERT", (n) => insert(client, n));
  } finally {
    await mando.stop();
    await client.close();
    await server.stop();
    rmSync(directory, { recursive: true, maxRetries: 10 });
  }
}

/** A new file of 16 MB delays the commits that need it by 60 ms; a database that has run for a while reuses old files. */
async function reuseWal(client: Client): Promise<void> {
  for (let file = 0; file < WAL_FILES; file++)
    await client.within(
      DEADLINE_MS,
      (sql) => sql`select pg_logical_emit_message(false, 'bench', 'x'), pg_switch_wal()`,
    );
  await client.within(DEADLINE_MS, (sql) => sql`checkpoint`);
}

async function measure(name: string, call: (n: number) => Promise<unknown> | undefined) {
  const tookMs: number[] = [];
  for (let round = 0; round < WARM_ROUNDS + ROUNDS; round++) {
    await Promise.all(
      Array.from({ length: AT_ONCE }, async (_, n) => {
        const beganMs = performance.now();
        await call(n);
        if (round >= WARM_ROUNDS) tookMs.push(performance.now() - beganMs);
      }),
    );
    await sleep(PAUSE_MS);
  }
  print(name, percentile(tookMs, 50), percentile(tookMs, 99));
}

/** A connection with one request at a time: a whole HTTP client would take more of the machine than the server. */
function openSocket(): (request: string) => Promise<void> {
  const socket = connect({ port: PORT, host: "127.0.0.1", noDelay: true });
  let answered = (_head: string) => {};
  socket.on("data", (chunk) => {
    if (chunk.toString("latin1", 0, 5) === "HTTP/") answered(chunk.toString("latin1", 9, 12));
  });
  return (request) =>
    new Promise((resolve, reject) => {
      answered = (status) => {
        if (status.startsWith("2")) resolve();
        else reject(new Error(`answered ${status}`));
      };
      socket.write(request);
    });
}

const HEALTH = "GET /health/live HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n";

function dispatchOf(n: number): string {
  const body = JSON.stringify({ asset_id: assets[n]?.id, mw: (n % 11) - 5 });
  return `POST /dispatch HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
}

function insert(client: Client, n: number): Promise<unknown> {
  const now = new Date().toISOString();
  return client.within(
    DEADLINE_MS,
    (sql) => sql`
      insert into bare (id, asset_id, mw, start_at, on_shortfall, status, submitted_at)
      values (${crypto.randomUUID()}, ${assets[n]?.id ?? ""}, ${n}, ${now}, 'curtail', 'accepted', ${now})`,
  );
}
