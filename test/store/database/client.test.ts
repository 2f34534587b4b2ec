// Clients of PostgreSQL whose transactions the server refuses for its resources: their connections end.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type Client, createClient, isOutage } from "../../../src/store/database/client.ts";
import { type OwnServer, startEmbedded } from "../../support/databases.ts";

const SIZE = 2;
const REFUSE = `
  create function refuse() returns trigger language plpgsql as
    $$begin raise exception 'the disk is full' using errcode = '53100'; end$$;
  create trigger refuse before insert on written for each row execute function refuse()`;

let server: OwnServer;
beforeAll(async () => {
  server = await startEmbedded();
}, 60_000);
afterAll(() => server?.stop());

let client: Client;
let watcher: Client;
beforeEach(async () => {
  const url = await server.createDatabase();
  client = createClient(SIZE);
  watcher = createClient(1);
  client.connect(url);
  watcher.connect(url);
  await run("create table written (number int)");
});
afterEach(() => Promise.all([client.close(), watcher.close()]));

const run = (text: string) => watcher.within(10_000, async (sql) => [...(await sql.unsafe(text))]);
const sessions = async () => {
  const [row] = await run(`
    select count(*)::int as count from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`);
  return row?.count as number;
};
const write = () =>
  client
    .transact(10_000, (sql) => sql`insert into written values (1)`)
    .then(
      () => "written",
      (error) => error.code as string,
    );
const writeMany = () => Promise.all(Array.from({ length: 60 }, write));

test("transactions that are refused together leave no session on the server, and later ones are done", async () => {
  await run(REFUSE);
  for (let round = 0; round < 5; round++)
    expect(new Set(await writeMany())).toEqual(new Set(["STORE_UNAVAILABLE"]));
  await expect.poll(sessions, { timeout: 5_000 }).toBeLessThanOrEqual(SIZE);
  await run("drop trigger refuse on written");
  expect(new Set(await writeMany())).toEqual(new Set(["written"]));
  expect(await sessions()).toBe(SIZE);
});

test("a session that cannot begin is an outage, a query that fails within is a bug", () => {
  expect(isOutage({ code: "XX000", severity: "FATAL" })).toBe(true);
  expect(isOutage({ code: "XX000", severity: "ERROR" })).toBe(false);
  expect(isOutage({ code: "28P01", severity: "FATAL" })).toBe(false);
});
