// The chain of the audit log in databases: in which order it links, what it outlives, and what a verification finds.
import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  type Digest,
  type Digests,
  headText,
  linkAfter,
  NO_LINK,
} from "../../../src/domain/audit/chain.ts";
import type { AuditRecord } from "../../../src/domain/audit/record.ts";
import { auditText } from "../../../src/domain/audit/text.ts";
import { migrateDatabase } from "../../../src/store/adoption/migration.ts";
import { storeRecords } from "../../../src/store/audit/audit-rows.ts";
import { type AuditChain, createAuditChain } from "../../../src/store/audit/chain.ts";
import { createDigests } from "../../../src/store/audit/digest.ts";
import { addLinks } from "../../../src/store/audit/links.ts";
import { removeOldAudit } from "../../../src/store/audit/removal.ts";
import { type Client, createClient, type Sql } from "../../../src/store/database/client.ts";
import { verifyStoredAudit } from "../../../src/store/transfer/audit-verification.ts";
import { AUDIT_KEY, AUDITED_MS, auditOf, NO_KEY } from "../../support/audit.ts";
import { SERVERS, type TestServer } from "../../support/databases.ts";
import { silentLog } from "../../support/silent-log.ts";
import { queryDatabase } from "../../support/stored-rows.ts";

const LONG_MS = 60_000;
const SOON = { timeout: 10_000 };
const KEYED = createDigests(AUDIT_KEY);

