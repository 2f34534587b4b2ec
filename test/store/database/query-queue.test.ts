// The queue of long queries against a real PostgreSQL: what one of them does to the others.
import { connect, createServer, type Socket } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Client, createClient } from "../../../src/store/database/client.ts";
import { createQueryQueue } from "../../../src/store/database/query-queue.ts";
import { type OwnServer, startEmbedded } from "../../support/databases.ts";

let server: OwnServer;
let url: string;
beforeAll(async () => {
  server = await startEmbedded();
  url = await server.createDatabase();
}, 60_000);
afterAll(() => server.stop());

const clients: Client[] = [];
function connected(size: number, address = url): Client {
  const client = createClient(size);
  clients.push(client);
  client.connect(address);
  return client;
}
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
});

/** Looks at the server, and holds locks. */
let watcher: Client;
beforeEach(() => {
  watcher = connected(1);
});
const call = <T>(text: string) =>
  watcher.within(10_000, async (sql) => [...(await sql.unsafe(text))] as T[]);
const activity = async (part: string) =>
  (
    await call<{ pid: number }>(`select pid from pg_stat_activity
    where state = 'active' and query like '%${part}%' and pid <> pg_backend_pid()`)
  ).length;
const locked = (until: string) =>
  `select pg_advisory_xact_lock(1)::text as lock, pg_backend_pid() as pid /* ${until} */`;
const pids = "select pg_backend_pid() as pid";
interface Pid {
  readonly pid: number;
}

const codeOf = (query: Promise<unknown>) =>
  query.then(
    () => "answered",
    (error) => error.code,
  );

describe("of queries that take long", () => {
  test("one that exceeds its time is cancelled on the server, and the others keep their connections", async () => {
    const queue = createQueryQueue(connected(2), { running: 2, waiting: 5, deadlineMs: 700 });
    const pid = async () => (await queue.read((sql) => sql.unsafe<Pid[]>(pids)))[0]?.pid;
    const [first, second] = await Promise.all([pid(), pid()]);
    expect(new Set([first, second]).size).toBe(2);

    await call("select pg_advisory_lock(1)");
    const late = codeOf(queue.read((sql) => sql.unsafe(locked("late"))));
    await expect.poll(() => activity("late")).toBe(1);
    // Many others are answered meanwhile, by the connection that is left.
    const others = await Promise.all(Array.from({ length: 5 }, pid));
    expect(new Set(others).size).toBe(1);
    expect(await late).toBe("HISTORY_TIMEOUT");
    await expect.poll(() => activity("late")).toBe(0);
    await call("select pg_advisory_unlock(1)");
    const after = await Promise.all([pid(), pid()]);
    expect(new Set(after)).toEqual(new Set([first, second]));
  });

  test("so many run, so many wait in their order, and one more is refused", async () => {
    const queue = createQueryQueue(connected(1), { running: 1, waiting: 3, deadlineMs: 10_000 });
    await call("select pg_advisory_lock(1)");
    const order: number[] = [];
    const blocked = [1, 2, 3, 4].map((n) =>
      queue.read((sql) => sql.unsafe(locked(`n${n}`))).then(() => order.push(n)),
    );
    await expect.poll(() => activity("/* n")).toBe(1);
    expect(await codeOf(queue.read((sql) => sql.unsafe(pids)))).toBe("HISTORY_BUSY");
    expect(order).toEqual([]);
    await call("select pg_advisory_unlock(1)");
    await Promise.all(blocked);
    expect(order).toEqual([1, 2, 3, 4]);
    expect(await codeOf(queue.read((sql) => sql.unsafe(pids)))).toBe("answered");
  });

  test("one whose turn does not come in time is refused, and takes no place", async () => {
    const queue = createQueryQueue(connected(1), { running: 1, waiting: 2, deadlineMs: 300 });
    await call("select pg_advisory_lock(1)");
    const codes = [1, 2].map((n) => codeOf(queue.read((sql) => sql.unsafe(locked(`w${n}`)))));
    expect((await Promise.all(codes)).sort()).toEqual(["HISTORY_BUSY", "HISTORY_TIMEOUT"]);
    await call("select pg_advisory_unlock(1)");
    expect(await codeOf(queue.read((sql) => sql.unsafe(pids)))).toBe("answered");
  });

  test("one that a server does not even cancel costs its own connection alone", async () => {
    const proxy = await startProxy();
    const client = connected(2, proxy.url);
    const queue = createQueryQueue(client, { running: 2, waiting: 5, deadlineMs: 10_000 });
    const hasty = createQueryQueue(client, { running: 2, waiting: 5, deadlineMs: 300 });
    const pid = async () => (await queue.read((sql) => sql.unsafe<Pid[]>(pids)))[0]?.pid;
    const before = await Promise.all([pid(), pid()]);
    await call("select pg_advisory_lock(1)");
    const hung = codeOf(hasty.read((sql) => sql.unsafe(locked("hung"))));
    await expect.poll(() => activity("hung")).toBe(1);
    proxy.hangNew(true);
    expect(await hung).toBe("STORE_UNAVAILABLE");
    proxy.hangNew(false);
    await call("select pg_advisory_unlock(1)");
    const after = await Promise.all([pid(), pid()]);
    expect(after.filter((it) => before.includes(it))).toHaveLength(1);
    await proxy.close();
  });
});

/** Forwards to the server, unless new connections are to hang. */
async function startProxy() {
  const sockets = new Set<Socket>();
  let isHung = false;
  const { hostname, port } = new URL(url);
  const folder = decodeURIComponent(hostname);
  const proxy = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    if (isHung) return;
    const upstream = folder.startsWith("/")
      ? connect(`${folder}/.s.PGSQL.${port || 5432}`)
      : connect(Number(port), folder);
    sockets.add(upstream);
    upstream.on("error", () => {});
    socket.pipe(upstream).pipe(socket);
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const address = new URL(url);
  address.hostname = "127.0.0.1";
  address.port = String((proxy.address() as { port: number }).port);
  return {
    url: address.href,
    hangNew(value: boolean) {
      isHung = value;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}
