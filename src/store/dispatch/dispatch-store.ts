// The store of dispatches in PostgreSQL.
import { and, desc, eq, sql as fragment, gt, lt, not, type SQL } from "drizzle-orm";
import type { Digests } from "../../domain/audit/chain.ts";
import type { AuditRecord } from "../../domain/audit/record.ts";
import type {
  DispatchChange,
  DispatchStore,
  WindowRange,
} from "../../domain/ports/dispatch-store.ts";
import { type Client, type Sql, unavailable } from "../database/client.ts";
import { isAmong, query } from "../database/query.ts";
import { dispatchEvents, dispatches, dispatchRequests } from "../database/schema.ts";
import {
  DISPATCH_FIELDS,
  EVENT_FIELDS,
  IS_ENDING,
  IS_OPEN,
  insertDispatches,
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
  record: (
    changes: readonly DispatchChange[],
    deadlineMs: number,
    audit: readonly AuditRecord[],
  ) => Promise<void>,
  isAvailable: () => boolean,
  auditDigests: Digests,
): DispatchStore {
  return {
    add: (dispatches, requests, audit = []) =>
      client.within(DEADLINE_MS, (sql) =>
        insertDispatches(sql, dispatches, requests, audit, auditDigests),
      ),
    checkAvailable() {
      if (!isAvailable()) throw unavailable();
    },
    record: (changes, audit = []) => record(changes, DEADLINE_MS, audit),
    open: () =>
      client.within(OPEN_DEADLINE_MS, async (sql) => ({
        dispatches: await readDispatches(sql, fragment.raw(`${IS_OPEN} or ${IS_ENDING}`)),
        unannouncedIds: await readUnannounced(sql),
        expiredAssetIds: await readExpired(sql),
        lastEventNumber: (await readEventNumbers(sql)).newest,
      })),
    ...createLists(client),
    request: (id) =>
      client.within(DEADLINE_MS, async (sql) => {
        const { text } = dispatchRequests;
        const [found] = await query(sql, (db) =>
          db.select({ text }).from(dispatchRequests).where(eq(dispatchRequests.id, id)),
        );
        if (found === undefined) return undefined;
        return { ...found, dispatches: await readDispatches(sql, eq(dispatches.requestId, id)) };
      }),
    eventsOf: (dispatchId) =>
      client.within(DEADLINE_MS, (sql) =>
        query(sql, (db) =>
          db
            .select(EVENT_FIELDS)
            .from(dispatchEvents)
            .where(eq(dispatchEvents.dispatchId, dispatchId))
            .orderBy(dispatchEvents.number),
        ),
      ),
    eventsAfter: (number, limit) =>
      client.within(DEADLINE_MS, async (sql) => {
        // An event outlives its dispatch where its number is the newest.
        const events = await query(sql, (db) =>
          db
            .select({ ...EVENT_FIELDS, dispatch: DISPATCH_FIELDS })
            .from(dispatchEvents)
            .innerJoin(dispatches, eq(dispatches.id, dispatchEvents.dispatchId))
            .where(gt(dispatchEvents.number, number))
            .orderBy(dispatchEvents.number)
            .limit(limit),
        );
        // After the events are read: what is removed meanwhile is known here.
        const { newest, removed } = await readEventNumbers(sql);
        return number > newest || number < removed ? undefined : events;
      }),
  };
}

