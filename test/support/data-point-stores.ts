// Makers of empty stores of data points: in memory, and in each database.
import { createMemoryDataPointStore } from "../../src/adapters/memory/data-point-store.ts";
import type { AuditRecord } from "../../src/domain/audit/record.ts";
import type { DataPointStore } from "../../src/domain/ports/data-point-store.ts";
import type { Client } from "../../src/store/database/client.ts";
import { SERVERS, type TestServerKind } from "./databases.ts";
import { openStore } from "./opened-store.ts";

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
  const { store, client, audited, close } = await openStore(start);
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
    audited,
    close,
  };
};

/** In memory first: the reference. */
export const DATA_POINT_STORES = [
  ["memory", memory] as const,
  ...SERVERS.map(({ name, start }) => [name, stored(start)] as const),
];
