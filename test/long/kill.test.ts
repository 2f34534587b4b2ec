// The server is killed at random instants: nothing acknowledged is lost, every tick stands once.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createClient } from "../../src/store/client.ts";
import { bigAssetId, writeBigFleet } from "../big-fleet.ts";
import { type OwnServer, startEmbedded } from "../databases.ts";

const MAIN = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
const TICK_S = 0.05;

let server: OwnServer;
let databaseUrl: string;
let directory: string;
let child: ChildProcess | undefined;

beforeEach(async () => {
  server = await startEmbedded();
  databaseUrl = await server.createDatabase();
  directory = mkdtempSync(join(tmpdir(), "mando-kill-"));
}, 60_000);
afterEach(async () => {
  child?.kill("SIGKILL");
  await server.stop();
  rmSync(directory, { recursive: true });
}, 60_000);

async function start(assetCount: number): Promise<string> {
  const flags = [
    "--tick-seconds",
    String(TICK_S),
    "--assets-file",
    writeBigFleet(directory, assetCount),
    "--data",
    directory,
  ];
  child = spawn(process.execPath, [MAIN, ...flags], {
    env: { PATH: process.env.PATH, PORT: "0", DATABASE_URL: databaseUrl, LOG_LEVEL: "warn" },
  });
  let text = "";
  child.stdout?.on("data", (chunk) => {
    text += chunk;
  });
  return new Promise((resolve, reject) => {
    child?.stderr?.on("data", (chunk) => {
      text += chunk;
      const [, found] = /Mando runs at (\S+)/.exec(text) ?? [];
      if (found) resolve(found);
    });
    child?.once("exit", () => reject(new Error(text)));
  });
}

async function kill(): Promise<void> {
  const ended = new Promise((resolve) => child?.once("exit", resolve));
  child?.kill("SIGKILL");
  await ended;
}

async function dispatch(url: string, mw: number): Promise<string> {
  const answer = await fetch(`${url}/dispatch`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ asset_id: bigAssetId(0), mw }),
  });
  expect(answer.status).toBe(202);
  return ((await answer.json()) as { id: string }).id;
}

async function query<T>(text: string): Promise<T[]> {
  const client = createClient(1);
  client.connect(databaseUrl);
  const rows = await client.within(30_000, (sql) => sql.unsafe(text));
  await client.close();
  return rows as unknown as T[];
}

describe("a server that is killed", { timeout: 300_000 }, () => {
  test("25 times at random has every tick that it spooled, each once, and its energy balances across the gaps", async () => {
    let newest = 0;
    for (let round = 0; round < 25; round++) {
      const url = await start(200);
      await dispatch(url, (round % 2 ? 1 : -1) * 25);
      await sleep(300 + Math.random() * 400);
      const answer = (await (await fetch(`${url}/telemetry/${bigAssetId(0)}`)).json()) as {
        timestamp: string;
      };
      newest = Date.parse(answer.timestamp);
      await kill();
    }
    await start(200);
    await sleep(500);
    const [found] = await query<{
      instants: number;
      uneven: number;
      overlap: number;
      error: number;
      seen: boolean;
    }>(`
      select count(distinct ts)::int as instants,
        (count(*) % count(distinct ts))::int as uneven,
        (count(*) filter (where step < interval '${TICK_S} seconds'))::int as overlap,
        bool_or(ts >= to_timestamp(${newest / 1000}) - interval '${TICK_S * 2} seconds') as seen,
        max(abs(change + greatest(current_mw, 0) * dt_s / 3600 / 0.92 + least(current_mw, 0) * dt_s / 3600 * 0.92)) as error
      from (select *, ts - lag(ts) over asset as step, soc_mwhr - lag(soc_mwhr) over asset as change
            from telemetry window asset as (partition by asset_id order by ts)) t`);
    expect(found?.instants).toBeGreaterThan(100);
    expect(found).toMatchObject({ uneven: 0, overlap: 0, seen: true });
    // A tick that was not on disk when the server died never was: the next one goes on from the one before.
    expect(found?.error).toBeLessThan(1e-9);
  });

  test("after each of 200 acknowledged dispatches has every one of them, and applies the last", async () => {
    const acknowledged: string[] = [];
    for (let round = 0; round < 20; round++) {
      const url = await start(5);
      for (let n = 0; n < 10; n++) acknowledged.push(await dispatch(url, round + n / 10));
      await kill();
    }
    const url = await start(5);
    await sleep(200);
    const kept = new Set(
      (await query<{ id: string }>("select id from dispatches")).map(({ id }) => id),
    );
    expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);
    expect(kept.size).toBe(200);
    const answer = (await (await fetch(`${url}/telemetry/${bigAssetId(0)}`)).json()) as {
      setpoint_mw: number;
    };
    expect(answer.setpoint_mw).toBe(19.9);
  });
});
