// What every store of settings promises: in memory, and in each database.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createMemorySettingStore } from "../../src/adapters/memory/setting-store.ts";
import type { AuditRecord } from "../../src/domain/audit/record.ts";
import type { SettingStore } from "../../src/domain/ports/setting-store.ts";
import type { SettingVersion } from "../../src/domain/settings/in-force.ts";
import { createDigests } from "../../src/store/audit/digest.ts";
import { createClient } from "../../src/store/database/client.ts";
import { createSettingStore } from "../../src/store/settings/setting-store.ts";
import { SERVERS, type TestServerKind } from "../support/databases.ts";
import { openStore } from "../support/opened-store.ts";

/** Makes stores, each of them empty. */
interface Maker {
  make(): Promise<SettingStore>;
  /** The same content as another server sees and changes it. */
  other(): SettingStore;
  /** The targets of the audit records that are stored with changes. */
  audited(): Promise<readonly string[]>;
  close(): Promise<void>;
}

const memory = async (): Promise<Maker> => {
  let kept: AuditRecord[] = [];
  let made: SettingStore;
  return {
    async make() {
      kept = [];
      made = createMemorySettingStore((records) => kept.push(...records));
      return made;
    },
    other: () => made,
    audited: async () => kept.map(({ target }) => target),
    close: async () => {},
  };
};

const stored = (start: TestServerKind["start"]) => async (): Promise<Maker> => {
  const { store, url, client, audited, close } = await openStore(start);
  const elsewhere = createClient(1);
  elsewhere.connect(url);
  return {
    async make() {
      await client.within(5_000, (sql) => sql`truncate setting_values, audit_log`);
      return store.settings;
    },
    other: () => createSettingStore(elsewhere, createDigests()),
    audited,
    async close() {
      await elsewhere.close();
      await close();
    },
  };
};

const STORES = [
  ["memory", memory] as const,
  ...SERVERS.map(({ name, start }) => [name, stored(start)] as const),
];

const START_MS = Date.UTC(2026, 11, 1);
const SITE = `site:${randomUUID()}`;

const versionOf = (version: number, difference: Partial<SettingVersion> = {}): SettingVersion => ({
  ...{ id: "max_sockets", scope: "platform", version, value: version * 10, isReset: false },
  ...{ changedAtMs: START_MS + version, changedBy: "token:anna", reason: null, ...difference },
});

const auditOf = (target: string): AuditRecord => ({
  ...{ id: randomUUID(), atMs: START_MS, actor: "local", actorName: null, address: null },
  ...{ channel: "cli", action: "setting.change", target, before: null, after: null, reason: null },
  ...{ requestId: null, outcome: "done", code: null },
});

describe.each(STORES)("a setting store in %s", { timeout: 60_000 }, (_, start) => {
  let maker: Maker;
  let store: SettingStore;
  const add = (version: SettingVersion) =>
    store.change(version.id, () => ({ version, audit: [auditOf(`setting:${version.id}`)] }));

  beforeAll(async () => {
    maker = await start();
  }, 60_000);
  afterAll(() => maker?.close());
  beforeEach(async () => {
    store = await maker.make();
  });

  test("has none at first", async () => {
    expect((await store.changes(0)).versions).toEqual([]);
    expect(await store.history("max_sockets", "platform", { limit: 10 })).toEqual([]);
    expect(await store.find("max_sockets", "platform", 1)).toBeUndefined();
  });

  test("reads versions as they were added: their history, and one of them", async () => {
    const versions = [
      versionOf(1, { value: 0.1, reason: "ä'\"\\ {}", changedBy: 'https://issuer+"ä"' }),
      versionOf(2, { value: { a: [1, null, "x"] } }),
      versionOf(3, { value: "text", isReset: true }),
      versionOf(4, { value: false }),
      versionOf(5, { value: "60" }),
    ];
    for (const version of versions) await add(version);
    await add(versionOf(1, { scope: SITE }));
    await add(versionOf(1, { id: "other" }));
    const newestFirst = versions.toReversed();
    expect(await store.history("max_sockets", "platform", { limit: 10 })).toEqual(newestFirst);
    expect(await store.history("max_sockets", "platform", { before: 4, limit: 2 })).toEqual(
      newestFirst.slice(2, 4),
    );
    for (const version of versions)
      expect(await store.find("max_sockets", "platform", version.version)).toEqual(version);
  });

  test("has the newest version of each id and scope since a number", async () => {
    await add(versionOf(1));
    await add(versionOf(2));
    const first = await store.changes(0);
    expect(first.versions).toEqual([versionOf(2)]);
    expect(await store.changes(first.lastNumber)).toEqual({ ...first, versions: [] });
    const later = [versionOf(1, { id: "other" }), versionOf(3), versionOf(1, { scope: SITE })];
    for (const version of later) await add(version);
    const { versions, lastNumber } = await store.changes(first.lastNumber);
    expect(versions).toHaveLength(3);
    expect(versions).toEqual(expect.arrayContaining(later));
    expect(lastNumber).toBeGreaterThan(first.lastNumber);
    expect(await maker.other().changes(0)).toEqual({ versions, lastNumber });
  });

  test("has the newest versions of some scopes as of an instant, itself included", async () => {
    for (const version of [1, 2, 3]) await add(versionOf(version));
    await add(versionOf(1, { scope: SITE }));
    await add(versionOf(1, { id: "other" }));
    expect(await store.asOf(START_MS, ["platform", SITE])).toEqual([]);
    expect(await store.asOf(START_MS + 2, ["platform"])).toEqual([
      versionOf(2),
      versionOf(1, { id: "other" }),
    ]);
    expect(await store.asOf(START_MS + 1, [SITE])).toEqual([versionOf(1, { scope: SITE })]);
    expect(await store.asOf(START_MS + 9, ["flow:none"])).toEqual([]);
  });

  test("decides on the newest versions of the id, one change after the other, also of other servers", async () => {
    await add(versionOf(1));
    await add(versionOf(1, { scope: SITE }));
    await add(versionOf(1, { id: "other" }));
    const seen: number[] = [];
    const next = (of: SettingStore) =>
      of.change("max_sockets", (newest) => {
        expect(newest).toHaveLength(2);
        const version = (newest.find(({ scope }) => scope === "platform")?.version ?? 0) + 1;
        seen.push(version);
        return { version: versionOf(version), audit: [] };
      });
    const both = [store, maker.other()];
    await Promise.all(Array.from({ length: 10 }, (_, n) => next(both[n % 2] as SettingStore)));
    expect(seen.sort((a, b) => a - b)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    const history = await store.history("max_sockets", "platform", { limit: 20 });
    expect(history.map(({ version }) => version)).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
  });

  test("stores a change with its audit records: both or none", async () => {
    await add(versionOf(1));
    expect(await maker.audited()).toEqual(["setting:max_sockets"]);
    await store.change("max_sockets", () => undefined);
    await expect(
      store.change("max_sockets", () => {
        throw new Error("planted");
      }),
    ).rejects.toThrow("planted");
    expect((await store.changes(0)).versions).toEqual([versionOf(1)]);
    expect(await maker.audited()).toHaveLength(1);
  });

  test("has no two versions of one number", async () => {
    await add(versionOf(1));
    await add(versionOf(1, { value: 99 })).catch(() => {});
    const history = await store.history("max_sockets", "platform", { limit: 5 });
    expect(history).toEqual([versionOf(1)]);
    expect(await maker.audited()).toHaveLength(1);
  });
});
