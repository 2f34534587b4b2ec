// The reason of a wait for a database is logged once: another server, or a database that cannot be reached.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createClient } from "../../../src/store/database/client.ts";
import { createLeadership, type Leadership } from "../../../src/store/database/leadership.ts";
import { type OwnServer, startEmbedded } from "../../support/databases.ts";
import { silentLog } from "../../support/silent-log.ts";
import { queryDatabase } from "../../support/stored-rows.ts";

let server: OwnServer;
let url: string;
let lines: string[] = [];
const made: Leadership[] = [];

beforeAll(async () => {
  server = await startEmbedded();
  url = await server.createDatabase();
}, 60_000);
afterEach(async () => {
  for (const one of made.splice(0)) await one.release();
  lines = [];
});
afterAll(() => server?.stop());

function leadership(): Leadership {
  const hear = (level: string) => (_: object, message: string) => lines.push(`${level} ${message}`);
  const one = createLeadership({ ...silentLog, info: hear("info"), warn: hear("warn") });
  made.push(one);
  return one;
}

const noExamination = async () => {};

test("a standby names the session that has the lock, once, and takes it over", async () => {
  const owner = leadership();
  await owner.acquire(url, noExamination);
  const [session] = await queryDatabase<{ pid: number }>(
    url,
    `select pid from pg_locks where locktype = 'advisory' and granted
       and database = (select oid from pg_database where datname = current_database())`,
  );
  const waiting = leadership().acquire(url, noExamination);
  await expect.poll(() => lines.length, { timeout: 5_000 }).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 2_200));
  expect(lines).toEqual([
    expect.stringMatching(
      new RegExp(
        `^info standby: another server runs this database \\(session ${session?.pid}, connected since \\d{4}-.*Z\\); waiting until it ends$`,
      ),
    ),
  ]);
  await owner.release();
  await waiting;
}, 20_000);

test("a database that comes is waited for, named once, and taken a moment later", async () => {
  await server.halt();
  const waiting = leadership().acquire(url, noExamination);
  await expect.poll(() => lines.length, { timeout: 5_000 }).toBe(1);
  expect(lines[0]).toMatch(
    /^warn waiting for the database test_\w+ at the socket in \S+: there is no such socket: PostgreSQL does not run$/,
  );
  await server.restart();
  await waiting;
  expect(lines.slice(1)).toEqual(["info standby: waiting a moment"]);
}, 30_000);

test("one that is released while it waits waits no more", async () => {
  const one = leadership();
  const waiting = one.acquire("postgres://127.0.0.1:1/nothing", noExamination);
  await expect.poll(() => lines.length).toBe(1);
  await one.release();
  await expect(waiting).rejects.toThrow(/stopped/);
});

/** The session that has the lock. */
const holder = () =>
  queryDatabase<{ pid: number; name: string }>(
    url,
    `select pid, application_name as name from pg_locks join pg_stat_activity using (pid)
     where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = current_database())`,
  );

test("a lock that an older session of our own has is not lost, one of another server is", async () => {
  const owner = leadership();
  await owner.acquire(url, noExamination);
  const [mine] = await holder();
  // An older session of the owner comes first when its newest one breaks.
  const older = createClient(1);
  older.connect(url);
  const takeLock = (name: string) =>
    older.within(5_000, async (sql) => {
      await sql`select set_config('application_name', ${name}, false)`;
      await sql`select pg_advisory_lock(7301200402)`;
    });
  let losses = 0;
  owner.watch(() => losses++);
  const taken = takeLock(mine?.name ?? "");
  await queryDatabase(url, `select pg_terminate_backend(${mine?.pid})`);
  await taken;
  await new Promise((resolve) => setTimeout(resolve, 3_200));
  expect(losses).toBe(0);
  await older.within(5_000, (sql) => sql`select set_config('application_name', 'another', false)`);
  await expect.poll(() => losses, { timeout: 5_000 }).toBeGreaterThan(0);
  await older.close();
}, 30_000);
