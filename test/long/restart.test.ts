// The program is restarted under hundreds of live clients: they come back, and every frame reaches each of them once.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createClient } from "graphql-ws";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { createClient as createDatabaseClient } from "../../src/store/client.ts";
import { bigAssetId, writeBigFleet } from "../big-fleet.ts";
import { type OwnServer, startEmbedded } from "../databases.ts";

const MAIN = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
const TICK_S = 0.2;
const CLIENTS = 200;
const QUERY = `subscription ($assetIds: [ID!], $after: String) {
  telemetry(assetIds: $assetIds, after: $after) { cursor timestamp kind missedTicks samples { assetId socPct currentMw } }
}`;

interface Frame {
  readonly cursor: string;
  readonly timestamp: string;
  readonly kind: string;
  readonly missedTicks: number | null;
}

let server: OwnServer;
let databaseUrl: string;
let directory: string;
let port: number;
let child: ChildProcess;
let closeCodes: number[];

beforeEach(async () => {
  server = await startEmbedded();
  databaseUrl = await server.createDatabase();
  directory = mkdtempSync(join(tmpdir(), "mando-restart-"));
  port = await freePort();
  closeCodes = [];
}, 60_000);
afterEach(async () => {
  child.kill("SIGKILL");
  await server.stop();
  rmSync(directory, { recursive: true });
}, 60_000);

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port: found } = probe.address() as { port: number };
      probe.close(() => resolve(found));
    });
  });
}

async function start(): Promise<void> {
  const assets = writeBigFleet(directory, 100);
  child = spawn(
    process.execPath,
    [MAIN, "--tick-seconds", String(TICK_S), "--assets-file", assets, "--data", directory],
    {
      env: {
        PATH: process.env.PATH,
        PORT: String(port),
        DATABASE_URL: databaseUrl,
        LOG_LEVEL: "warn",
      },
      stdio: "ignore",
    },
  );
  await expect
    .poll(
      () =>
        fetch(`http://127.0.0.1:${port}/health/ready`).then(
          (it) => it.status,
          () => 0,
        ),
      { timeout: 20_000 },
    )
    .toBe(200);
}

async function stop(signal: NodeJS.Signals): Promise<void> {
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  await ended;
}

/** A client as the README has it: the last cursor goes into the variables, which are sent again. */
function watch(n: number): { readonly frames: Frame[]; readonly dispose: () => unknown } {
  const frames: Frame[] = [];
  const client = createClient({
    url: `ws://127.0.0.1:${port}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: () => sleep(100 + Math.random() * 200),
    on: { closed: (event) => closeCodes.push((event as { code: number }).code) },
  });
  const variables: Record<string, unknown> = n % 2 ? { assetIds: [bigAssetId(n % 100)] } : {};
  void (async () => {
    for await (const { data } of client.iterate<{ telemetry: Frame }>({
      query: QUERY,
      variables,
    })) {
      if (!data) continue;
      variables.after = data.telemetry.cursor;
      frames.push(data.telemetry);
    }
  })();
  return { frames, dispose: () => client.dispose() };
}

async function storedInstants(): Promise<string[]> {
  const client = createDatabaseClient(1);
  client.connect(databaseUrl);
  const rows = await client.within(
    10_000,
    (sql) => sql<{ ts: Date }[]>`select distinct ts from telemetry order by ts`,
  );
  await client.close();
  return rows.map(({ ts }) => ts.toISOString());
}

describe("a restart under load", { timeout: 180_000 }, () => {
  test("by SIGTERM closes with 1001, and every client sees every stored tick once", async () => {
    await start();
    const clients = Array.from({ length: CLIENTS }, (_, n) => watch(n));
    for (let round = 0; round < 3; round++) {
      await sleep(2_000);
      await stop("SIGTERM");
      await start();
    }
    await sleep(3_000);
    await Promise.all(clients.map(({ dispose }) => dispose()));
    await stop("SIGTERM");

    const stored = await storedInstants();
    for (const { frames } of clients) {
      const seen = frames.filter(({ kind }) => kind === "TICK").map(({ timestamp }) => timestamp);
      expect(frames.filter(({ kind }) => kind === "SNAPSHOT").length).toBe(1);
      expect(frames.every(({ missedTicks }) => missedTicks === 0)).toBe(true);
      const from = stored.indexOf(seen[0] as string);
      expect(seen).toEqual(stored.slice(from, from + seen.length));
      expect(seen.length).toBeGreaterThan(35);
    }
    // Clients that try while nobody listens are closed with 1006 besides.
    expect(closeCodes.filter((code) => code === 1001).length).toBe(3 * CLIENTS);
  });

  test("by SIGKILL gives no tick twice, and no gap but where it says so", async () => {
    await start();
    const clients = Array.from({ length: CLIENTS }, (_, n) => watch(n));
    for (let round = 0; round < 3; round++) {
      await sleep(1_500);
      await stop("SIGKILL");
      await start();
    }
    await sleep(3_000);
    await Promise.all(clients.map(({ dispose }) => dispose()));
    await stop("SIGTERM");

    const stored = await storedInstants();
    for (const { frames } of clients) {
      const instants = frames.map(({ timestamp }) => timestamp);
      expect(new Set(instants).size).toBe(instants.length);
      frames.forEach(({ kind, timestamp, missedTicks }, n) => {
        const before = stored.indexOf(instants[n - 1] ?? "");
        if (kind === "SNAPSHOT") expect(missedTicks).toBe(n === 0 ? 0 : null);
        // The frame before was stored, unless the server died before it was on disk: then comes a snapshot.
        else if (before >= 0) expect(stored[before + 1]).toBe(timestamp);
      });
      expect(frames.length).toBeGreaterThan(25);
    }
  });
});
