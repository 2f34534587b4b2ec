// A database of any name is reached, its name percent-encoded in the address.
import { afterAll, beforeAll, expect, test } from "vitest";
import { createClient } from "../../../src/store/database/client.ts";
import { type OwnServer, startEmbedded } from "../../support/databases.ts";

let server: OwnServer;

beforeAll(async () => {
  server = await startEmbedded();
}, 60_000);
afterAll(() => server?.stop());

test.each(["we ird", "fünf/%20"])("a database named %j is reached", async (name) => {
  const url = await server.createDatabase();
  const maker = createClient(1);
  maker.connect(url);
  await maker.within(10_000, (sql) => sql`create database ${sql(name)}`);
  await maker.close();
  const address = new URL(url);
  address.pathname = `/${encodeURIComponent(name)}`;
  const client = createClient(1);
  client.connect(address.href);
  const [row] = await client.within(5_000, (sql) => sql`select current_database() as name`);
  await client.close();
  expect(row?.name).toBe(name);
});
