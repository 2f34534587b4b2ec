// A database that cannot be used is named with its cause; one in another schema works.
import { createServer, type Server } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { migrateDatabase } from "../../../src/store/adoption/migration.ts";
import { createClient } from "../../../src/store/database/client.ts";
import { examineDatabase } from "../../../src/store/database/examination.ts";
import { DatabaseRefused, explain, failureOf } from "../../../src/store/database/failure.ts";
import { SERVERS, type TestServer } from "../../support/databases.ts";
import { silentLog } from "../../support/silent-log.ts";

const SECRET = "s3cret-pass";
let server: TestServer;
let url: string;
let silentServer: Server;

beforeAll(async () => {
  server = await (SERVERS[0] as (typeof SERVERS)[0]).start();
  url = await server.createDatabase();
  await run(url, `create role plain login password '${SECRET}'`);
  silentServer = createServer().listen(0, "127.0.0.1");
}, 60_000);
afterAll(async () => {
  silentServer?.close();
  await server?.stop();
});

async function run(at: string, ...statements: string[]): Promise<void> {
  const client = createClient(1);
  client.connect(at);
  await client.within(10_000, async (sql) => {
    for (const statement of statements) await sql.unsafe(statement);
  });
  await client.close();
}

function changed(change: (address: URL) => void, at = url): string {
  const address = new URL(at);
  change(address);
  return address.href;
}

const asPlain = (at = url) =>
  changed((address) => {
    address.username = "plain";
    address.password = SECRET;
  }, at);

/** The outcome at an address: whether it ends the start, and the line. */
async function outcomeOf(at: string): Promise<{ ends: boolean; line: string }> {
  const error = await examineDatabase(at, silentLog).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  const ends = error instanceof DatabaseRefused;
  const line = ends ? error.message : explain(at, error);
  expect(line).not.toContain(SECRET);
  expect(line).not.toContain("\n");
  return { ends, line };
}

describe("a database that cannot be reached is waited for, and named with its cause", () => {
  test.each([
    [
      "refused",
      () => `postgres://u:${SECRET}@127.0.0.1:1/d`,
      "the database d at 127.0.0.1:1 cannot be used: nothing listens there (connection refused)",
    ],
    [
      "a name that is not found",
      () => `postgres://u:${SECRET}@no-such-host.invalid/d`,
      "the database d at no-such-host.invalid:5432 cannot be used: the name no-such-host.invalid is not found",
    ],
    [
      "a socket that is not there",
      () => `postgres://u:${SECRET}@%2Ftmp%2Fno-such-folder:5432/d`,
      "the database d at the socket in /tmp/no-such-folder cannot be used: there is no such socket: PostgreSQL does not run",
    ],
    [
      "no answer",
      () =>
        `postgres://u:${SECRET}@127.0.0.1:${(silentServer.address() as { port: number }).port}/d`,
      /^the database d at 127\.0\.0\.1:\d+ cannot be used: it does not answer \(timeout\)/,
    ],
  ])(
    "%s",
    async (_, address, line) => {
      expect(await outcomeOf(address())).toEqual({
        ends: false,
        line: typeof line === "string" ? line : expect.stringMatching(line),
      });
    },
    15_000,
  );

  test("too many connections", async () => {
    await run(url, "alter role plain connection limit 0");
    const { ends, line } = await outcomeOf(asPlain());
    await run(url, "alter role plain connection limit -1");
    expect(ends).toBe(false);
    expect(line).toMatch(/all its connections are in use \(too many connections\)/);
  });
});

