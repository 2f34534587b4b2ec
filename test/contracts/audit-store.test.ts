// What every store of the audit log promises: in memory, and in each database.
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createMemoryAuditStore } from "../../src/adapters/memory/audit-store.ts";
import type { LinkedRecord } from "../../src/domain/audit/chain.ts";
import type { AuditRecord } from "../../src/domain/audit/record.ts";
import type { AuditStore } from "../../src/domain/ports/audit-store.ts";
import { createDigests } from "../../src/store/audit/digest.ts";
import { createStore } from "../../src/store/store.ts";
import { AUDITED_MS, auditOf, linksOf } from "../support/audit.ts";
import { SERVERS, type TestServerKind } from "../support/databases.ts";
import { KEEP_ALL } from "../support/keep-all.ts";
import { silentLog } from "../support/silent-log.ts";
import { queryDatabase } from "../support/stored-rows.ts";
import { DT_S, givenOf, tableOf } from "../support/tick-tables.ts";

/** Makes stores, each of them empty. */
interface Maker {
  make(): Promise<AuditStore>;
  close(): Promise<void>;
}

const memory = async (): Promise<Maker> => ({
  make: async () => createMemoryAuditStore({ capacity: 10_000, digests: createDigests() }),
  close: async () => {},
});

const stored = (start: TestServerKind["start"]) => async (): Promise<Maker> => {
  const server = await start();
  const url = await server.createDatabase();
  const directory = mkdtempSync(join(tmpdir(), "mando-audit-"));
  const settings = { directory, spoolBytes: 2 ** 26, mayPrune: false, retention: KEEP_ALL };
  let close: (() => Promise<void>) | undefined;
  return {
    async make() {
      await close?.();
      if (close) await queryDatabase(url, "truncate audit_log, audit_links, audit_checkpoints");
      const store = createStore({ ...settings, reset: true }, silentLog);
      close = store.close;
      const given = givenOf(tableOf({}));
      await store.open(url, { given, origin: "file", dtS: DT_S, nowMs: Date.now });
      return store.audit;
    },
    async close() {
      await close?.();
      await server.stop();
      rmSync(directory, { recursive: true });
    },
  };
};

const STORES = [
  ["memory", memory] as const,
  ...SERVERS.map(({ name, start }) => [name, stored(start)] as const),
];
const SOON = { timeout: 10_000 };

