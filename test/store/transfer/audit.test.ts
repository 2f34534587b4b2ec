// The audit log in exports and imports: with its numbers and hashes, and verified.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Digest, linkAfter, NO_LINK } from "../../../src/domain/audit/chain.ts";
import { auditText } from "../../../src/domain/audit/text.ts";
import { migrateDatabase } from "../../../src/store/adoption/migration.ts";
import { storeAudit, storeRecords } from "../../../src/store/audit/audit-rows.ts";
import { createAuditChain } from "../../../src/store/audit/chain.ts";
import { createDigests } from "../../../src/store/audit/digest.ts";
import { addLinks } from "../../../src/store/audit/links.ts";
import { removeOldAudit } from "../../../src/store/audit/removal.ts";
import { createClient } from "../../../src/store/database/client.ts";
import { verifyStoredAudit } from "../../../src/store/transfer/audit-verification.ts";
import { exportTables, importTables } from "../../../src/store/transfer/transfer.ts";
import { AUDIT_KEY, AUDITED_MS, auditOf, NO_KEY } from "../../support/audit.ts";
import { SERVERS, type TestServer } from "../../support/databases.ts";
import { silentLog } from "../../support/silent-log.ts";
import { queryDatabase } from "../../support/stored-rows.ts";

const DAY_MS = 24 * 3600 * 1000;
const digestOf = (key: string) => createDigests(key).keyed as Digest;
const LINKS = "select number::int, record_id, hash, is_keyed from audit_links order by 1";

