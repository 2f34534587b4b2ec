// Names of version 0.1 that changed before the first release: in a database, an export and the spool of that version.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { migrateDatabase } from "../../../src/store/adoption/migration.ts";
import { createClient } from "../../../src/store/database/client.ts";
import { createDispatchStore } from "../../../src/store/dispatch/dispatch-store.ts";
import { openSpool } from "../../../src/store/spool/spool.ts";
import { createWatermarks } from "../../../src/store/telemetry/watermarks.ts";
import { exportTables, importTables } from "../../../src/store/transfer/transfer.ts";
import { createTelemetryWriter } from "../../../src/store/write-behind/telemetry-writer.ts";
import { NO_KEY } from "../../support/audit.ts";
import { OWN_SERVERS, type TestServer, type TestServerKind } from "../../support/databases.ts";
import { changeOf, dispatchOf, fullDispatchOf } from "../../support/dispatches.ts";
import { silentLog } from "../../support/silent-log.ts";
import { queryDatabase } from "../../support/stored-rows.ts";

const MIGRATIONS = new URL("../../../src/store/database/migrations/", import.meta.url);
const NEWEST_OLD_MIGRATION = 5;

/** The tables of version 0.1, with the list of its migrations. */
async function createOldTables(url: string): Promise<void> {
  const journal = JSON.parse(readFileSync(new URL("meta/_journal.json", MIGRATIONS), "utf8"));
  const entries: { idx: number; tag: string; when: number }[] = journal.entries;
  const old = entries.filter(({ idx }) => idx <= NEWEST_OLD_MIGRATION);
  const statements = [
    "create schema drizzle",
    "create table drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)",
    ...old.flatMap(({ tag, when }) => [
      readFileSync(new URL(`${tag}.sql`, MIGRATIONS), "utf8"),
      `insert into drizzle.__drizzle_migrations (hash, created_at) values ('${tag}', ${when})`,
    ]),
  ];
  await queryDatabase(url, statements.join(";\n"));
}

const FULL = fullDispatchOf({ status: "cancelled", reason: "AWAY" });
const PLAIN = dispatchOf({ status: "cancelled", reason: "AWAY" });
const KEPT = dispatchOf({ status: "completed", reason: "ENDED" });
const RATIONALE_THEN = JSON.stringify(FULL.rationale).replace('"dispatches":', '"commitments":');
const ROWS_THEN = `
  insert into dispatches (id, asset_id, mw, status, reason, submitted_at, start_at, on_shortfall, grounds) values
    ('${FULL.id}', '${FULL.assetId}', 1, 'cancelled', 'AWAY', now(), now(), 'refuse', '${RATIONALE_THEN}'),
    ('${PLAIN.id}', '${PLAIN.assetId}', 1, 'cancelled', 'AWAY', now(), now(), 'curtail', null),
    ('${KEPT.id}', '${KEPT.assetId}', 1, 'completed', 'ENDED', now(), now(), 'curtail', '{"windows": null}');
  insert into dispatch_events (number, dispatch_id, at, to_status, reason) values
    (1, '${FULL.id}', now(), 'cancelled', 'AWAY'), (2, '${KEPT.id}', now(), 'completed', 'ENDED')`;
const NOW = [
  { id: FULL.id, reason: "SERVER_DOWN", rationale: FULL.rationale },
  { id: PLAIN.id, reason: "SERVER_DOWN", rationale: null },
  { id: KEPT.id, reason: "ENDED", rationale: { windows: null } },
];
const EVENTS_NOW = [
  { number: 1, reason: "SERVER_DOWN" },
  { number: 2, reason: "ENDED" },
];

describe("names of version 0.1", { timeout: 60_000 }, () => {
  let server: TestServer;
  let directory: string;

  const dispatches = (url: string) =>
    queryDatabase(url, "select id, reason, rationale from dispatches order by sequence");
  const events = (url: string) =>
    queryDatabase(url, "select number::int, reason from dispatch_events order by number");

  beforeAll(async () => {
    server = await (OWN_SERVERS[0] as TestServerKind).start();
    directory = mkdtempSync(join(tmpdir(), "mando-public-names-"));
  }, 60_000);
  afterAll(async () => {
    await server?.stop();
    rmSync(directory, { recursive: true });
  });

  test("are migrated in a database: reasons, the column grounds, and the window of dispatches", async () => {
    const url = await server.createDatabase();
    await createOldTables(url);
    await queryDatabase(url, ROWS_THEN);
    await migrateDatabase(url, silentLog);
    expect(await dispatches(url)).toEqual(NOW);
    expect(await events(url)).toEqual(EVENTS_NOW);
  });

  test("are imported from an export, which has a column grounds", async () => {
    const from = await server.createDatabase();
    await createOldTables(from);
    await queryDatabase(from, ROWS_THEN);
    await migrateDatabase(from, silentLog);
    const folder = join(directory, "export");
    await exportTables(from, folder, silentLog);
    for (const table of ["dispatches", "dispatch_events"]) {
      const file = join(folder, `${table}.csv.gz`);
      const text = gunzipSync(readFileSync(file)).toString();
      const then = text
        .replace(",rationale", ",grounds")
        .replaceAll("SERVER_DOWN", "AWAY")
        .replace('""dispatches""', '""commitments""');
      expect(then).toContain("AWAY");
      if (table === "dispatches") expect(then).toMatch(/,grounds,[\s\S]*""commitments""/);
      writeFileSync(file, gzipSync(then));
    }
    const to = await server.createDatabase();
    const added = await importTables(to, folder, silentLog);
    expect(added).toMatchObject({ dispatches: 3, dispatch_events: 2 });
    expect(await dispatches(to)).toEqual(NOW);
    expect(await events(to)).toEqual(EVENTS_NOW);
  });

  test("are drained from a spool: a reason becomes SERVER_DOWN", async () => {
    const url = await server.createDatabase();
    const ownerId = await migrateDatabase(url, silentLog);
    const client = createClient(1);
    client.connect(url);
    mkdirSync(join(directory, "spool"));
    const spool = await openSpool({
      directory: join(directory, "spool"),
      ownerId,
      maxBytes: 2 ** 26,
      log: silentLog,
    });
    const store = createDispatchStore(
      client,
      async () => {},
      () => true,
      NO_KEY,
    );
    const dispatch = dispatchOf();
    await store.add([dispatch], []);
    const change = changeOf(
      dispatch,
      { status: "cancelled", reason: "SERVER_DOWN" },
      { number: 1, to: "cancelled", reason: "SERVER_DOWN" },
    );
    const recordThen = JSON.stringify({ changes: [change] }).replaceAll("SERVER_DOWN", "AWAY");
    expect(recordThen.match(/"AWAY"/g)).toHaveLength(2);
    await spool.append([Buffer.from(recordThen)]);
    const watermarks = createWatermarks();
    await createTelemetryWriter({
      auditDigests: NO_KEY,
      client,
      spool,
      watermarks,
      log: silentLog,
    }).drain();
    expect(await store.find(dispatch.id)).toMatchObject({ reason: "SERVER_DOWN" });
    expect(await store.eventsOf(dispatch.id)).toMatchObject([{ reason: "SERVER_DOWN" }]);
    await spool.close();
    await client.close();
  });
});