describe("a database that refuses us ends the start with what to do", () => {
  const refused: readonly (readonly [string, () => string, RegExp])[] = [
    [
      "a wrong password",
      () =>
        changed((address) => {
          address.username = "plain";
          address.password = `${SECRET}x`;
        }),
      /password authentication failed for user "plain": correct user and password in DATABASE_URL$/,
    ],
    [
      "a database that does not exist",
      () =>
        changed((address) => {
          address.pathname = "/nowhere";
        }),
      /database "nowhere" does not exist: create it, or correct its name in DATABASE_URL$/,
    ],
    [
      "a server without TLS where TLS is required",
      () =>
        changed((address) => {
          address.searchParams.set("sslmode", "require");
          address.hostname = "127.0.0.1";
          address.port = String(plainPort());
        }),
      /: it does not speak TLS: take sslmode out of DATABASE_URL$/,
    ],
    ["an address that is none", () => "postgres://a b:c", /DATABASE_URL must be like postgres:/],
  ];
  let refusing: Server;
  const plainPort = () => (refusing.address() as { port: number }).port;
  beforeAll(() => {
    // What PostgreSQL answers to a request for TLS that it does not have.
    refusing = createServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", () => {
        socket.write("N");
        // A handshake is no known message.
        socket.once("data", () => socket.destroy());
      });
    }).listen(0, "127.0.0.1");
  });
  afterAll(() => refusing?.close());

  test.each(refused)("%s", async (_, address, line) => {
    const outcome = await outcomeOf(address());
    expect(outcome.line).toMatch(line);
    expect(outcome.ends).toBe(true);
  });

  test("a server that requires TLS", () => {
    const error = Object.assign(
      new Error('no pg_hba.conf entry for host "10.0.0.1", user "u", database "d", no encryption'),
      { code: "28000" },
    );
    expect(failureOf(error)).toEqual({
      reason: expect.stringMatching(/it requires TLS: add \?sslmode=require to DATABASE_URL$/),
      mayPass: false,
    });
  });
});

describe("a role that may not do what is needed ends the start with what to grant", () => {
  test("to make tables", async () => {
    const at = asPlain(await server.createDatabase());
    const { ends, line } = await outcomeOf(at);
    expect(ends).toBe(true);
    expect(line).toMatch(
      /^the database test_\w+ at [^:]+ cannot be used: role plain may not make tables in schema public: GRANT CREATE ON SCHEMA public TO plain$/,
    );
  });

  test("to make temporary tables", async () => {
    const own = await server.createDatabase();
    const name = new URL(own).pathname.slice(1);
    await run(own, `revoke temporary on database ${name} from public`);
    expect((await outcomeOf(asPlain(own))).line).toMatch(
      new RegExp(`GRANT TEMPORARY ON DATABASE ${name} TO plain$`),
    );
  });

  test("to write", async () => {
    const own = await server.createDatabase();
    const name = new URL(own).pathname.slice(1);
    await run(own, `alter database ${name} set default_transaction_read_only = on`);
    expect((await outcomeOf(own)).line).toMatch(/are read-only in it: ALTER ROLE/);
  });

  test("to use tables that another role made", async () => {
    const own = await server.createDatabase();
    await migrateDatabase(own, silentLog);
    await run(own, "grant create on schema public to plain");
    const { ends, line } = await outcomeOf(asPlain(own));
    expect(ends).toBe(true);
    expect(line).toMatch(
      /of our tables in schema public belong to role mando \(\w+ first\), and role plain may not maintain them: GRANT mando TO plain/,
    );
  });

  test("to find a schema", async () => {
    const at = changed((address) => address.searchParams.set("search_path", "nowhere"));
    expect((await outcomeOf(at)).line).toMatch(
      /search_path is nowhere, which names no schema that is there/,
    );
  });
});

test("what the database is, is logged once with its fields", async () => {
  const lines: unknown[] = [];
  const log = { ...silentLog, info: (...line: unknown[]) => lines.push(line) };
  await examineDatabase(url, log);
  expect(lines).toEqual([
    [
      {
        version: expect.stringMatching(/^18\./),
        kind: "postgresql",
        schema: "public",
        role: "mando",
        rights: "all",
        pooler: "none",
      },
      expect.stringMatching(/^the database is PostgreSQL 18\./),
    ],
  ]);
});
