// A long history over HTTP: whole, in the order of time, and never whole in memory.
import { mkdtempSync, rmSync } from "node:fs";
import { get as httpGet, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClient } from "../../../src/store/database/client.ts";
import {
  type ApplicationUnderTest,
  DT_MS,
  START_MS,
  startApplication,
} from "../../support/application-under-test.ts";
import { type OwnServer, startEmbedded } from "../../support/databases.ts";

const ASSET = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01";
const STORED = 200_000;
const RECENT = 5_000;
/** A sample is about 400 bytes as JSON, and more as an object. */
const LEAST_COLLECTED_MB = 60;
const MOST_STREAMED_MB = 30;

let server: OwnServer;
let directory: string;
let application: ApplicationUnderTest;
beforeAll(async () => {
  server = await startEmbedded();
  directory = mkdtempSync(join(tmpdir(), "mando-history-"));
  const databaseUrl = await server.createDatabase();
  application = await startApplication({ DATABASE_URL: databaseUrl, DATA: directory });
  application.clock.advance(RECENT * DT_MS);
  const client = createClient(1);
  client.connect(databaseUrl);
  await client.within(60_000, (sql) =>
    sql.unsafe(`
      insert into telemetry (asset_id, site_id, capacity_mwhr, max_mw, min_mw, dt_s, ts, soc_mwhr, soc_pct,
        current_mw, setpoint_mw, energy_in_mwhr, energy_out_mwhr, status)
      select id, site_id, 36, 30, -30, 4, to_timestamp(${START_MS / 1000} - n * 4), 18, 50, 5, 5, 0, n, 'discharging'
      from assets, generate_series(0, ${STORED - 1}) n where id = '${ASSET}'`),
  );
  await client.close();
  const metrics = async () => (await fetch(`${application.url}/metrics`)).text();
  while (!/^mando_spool_records 0$/m.test(await metrics())) await sleep(50);
}, 120_000);
afterAll(async () => {
  await application.stop();
  await server.stop();
  rmSync(directory, { recursive: true });
}, 60_000);

const address = (query: string) => `${application.url}/telemetry/${ASSET}/history?${query}`;
const open = (query: string): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    httpGet(address(query), { agent: false }, resolve).on("error", reject);
  });

function liveMb(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 2 ** 20;
}

/** Reads an answer to its end, and returns by how much memory that is in use had grown at most, in MB. */
async function growthMb(query: string, take: (chunk: Buffer) => void): Promise<number> {
  const beforeMb = liveMb();
  const answer = await open(query);
  let [count, mostMb] = [0, liveMb() - beforeMb];
  for await (const chunk of answer) {
    take(chunk as Buffer);
    if (++count % 100 === 0) mostMb = Math.max(mostMb, liveMb() - beforeMb);
  }
  return Math.max(mostMb, liveMb() - beforeMb);
}

describe("a long history", { timeout: 120_000 }, () => {
  test("is whole: every sample once, newest first, over memory and database", async () => {
    let [count, expectedMs] = [0, START_MS + RECENT * DT_MS];
    for await (const line of createInterface({
      input: await open("limit=1000000&format=ndjson"),
    })) {
      const { timestamp } = JSON.parse(line) as { timestamp: string };
      if (Date.parse(timestamp) !== expectedMs) throw new Error(`${timestamp} after ${count} rows`);
      expectedMs -= DT_MS;
      count++;
    }
    expect(count).toBe(RECENT + STORED);
  });

  test("ends after the requested number, wherever a page ends", async () => {
    for (const limit of [1_999, 2_000, 2_001, 4_000, 7_001]) {
      const rows = (await (await fetch(address(`limit=${limit}`))).json()) as unknown[];
      expect(rows).toHaveLength(limit);
    }
    const from = new Date(START_MS - 10 * DT_MS).toISOString();
    const rows = (await (await fetch(address(`from=${from}&limit=10000000`))).json()) as unknown[];
    expect(rows).toHaveLength(RECENT + 11);
    expect((await fetch(address("limit=10000001"))).status).toBe(400);
    const head = await fetch(address("limit=7001"), { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
  });

  test("is never whole in memory", async () => {
    let size = 0;
    const grewMb = await growthMb("limit=1000000", (chunk) => {
      size += chunk.length;
    });
    expect(size / 2 ** 20).toBeGreaterThan(LEAST_COLLECTED_MB);
    expect(grewMb).toBeLessThan(MOST_STREAMED_MB);
  });

  test("is measured by what notices one that is collected", async () => {
    const chunks: Buffer[] = [];
    const grewMb = await growthMb("limit=1000000", (chunk) => chunks.push(chunk));
    expect(grewMb).toBeGreaterThan(LEAST_COLLECTED_MB);
  });

  test("breaks off visibly where the database becomes unavailable, and is refused while it is", async () => {
    const answer = await fetch(address("limit=1000000&format=csv"));
    const reader = answer.body?.getReader();
    expect((await reader?.read())?.done).toBe(false);
    await server.halt();
    const rest = async () => {
      while (!(await reader?.read())?.done);
    };
    await expect(rest()).rejects.toThrow();
    const refused = await fetch(address("limit=1000000"));
    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({ code: "STORE_UNAVAILABLE" });
    await server.restart();
    await expect.poll(async () => (await fetch(address("limit=6000"))).status).toBe(200);
    expect(application.errors).toEqual([]);
  });
});
