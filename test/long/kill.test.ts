// The program is killed at random instants: nothing acknowledged is lost, every tick stands once.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { bigAssetId, writeBigFleet } from "../support/big-fleet.ts";
import { SERVERS, type TestServer } from "../support/databases.ts";
import {
  endPrograms,
  postDispatch,
  readMetric,
  runProgram,
} from "../support/program-under-test.ts";
import { queryDatabase, readRows } from "../support/stored-rows.ts";

const TICK_S = 0.05;
const [FIRST, SECOND] = [bigAssetId(0), bigAssetId(1)];
/** Kills of each kind: many on the database that comes with the program, enough on the others. */
const KILLS = Number(process.env.KILLS ?? 40);
const CASES = SERVERS.map((kind, n) => ({ ...kind, kills: n === 0 ? KILLS : 6 }));

describe.each(CASES)("a program on $name that is killed", { timeout: 400_000 }, (kind) => {
  const { kills } = kind;
  let server: TestServer;
  let databaseUrl: string;
  let directory: string;

  beforeAll(async () => {
    server = await kind.start();
  }, 60_000);
  afterAll(() => server?.stop());
  beforeEach(async () => {
    databaseUrl = await server.createDatabase();
    directory = mkdtempSync(join(tmpdir(), "mando-kill-"));
  });
  afterEach(() => {
    endPrograms();
    rmSync(directory, { recursive: true, maxRetries: 10, retryDelay: 100 });
  });

  const run = (assetCount: number) =>
    runProgram({
      TICK_SECONDS: String(TICK_S),
      ASSETS_FILE: writeBigFleet(directory, assetCount),
      DATA: directory,
      DATABASE_URL: databaseUrl,
    });

  async function telemetryOf(url: string, assetId: string) {
    const answer = await fetch(`${url}/telemetry/${assetId}`);
    return (await answer.json()) as { timestamp: string; setpoint_mw: number };
  }

  async function acknowledged(answer: Response): Promise<string> {
    expect(answer.status).toBe(202);
    return ((await answer.json()) as { id: string }).id;
  }

  /** Runs for a moment under load; the announced instants a while before the kill and just before, in ms. */
  async function runAndKill(mw: number): Promise<{ earlierMs: number; newestMs: number }> {
    const program = run(500);
    const url = await program.url;
    await acknowledged(await postDispatch(url, FIRST, mw));
    // Before its first tick it announces its start, which is no tick.
    await expect
      .poll(() => readMetric(url, "mando_ticks_total"), { interval: 5 })
      .toBeGreaterThan(0);
    await sleep(Math.random() * 200);
    const earlier = await telemetryOf(url, FIRST);
    await sleep(150 + Math.random() * 100);
    const newest = await telemetryOf(url, FIRST);
    await program.kill();
    return {
      earlierMs: Date.parse(earlier.timestamp),
      newestMs: Date.parse(newest.timestamp),
    };
  }

  test(`${kills} times at random has every tick that it spooled, each once, and its energy balances across the gaps`, async () => {
    const announced: { earlierMs: number; newestMs: number }[] = [];
    for (let round = 0; round < kills; round++) {
      announced.push(await runAndKill((round % 2 ? 1 : -1) * 25));
      if (round % 4 > 0) continue;
      // And once while it starts, drains and takes up.
      const starting = run(500);
      await sleep(Math.random() * 700);
      await starting.kill();
    }
    const last = run(500);
    await last.url;
    await last.kill();

    const stored = await queryDatabase<{ ms: number }>(
      databaseUrl,
      "select (extract(epoch from ts) * 1000)::float8 as ms from telemetry group by ts",
    );
    const storedMs = new Set(stored.map(({ ms }) => ms));
    // The newest tick may not have been on the disk yet; a tick that was announced 150 ms before was.
    const lost = announced.filter(({ newestMs }) => !storedMs.has(newestMs)).length;
    process.stderr.write(`${lost} of ${kills} kills came before the newest tick was on disk\n`);
    expect(announced.filter(({ earlierMs }) => !storedMs.has(earlierMs))).toEqual([]);
    const found = await readRows(databaseUrl, TICK_S * 1000);
    expect(found.instants).toBeGreaterThan(kills);
    expect(found).toMatchObject({ rows: 500 * found.instants, offGrid: 0, early: 0 });
    // A tick that was not on disk when the program died never was: the next tick continues from the one before.
    expect(found.error).toBeLessThan(1e-9);
  });

  test(`after each of ${2 * kills} acknowledged dispatches has every one of them, and applies the last`, async () => {
    const kept: string[] = [];
    const requested: { round: number; mw: number; id: string | undefined }[] = [];
    for (let round = 0; round < 2 * kills; round++) {
      const mw = (round + 1) / 10;
      const program = run(5);
      const url = await program.url;
      const setpointMw = async (id: string) => (await telemetryOf(url, id)).setpoint_mw;
      // In force with the next tick that starts after it was accepted.
      if (round > 0) await expect.poll(() => setpointMw(FIRST)).toBe(round / 10);
      kept.push(await acknowledged(await postDispatch(url, FIRST, mw)));
      if (round % 2 > 0) {
        const open = postDispatch(url, SECOND, mw).then(acknowledged, () => undefined);
        await sleep(Math.random() * 6);
        await program.kill();
        requested.push({ round, mw, id: await open.catch(() => undefined) });
      } else await program.kill();
    }
    const url = await run(5).url;
    const appliedMw = async () => (await telemetryOf(url, SECOND)).setpoint_mw;
    interface Row {
      id: string;
      asset_id: string;
      mw: number;
      status: string;
    }
    const rows = await queryDatabase<Row>(
      databaseUrl,
      "select * from dispatches order by sequence",
    );
    const firsts = rows.filter((row) => row.asset_id === FIRST);
    expect(firsts.map(({ id }) => id)).toEqual(kept);
    // A dispatch without an answer is stored as requested, or not at all.
    const seconds = rows.filter((row) => row.asset_id === SECOND);
    for (const { mw, id } of requested) {
      const found = seconds.filter((row) => row.mw === mw);
      expect(found.length).toBeLessThanOrEqual(1);
      if (id !== undefined) expect(found[0]?.id).toBe(id);
      if (found[0]) expect(found[0].status).toMatch(/^(accepted|active|superseded)$/);
    }
    expect(seconds.every((row) => requested.some(({ mw }) => mw === row.mw))).toBe(true);
    await expect.poll(appliedMw).toBe(seconds.at(-1)?.mw ?? 0);
    const announced = requested.filter(({ id }) => id !== undefined).length;
    process.stderr.write(
      `${requested.length} killed in the middle: ${announced} acknowledged, ${seconds.length} stored\n`,
    );
  });
});
