// Makers of empty stores of data points: in memory, and in each database.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMemoryDataPointStore } from "../../src/adapters/memory/data-point-store.ts";
import type { AuditRecord } from "../../src/domain/audit/record.ts";
import type { DataPointStore } from "../../src/domain/ports/data-point-store.ts";
import { type Client, createClient } from "../../src/store/database/client.ts";
import { createStore } from "../../src/store/store.ts";
import { SERVERS, type TestServerKind } from "./databases.ts";
import { KEEP_ALL } from "./keep-all.ts";
import { silentLog } from "./silent-log.ts";
import { DT_S, givenOf, tableOf } from "./tick-tables.ts";

export interface DataPointStoreMaker {
  make(): Promise<DataPointStore>;
  /** The targets of the audit records that are stored with changes. */
  audited(): Promise<readonly string[]>;
  /** The database of the store; undefined: it has none. */
  readonly client?: Client;
  close(): Promise<void>;
}

const memory = async (): Promise<DataPointStoreMaker> => {
  let kept: AuditRecord[] = [];
  return {
    async make() {
      kept = [];
      return createMemoryDataPointStore({ audit: (records) => kept.push(...records) });
    },
    audited: async () => kept.map(({ target }) => target),
    close: async () => {},
  };
};

const stored = (start: TestServerKind["start"]) => async (): Promise<DataPointStoreMaker> => {
  const server = await start();
  const url = await server.createDatabase();
  const directory = mkdtempSync(join(tmpdir(), "mando-points-"));
  const store = createStore(
    { directory, spoolBytes: 2 ** 26, mayPrune: false, retention: KEEP_ALL, reset: true },
    silentLog,
  );
  const given = givenOf(tableOf({}));
  await store.open(url, { given, origin: "file", dtS: DT_S, nowMs: Date.now });
  const client = createClient(1);
  client.connect(url);
  return {
    client,
    async make() {
      await client.within(
        5_000,
        (sql) => sql`
          truncate data_points, data_point_writes, data_point_blocks, data_point_contents, audit_log`,
      );
      return store.dataPoints;
    },
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
};

/** In memory first: the reference. */
export const DATA_POINT_STORES = [
  ["memory", memory] as const,
  ...SERVERS.map(({ name, start }) => [name, stored(start)] as const),
];
