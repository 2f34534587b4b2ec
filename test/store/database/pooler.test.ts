// PgBouncer between us and PostgreSQL: sessions work, anything less is found out before anything is done.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createSimulator } from "../../../src/simulator/simulator.ts";
import { createClient } from "../../../src/store/database/client.ts";
import { examineDatabase } from "../../../src/store/database/examination.ts";
import { failureOf } from "../../../src/store/database/failure.ts";
import { createStore } from "../../../src/store/store.ts";
import { type OwnServer, startEmbedded } from "../../support/databases.ts";
import { KEEP_ALL } from "../../support/keep-all.ts";
import { hasPgBouncer, type PgBouncer, startPgBouncer } from "../../support/pgbouncer.ts";
import { silentLog } from "../../support/silent-log.ts";
import { queryDatabase } from "../../support/stored-rows.ts";
import { DT_S, givenOf, tableOf } from "../../support/tick-tables.ts";

describe.runIf(hasPgBouncer)("a database through PgBouncer", { timeout: 30_000 }, () => {
  let server: OwnServer;
  let url: string;
  let pooler: PgBouncer | undefined;

  beforeAll(async () => {
    server = await startEmbedded();
    url = await server.createDatabase();
  }, 60_000);
  afterEach(() => pooler?.stop());
  afterAll(() => server?.stop());

  test.each([
    ["transaction", ""],
    ["transaction", "server_round_robin = 1"],
    ["transaction", "default_pool_size = 1"],
    ["statement", ""],
  ] as const)("in %s mode is refused with what to do (%s)", async (mode, more) => {
    pooler = await startPgBouncer(url, mode, more);
    await expect(examineDatabase(pooler.through(url), silentLog)).rejects.toThrow(
      /^the database test_\w+ at 127\.0\.0\.1:\d+ cannot be used: a pooler in front of it .*: Mando needs sessions; name PostgreSQL's own address in DATABASE_URL, or set pool_mode = session in PgBouncer$/,
    );
    expect(await queryDatabase(url, "select from pg_class where relname = 'telemetry'")).toEqual(
      [],
    );
  });

  test("in session mode stores a fleet, under our settings", async () => {
    const name = new URL(url).pathname.slice(1);
    await queryDatabase(url, `alter database ${name} set statement_timeout = '200ms'`);
    pooler = await startPgBouncer(url, "session");
    const lines: unknown[] = [];
    const log = { ...silentLog, info: (fields: object) => lines.push(fields) };
    const directory = mkdtempSync(join(tmpdir(), "mando-store-"));
    const table = tableOf({ initialSocPct: 50 });
    const simulator = createSimulator(table, DT_S, 1_000);
    for (let start = 0; start < 2; start++) {
      const store = createStore(
        { directory, spoolBytes: 2 ** 26, reset: false, mayPrune: false, retention: KEEP_ALL },
        log,
      );
      await store.open(pooler.through(url), {
        given: givenOf(table),
        origin: "file",
        dtS: DT_S,
        nowMs: Date.now,
      });
      for (let n = 0; n < 5; n++) store.keep(simulator.tick(1_001 + start * 5 + n));
      await store.flush();
      await store.maintenance();
      await store.close();
    }
    expect(lines[0]).toMatchObject({ pooler: "session" });
    expect(await queryDatabase(url, "select count(*)::int as count from telemetry")).toEqual([
      { count: 10 },
    ]);
    const client = createClient(1);
    client.connect(pooler.through(url));
    const [row] = await client.within(
      5_000,
      (sql) => sql`select current_setting('statement_timeout') as value from pg_sleep(0.3)`,
    );
    expect(row?.value).toBe("0");
    await client.close();
    rmSync(directory, { recursive: true });
  });

  test("in session mode with too few connections is named, and waited for", async () => {
    pooler = await startPgBouncer(url, "session", "default_pool_size = 1");
    const error = await examineDatabase(pooler.through(url), silentLog).catch((reason) => reason);
    expect(failureOf(error)).toEqual({
      reason: "a pooler in front of it grants no second connection: allow 20 (default_pool_size)",
      mayPass: true,
    });
  });
});
