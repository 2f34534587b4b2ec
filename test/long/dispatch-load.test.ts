// A hundred dispatches at once: none is acknowledged without being stored, whatever the database does.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { bigAssetId, writeBigFleet } from "../support/big-fleet.ts";
import { OWN_SERVERS, type OwnServer, SERVERS, type TestServer } from "../support/databases.ts";
import { killPostgres } from "../support/postgres-processes.ts";
import { endPrograms, postDispatch, runProgram } from "../support/program-under-test.ts";
import { queryDatabase } from "../support/stored-rows.ts";

const AT_ONCE = 100;
const TICK_MS = 100;

interface Answered {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly id: string | undefined;
  readonly tookMs: number;
}

async function call(url: string, assetId: string, mw: number): Promise<Answered> {
  const beganMs = performance.now();
  const answer = await postDispatch(url, assetId, mw);
  const { id } = (await answer.json()) as { id?: string };
  const tookMs = performance.now() - beganMs;
  return { status: answer.status, retryAfter: answer.headers.get("retry-after"), id, tookMs };
}

/** One dispatch each for a hundred assets, or several for fewer. */
const callMany = (url: string, assetOf = bigAssetId) =>
  Promise.all(Array.from({ length: AT_ONCE }, (_, n) => call(url, assetOf(n), n / 10)));

/** A hundred after a hundred, until some are refused: what happens meanwhile happens in the middle. */
async function callUntilRefused(url: string): Promise<Answered[]> {
  const answers: Answered[] = [];
  do answers.push(...(await callMany(url)));
  while (answers.every(({ status }) => status === 202));
  return answers;
}

function percentile(values: readonly number[], ratio: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(ratio * sorted.length) - 1] ?? Number.NaN;
}

const keptIds = async (databaseUrl: string) =>
  new Set(
    (await queryDatabase<{ id: string }>(databaseUrl, "select id from dispatches")).map(
      ({ id }) => id,
    ),
  );
const acknowledged = (answers: readonly Answered[]) =>
  answers.filter(({ status }) => status === 202).map(({ id }) => id ?? "");

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "mando-dispatch-"));
});
afterEach(() => {
  endPrograms();
  rmSync(directory, { recursive: true, maxRetries: 10, retryDelay: 100 });
});

const run = (databaseUrl: string) =>
  runProgram({
    TICK_SECONDS: String(TICK_MS / 1000),
    ASSETS_FILE: writeBigFleet(directory, 100),
    DATA: directory,
    DATABASE_URL: databaseUrl,
  });

describe.each(SERVERS)("100 dispatches at once on $name", { timeout: 60_000 }, (kind) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await kind.start();
  }, 60_000);
  afterAll(() => server?.stop());

  test("are all stored, and answered soon", async () => {
    const databaseUrl = await server.createDatabase();
    const url = await run(databaseUrl).url;
    await callMany(url);
    const answers: Answered[] = [];
    for (let round = 0; round < 20; round++) answers.push(...(await callMany(url)));
    const tookMs = answers.map((answer) => answer.tookMs);
    const [p50, p99] = [percentile(tookMs, 0.5), percentile(tookMs, 0.99)];
    process.stderr.write(
      `100 dispatches at once: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms with the commit\n`,
    );
    expect(acknowledged(answers)).toHaveLength(20 * AT_ONCE);
    const kept = await keptIds(databaseUrl);
    expect(acknowledged(answers).filter((id) => !kept.has(id))).toEqual([]);
    expect(p99).toBeLessThan(1_000);
  });

  test("for 25 batteries leave the same in force, in the list and after a crash", async () => {
    const databaseUrl = await server.createDatabase();
    const stored = () =>
      queryDatabase<{ id: string; mw: number }>(
        databaseUrl,
        "select distinct on (asset_id) asset_id as id, mw from dispatches order by asset_id, sequence desc",
      );
    const expectInForce = async (url: string) => {
      const answer = await fetch(`${url}/telemetry`);
      const all = (await answer.json()) as { asset_id: string; setpoint_mw: number }[];
      const found = all.slice(0, 25).map((one) => ({ id: one.asset_id, mw: one.setpoint_mw }));
      expect(found).toEqual(await stored());
    };
    const program = run(databaseUrl);
    const url = await program.url;
    for (let round = 0; round < 10; round++) {
      await callMany(url, (n) => bigAssetId(n % 25));
      await sleep(3 * TICK_MS);
      await expectInForce(url);
    }
    await program.kill();
    await expectInForce(await run(databaseUrl).url);
  });
});

describe.each(OWN_SERVERS)(
  "during an outage of $name, 100 dispatches at once",
  { timeout: 60_000 },
  (kind) => {
    let server: OwnServer;
    beforeEach(async () => {
      server = await kind.start();
    }, 60_000);
    afterEach(() => server?.stop(), 60_000);

    test("are all refused within a second or so, and taken again once it is back", async () => {
      const databaseUrl = await server.createDatabase();
      const url = await run(databaseUrl).url;
      await callMany(url);
      await server.halt();
      for (let round = 0; round < 3; round++) {
        const answers = await callMany(url);
        expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
        expect(new Set(answers.map(({ retryAfter }) => retryAfter))).toEqual(new Set(["1"]));
        const slowestMs = Math.max(...answers.map(({ tookMs }) => tookMs));
        process.stderr.write(`100 dispatches refused after ${Math.round(slowestMs)} ms at most\n`);
        expect(slowestMs).toBeLessThan(2_000);
      }
      await server.restart();
      await expect
        .poll(async () => acknowledged(await callMany(url)).length, { timeout: 5_000 })
        .toBe(AT_ONCE);
      // Refused is refused: nothing of it comes later.
      expect((await keptIds(databaseUrl)).size % AT_ONCE).toBe(0);
    });

    test("are stored where they were acknowledged, though it is killed in the middle", async () => {
      const databaseUrl = await server.createDatabase();
      const url = await run(databaseUrl).url;
      const answers = await callMany(url);
      for (let round = 0; round < 5; round++) {
        const asking = callUntilRefused(url);
        await sleep(Math.random() * 150);
        killPostgres(server.directory);
        answers.push(...(await asking));
        await server.halt().catch(() => {});
        await server.restart();
        await expect.poll(async () => (await call(url, bigAssetId(0), 1)).status).toBe(202);
      }
      const ids = acknowledged(answers);
      process.stderr.write(
        `${ids.length} of ${answers.length} were acknowledged before the kill\n`,
      );
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202, 503]));
      const kept = await keptIds(databaseUrl);
      expect(ids.filter((id) => !kept.has(id))).toEqual([]);
    });
  },
);