function createLists(client: Client): Pick<DispatchStore, "find" | "list" | "windows"> {
  return {
    find: (id) =>
      client.within(DEADLINE_MS, async (sql) => {
        const [found] = await readDispatches(sql, eq(dispatches.id, id));
        return found;
      }),
    list: ({ assetIds, statuses, before, limit }) =>
      client.within(DEADLINE_MS, (sql) =>
        query(sql, (db) =>
          db
            .select({ cursor: dispatches.sequence, dispatch: DISPATCH_FIELDS })
            .from(dispatches)
            .where(
              and(
                assetIds && assetIn(assetIds),
                statuses && statusIn(statuses),
                before === undefined ? undefined : lt(dispatches.sequence, before),
              ),
            )
            .orderBy(desc(dispatches.sequence))
            .limit(limit),
        ),
      ),
    windows: (assetId, range) =>
      client.within(DEADLINE_MS, (sql) =>
        query(sql, (db) =>
          db
            .select({ cursor: dispatches.sequence, dispatch: DISPATCH_FIELDS })
            .from(dispatches)
            .where(windowIn(assetId, range))
            .orderBy(dispatches.startMs, dispatches.sequence)
            .limit(range.limit),
        ),
      ),
  };
}

/** Reads dispatches in the order of acceptance. */
function readDispatches(sql: Sql, which: SQL) {
  return query(sql, (db) =>
    db.select(DISPATCH_FIELDS).from(dispatches).where(which).orderBy(dispatches.sequence),
  );
}

function assetIn(ids: readonly string[]): SQL {
  const [only, ...others] = ids;
  // For one asset, its own index returns the newest first; the index of all assets would be scanned for it.
  if (only !== undefined && others.length === 0) return eq(dispatches.assetId, only);
  return isAmong(dispatches.assetId, ids);
}

function statusIn(statuses: readonly string[]): SQL {
  const among = fragment`${JSON.stringify(statuses)}::text::jsonb ? status`;
  // Open dispatches are few among all, and have an index of their own.
  const open = statuses.every((status) => status === "accepted" || status === "active");
  return open ? fragment`${fragment.raw(IS_OPEN)} and ${among}` : among;
}

function windowIn(assetId: string, { fromMs, untilMs, knownMs, after }: WindowRange) {
  const { startMs, endMs, endedAtMs, submittedAtMs, sequence } = dispatches;
  const bound = (ms: number) => fragment`${boundText(ms)}::text::timestamptz`;
  const [from, until, known] = [bound(fromMs), bound(untilMs), bound(knownMs)];
  // An end that came later was not known.
  const ended = fragment`case when ${endedAtMs} <= ${known} then ${endedAtMs} end`;
  return and(
    eq(dispatches.assetId, assetId),
    // By the index of an asset's ended dispatches.
    fragment`(${endedAtMs} is null or ${endedAtMs} >= least(${from}, ${known}))`,
    fragment`${submittedAtMs} <= ${known}`,
    fragment`${startMs} < ${until}`,
    fragment`coalesce(${endMs}, 'infinity') >= ${from}`,
    fragment`coalesce(${ended}, 'infinity') >= ${from}`,
    fragment`coalesce(least(${ended}, ${endMs}), 'infinity') > ${startMs}`,
    after &&
      fragment`(${startMs}, ${sequence}) > (${boundText(after.startMs)}::text::timestamptz, ${after.cursor})`,
  );
}

/** An instant as text of PostgreSQL; it may be before all others, or after them. */
function boundText(ms: number): string {
  if (!Number.isFinite(ms)) return ms < 0 ? "-infinity" : "infinity";
  return new Date(ms).toISOString();
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
  const hasEvent = fragment`exists (
    select from dispatch_events where dispatch_id = ${dispatches.id})`;
  const rows = await query(sql, (db) =>
    db
      .select({ id: dispatches.id })
      .from(dispatches)
      .where(and(fragment.raw(IS_OPEN), not(hasEvent)))
      .orderBy(dispatches.sequence),
  );
  return rows.map(({ id }) => id);
}

/** The numbers of the newest event, and of the newest that was removed for its age; 0 where there is none. */
async function readEventNumbers(sql: Sql): Promise<{ newest: number; removed: number }> {
  const [row] = await sql<{ newest: number; removed: number }[]>`
    select coalesce((select max(number) from dispatch_events), 0)::float8 as newest,
      coalesce((select events_until from history_marks), 0)::float8 as removed`;
  return row ?? { newest: 0, removed: 0 };
}
