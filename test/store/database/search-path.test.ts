// The store is in the first schema of the search path, on every database.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createSimulator } from "../../../src/simulator/simulator.ts";
import { createStore } from "../../../src/store/store.ts";
import { SERVERS, type TestServer } from "../../support/databases.ts";
import { KEEP_ALL } from "../../support/keep-all.ts";
import { silentLog } from "../../support/silent-log.ts";
import { queryDatabase } from "../../support/stored-rows.ts";
import { ASSET, DT_S, givenOf, tableOf } from "../../support/tick-tables.ts";

describe.each(SERVERS)("$name with another search path", { timeout: 60_000 }, ({ start }) => {
  let server: TestServer;
  let url: string;

  beforeAll(async () => {
    server = await start();
  }, 60_000);
  afterAll(() => server?.stop());

  const table = tableOf({ initialSocPct: 50 });
  let simulator: ReturnType<typeof createSimulator>;
  let tick = 1_000;

  const warnings: string[] = [];
  const log = { ...silentLog, warn: (_: object, message: string) => warnings.push(message) };

  async function keepSome(at: string): Promise<void> {
    const directory = mkdtempSync(join(tmpdir(), "mando-store-"));
    const store = createStore(
      { directory, spoolBytes: 2 ** 26, reset: false, mayPrune: false, retention: KEEP_ALL },
      log,
    );
    await store.open(at, { given: givenOf(table), origin: "file", dtS: DT_S, nowMs: Date.now });
    for (let n = 0; n < 90; n++) store.keep(simulator.tick(++tick));
    await store.flush();
    await store.maintenance();
    const range = { limit: 1_000, fromMs: -Infinity, untilMs: Infinity };
    expect((await store.telemetry.samples(ASSET.id, range)).length).toBe(tick - 1_000);
    expect(store.usage()?.minutesUntilMs).toBeGreaterThan(0);
    expect(Object.keys(store.usage()?.bytes ?? {})).toContain("telemetry");
    await store.close();
    rmSync(directory, { recursive: true });
  }

  const relations = (schema: string) =>
    queryDatabase<{ name: string }>(
      url,
      `select relname as name from pg_class where relnamespace = '${schema}'::regnamespace and relkind in ('r', 'v')`,
    );

  test.each([
    ["a parameter of the address", (at: URL) => at.searchParams.set("search_path", '"Fleet 1"')],
    [
      "options of the address",
      (at: URL) => at.searchParams.set("options", "-csearch_path=fleet2,public"),
    ],
    ["a setting of the database", undefined],
  ] as const)("keeps a fleet there over a restart: %s", async (_, change) => {
    simulator = createSimulator(table, DT_S, 1_000);
    tick = 1_000;
    url = await server.createDatabase();
    const name = new URL(url).pathname.slice(1);
    await queryDatabase(
      url,
      `create schema "Fleet 1"; create schema fleet2; create table public.assets (something text);
       do $$ begin
         if current_setting('timescaledb.max_background_workers', true) is not null then
           execute 'create extension if not exists timescaledb schema public';
         end if;
       end $$`,
    );
    const before = await relations("public");
    const at = new URL(url);
    if (change) change(at);
    else await queryDatabase(url, `alter database ${name} set search_path = "Fleet 1", public`);
    await keepSome(at.href);
    await keepSome(at.href);
    expect(await relations("public")).toEqual(before);
    expect(warnings).toEqual([]);
    const found = await relations(at.href.includes("fleet2") ? "fleet2" : '"Fleet 1"');
    expect(found.map((one) => one.name)).toEqual(
      expect.arrayContaining(["telemetry", "totals_1m", "mando_identity", "__drizzle_migrations"]),
    );
  });
});
