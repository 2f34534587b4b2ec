// The store of data points in PostgreSQL.

import type { AuditRecord } from "../../domain/audit/record.ts";
import { Fault } from "../../domain/base/fault.ts";
import { createSerial } from "../../domain/base/serial.ts";
import type { DataPointStore } from "../../domain/ports/data-point-store.ts";
import type { Client, Sql } from "../database/client.ts";
import type { QueryQueue } from "../database/query-queue.ts";
import { findPoints, listPoints, putPoints } from "./catalogue-rows.ts";
import { readChanges } from "./change-rows.ts";
import { insertWrites, lastRecordedMs } from "./insertion.ts";
import { createDataPointReads } from "./reads.ts";

const DEADLINE_MS = 5_000;
/** A request may have millions of values. */
const INSERT_MS = 60_000;
/** Requests that write, at once. */
const WAITING = 1_000;

interface DataPointStoreDeps {
  /** Short queries. */
  readonly readers: Client;
  /** Writes, one request after the other: they become visible in the order in which they are recorded. */
  readonly writer: Client;
  /** Queries that may be long. */
  readonly history: QueryQueue;
  /** Writes audit records in the transaction of their change. */
  readonly insertAudit: (sql: Sql, records: readonly AuditRecord[]) => Promise<void>;
}

export function createDataPointStore(deps: DataPointStoreDeps): DataPointStore {
  const { readers, writer, history, insertAudit } = deps;
  const { run: inTurn } = createSerial();
  let waiting = 0;

  /** Waiting does not count to the deadline. */
  async function change<T>(deadlineMs: number, work: (sql: Sql) => Promise<T>): Promise<T> {
    if (waiting >= WAITING)
      throw new Fault("STORE_UNAVAILABLE", `${waiting} writes of data points wait: try again`, {
        retryable: true,
      });
    waiting++;
    try {
      return await inTurn(() => writer.transact(deadlineMs, work));
    } finally {
      waiting--;
    }
  }

  return {
    ...createDataPointReads(readers, history),
    catalogue: (filter) => readers.within(DEADLINE_MS, (sql) => listPoints(sql, filter)),
    find: (paths) =>
      readers.within(DEADLINE_MS, async (sql) => {
        const found = await findPoints(sql, paths);
        return new Map(found.map((point) => [point.path, point]));
      }),
    changesAfter: (recordedMs, limit) =>
      readers.within(DEADLINE_MS, (sql) => readChanges(sql, recordedMs, limit)),
    lastRecordedMs: () =>
      readers.within(DEADLINE_MS, async (sql) => {
        const lastMs = await lastRecordedMs(sql);
        return lastMs === -Infinity ? undefined : lastMs;
      }),
    describe: (points, audit) =>
      change(DEADLINE_MS, async (sql) => {
        await putPoints(sql, points);
        await insertAudit(sql, audit);
      }),
    insert: (writes, nowMs, named, audit) =>
      change(INSERT_MS, async (sql) => {
        const outcome = await insertWrites(sql, writes, nowMs, named);
        if (outcome.kind === "stored") await insertAudit(sql, audit);
        return outcome;
      }),
  };
}