describe.each(STORES)("an audit store in %s", { timeout: 60_000 }, (_, start) => {
  let maker: Maker;
  let store: AuditStore;
  const listed = async (filter: object = {}) =>
    (await store.list({ limit: 1_000, ...filter })).map(({ record }) => record);

  /** Records what is linked in this order. */
  async function record(...records: AuditRecord[]): Promise<void> {
    const before = store.head().number;
    await store.record(records);
    await expect.poll(() => store.head().number, SOON).toBe(before + records.length);
  }

  beforeAll(async () => {
    maker = await start();
  }, 60_000);
  afterAll(() => maker?.close());
  beforeEach(async () => {
    store = await maker.make();
  });

  test("links records in their order, each exactly as it was given", async () => {
    expect(await store.open()).toEqual(store.head());
    expect(await listed({ target: "asset:\0" })).toEqual([]);
    const bare = { actorName: null, address: null, requestId: null, after: null } as const;
    const text = { reason: 'quote ", line\nbreak, \u0001 ä 𝄞', code: "NOT_READY" } as const;
    const records = [
      auditOf(),
      auditOf({ ...bare, before: [0.1 + 0.2, "AWAY"], reason: "AWAY" }),
      auditOf({ ...text, outcome: "refused", after: { "2": 1, "1": { z: null, a: [] } } }),
    ];
    await record(...records);
    const links = linksOf(records).map(({ hash }) => hash);
    const found = (await store.list({ limit: 10 })).toReversed();
    expect(found.map((it) => it.record)).toEqual(records);
    expect(JSON.stringify(found.map((it) => it.record.after))).toBe(
      JSON.stringify(records.map(({ after }) => after)),
    );
    expect(found.map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(found.map(({ hash }) => hash)).toEqual(links);
    expect(store.head()).toEqual({ number: 3, hash: links[2] });
    expect(await store.open()).toEqual(store.head());
    expect(store.waitingRows()).toBe(0);
  });

  test("stores a record once, however often it is given", async () => {
    const [one, two] = [auditOf(), auditOf()];
    await record(one);
    await store.record([one]);
    await record(two);
    expect(await listed()).toEqual([two, one]);
    await store.record([]);
  });

  test("finds a record by its id, whatever its case", async () => {
    const given = auditOf();
    await record(auditOf(), given);
    const found = await store.find(given.id);
    expect(found).toMatchObject({ number: 2, record: given });
    expect(await store.find(given.id.toUpperCase())).toEqual(found);
    expect(await store.find(randomUUID())).toBeUndefined();
  });

  test("lists those that were linked last first, by every field of the filter, page by page", async () => {
    const records = [
      auditOf({ actor: "token:a", atMs: AUDITED_MS + 1 }),
      auditOf({ action: "asset.retire", atMs: AUDITED_MS + 2 }),
      auditOf({ target: "fleet", atMs: AUDITED_MS + 3 }),
      auditOf({ channel: "websocket", atMs: AUDITED_MS + 4 }),
      auditOf({ outcome: "refused", code: "FORBIDDEN", atMs: AUDITED_MS + 5 }),
    ];
    await record(...records);
    const places = async (filter: object) =>
      (await listed(filter)).map((it) => records.findIndex(({ id }) => id === it.id));
    expect(await places({})).toEqual([4, 3, 2, 1, 0]);
    expect(await places({ actor: "token:a" })).toEqual([0]);
    expect(await places({ action: "asset.retire" })).toEqual([1]);
    expect(await places({ target: "fleet" })).toEqual([2]);
    expect(await places({ channel: "websocket" })).toEqual([3]);
    expect(await places({ outcome: "refused" })).toEqual([4]);
    expect(await places({ outcome: "done", channel: "rest", before: 3 })).toEqual([1, 0]);
    expect(await places({ fromMs: AUDITED_MS + 2, untilMs: AUDITED_MS + 4 })).toEqual([2, 1]);
    expect(await places({ limit: 2 })).toEqual([4, 3]);
    expect(await places({ limit: 2, before: 4 })).toEqual([2, 1]);
    expect(await places({ limit: 0 })).toEqual([]);
    expect(await places({ actor: "' or true --" })).toEqual([]);
  });

  test("has the records after a number, oldest first, page by page", async () => {
    expect(await store.after(0, 10)).toEqual([]);
    expect(await store.after(1, 10)).toBeUndefined();
    const records = [auditOf(), auditOf(), auditOf()];
    await record(...records);
    for (const after of [0, 1, 2, 3])
      for (const limit of [1, 2, 10])
        expect((await store.after(after, limit))?.map((it) => it.record)).toEqual(
          records.slice(after, after + limit),
        );
    expect(await store.after(4, 10)).toBeUndefined();
  });

  test("calls its followers with each record as it is linked, in order, until they leave", async () => {
    const seen: LinkedRecord[] = [];
    const leave = store.follow((linked) => seen.push(linked));
    const records = Array.from({ length: 1_200 }, () => auditOf());
    await record(...records);
    expect(seen).toEqual((await store.list({ limit: 2_000 })).toReversed());
    expect(seen.map((it) => it.record)).toEqual(records);
    leave();
    await record(auditOf());
    expect(seen).toHaveLength(1_200);
  });
});

test("a memory store drops the oldest records, by their number and by their length", async () => {
  const digests = createDigests();
  const few = createMemoryAuditStore({ capacity: 3, digests, lastNumber: 70 });
  const records = Array.from({ length: 8 }, () => auditOf());
  few.add(records);
  expect((await few.list({ limit: 10 })).map((it) => it.record)).toEqual(
    records.slice(5).reverse(),
  );
  expect(few.head().number).toBe(78);
  expect(await few.after(74, 10)).toBeUndefined();
  expect(await few.after(75, 10)).toHaveLength(3);
  const short = createMemoryAuditStore({ capacity: 100, characters: 2_500, digests });
  short.add(records.map((record) => ({ ...record, reason: "x".repeat(1_000) })));
  expect(await short.list({ limit: 100 })).toHaveLength(1);
});
