// Long queries of history, against a real PostgreSQL: nothing else waits for them, and a query that is too large is
// refused before it runs.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Client, createClient } from "../../../src/store/database/client.ts";
import {
  type ApplicationUnderTest,
  DT_MS,
  START_MS,
  startApplication,
} from "../../support/application-under-test.ts";
import { type OwnServer, startEmbedded } from "../../support/databases.ts";
import { overHttp, TRANSPORTS } from "../../support/transports.ts";

const ASSET = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01";
const SAMPLES = 20_000;
const FROM_MS = START_MS - SAMPLES * DT_MS;
const iso = (ms: number) => new Date(ms).toISOString();

let server: OwnServer;
let application: ApplicationUnderTest;
let client: Client;
let folder: string;
beforeAll(async () => {
  server = await startEmbedded();
  const url = await server.createDatabase();
  client = createClient(2);
  client.connect(url);
  folder = mkdtempSync(join(tmpdir(), "mando-history-"));
  const start = () => startApplication({ DATABASE_URL: url, DATA: folder });
  const before = await start();
  before.clock.advance(DT_MS);
  await before.stop();
  // What an earlier run reported: each asset the same as at its first tick.
  for (const table of ["telemetry", "totals"])
    await call(`insert into ${table} select (jsonb_populate_record(one, jsonb_build_object('ts', instants.ts))).*
      from ${table} one, generate_series('${iso(FROM_MS)}'::timestamptz, '${iso(START_MS - DT_MS)}', '${DT_MS} ms') instants (ts)`);
  application = await start();
}, 120_000);
afterAll(async () => {
  await application.stop();
  await client.close();
  await server.stop();
  rmSync(folder, { recursive: true });
});

const call = (text: string) =>
  client.within(60_000, async (sql) => [...(await sql.unsafe<{ count: number }[]>(text))]);
/** How many queries wait for the lock. */
const blocked = async () =>
  (
    await call(
      `select count(*)::int from pg_stat_activity where wait_event_type = 'Lock' and query like '%sampleCount%'`,
    )
  )[0]?.count;

/** Holds every reader of samples up while it works. */
async function whileLocked(work: () => Promise<void>): Promise<void> {
  await client.transact(60_000, async (sql) => {
    await sql.unsafe("lock table telemetry in access exclusive mode");
    await work();
  });
}

/** Ten steps of two samples each. */
const steps = () =>
  fetch(
    `${application.url}/telemetry/${ASSET}/history?from=${iso(START_MS - 80_000)}&until=${iso(START_MS)}&step_s=8`,
  );
/** So many histories, which each read every sample of an asset. */
const histories = (count: number) =>
  Array.from(
    { length: count },
    (_, n) =>
      `h${n}: history(first: 1, from: "${iso(FROM_MS)}", until: "${iso(START_MS)}", stepS: 31622399) { nodes { sampleCount } }`,
  ).join(" ");

const dispatch = () =>
  fetch(`${application.url}/dispatch`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ asset_id: ASSET, mw: 1, duration_s: 60 }),
  });

test("dispatches and lists are answered while every question about the past is held up", async () => {
  const answers: Promise<Response>[] = [];
  await whileLocked(async () => {
    for (let n = 0; n < 10; n++) answers.push(steps());
    await expect.poll(blocked).toBe(3);
    for (let n = 0; n < 5; n++) expect((await dispatch()).status).toBe(202);
    expect((await fetch(`${application.url}/dispatches`)).status).toBe(200);
    expect((await fetch(`${application.url}/health/ready`)).status).toBe(200);
    expect(await blocked()).toBe(3);
  });
  for (const answer of answers) {
    const rows = (await (await answer).json()) as { sample_count: number }[];
    expect(rows.reduce((sum, row) => sum + row.sample_count, 0)).toBe(20);
  }
});

test("a hundred wait; one more is refused, and the waiting ones are answered", async () => {
  const answers: Promise<Response>[] = [];
  await whileLocked(async () => {
    for (let n = 0; n < 110; n++) answers.push(steps());
    const refused: Response[] = [];
    for (const answer of answers) void answer.then((it) => it.status === 503 && refused.push(it));
    await expect.poll(() => refused.length).toBe(7);
    expect(refused[0]?.headers.get("retry-after")).toBe("1");
    expect(await refused[0]?.json()).toMatchObject({ code: "HISTORY_BUSY" });
    expect(await blocked()).toBe(3);
  });
  const statuses = (await Promise.all(answers)).map(({ status }) => status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(103);
});

test("one operation takes one place, whatever its size", async () => {
  const query = `{ asset(id: "${ASSET}") { ${histories(20)} } }`;
  let announced: ReturnType<typeof overHttp> | undefined;
  let other: Promise<Response> | undefined;
  await whileLocked(async () => {
    announced = overHttp(application.url, { query });
    await expect.poll(blocked).toBe(1);
    other = steps();
    await expect.poll(blocked).toBe(2);
  });
  expect((await other)?.status).toBe(200);
  expect((await announced)?.data).toMatchObject({
    asset: { h19: { nodes: [{ sampleCount: SAMPLES + 1 }] } },
  });
});

test("what reads too much is refused before it runs, alike by every transport", async () => {
  const cases = [
    [`{ assets(first: 50) { nodes { ${histories(199)} } } }`, 50 * 199 * (100 + SAMPLES / 20)],
    [`{ assets(first: 500) { nodes { ${histories(1)} } } }`, 500 * (100 + SAMPLES / 20)],
  ] as const;
  for (const [query, least] of cases)
    for (const [, transport] of TRANSPORTS) {
      const { code, message = "" } = await transport(application.url, { query });
      expect(code).toBe("QUERY_TOO_COMPLEX");
      expect(message).toMatch(
        /^the query costs \d+, and may cost 100000, 1 for every 20 samples or minutes that history reads: ask for fewer assets, a shorter range, larger steps in whole minutes, or smaller pages/,
      );
      expect(Number(/\d+/.exec(message)?.[0])).toBeGreaterThanOrEqual(least);
    }
});

test("and what is taken is answered: the same in whole minutes, and all assets a few times", async () => {
  const minutes = histories(10).replaceAll("31622399", "31622400");
  for (const query of [
    `{ assets(first: 30) { nodes { ${minutes} } } }`,
    `{ assets(first: 7) { nodes { ${histories(3)} } } }`,
  ]) {
    const { data } = await overHttp(application.url, { query });
    const { nodes } = (data as { assets: { nodes: object[] } }).assets;
    expect(nodes).toHaveLength(7);
    expect(nodes[6]).toHaveProperty("h2.nodes.0.sampleCount");
  }
});

test("and nothing of all this was a fault of ours", () => {
  expect(application.errors).toEqual([]);
});
