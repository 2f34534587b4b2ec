// The chain of the audit log in databases: in which order it links, what it outlives, and what a verification finds.
import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { headText } from "../../../src/domain/audit/chain.ts";
import type { AuditRecord } from "../../../src/domain/audit/record.ts";
import { auditText } from "../../../src/domain/audit/text.ts";
import { migrateDatabase } from "../../../src/store/adoption/migration.ts";
import { storeAudit } from "../../../src/store/audit/audit-rows.ts";
import { type AuditChain, createAuditChain } from "../../../src/store/audit/chain.ts";
import { createDigests } from "../../../src/store/audit/digest.ts";
import { removeOldAudit } from "../../../src/store/audit/removal.ts";
import { type Client, createClient, type Sql } from "../../../src/store/database/client.ts";
import { verifyStoredAudit } from "../../../src/store/transfer/audit-verification.ts";
import { AUDIT_KEY, AUDITED_MS, auditOf } from "../../support/audit.ts";
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

  const put = (...records: AuditRecord[]) =>
    client.within(LONG_MS, (sql) => storeAudit(sql, records.map(auditText)));
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
        await storeAudit(sql, [auditText(early)]);
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
        await client.transact(LONG_MS, (sql) => storeAudit(sql, records.map(auditText)));
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
      ["put_in", `the record ${(given as { id: string }).id} is put in: it has no link`],
    ]);
  });

  test("what waits for its link is no fault", async () => {
    await put(auditOf());
    await chain.run();
    await put(auditOf(), auditOf());
    expect(await verified()).toMatchObject({ count: 1, faultCount: 0, waitingRows: 2 });
    expect(await verified()).toMatchObject({ firstAtMs: AUDITED_MS, checkpoint: null });
  });

  test("a text that cannot be read is linked, and found", async () => {
    await put(auditOf());
    const columns =
      "at, actor, actor_name, address, channel, action, target, request_id, outcome, code";
    await run(
      `insert into audit_log (id, ${columns}, text) select gen_random_uuid(), ${columns}, 'none' from audit_log`,
    );
    const seen: string[] = [];
    chain.follow(({ record }) => seen.push(record.action));
    await chain.run();
    expect(seen).toEqual(["dispatch.request", "record.damaged"]);
    expect(await faults()).toEqual([["altered", 2]]);
  });

  test("records that are too old are removed up to a checkpoint, from which it is verified", async () => {
    const DAY_MS = 24 * 3600 * 1000;
    const days = [0, 1, 2, 5, 3, 6].map((n) => auditOf({ atMs: AUDITED_MS + n * DAY_MS }));
    await put(...days);
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
    await put(auditOf());
    await keyed.run();
    expect(await faults(head, AUDIT_KEY)).toEqual([]);
    await remove(AUDITED_MS + 100 * DAY_MS);
    expect(await links()).toEqual([]);
    const next = newChain(KEYED);
    expect((await next.open()).number).toBe(7);
    await put(auditOf());
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
    await put(auditOf());
    await newChain(KEYED).run();
    expect(await verified(undefined, AUDIT_KEY)).toMatchObject({ faultCount: 0, unkeyedCount: 1 });
    expect(await verified()).toMatchObject({ needsKeyFrom: 2 });
    await put(auditOf(), auditOf());
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
    await client.within(LONG_MS, async (sql: Sql) => {
      for (let n = 0; n < 10; n++)
        await storeAudit(
          sql,
          Array.from({ length: 2_000 }, () => auditText(auditOf())),
        );
    });
    // In time of the processor, as the machine may be busy with other tests.
    const usedMs = ({ user, system } = process.cpuUsage()) => (user + system) / 1000;
    let longestMs = 0;
    let lastMs = usedMs();
    const timer = setInterval(() => {
      const nowMs = usedMs();
      longestMs = Math.max(longestMs, nowMs - lastMs);
      lastMs = nowMs;
    }, 1);
    chain.start();
    await expect.poll(() => chain.head().number, SOON).toBe(20_000);
    clearInterval(timer);
    expect(longestMs).toBeLessThan(40);
    expect(await faults()).toEqual([]);
  });
});
