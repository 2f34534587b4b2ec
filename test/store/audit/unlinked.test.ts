// Rows of the audit log that wait for their link, among transactions that are still open.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { auditText } from "../../../src/domain/audit/text.ts";
import { migrateDatabase } from "../../../src/store/adoption/migration.ts";
import { storeAudit } from "../../../src/store/audit/audit-rows.ts";
import { addLinks } from "../../../src/store/audit/links.ts";
import { createUnlinkedRows } from "../../../src/store/audit/unlinked.ts";
import { type Client, createClient } from "../../../src/store/database/client.ts";
import { auditOf, NO_KEY } from "../../support/audit.ts";
import { startEmbedded, type TestServer } from "../../support/databases.ts";
import { silentLog } from "../../support/silent-log.ts";
import { queryDatabase } from "../../support/stored-rows.ts";

const LONG_MS = 60_000;

let server: TestServer;
let url: string;
let client: Client;
let nowMs = 0;
let number = 0;

beforeAll(async () => {
  server = await startEmbedded();
}, 60_000);
afterAll(() => server?.stop());
beforeEach(async () => {
  url = await server.createDatabase();
  await migrateDatabase(url, silentLog);
  client = createClient(1);
  client.connect(url);
  [nowMs, number] = [0, 0];
});
afterEach(() => client.close());

/** Puts a row in a transaction that ends later. */
async function begin(): Promise<() => Promise<void>> {
  const own = createClient(1);
  own.connect(url);
  let commit = () => {};
  let ended: Promise<void> | undefined;
  await new Promise<void>((begun) => {
    ended = own.transact(LONG_MS, async (sql) => {
      await storeAudit(sql, [auditText(auditOf())], NO_KEY);
      await new Promise<void>((resolve) => {
        commit = resolve;
        begun();
      });
    });
  });
  return async () => {
    commit();
    await ended;
    await own.close();
  };
}
const put = async () => (await begin())();

/** Links what is found. @returns How many rows. */
async function pass(unlinked: ReturnType<typeof createUnlinkedRows>): Promise<number> {
  const { rows, isRest } = await client.within(LONG_MS, unlinked.next);
  const links = rows.map(({ id }) => ({
    number: ++number,
    hash: "",
    isKeyed: false,
    recordId: id,
  }));
  await client.within(LONG_MS, (sql) => addLinks(sql, links));
  expect(isRest).toBe(true);
  unlinked.noteLinked();
  return rows.length;
}

/** Puts a row with the number of a transaction that was rolled back, as if it came late. */
const putAt = (sequence: number) =>
  queryDatabase(
    url,
    `insert into audit_log overriding system value select gen_random_uuid(), ${sequence}, at, actor, actor_name,
       address, channel, action, target, request_id, outcome, code, text from audit_log limit 1`,
  );

/** Takes a number that no row will have. */
const takeNumber = () => queryDatabase(url, "select nextval('audit_log_sequence_seq')");

test("a missing number is looked for, until no transaction of then can bring it", async () => {
  const unlinked = createUnlinkedRows(() => nowMs);
  await put();
  await takeNumber();
  await takeNumber();
  await put();
  expect(await pass(unlinked)).toBe(2);
  expect(await pass(unlinked)).toBe(0);
  await putAt(2);
  expect(await pass(unlinked)).toBe(1);
  nowMs = 10_000;
  expect(await pass(unlinked)).toBe(0);
  await putAt(3);
  expect(await pass(unlinked)).toBe(0);
  await put();
  expect(await pass(unlinked)).toBe(1);
});

test("a transaction that is open is waited for, and its row is found, however late", async () => {
  const unlinked = createUnlinkedRows(() => nowMs);
  const end = await begin();
  await put();
  expect(await pass(unlinked)).toBe(1);
  for (nowMs = 10_000; nowMs < 500_000; nowMs += 100_000) {
    await put();
    expect(await pass(unlinked)).toBe(1);
  }
  await end();
  expect(await pass(unlinked)).toBe(1);
});

test("a transaction of another program that never ends holds nothing up after ten minutes", async () => {
  const unlinked = createUnlinkedRows(() => nowMs);
  const end = await begin();
  await put();
  expect(await pass(unlinked)).toBe(1);
  expect(await pass(unlinked)).toBe(0);
  nowMs = 700_000;
  expect(await pass(unlinked)).toBe(0);
  await end();
  expect(await pass(unlinked)).toBe(0);
});

test("a new server looks for rows before the newest linked one", async () => {
  await put();
  await put();
  await put();
  await pass(createUnlinkedRows(() => nowMs));
  await queryDatabase(url, "delete from audit_links where number = 2");
  number = 3;
  expect(await client.within(LONG_MS, createUnlinkedRows().count)).toBe(1);
  expect(await pass(createUnlinkedRows(() => nowMs))).toBe(1);
});

test("what was found and may not be linked is found again", async () => {
  const unlinked = createUnlinkedRows(() => nowMs);
  await put();
  const find = async () => (await client.within(LONG_MS, unlinked.next)).rows.length;
  expect(await find()).toBe(1);
  unlinked.reset();
  expect(await find()).toBe(1);
});
