// Sessions rely on no setting of a role or a database.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Client, createClient, type Sql } from "../../../src/store/database/client.ts";
import { SERVERS, type TestServer } from "../../support/databases.ts";

const HOSTILE = {
  statement_timeout: "200ms",
  lock_timeout: "100ms",
  idle_in_transaction_session_timeout: "150ms",
  datestyle: "SQL, DMY",
  intervalstyle: "sql_standard",
  timezone: "Asia/Kolkata",
  extra_float_digits: "-10",
  bytea_output: "escape",
  default_transaction_isolation: "serializable",
  synchronous_commit: "off",
  array_nulls: "off",
};

async function readSettings(sql: Sql): Promise<Record<string, string>> {
  const rows = await sql<{ name: string; value: string }[]>`
    select lower(name) as name, setting as value from pg_settings
    where lower(name) in (select json_array_elements_text(${JSON.stringify(Object.keys(HOSTILE))}::text::json))`;
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}

const EXPECTED = {
  statement_timeout: "0",
  lock_timeout: "0",
  idle_in_transaction_session_timeout: "0",
  datestyle: "ISO, MDY",
  intervalstyle: "postgres",
  timezone: "UTC",
  extra_float_digits: "1",
  bytea_output: "hex",
  default_transaction_isolation: "read committed",
  synchronous_commit: "on",
  array_nulls: "on",
};

describe.each(SERVERS)("a session on $name", ({ start }) => {
  let server: TestServer;
  let url: string;
  const clients: Client[] = [];

  beforeAll(async () => {
    server = await start();
    url = await server.createDatabase();
    const name = new URL(url).pathname.slice(1);
    await connected(1).within(10_000, async (sql) => {
      for (const [setting, value] of Object.entries(HOSTILE))
        await sql.unsafe(`alter database ${name} set ${setting} = '${value}'`);
    });
  }, 60_000);
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.close()));
    await server?.stop();
  });

  function connected(size: number): Client {
    const client = createClient(size);
    client.connect(url);
    clients.push(client);
    return client;
  }

  test("has our settings in each of its connections, whatever the database sets", async () => {
    const client = connected(3);
    const read = () =>
      client.within(10_000, async (sql) => {
        const [row] = await sql`select pg_backend_pid() as pid from pg_sleep(0.3)`;
        return { pid: row?.pid as number, settings: await readSettings(sql) };
      });
    const found = await Promise.all([read(), read(), read()]);
    expect(new Set(found.map(({ pid }) => pid)).size).toBe(3);
    for (const { settings } of found) expect(settings).toEqual(EXPECTED);
  });

  test("has them again after the server cut it", async () => {
    const client = connected(1);
    const other = connected(1);
    const pid = await client.within(
      10_000,
      async (sql) => (await sql`select pg_backend_pid() as pid`)[0]?.pid as number,
    );
    const terminated = async () => {
      const [row] = await other.within(
        10_000,
        (sql) => sql`select pg_terminate_backend(pid) from pg_stat_activity where pid = ${pid}`,
      );
      return row === undefined;
    };
    await expect.poll(terminated).toBe(true);
    const settings = () => client.within(10_000, readSettings).catch(() => undefined);
    await expect.poll(settings, { timeout: 5_000 }).toEqual(EXPECTED);
    expect(await client.transact(10_000, readSettings)).toEqual(EXPECTED);
  });
});
