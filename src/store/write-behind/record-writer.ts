// Writes records of the spool into the database; those of which it refuses a part, in parts.
import type { Digests } from "../../domain/audit/chain.ts";
import { storeAlarms } from "../alarm/alarm-rows.ts";
import { storeAudit } from "../audit/audit-rows.ts";
import type { Client, Sql } from "../database/client.ts";
import type { QuerySpans, QuerySummary } from "../database/query-spans.ts";
import { isRefused } from "../database/trial.ts";
import { storeChanges } from "../dispatch/dispatch-rows.ts";
import type { SpoolRecord } from "../spool/spool.ts";
import type { Watermarks } from "../telemetry/watermarks.ts";
import { storeRows } from "./rows.ts";
import { storeParts } from "./set-aside.ts";
import { contentOf, type SpoolContent } from "./spool-payload.ts";
import { createStateWrites, type StateWrites } from "./state-writes.ts";
import type { WriterStats } from "./writer-stats.ts";

const DEADLINE_MS = 10_000;

export interface RecordWriter {
  /**
   * Stores what the database accepts of the records, in their order.
   *
   * @throws Fault STORE_UNAVAILABLE where the database cannot be reached.
   */
  write(records: readonly SpoolRecord[]): Promise<void>;
  readonly keepModelStates: StateWrites["keepModelStates"];
  /** Stores the own states of battery models once more, so that a start continues with those of the last tick. */
  storeLastStates(): Promise<void>;
  stats(): Pick<WriterStats, "rejectedRows" | "rejectedChanges" | "rejectedCause">;
}

/** A record of which a part was refused. */
export interface RefusedPart {
  readonly sequence: number;
  readonly error: unknown;
  /** Whether any part of the record was stored. */
  readonly isStored: boolean;
  /** The part that the table of refused rows does not accept either. */
  readonly rest: Uint8Array | undefined;
}

interface RecordWriterDeps {
  readonly client: Client;
  readonly watermarks: Watermarks;
  readonly querySpans: QuerySpans;
  readonly auditDigests: Digests;
  /** Is called once records are stored, or set aside. */
  readonly acknowledge: (records: readonly SpoolRecord[]) => Promise<void>;
  /** Is called before that for each record of which a part was refused. */
  readonly refuse: (refused: RefusedPart) => Promise<void>;
}

export function createRecordWriter(deps: RecordWriterDeps): RecordWriter {
  const { client, watermarks, querySpans, auditDigests } = deps;
  const rejected = { rejectedRows: 0, rejectedChanges: 0, rejectedCause: undefined as unknown };
  const stateWrites = createStateWrites();

  async function store(payloads: readonly Uint8Array[]): Promise<void> {
    const content = contentOf(payloads);
    const { rows, changes, alarms, audit } = content;
    const withStates = rows.length > 0 && stateWrites.isDue();
    const transaction = async (sql: Sql) => {
      const reopened = rows.length > 0 ? await storeRows(sql, rows) : undefined;
      if (withStates) await stateWrites.store(sql);
      if (changes.length > 0) await storeChanges(sql, changes);
      if (alarms.length > 0) await storeAlarms(sql, alarms);
      await storeAudit(sql, audit, auditDigests);
      return reopened;
    };
    const reopenedMs = await querySpans.query(summaryOf(content), () =>
      client.transact(DEADLINE_MS, transaction),
    );
    if (reopenedMs !== undefined) watermarks.minutesUntilMs = reopenedMs;
    if (withStates) stateWrites.noteStored();
  }

  async function write(records: readonly SpoolRecord[]): Promise<void> {
    try {
      await store(records.map(({ payload }) => payload));
      await deps.acknowledge(records);
    } catch (error) {
      if (!isRefused(error)) throw error;
      const middle = records.length >> 1;
      if (middle === 0) return writePartly(records[0] as SpoolRecord, error);
      await write(records.slice(0, middle));
      await write(records.slice(middle));
    }
  }

  async function writePartly(record: SpoolRecord, refusal: unknown): Promise<void> {
    const { sequence, payload } = record;
    const parted = await storeParts(client, payload, refusal, auditDigests);
    const { rest, error, reopenedMs, isStored } = parted;
    if (reopenedMs !== undefined) watermarks.minutesUntilMs = reopenedMs;
    rejected.rejectedRows += parted.refusedRows;
    rejected.rejectedChanges += parted.refusedChanges;
    rejected.rejectedCause = error;
    await deps.refuse({ sequence, error, isStored, rest });
    await deps.acknowledge([record]);
  }

  const { keepModelStates } = stateWrites;
  const storeLastStates = () => stateWrites.storeLast(client);
  return { write, keepModelStates, storeLastStates, stats: () => rejected };
}

/** A transaction in short, by the first table that it writes. */
function summaryOf({ rows, changes, alarms }: SpoolContent): QuerySummary {
  if (rows.length > 0) return "INSERT telemetry";
  if (changes.length > 0) return "UPDATE dispatches";
  return alarms.length > 0 ? "INSERT alarms" : "INSERT audit_log";
}