describe.each(SERVERS)("the audit log of an export on $name", { timeout: 60_000 }, ({ start }) => {
  let server: TestServer;
  let url: string;
  let directory: string;
  let folder: string;

  /** Adds records and links them; those older than the first day are removed. */
  async function fill(to: string, count: number, key?: string): Promise<void> {
    const digests = createDigests(key);
    await migrateDatabase(to, silentLog);
    const client = createClient(2);
    client.connect(to);
    const records = Array.from({ length: count }, (_, n) =>
      auditOf({ atMs: AUDITED_MS + n * DAY_MS }),
    );
    await client.within(60_000, (sql) => storeAudit(sql, records.map(auditText), digests));
    const chain = createAuditChain(client, digests, silentLog);
    await chain.run();
    await removeOldAudit(client, AUDITED_MS + 2.5 * DAY_MS, 1, digests);
    await client.close();
  }
  const import_ = (to: string, key?: string) => importTables(to, folder, silentLog, undefined, key);
  const verified = (of: string, key?: string) => verifyStoredAudit(of, silentLog, key);

  /** Changes a file of the export. */
  function change(name: string, edit: (text: string) => string): void {
    const path = join(folder, `${name}.csv.gz`);
    writeFileSync(path, gzipSync(edit(gunzipSync(readFileSync(path)).toString())));
  }

  beforeAll(async () => {
    server = await start();
  }, 60_000);
  afterAll(() => server?.stop());
  beforeEach(async () => {
    url = await server.createDatabase();
    directory = mkdtempSync(join(tmpdir(), "mando-transfer-"));
    folder = join(directory, "export");
    await fill(url, 6, AUDIT_KEY);
    await exportTables(url, folder, silentLog);
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  test("has the numbers, hashes and checkpoint that it had, and is continued", async () => {
    const fresh = await server.createDatabase();
    expect(await import_(fresh, AUDIT_KEY)).toMatchObject({
      ...{ audit_log: 4, audit_links: 4, audit_checkpoints: 1 },
    });
    expect(await queryDatabase(fresh, LINKS)).toEqual(await queryDatabase(url, LINKS));
    const found = await verified(fresh, AUDIT_KEY);
    expect(found).toEqual(await verified(url, AUDIT_KEY));
    expect(found).toMatchObject({ count: 4, faultCount: 0, checkpoint: { number: 2 } });
    expect(await import_(fresh, AUDIT_KEY)).toMatchObject({ audit_log: 0, audit_links: 0 });
    await fill(fresh, 1, AUDIT_KEY);
    expect(await verified(fresh, AUDIT_KEY)).toMatchObject({ faultCount: 0, head: { number: 7 } });
    expect(await import_(fresh, AUDIT_KEY)).toMatchObject({ audit_log: 0, audit_links: 0 });
  });

  test("is refused where it was altered, where it is cut, and without its key", async () => {
    const fresh = await server.createDatabase();
    const refused = (key?: string) => expect(import_(fresh, key)).rejects;
    await refused().toThrow("is linked with a key from 3 on: set AUDIT_KEY");
    await refused("another key of the log").toThrow(
      "does not verify: nothing that was made with a key can be verified with this AUDIT_KEY",
    );
    change("audit_log", (text) => text.replaceAll("token:desk", "token:fool"));
    await refused(AUDIT_KEY).toThrow("does not verify: 3 is altered: it does not have the hash");
    change("audit_log", (text) => text.replaceAll("token:fool", "token:desk"));
    change("audit_links", (text) => text.replace(/\n6,.*\n$/, "\n"));
    await refused(AUDIT_KEY).toThrow("audit_links.csv.gz has 3 rows of the 4");
    const manifest = join(folder, "manifest.json");
    const named = readFileSync(manifest, "utf8");
    writeFileSync(manifest, named.replace('"audit_links": 4', '"audit_links": 3'));
    await refused(AUDIT_KEY).toThrow("does not verify: 6 is cut off the end");
    expect(await queryDatabase(fresh, "select from audit_log")).toEqual([]);
  });

  test("of an older version has no signatures, and is imported; where they are removed, it is refused", async () => {
    change("audit_log", (text) =>
      text.replaceAll(/,[0-9a-f]{64}$/gm, ",").replace(",signature", ""),
    );
    change("audit_log", (text) => text.replaceAll(/,$/gm, ""));
    await expect(import_(await server.createDatabase(), AUDIT_KEY)).rejects.toThrow(
      "3 is altered: it does not have the hash of its link",
    );
    const older = await server.createDatabase();
    await migrateDatabase(older, silentLog);
    const client = createClient(1);
    client.connect(older);
    let end = NO_LINK;
    const links = Array.from({ length: 3 }, () => {
      const record = auditOf();
      end = linkAfter(end, { text: auditText(record), signature: null }, digestOf(AUDIT_KEY));
      return { record, link: { ...end, recordId: record.id, isKeyed: true } };
    });
    await client.within(60_000, async (sql) => {
      await storeRecords(
        sql,
        links.map(({ record }) => record),
        NO_KEY,
      );
      await addLinks(
        sql,
        links.map(({ link }) => link),
      );
    });
    await client.close();
    folder = join(directory, "older");
    await exportTables(older, folder, silentLog);
    change("audit_log", (text) => text.replace(",signature", "").replaceAll(/,$/gm, ""));
    const fresh = await server.createDatabase();
    expect(await import_(fresh, AUDIT_KEY)).toMatchObject({ audit_log: 3, audit_links: 3 });
    await fill(fresh, 1, AUDIT_KEY);
    expect(await verified(fresh, AUDIT_KEY)).toMatchObject({ faultCount: 0, head: { number: 4 } });
  });

  test("is refused with a record that was put in, and waits for its link", async () => {
    await queryDatabase(
      url,
      `insert into audit_log (id, at, actor, channel, action, target, outcome, text)
       select copy, at, actor, channel, action, target, outcome, replace(text, id::text, copy::text)
       from (select *, gen_random_uuid() as copy from audit_log limit 1) one`,
    );
    folder = join(directory, "put-in");
    await exportTables(url, folder, silentLog);
    const to = import_(await server.createDatabase(), AUDIT_KEY);
    await expect(to).rejects.toThrow(/the record \S+ is put in/);
  });

  test("is not added to another one", async () => {
    const other = await server.createDatabase();
    await fill(other, 9);
    await expect(import_(other, AUDIT_KEY)).rejects.toThrow("has an audit log of its own");
    expect(await verified(other)).toMatchObject({ faultCount: 0, head: { number: 9 } });
  });
});
