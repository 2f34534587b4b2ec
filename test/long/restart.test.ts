// The program is restarted under hundreds of live clients: they come back, and every frame reaches each of them once.
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "graphql-ws";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { bigAssetId, writeBigFleet } from "../support/big-fleet.ts";
import { type OwnServer, startEmbedded } from "../support/databases.ts";
import { endPrograms, type Program, runProgram } from "../support/program-under-test.ts";
import { queryDatabase } from "../support/stored-rows.ts";
import { freePort } from "../support/two-programs.ts";

const TICK_S = 0.2;
const CLIENTS = 200;
const RESTARTS = 3;
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
let program: Program;
let closeCodes: number[];

beforeEach(async () => {
  server = await startEmbedded();
  databaseUrl = await server.createDatabase();
  directory = mkdtempSync(join(tmpdir(), "mando-restart-"));
  port = await freePort();
  closeCodes = [];
}, 60_000);
afterEach(async () => {
  endPrograms();
  await server.stop();
  rmSync(directory, { recursive: true, maxRetries: 10, retryDelay: 100 });
}, 60_000);

async function start(): Promise<void> {
  program = runProgram({
    PORT: String(port),
    TICK_SECONDS: String(TICK_S),
    ASSETS_FILE: writeBigFleet(directory, 100),
    DATA: directory,
    DATABASE_URL: databaseUrl,
  });
  await program.url;
}

async function stop(signal: NodeJS.Signals): Promise<void> {
  program.child.kill(signal);
  await once(program.child, "exit");
}

/** A client as docs/live.md has it: the last cursor goes into the variables, which are sent again. */
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

/** Ends the program and starts it again under its clients: what each of them saw, and what was stored. */
async function restartUnderLoad(signal: NodeJS.Signals, everyMs: number) {
  await start();
  const clients = Array.from({ length: CLIENTS }, (_, n) => watch(n));
  for (let n = 0; n < RESTARTS; n++) {
    await sleep(everyMs);
    await stop(signal);
    await start();
  }
  await sleep(3_000);
  await Promise.all(clients.map(({ dispose }) => dispose()));
  await stop("SIGTERM");
  const rows = await queryDatabase<{ ts: Date }>(
    databaseUrl,
    "select distinct ts from telemetry order by ts",
  );
  return { clients, stored: rows.map(({ ts }) => ts.toISOString()) };
}

describe("a restart under load", { timeout: 180_000 }, () => {
  test("by SIGTERM closes with 1001, and every client sees every stored tick once", async () => {
    const { clients, stored } = await restartUnderLoad("SIGTERM", 2_000);
    for (const { frames } of clients) {
      const seen = frames.filter(({ kind }) => kind === "TICK").map(({ timestamp }) => timestamp);
      expect(frames.filter(({ kind }) => kind === "SNAPSHOT").length).toBe(1);
      expect(frames.every(({ missedTicks }) => missedTicks === 0)).toBe(true);
      const from = stored.indexOf(seen[0] as string);
      expect(seen).toEqual(stored.slice(from, from + seen.length));
      expect(seen.length).toBeGreaterThan(35);
    }
    // Clients that connect while no server listens are closed with 1006 besides.
    expect(closeCodes.filter((code) => code === 1001).length).toBe(RESTARTS * CLIENTS);
  });

  test("by SIGKILL delivers no tick twice, and no gap without a count", async () => {
    const { clients, stored } = await restartUnderLoad("SIGKILL", 1_500);
    const isStored = (frame?: Frame) => frame !== undefined && stored.includes(frame.timestamp);
    for (const { frames } of clients) {
      const instants = frames.map(({ timestamp }) => timestamp);
      expect(new Set(instants).size).toBe(instants.length);
      frames.forEach(({ kind, timestamp, missedTicks }, n) => {
        // What a server starts from is no tick, and so not stored: it may be what a snapshot shows.
        const next = stored.find((instant) => instant > (instants[n - 1] ?? ""));
        if (kind === "SNAPSHOT") expect(missedTicks).toBe(n === 0 ? 0 : null);
        else if (stored.includes(timestamp)) expect(timestamp).toBe(next);
        // The server died before it was on disk: others like it may follow, and then a snapshot.
        else expect(isStored(frames[n + 1]) && frames[n + 1]?.kind !== "SNAPSHOT").toBe(false);
      });
      expect(frames.length).toBeGreaterThan(25);
    }
  });
});
