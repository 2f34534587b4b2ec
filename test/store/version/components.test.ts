// The versions of a database, as each server says them.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Component } from "../../../src/domain/version/component.ts";
import { readMigrations } from "../../../src/store/database/apply-migrations.ts";
import { type Client, createClient, unavailable } from "../../../src/store/database/client.ts";
import { broughtSchema, createDatabaseComponents } from "../../../src/store/version/components.ts";
import { SERVERS, startEmbedded } from "../../support/databases.ts";
import { type OpenedStore, openStore } from "../../support/opened-store.ts";

const schema = (version: string | undefined, isCurrent: boolean) => ({
  ...{ name: "migration", kind: "schema", version, license: "MIT", isCurrent },
});
const ofKind = (kind: string, components: readonly Component[]) =>
  components.filter((it) => it.kind === kind);

describe.each(SERVERS)("in $name", { timeout: 60_000 }, ({ start }) => {
  let opened: OpenedStore;
  let tags: readonly (string | undefined)[];
  beforeAll(async () => {
    opened = await openStore(start);
    tags = (await readMigrations()).map(({ tag }) => tag);
  }, 60_000);
  afterAll(() => opened?.close());

  const run = (statement: string) => opened.client.within(5_000, (sql) => sql.unsafe(statement));

  test("the server and its extension have the versions that they say", async () => {
    const [said] = await run(
      "select current_setting('server_version') as server, (select extversion from pg_extension where extname = 'timescaledb') as extension",
    );
    const listed = ofKind("database", await opened.store.components());
    const rest = { kind: "database", license: null, isCurrent: true };
    const extension = said?.extension;
    expect(listed).toEqual([
      { name: "PostgreSQL", version: said?.server, ...rest },
      ...(extension ? [{ name: "TimescaleDB", version: extension, ...rest }] : []),
    ]);
  });

  test("the migration in force is the newest that the database has", async () => {
    const listed = async () => ofKind("schema", await opened.store.components());
    expect(await listed()).toEqual([schema(tags.at(-1), true)]);

    const newest = "select max(created_at) from drizzle.__drizzle_migrations";
    await run("create table moved as select * from drizzle.__drizzle_migrations");
    await run(`delete from drizzle.__drizzle_migrations where created_at = (${newest})`);
    expect(await listed()).toEqual([schema(tags.at(-1), false), schema(tags.at(-2), true)]);

    const laterMs = Date.UTC(2099, 0, 1);
    await run(
      `insert into drizzle.__drizzle_migrations (hash, created_at) values ('later', ${laterMs})`,
    );
    const later = new Date(laterMs).toISOString();
    expect(await listed()).toEqual([schema(tags.at(-1), false), schema(later, true)]);

    await run("delete from drizzle.__drizzle_migrations");
    await run("insert into drizzle.__drizzle_migrations select * from moved");
    expect(await listed()).toEqual([schema(tags.at(-1), true)]);
  });
});

test("an extension that the database has is listed with its version", {
  timeout: 60_000,
}, async () => {
  const server = await startEmbedded();
  const client = createClient(1);
  client.connect(await server.createDatabase());
  // The entry of TimescaleDB, which the embedded server does not have.
  await client.within(5_000, (sql) =>
    sql.unsafe(
      "set allow_system_table_mods = on; insert into pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion) values (99999, 'timescaledb', 10, 11, false, '2.15.2')",
    ),
  );
  const listed = ofKind("database", await createDatabaseComponents(client)());
  expect(listed.map(({ name, isCurrent }) => [name, isCurrent])).toEqual([
    ["PostgreSQL", true],
    ["TimescaleDB", true],
  ]);
  expect(listed[1]?.version).toBe("2.15.2");
  await client.close();
  await server.stop();
});

test("a database that does not answer has its last known versions, not in force", {
  timeout: 60_000,
}, async () => {
  const server = await startEmbedded();
  const client = createClient(1);
  client.connect(await server.createDatabase());
  const components = createDatabaseComponents(client);
  const before = await components();
  expect(ofKind("database", before)).toMatchObject([{ name: "PostgreSQL", isCurrent: true }]);
  expect(ofKind("schema", before)).toEqual(await broughtSchema());
  await server.halt();
  expect(await components()).toEqual(before.map((it) => ({ ...it, isCurrent: false })));
  await server.restart();
  await expect.poll(components, { timeout: 20_000 }).toEqual(before);
  await client.close();
  await server.stop();
});

test("a database that never answered has the migration of the build alone", async () => {
  const within: Client["within"] = async () => {
    throw unavailable();
  };
  const components = createDatabaseComponents({ within });
  const brought = await broughtSchema();
  expect(brought).toEqual([schema((await readMigrations()).at(-1)?.tag, false)]);
  expect(await components()).toEqual(brought);
});

test("requests that come at once share one query, and later ones have their own", async () => {
  let count = 0;
  const within = (async () => {
    count++;
    return [];
  }) as Client["within"];
  const components = createDatabaseComponents({ within });
  await Promise.all(Array.from({ length: 100 }, components));
  expect(count).toBe(1);
  await components();
  expect(count).toBe(2);
});

test("an error that is no outage is a fault", async () => {
  const within: Client["within"] = async () => {
    throw new Error("planted");
  };
  await expect(createDatabaseComponents({ within })()).rejects.toThrow("planted");
});
