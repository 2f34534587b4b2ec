// A store opened on a new database of a server of its own, with a client beside it that looks at the rows.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, createClient } from "../../src/store/database/client.ts";
import { createStore, type Store } from "../../src/store/store.ts";
import type { TestServerKind } from "./databases.ts";
import { KEEP_ALL } from "./keep-all.ts";
import { silentLog } from "./silent-log.ts";
import { DT_S, givenOf, tableOf } from "./tick-tables.ts";

export interface OpenedStore {
  readonly store: Store;
  readonly client: Client;
  /** The address of the database. */
  readonly url: string;
  /** The targets of the stored audit records, in their order. */
  audited(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export async function openStore(
  start: TestServerKind["start"],
  table = tableOf({}),
): Promise<OpenedStore> {
  const server = await start();
  const url = await server.createDatabase();
  const directory = mkdtempSync(join(tmpdir(), "mando-store-"));
  const store = createStore(
    { directory, spoolBytes: 2 ** 26, mayPrune: false, retention: KEEP_ALL, reset: true },
    silentLog,
  );
  const given = givenOf(table);
  await store.open(url, { given, origin: "file", dtS: DT_S, nowMs: Date.now });
  const client = createClient(1);
  client.connect(url);
  return {
    store,
    client,
    url,
    audited: () =>
      client.within(5_000, async (sql) => {
        const rows = await sql`select target from audit_log order by sequence`;
        return rows.map(({ target }) => target as string);
      }),
    async close() {
      await client.close();
      await store.close();
      await server.stop();
      rmSync(directory, { recursive: true });
    },
  };
}
