// Rows of the audit log that wait for their link, among transactions that are still open.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { auditText } from "../../../src/domain/audit/text.ts";
import { migrateDatabase } from "../../../src/store/adoption/migration.ts";
import { storeAudit } from "../../../src/store/audit/audit-rows.ts";
import { addLinks } from "../../../src/store/audit/links.ts";
import { createUnlinkedRows } from "../../../src/store/audit/unlinked.ts";
import { type Client, createClient } from "../../../src/store/database/client.ts";
import { auditOf } from "../../support/audit.ts";
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
      await storeAudit(sql, [auditText(auditOf())]);
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

/** Takes its link from every row: those that are looked for are found once more. */
const unlinkAll = () => queryDatabase(url, "delete from audit_links");

test("rows are no longer looked for once no transaction of then can bring another one", async () => {
  const unlinked = createUnlinkedRows(() => nowMs);
  await put();
  expect(await pass(unlinked)).toBe(1);
  nowMs = 10_000;
  expect(await pass(unlinked)).toBe(0);
  await unlinkAll();
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
  nowMs = 700_000;
  expect(await pass(unlinked)).toBe(0);
  await unlinkAll();
  expect(await pass(unlinked)).toBe(0);
  await end();
});

test("a new server looks for rows before the newest linked one", async () => {
  await put();
  await put();
  await pass(createUnlinkedRows(() => nowMs));
  await queryDatabase(url, "delete from audit_links where number = 1");
  number = 2;
  expect(await client.within(LONG_MS, createUnlinkedRows().count)).toBe(1);
  expect(await pass(createUnlinkedRows(() => nowMs))).toBe(1);
});
