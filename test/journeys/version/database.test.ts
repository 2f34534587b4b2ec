// Versions with a database: the embedded one, others, and of a server that stands by.
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readMigrations } from "../../../src/store/database/apply-migrations.ts";
import { startApplication } from "../../support/application-under-test.ts";
import { SERVERS, startEmbedded, type TestServer } from "../../support/databases.ts";
import { ADMIN_TOKEN } from "../../support/identities.ts";
import type { Json } from "../../support/json.ts";
import { endPrograms } from "../../support/program-under-test.ts";
import { startBoth } from "../../support/two-programs.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "mando-versions-"));
  // As root, another user runs PostgreSQL, and must be able to get there.
  chmodSync(directory, 0o755);
});
afterEach(() => rmSync(directory, { recursive: true }));

async function read({ url }: { readonly url: string }, query = ""): Promise<Json> {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
  const answer = await fetch(`${url}/versions${query}`, { headers });
  expect(answer.status).toBe(200);
  return (await answer.json()) as Json;
}

const inForce = async () => [
  {
    ...{ name: "migration", version: (await readMigrations()).at(-1)?.tag, kind: "schema" },
    ...{ license: "MIT", is_current: true },
  },
];

test("the embedded PostgreSQL is listed with its licence, and the newest migration is in force", {
  timeout: 60_000,
}, async () => {
  const application = await startApplication({ API_TOKEN: ADMIN_TOKEN, DATA: directory });
  expect(await read(application, "?kind=database")).toEqual([
    {
      ...{ name: "PostgreSQL", version: expect.stringMatching(/^18\./), kind: "database" },
      ...{ license: "PostgreSQL", is_current: true },
    },
  ]);
  expect(await read(application, "?kind=schema")).toEqual(await inForce());
  await application.stop();
});

describe.each(SERVERS)("in a database of $name", { timeout: 60_000 }, ({ name, start }) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await start();
  }, 60_000);
  afterAll(() => server?.stop());

  test("the connected server is listed, without a licence: it does not ship", async () => {
    const databaseUrl = await server.createDatabase();
    const application = await startApplication({
      ...{ API_TOKEN: ADMIN_TOKEN, DATABASE_URL: databaseUrl, DATA: directory },
    });
    const listed = await read(application, "?kind=database");
    const names = name === "TimescaleDB" ? ["PostgreSQL", "TimescaleDB"] : ["PostgreSQL"];
    expect(listed.map((it: Json) => it.name)).toEqual(names);
    for (const it of listed) expect(it).toMatchObject({ license: null, is_current: true });
    expect(await read(application, "?kind=schema")).toEqual(await inForce());
    const text = JSON.stringify(await read(application));
    const { pathname, hostname } = new URL(databaseUrl);
    for (const internal of [pathname.slice(1), hostname, directory])
      expect(text).not.toContain(internal);
    await application.stop();
  });
});

test("a server that stands by lists the database that it waits for", {
  timeout: 60_000,
}, async () => {
  const server = await startEmbedded();
  const variables = { DATABASE_URL: await server.createDatabase(), API_TOKEN: ADMIN_TOKEN };
  const both = await startBoth(directory, variables);
  const [leader, standby] = await Promise.all(both.map((it) => read(it)));
  expect(standby).toEqual(leader);
  expect(await read(both[1], "?kind=schema")).toEqual(await inForce());
  endPrograms();
  await server.stop();
});
