// Queries of a database, on a connection of their own.
import { createClient } from "../../src/store/database/client.ts";

const DEADLINE_MS = 120_000;

export async function queryDatabase<T>(databaseUrl: string, text: string): Promise<T[]> {
  const client = createClient(1);
  client.connect(databaseUrl);
  try {
    return await client.within(DEADLINE_MS, (sql) => sql.unsafe<T[]>(text));
  } finally {
    await client.close();
  }
}

/** Whether the role of an address may do everything. */
export async function isSuperuser(databaseUrl: string): Promise<boolean> {
  const [role] = await queryDatabase<{ all: boolean }>(
    databaseUrl,
    `select rolsuper as "all" from pg_roles where rolname = current_user`,
  );
  return role?.all ?? false;
}

/** What telemetry holds, over all assets. */
export interface StoredRows {
  readonly rows: number;
  readonly instants: number;
  /** Rows that are at no instant of the grid. */
  readonly offGrid: number;
  /** Rows that follow the one before of their asset in less than a tick, and in more. */
  readonly early: number;
  readonly gaps: number;
  readonly first: Date;
  readonly last: Date;
  /** Largest difference between what SoC lost in a row and the energy of its power, in MWh. */
  readonly error: number;
}

/** @param efficiency That of every asset. */
export async function readRows(
  databaseUrl: string,
  dtMs: number,
  efficiency = 0.92,
): Promise<StoredRows> {
  const [found] = await queryDatabase<StoredRows>(
    databaseUrl,
    `select count(*)::int as rows, count(distinct ts)::int as instants, min(ts) as first, max(ts) as last,
       (count(*) filter (where extract(epoch from ts) * 1000 % ${dtMs} <> 0))::int as "offGrid",
       (count(*) filter (where step < interval '${dtMs} milliseconds'))::int as early,
       (count(*) filter (where step > interval '${dtMs} milliseconds'))::int as gaps,
       coalesce(max(abs(change + greatest(current_mw, 0) * dt_s / 3600 / ${efficiency}
                               + least(current_mw, 0) * dt_s / 3600 * ${efficiency})), 0) as error
     from (select *, ts - lag(ts) over asset as step, soc_mwhr - lag(soc_mwhr) over asset as change
           from telemetry window asset as (partition by asset_id order by ts)) t`,
  );
  return found as StoredRows;
}