describe.each(SERVERS)("the audit chain on $name", { timeout: 60_000 }, ({ start }) => {
  let server: TestServer;
  let url: string;
  let client: Client;
  let chain: AuditChain;
  const chains: AuditChain[] = [];

  const putBy = (digests: Digests, ...records: AuditRecord[]) =>
    client.within(LONG_MS, (sql) => storeRecords(sql, records, digests));
  const put = (...records: AuditRecord[]) => putBy(NO_KEY, ...records);
  const putSigned = (...records: AuditRecord[]) => putBy(KEYED, ...records);
  const links = () =>
    queryDatabase<{ number: number; id: string }>(
      url,
      "select number::int as number, record_id as id from audit_links order by audit_links.number",
    );
  const run = (text: string) => queryDatabase(url, text);
  const verified = (head?: Parameters<typeof verifyStoredAudit>[3], key?: string) =>
    verifyStoredAudit(url, silentLog, key, head);
  const faults = async (...given: Parameters<typeof verified>) =>
    (await verified(...given)).faults.map(({ kind, number }) => [kind, number]);

  function newChain(digests = createDigests(), log = silentLog): AuditChain {
    const made = createAuditChain(client, digests, log);
    chains.push(made);
    return made;
  }

  beforeAll(async () => {
    server = await start();
  }, 60_000);
  afterAll(() => server?.stop());
  beforeEach(async () => {
    url = await server.createDatabase();
    await migrateDatabase(url, silentLog);
    client = createClient(3);
    client.connect(url);
    chain = newChain();
  });
  afterEach(async () => {
    for (const made of chains.splice(0)) await made.stop();
    await client.close();
  });

  test("links rows in the order in which they become visible, each once, whatever the order of their commits", async () => {
    const [early, late, other] = [auditOf(), auditOf(), auditOf()];
    const own = createClient(1);
    own.connect(url);
    let commit = () => {};
    let transaction: Promise<void> | undefined;
    await new Promise<void>((begun) => {
      transaction = own.transact(LONG_MS, async (sql) => {
        await storeRecords(sql, [early], NO_KEY);
        await new Promise<void>((resolve) => {
          commit = resolve;
          begun();
        });
      });
    });
    await put(late);
    await chain.run();
    expect((await links()).map(({ id }) => id)).toEqual([late.id]);
    await chain.run();
    commit();
    await transaction;
    await own.close();
    await put(other);
    await chain.run();
    expect((await links()).map(({ id }) => id)).toEqual([late.id, early.id, other.id]);
    expect(await verified()).toMatchObject({ count: 3, faultCount: 0, waitingRows: 0 });
  });

  test("has a link for every row of many writers that commit at once", async () => {
    chain.start();
    const writers = Array.from({ length: 3 }, async () => {
      for (let n = 0; n < 40; n++) {
        const records = Array.from({ length: 7 }, () => auditOf());
        await client.transact(LONG_MS, (sql) => storeRecords(sql, records, NO_KEY));
      }
    });
    await Promise.all(writers);
    await chain.run();
    const numbers = (await links()).map(({ number }) => number);
    expect(numbers).toEqual(Array.from({ length: 840 }, (_, n) => n + 1));
    expect(await verified(chain.head())).toMatchObject({ count: 840, faultCount: 0 });
  });

  test("is continued by the next server, which links what the killed one did not", async () => {
    await put(auditOf());
    await chain.run();
    await put(auditOf(), auditOf());
    const next = newChain();
    const head = await next.open();
    expect(head.number).toBe(3);
    expect(await verified(head)).toMatchObject({ count: 3, faultCount: 0 });
    // Two servers that believe they are the leader do not make two chains.
    await put(auditOf());
    await next.run();
    await put(auditOf());
    await chain.run().catch(() => {});
    await chain.run();
    expect(await verified()).toMatchObject({ count: 5, faultCount: 0 });
  });

  test("a row that is altered, removed or put in is found, and a cut tail by a head", async () => {
    const records = Array.from({ length: 9 }, (_, n) => auditOf({ actor: `token:${n}` }));
    await put(...records);
    await chain.run();
    const head = chain.head();
    expect(await faults(head)).toEqual([]);
    const id = (n: number) => records[n - 1]?.id;
    await run(
      `update audit_log set text = replace(text, 'token:1', 'token:0') where id = '${id(2)}'`,
    );
    await run(`update audit_log set actor = 'token:0' where id = '${id(4)}'`);
    await run(`delete from audit_log where id = '${id(5)}'`);
    await run(`delete from audit_links where number = 7`);
    await run(`delete from audit_links where number = 9`);
    await run(`delete from audit_log where id in ('${id(7)}', '${id(9)}')`);
    expect(await faults(head)).toEqual([
      ["altered", 2],
      ["altered", 4],
      ["removed", 5],
      ["removed", 7],
      ["cut", 9],
    ]);
    expect((await faults()).at(-1)).toEqual(["removed", 7]);
  });

  test("a row that is put among linked ones, and has no link, is found", async () => {
    await put(auditOf(), auditOf());
    await chain.run();
    const [given] = await run(
      "insert into audit_log overriding system value select gen_random_uuid(), -1, at, actor, actor_name, address, channel, action, target, request_id, outcome, code, text from audit_log limit 1 returning id",
    );
    const { faults: found } = await verified();
    expect(found.map(({ kind, message }) => [kind, message])).toEqual([
      [
        "put_in",
        `the record ${(given as { id: string }).id} is put in: its columns differ from its text`,
      ],
    ]);
  });

  test("what waits for its link is no fault", async () => {
    await put(auditOf());
    await chain.run();
    await put(auditOf(), auditOf());
    expect(await verified()).toMatchObject({ count: 1, faultCount: 0, waitingRows: 2 });
    expect(await verified()).toMatchObject({ firstAtMs: AUDITED_MS, checkpoint: null });
  });

  /** Copies the oldest row by SQL, with what differs. */
  const copyRow = async (text = "replace(text, id::text, copy::text)", more = "", values = "") => {
    const [given] = await queryDatabase<{ id: string }>(
      url,
      `insert into audit_log (id, at, actor, actor_name, address, channel, action, target, request_id, outcome, code, text${more})
       overriding system value
       select copy, at, actor, actor_name, address, channel, action, target, request_id, outcome, code, ${text}${values}
       from (select *, gen_random_uuid() as copy from audit_log order by sequence limit 1) oldest returning id`,
    );
    return given?.id;
  };

  test("a text that cannot be read is not linked, and found, and what follows is linked", async () => {
    await put(auditOf());
    const junk = await copyRow("'none'");
    await put(auditOf());
    await chain.run();
    expect(await links()).toHaveLength(2);
    expect(chain.putInRows()).toBe(1);
    const { faults: found, waitingRows } = await verified();
    expect(found.map(({ message }) => message)).toEqual([
      `the record ${junk} is put in: its columns differ from its text`,
    ]);
    expect(waitingRows).toBe(0);
  });

  test("with a key, a row that is put in before it is linked is not linked, and found, also after a restart", async () => {
    const keyed = newChain(KEYED);
    await putSigned(auditOf(), auditOf());
    await keyed.run();
    const copies = [
      await copyRow(),
      await copyRow(undefined, ", signature", ", signature"),
      await copyRow(undefined, ", signature", ", repeat('a', 64)"),
    ];
    await putSigned(auditOf());
    await keyed.run();
    expect(await links()).toHaveLength(3);
    expect([keyed.putInRows(), keyed.waitingRows(), keyed.failure()]).toEqual([3, 0, undefined]);
    const next = newChain(KEYED);
    await next.open();
    await putSigned(auditOf());
    await next.run();
    expect([next.putInRows(), next.head().number]).toEqual([3, 4]);
    const { faults: found, waitingRows } = await verified(next.head(), AUDIT_KEY);
    expect(found.map(({ message }) => message)).toEqual(
      copies.map((id) => `the record ${id} is put in: it is not signed with AUDIT_KEY`),
    );
    expect(waitingRows).toBe(0);
  });

  test("a row whose number is past the end is not linked, and found, and holds nothing up", async () => {
    await put(auditOf());
    const far = await copyRow(undefined, ", sequence", ", 9223372036854775807");
    await chain.run();
    await put(auditOf());
    await chain.run();
    expect([chain.head().number, chain.putInRows()]).toEqual([2, 1]);
    const next = newChain();
    await next.open();
    await put(auditOf());
    await next.run();
    expect([next.head().number, next.putInRows()]).toEqual([3, 1]);
    expect((await verified()).faults.map(({ message }) => message)).toEqual([
      `the record ${far} is put in: it has no link`,
    ]);
  });

  test("a link that is put in out of its place is found, and holds nothing up", async () => {
    await put(auditOf());
    await chain.run();
    const copy = await copyRow();
    await run(`insert into audit_links values (-5, '${copy}', 'none', false)`);
    await put(auditOf());
    await chain.run();
    expect(chain.head().number).toBe(2);
    expect(await faults()).toEqual([["put_in", -5]]);
  });

  test("a signature that is removed or replaced is found, and no row can be put in after that", async () => {
    const records = [auditOf(), auditOf(), auditOf()];
    await putSigned(...records);
    await newChain(KEYED).run();
    await run(`update audit_log set signature = null where id = '${records[0]?.id}'`);
    await run(`update audit_log set signature = 'none' where id = '${records[1]?.id}'`);
    expect(await faults(undefined, AUDIT_KEY)).toEqual([
      ["altered", 1],
      ["altered", 2],
    ]);
    await run("update audit_log set signature = null");
    const copy = await copyRow();
    const next = newChain(KEYED);
    await expect(next.run()).rejects.toThrow("does not have the hash of its link");
    expect(await links()).toHaveLength(3);
    expect(copy).toBeDefined();
  });

  test("rows of before the key are linked without it, up to the first signed one, after which all are signed", async () => {
    await put(auditOf());
    await chain.run();
    await put(auditOf(), auditOf());
    const keyed = newChain(KEYED);
    await keyed.open();
    await put(auditOf());
    await keyed.run();
    await putSigned(auditOf());
    const late = auditOf();
    await put(late);
    await putSigned(auditOf());
    await keyed.run();
    const kinds = await run("select is_keyed from audit_links order by audit_links.number");
    expect(kinds.map((it) => Object.values(it as object)[0])).toEqual([
      false,
      false,
      false,
      false,
      true,
      true,
    ]);
    expect(keyed.putInRows()).toBe(1);
    const { faults: found, unkeyedCount } = await verified(undefined, AUDIT_KEY);
    expect(found.map(({ message }) => message)).toEqual([
      `the record ${late.id} is put in: it is not signed with AUDIT_KEY`,
    ]);
    expect(unkeyedCount).toBe(4);
  });

  test("an older log, linked with the key and not signed, stays whole, and is signed from now on", async () => {
    const old = [auditOf(), auditOf()];
    await put(...old);
    let end = NO_LINK;
    const made = old.map((record) => {
      end = linkAfter(end, { text: auditText(record), signature: null }, KEYED.keyed as Digest);
      return { ...end, recordId: record.id, isKeyed: true };
    });
    await client.within(LONG_MS, (sql) => addLinks(sql, made));
    await put(auditOf());
    const keyed = newChain(KEYED);
    await keyed.open();
    await putSigned(auditOf());
    await keyed.run();
    await put(auditOf());
    await keyed.run();
    expect([keyed.head().number, keyed.putInRows()]).toEqual([4, 1]);
    expect(await faults(undefined, AUDIT_KEY)).toEqual([["put_in", null]]);
  });

  test("a text that is larger than any of ours is never read", async () => {
    await put(auditOf());
    const big = await copyRow("repeat('a', 17000000)");
    await put(auditOf());
    const before = process.memoryUsage().rss;
    await chain.run();
    expect([chain.head().number, chain.putInRows()]).toEqual([2, 1]);
    const { faults: found } = await verified();
    expect(found.map(({ message }) => message)).toEqual([
      `the record ${big} is put in: its columns differ from its text`,
    ]);
    await run(
      "update audit_log set text = repeat('a', 17000000) where actor = 'token:desk' and length(text) < 1000",
    );
    expect(await faults()).toEqual([
      ["altered", 1],
      ["altered", 2],
      ["put_in", null],
    ]);
    expect(process.memoryUsage().rss - before).toBeLessThan(17_000_000);
  });

  test("a key that is another one is named as such, once", async () => {
    await putSigned(auditOf(), auditOf());
    await newChain(KEYED).run();
    expect(await faults(undefined, "another key of the log")).toEqual([["other_key", null]]);
  });

  test("records that are too old are removed up to a checkpoint, from which it is verified", async () => {
    const DAY_MS = 24 * 3600 * 1000;
    const days = [0, 1, 2, 5, 3, 6].map((n) => auditOf({ atMs: AUDITED_MS + n * DAY_MS }));
    await putSigned(...days);
    const keyed = newChain(KEYED);
    await keyed.run();
    const head = keyed.head();
    const remove = (nowMs: number) => removeOldAudit(client, nowMs, 10, KEYED, () => false, 2);
    await remove(AUDITED_MS + 14 * DAY_MS);
    expect((await links()).map(({ number }) => number)).toEqual([4, 5, 6]);
    expect(await run("select from audit_log")).toHaveLength(3);
    expect(await run("select from audit_checkpoints")).toHaveLength(1);
    expect(await verified(head, AUDIT_KEY)).toMatchObject({
      ...{ count: 3, faultCount: 0, checkpoint: { number: 3, atMs: AUDITED_MS + 14 * DAY_MS } },
      ...{ firstAtMs: AUDITED_MS + 5 * DAY_MS, head },
    });
    await putSigned(auditOf());
    await keyed.run();
    expect(await faults(head, AUDIT_KEY)).toEqual([]);
    await remove(AUDITED_MS + 100 * DAY_MS);
    expect(await links()).toEqual([]);
    const next = newChain(KEYED);
    expect((await next.open()).number).toBe(7);
    await putSigned(auditOf());
    await next.run();
    expect((await links()).map(({ number }) => number)).toEqual([8]);
    expect(await faults(undefined, AUDIT_KEY)).toEqual([]);
    await run("update audit_checkpoints set signature = null");
    expect(await faults(undefined, AUDIT_KEY)).toEqual([["checkpoint", 7]]);
    await run("delete from audit_checkpoints");
    expect(await faults(undefined, AUDIT_KEY)).toEqual([["removed", 1]]);
  });

  test("a key may come later, and not go: nothing is linked without it or with another one", async () => {
    await put(auditOf());
    await chain.run();
    await putSigned(auditOf());
    await newChain(KEYED).run();
    expect(await verified(undefined, AUDIT_KEY)).toMatchObject({ faultCount: 0, unkeyedCount: 1 });
    expect(await verified()).toMatchObject({ needsKeyFrom: 2 });
    await putSigned(auditOf(), auditOf());
    const lines: string[] = [];
    const log = { ...silentLog, error: (_: object, line: string) => lines.push(line) };
    for (const digests of [createDigests(), createDigests("another key of the log")]) {
      const broken = newChain(digests, log);
      await broken.open();
      await expect(broken.run()).rejects.toThrow("AUDIT_KEY is");
      expect(broken.failure()).toMatchObject({ cause: expect.any(Error) });
      expect(broken.waitingRows()).toBe(2);
    }
    expect(lines).toEqual(
      Array(2).fill("records of the audit log cannot be linked: it is tried again"),
    );
    expect(await links()).toHaveLength(2);
    const again = newChain(KEYED);
    await again.run();
    expect(again.failure()).toBeUndefined();
    expect(await faults(undefined, AUDIT_KEY)).toEqual([]);
  });

  test("its head is logged at the end, with what was committed last", async () => {
    const said: object[] = [];
    const logged = newChain(createDigests(), {
      ...silentLog,
      info: (fields) => said.push(fields),
    });
    logged.start();
    await put(auditOf({ id: randomUUID() }));
    await logged.stop();
    expect(said).toEqual([{ auditHead: headText(logged.head()) }]);
    expect(logged.head().number).toBe(1);
  });

  test("links 20,000 rows that wait, and holds the thread for some ms at a time", async () => {
    // In time of the processor, as the machine may be busy with other tests.
    const usedMs = ({ user, system } = process.cpuUsage()) => (user + system) / 1000;
    /** The longest turn while 10,000 more rows are linked. */
    async function longestTurnMs(count: number): Promise<number> {
      await client.within(LONG_MS, async (sql: Sql) => {
        for (let n = 0; n < 5; n++) {
          const records = Array.from({ length: 2_000 }, () => auditOf());
          await storeRecords(sql, records, KEYED);
        }
      });
      let longestMs = 0;
      let lastMs = usedMs();
      const timer = setInterval(() => {
        const nowMs = usedMs();
        longestMs = Math.max(longestMs, nowMs - lastMs);
        lastMs = nowMs;
      }, 1);
      const keyed = newChain(KEYED);
      keyed.start();
      await expect.poll(() => keyed.head().number, SOON).toBe(count);
      clearInterval(timer);
      await keyed.stop();
      return longestMs;
    }
    // The rest of the program, such as a collection of garbage, counts too: not in both.
    const turnsMs = [await longestTurnMs(10_000), await longestTurnMs(20_000)];
    expect(Math.min(...turnsMs)).toBeLessThan(40);
    expect(await faults(undefined, AUDIT_KEY)).toEqual([]);
  });
});
