// Every query that the Grafana dashboards send to the store, by the role that they have, after some hours of the fleet.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createStore } from "../../../src/store/store.ts";
import { START_MS, startApplication } from "../../support/application-under-test.ts";
import { SERVERS, type TestServer } from "../../support/databases.ts";
import { DASHBOARDS, expandSql, queriesIn, readExample } from "../../support/grafana.ts";
import { KEEP_ALL } from "../../support/keep-all.ts";
import { silentLog } from "../../support/silent-log.ts";
import { queryDatabase } from "../../support/stored-rows.ts";

const ASSET = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01";
const DT_S = 60;
const HALF_HOUR_MS = 1_800_000;
const END_MS = START_MS + 6 * HALF_HOUR_MS;

type Row = Readonly<Record<string, unknown>>;

describe.each(SERVERS)("the dashboards of the store on $name", { timeout: 60_000 }, (kind) => {
  let server: TestServer;
  let databaseUrl: string;
  let readerUrl: string;
  let directory: string;

  beforeAll(async () => {
    server = await kind.start();
    databaseUrl = await server.createDatabase();
    directory = mkdtempSync(join(tmpdir(), "mando-grafana-"));
    await operateFor(databaseUrl, directory);
    await sumUpMinutes(databaseUrl, directory);
    await queryDatabase(databaseUrl, readExample("reader.sql"));
    const reader = new URL(databaseUrl);
    [reader.username, reader.password] = ["grafana", "grafana"];
    readerUrl = reader.href;
  }, 120_000);
  afterAll(async () => {
    await server?.stop();
    rmSync(directory, { recursive: true });
  });

  const read = (text: string, variables: Readonly<Record<string, readonly string[]>>) =>
    queryDatabase<Row>(
      readerUrl,
      expandSql(text, {
        from: new Date(START_MS).toISOString(),
        until: new Date(END_MS).toISOString(),
        intervalS: 120,
        isTimescale: kind.name === "TimescaleDB",
        variables,
      }),
    );
  const siteIds = async () =>
    (await read(variableQuery("site"), {})).map((row) => row.__value as string);

  test.each(queriesIn("rawSql"))("have rows: $panel", async ({ text }) => {
    const rows = await read(text, { site: await siteIds(), asset: [ASSET] });
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) expect(Object.values(row).some((it) => it !== null)).toBe(true);
    const times = rows.flatMap(({ time }) => (time === undefined ? [] : [Number(time)]));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  test("have names to choose from", async () => {
    expect((await siteIds()).length).toBeGreaterThan(1);
    expect(await read(variableQuery("asset"), {})).toContainEqual(
      expect.objectContaining({ __value: ASSET }),
    );
  });

  test("show the energy that the battery delivered", async () => {
    const text = queryOf("Energy of an asset per day");
    const rows = await read(text, { asset: [ASSET] });
    const delivered = rows.reduce((sum, { discharged }) => sum + (discharged as number), 0);
    const [{ metered } = { metered: 0 }] = await queryDatabase<{ metered: number }>(
      databaseUrl,
      `select max(energy_out_mwhr) as metered from telemetry where asset_id = '${ASSET}'`,
    );
    expect(delivered).toBeGreaterThan(10);
    expect(delivered).toBeCloseTo(metered, 6);
  });

  test("show only the sites that are chosen", async () => {
    const [first = ""] = await siteIds();
    const rows = await read(queryOf("Power by site"), { site: [first] });
    expect(new Set(rows.map(({ metric }) => metric)).size).toBe(1);
  });

  test("read by a role that changes nothing", async () => {
    for (const text of ["delete from telemetry", "create table x (y int)", "drop table dispatches"])
      await expect(queryDatabase(readerUrl, text)).rejects.toThrow();
  });
});

const queryOf = (title: string): string =>
  queriesIn("rawSql").find(({ panel }) => panel === title)?.text as string;

function variableQuery(name: string): string {
  const variables = DASHBOARDS.flatMap(({ templating }) => templating.list);
  return variables.find((it) => it.name === name && typeof it.query === "string")?.query as string;
}

/** Runs the fleet with dispatches and an alarm, until all of it is in the database. */
async function operateFor(databaseUrl: string, directory: string): Promise<void> {
  const application = await startApplication({
    DATABASE_URL: databaseUrl,
    DATA: directory,
    TICK_SECONDS: String(DT_S),
  });
  const dispatch = async (body: object) => {
    const answer = await fetch(`${application.url}/dispatch`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ asset_id: ASSET, ...body }),
    });
    expect(answer.status).toBe(202);
  };
  await dispatch({ mw: 6, duration_s: HALF_HOUR_MS / 1000 });
  application.clock.advance(HALF_HOUR_MS);
  await sleep(50);
  // More than is left: its energy limits it for more than an hour, which is an alarm.
  await dispatch({ mw: 30 });
  application.clock.advance(END_MS - START_MS - HALF_HOUR_MS);
  const metrics = async () => (await fetch(`${application.url}/metrics`)).text();
  while (!/^mando_spool_records 0$/m.test(await metrics())) await sleep(20);
  await application.stop();
}

async function sumUpMinutes(databaseUrl: string, directory: string): Promise<void> {
  const store = createStore(
    { directory, spoolBytes: 2 ** 24, reset: false, mayPrune: false, retention: KEEP_ALL },
    silentLog,
  );
  const nowMs = () => END_MS + 600_000;
  const given = { sites: [], assets: [] };
  await store.open(databaseUrl, { given, origin: "default", dtS: DT_S, nowMs });
  await store.maintenance();
  await store.close();
}
