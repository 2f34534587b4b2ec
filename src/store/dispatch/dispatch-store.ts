// The store of dispatches in PostgreSQL.
import type { DispatchChange, DispatchStore } from "../../domain/ports/dispatch-store.ts";
import { type Client, type Sql, unavailable, uuidArray } from "../database/client.ts";
import {
  type DispatchRow,
  dispatchColumns,
  type EventRow,
  eventColumns,
  insertDispatches,
  isEndingSql,
  isOpenSql,
  toDispatch,
  toEvent,
} from "./dispatch-rows.ts";

const DEADLINE_MS = 5_000;
/** At a start there may be many dispatches. */
const OPEN_DEADLINE_MS = 60_000;

/**
 * Dispatches are committed before `add` resolves.
 *
 * @param record Sends changes through the writer, after earlier frames and changes, and resolves once
 *               they are committed. Rejects with STORE_UNAVAILABLE where they are not committed at the deadline.
 * @param isAvailable Whether the database could be written to the last time.
 */
export function createDispatchStore(
  client: Client,
  record: (changes: readonly DispatchChange[], deadlineMs: number) => Promise<void>,
  isAvailable: () => boolean,
): DispatchStore {
  return {
    add: (dispatches, requests) =>
      client.within(DEADLINE_MS, (sql) => insertDispatches(sql, dispatches, requests)),
    checkAvailable() {
      if (!isAvailable()) throw unavailable();
    },
    record: (changes) => record(changes, DEADLINE_MS),
    open: () =>
      client.within(OPEN_DEADLINE_MS, async (sql) => ({
        dispatches: await readDispatches(sql, sql`where ${isOpenSql(sql)} or ${isEndingSql(sql)}`),
        unannouncedIds: await readUnannounced(sql),
        expiredAssetIds: await readExpired(sql),
        lastEventNumber: (await readEventNumbers(sql)).newest,
      })),
    find: (id) =>
      client.within(DEADLINE_MS, async (sql) => {
        const [found] = await readDispatches(sql, sql`where id = ${id}`);
        return found;
      }),
    list: ({ assetIds, statuses, before, limit }) =>
      client.within(DEADLINE_MS, async (sql) => {
        const rows = await sql<(DispatchRow & { cursor: string })[]>`
          select ${dispatchColumns(sql)}, sequence as cursor from dispatches
          where ${assetIds ? assetIn(sql, assetIds) : sql`true`}
            and ${statuses ? statusIn(sql, statuses) : sql`true`}
            and ${before === undefined ? sql`true` : sql`sequence < ${before}`}
          order by sequence desc limit ${limit}`;
        return rows.map(({ cursor, ...row }) => ({
          cursor: Number(cursor),
          dispatch: toDispatch(row),
        }));
      }),
    request: (id) =>
      client.within(DEADLINE_MS, async (sql) => {
        const [found] = await sql<
          { text: string }[]
        >`select text from dispatch_requests where id = ${id}`;
        if (found === undefined) return undefined;
        return {
          text: found.text,
          dispatches: await readDispatches(sql, sql`where request_id = ${id}`),
        };
      }),
    eventsOf: (dispatchId) =>
      client.within(DEADLINE_MS, async (sql) => {
        const rows = await sql<EventRow[]>`
          select ${eventColumns(sql)} from dispatch_events
          where dispatch_id = ${dispatchId} order by number`;
        return rows.map(toEvent);
      }),
    eventsAfter: (number, limit) =>
      client.within(DEADLINE_MS, async (sql) => {
        // An event outlives its dispatch where its number is the newest.
        const rows = await sql<EventRow[]>`
          select ${eventColumns(sql)} from dispatch_events
          where number > ${number} and exists (select from dispatches where id = dispatch_id)
          order by number limit ${limit}`;
        const ids = rows.map(({ dispatchId }) => dispatchId);
        const dispatches = await readDispatches(sql, sql`where id = any(${uuidArray(sql, ids)})`);
        // After the events are read: what is removed meanwhile is known here.
        const { newest, removed } = await readEventNumbers(sql);
        if (number > newest || number < removed) return undefined;
        const byId = new Map(dispatches.map((dispatch) => [dispatch.id, dispatch]));
        return rows.flatMap((row) => {
          const dispatch = byId.get(row.dispatchId);
          return dispatch === undefined ? [] : [{ ...toEvent(row), dispatch }];
        });
      }),
  };
}

/** Reads dispatches in the order of acceptance. */
async function readDispatches(sql: Sql, where: ReturnType<typeof isOpenSql>) {
  const rows = await sql<DispatchRow[]>`
    select ${dispatchColumns(sql)} from dispatches ${where} order by sequence`;
  return rows.map(toDispatch);
}

function assetIn(sql: Sql, ids: readonly string[]) {
  const [only, ...others] = ids;
  // For one asset, its own index returns the newest first; the index of all assets would be scanned for it.
  if (only !== undefined && others.length === 0) return sql`asset_id = ${only}`;
  return sql`asset_id = any(${uuidArray(sql, ids)})`;
}

function statusIn(sql: Sql, statuses: readonly string[]) {
  const among = sql`${JSON.stringify(statuses)}::text::jsonb ? status`;
  // Open dispatches are few among all, and have an index of their own.
  const open = statuses.every((status) => status === "accepted" || status === "active");
  return open ? sql`${isOpenSql(sql)} and ${among}` : among;
}

/** Assets whose last active dispatch has expired. Reads few rows of each asset, however many there are. */
async function readExpired(sql: Sql): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    select assets.id from assets cross join lateral (
      select status from dispatches
      where asset_id = assets.id and ended_at is not null and exists (
        select from dispatch_events where dispatch_id = dispatches.id and to_status = 'active')
      order by asset_id desc, ended_at desc, status = 'expired' desc limit 1
    ) last
    where last.status = 'expired'`;
  return rows.map(({ id }) => id);
}

/** Open dispatches without an event. */
async function readUnannounced(sql: Sql): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    select id from dispatches
    where ${isOpenSql(sql)} and not exists (
      select from dispatch_events where dispatch_id = dispatches.id)
    order by sequence`;
  return rows.map(({ id }) => id);
}

/** The numbers of the newest event, and of the newest that was removed for its age; 0 where there is none. */
async function readEventNumbers(sql: Sql): Promise<{ newest: number; removed: number }> {
  const [row] = await sql<{ newest: number; removed: number }[]>`
    select coalesce((select max(number) from dispatch_events), 0)::float8 as newest,
      coalesce((select events_until from history_marks), 0)::float8 as removed`;
  return row ?? { newest: 0, removed: 0 };
}
